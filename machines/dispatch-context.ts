/** What a dispatch knows of its message. */
import type { Reach } from './contact-contract.ts'
import type {
  DispatchEvent,
  DispatchFacts,
  DispatchInput,
  DispatchSettings,
  DispatchStatus,
  OutgoingContent,
} from './dispatch-contract.ts'
import type { PriceCategory, Rates } from './message-price.ts'
import type { ChannelName, Purpose, Sender } from './outreach-contract.ts'
import type { Pen } from './pen.ts'

export interface DispatchContext {
  readonly address: string
  readonly settings: DispatchSettings
  readonly conversation: string
  readonly lead: string
  readonly n: number
  readonly epoch: number
  readonly channel: ChannelName
  readonly reach: Reach
  readonly content: OutgoingContent
  readonly purpose: Purpose
  readonly sender: Sender
  readonly replyTo: string
  /** When it was asked for. */
  readonly wantedAtMs: number
  /** Calls begun. */
  readonly attempt: number
  /** Until the account and the gate are asked again. */
  readonly waitMs: number
  readonly status: DispatchStatus
  readonly providerId: string
  /** The provider said, at whatever time, that it failed. */
  readonly failed: boolean
  /** It is a reaction, of this number, and the conversation is told of it as one. */
  readonly reaction?: number
  /** The account counts this message, and is to be told whether it went out. */
  readonly counted?: boolean
  readonly rates?: Rates
  readonly campaign?: string
  /** How often somebody was asked whose answer reserves something. */
  readonly asks?: number
  /** Budgets that have said yes and have not heard yet what became of it. */
  readonly reserved?: readonly string[]
  /** It waits, or waited last, for a budget. */
  readonly unpaid?: boolean
  /** When a budget it had waited for said yes. */
  readonly paidAtMs?: number
  /** The gate has let it through, and it waits for a budget's word. */
  readonly gated?: boolean
  /** As the gate saw it when it let the message through. */
  readonly windowOpen?: boolean
  readonly freeEntry?: boolean
  /** What it cost, once it went out. */
  readonly charged?: { readonly micros: number; readonly category: PriceCategory; readonly atMs: number }
}

export type DispatchMachineEvent = DispatchEvent
export type DispatchPen = Pen<DispatchContext, DispatchFacts>

const nothing: OutgoingContent = { kind: 'text', text: '', cards: [], chips: [] }

/** A message nobody has asked for. */
export function newDispatch({ address, settings }: DispatchInput): DispatchContext {
  return {
    address,
    settings,
    conversation: '',
    lead: '',
    n: 0,
    epoch: 0,
    channel: 'whatsapp',
    reach: { account: '' },
    content: nothing,
    purpose: 'service',
    sender: 'assistant',
    replyTo: '',
    wantedAtMs: 0,
    attempt: 0,
    waitMs: 0,
    status: 'waiting',
    providerId: '',
    failed: false,
  }
}
