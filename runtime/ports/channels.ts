import type { Address } from '../address.ts'
import type { JsonObject } from '../json.ts'

/** A way out to a customer: the widget, WhatsApp, mail, … */
export interface Channel {
  readonly name: string
  /** Sends once under `key`: a repeat with the same key must not reach the customer twice. */
  send(message: OutgoingMessage, signal: AbortSignal): Promise<SendReceipt>
}

export interface OutgoingMessage {
  /** The idempotency key of the effect. */
  readonly key: string
  readonly conversation: Address
  /** The message's number in its conversation. */
  readonly n: number
  readonly text: string
  readonly extras: JsonObject
}

/** `accepted`: the provider has it. `refused`: it never will; `reason` is for a person to read. */
export type SendReceipt =
  | { readonly status: 'accepted'; readonly providerId?: string }
  | { readonly status: 'refused'; readonly reason: string }
