import type { Address } from './address.ts'
import type { JsonObject } from './json.ts'

/** The id under which an event is handled at most once by its actor. Chosen by the sender; the same id again is a no-op. */
export type EventId = string

/** What a machine receives. The host adds `atMs` and `eventId` from the envelope before it steps the machine. */
export type MachineEvent = JsonObject & { readonly type: string }

/** An event on its way to one actor. */
export interface EventEnvelope {
  readonly id: EventId
  readonly to: Address
  readonly event: MachineEvent
  /** When it was accepted, epoch milliseconds. The only time a machine knows. */
  readonly atMs: number
  /** The actor that sent it; absent for the world outside. */
  readonly from?: Address
  /** The event whose step sent this one. */
  readonly causedBy?: EventId
  /** Follows one customer action through every actor it touches. */
  readonly correlationId?: string
  /** Set when this is a timer of the actor's own firing: dropped as fenced unless armed with this epoch. */
  readonly timer?: { readonly id: string; readonly epoch: number }
  /** Set when this is the outcome of an effect: dropped as fenced unless running with this epoch. */
  readonly effect?: { readonly id: string; readonly epoch: number }
}

/** What a caller hands to `Runtime.send`: the host fills in the rest. */
export interface NewEvent {
  readonly to: Address
  readonly event: MachineEvent
  /** An idempotency key of the caller's; a fresh id when absent. */
  readonly id?: EventId
  readonly correlationId?: string
}
