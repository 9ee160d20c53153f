/**
 * What the conversation actor remembers, and its bounds. Texts here are for the agents: the whole transcript is in the read model.
 */
import type { Reach } from './contact-contract.ts'
import type {
  ConversationEvent,
  ConversationFacts,
  ConversationInput,
  ConversationSettings,
  Dialogue,
  Draft,
  HandOffReason,
  Owner,
  RecentMessage,
  Route,
  Stamp,
  WaitingLine,
} from './conversation-contract.ts'
import type { Emitted, Pen } from './pen.ts'
import type { Reacting } from './reaction-contract.ts'

/** A turn in flight: the customer's unanswered messages, from `fromN` to `toN`. At most one, and only while the assistant owns. */
export interface Turn {
  readonly turn: number
  readonly epoch: number
  readonly fromN: number
  readonly toN: number
  readonly startedAtMs: number
  readonly route: Route | null
  readonly draft: Draft | null
}

export interface ConversationContext {
  readonly address: string
  readonly settings: ConversationSettings
  readonly owner: Owner
  /** Rises with every change of owner and never falls. */
  readonly epoch: number
  /** The team whose queue knows of this conversation. */
  readonly team: string
  /** The last number given to a message; the next is one more. */
  readonly lastN: number
  /** Turns begun. */
  readonly turns: number
  /** Restarts since the last answer. */
  readonly restarts: number
  readonly turn: Turn | null
  readonly opened: boolean
  readonly captured: boolean
  readonly visitorId: string
  readonly channel: string
  readonly language: string
  readonly timeZone: string
  readonly pageListing: string | null
  readonly customer: { readonly name?: string; readonly phone?: string; readonly email?: string }
  readonly recent: readonly RecentMessage[]
  /** Customer's messages nobody has answered yet, oldest first. */
  readonly unanswered: readonly RecentMessage[]
  readonly dialogue: Dialogue
  readonly guidance: readonly string[]
  /** The last clientIds and the numbers they were given, so that a retry or a second tab finds its message. */
  readonly clientIds: readonly { readonly id: string; readonly n: number }[]
  readonly receipts: { readonly deliveredTo: number; readonly readTo: number }
  readonly failures: readonly { readonly n: number; readonly reason: string }[]
  readonly reads: { readonly [memberId: string]: number }
  /** How the customer is reached, where a provider brought them. Absent in older ones. */
  readonly reach?: Reach
  /** M59: somebody else is reached there now. */
  readonly left?: boolean
  /** What members have laid over the customer's messages lately, and how many reactions went out. Absent before the first. */
  readonly reactions?: readonly Reacting[]
  readonly reactionsGiven?: number
  /** What the customer is about to be told of the line they stand in, and the number of the notice; only where a provider has to tell it. */
  readonly line?: (WaitingLine & { readonly n: number }) | null
  readonly handOff: { readonly reason: HandOffReason; readonly summary: string } | null
  readonly snoozedUntilMs: number | null
  /** The last time anybody wrote or opened. */
  readonly activeAtMs: number
}

/** What only the machine tells itself. */
export type ConversationSelfEvent =
  /** A customer's message was added to the transcript. */
  | { readonly type: 'customer.wrote'; readonly complete: boolean }
  /** They said stop: nothing is owed any more. */
  | { readonly type: 'customer.stopped' }
  | { readonly type: 'line.due' }
  | { readonly type: 'idle.due' }
  | { readonly type: 'snooze.ended' }

export type ConversationMachineEvent = (ConversationEvent | ConversationSelfEvent) & Stamp
export type ConversationPen = Pen<ConversationContext, ConversationFacts>
export type ConversationEmitted = Emitted<ConversationFacts>

/** Bounds of the context: a resident conversation stays under 10 KB. */
export const conversationBounds = {
  /** Characters kept of a message in `recent`. */
  recentText: 240,
  /** Characters of all unanswered messages together: the newest are kept. */
  unansweredText: 4000,
  unanswered: 24,
  guidance: 5,
  guidanceText: 500,
  clientIds: 32,
  failures: 10,
  reads: 20,
  dialogueText: 4096,
  summaryText: 600,
} as const

/** A conversation before anything was said. */
export function newConversation({ address, settings }: ConversationInput): ConversationContext {
  return {
    address,
    settings,
    owner: { kind: 'assistant' },
    epoch: 1,
    team: settings.team,
    lastN: 0,
    turns: 0,
    restarts: 0,
    turn: null,
    opened: false,
    captured: false,
    visitorId: '',
    channel: 'web',
    language: 'en',
    timeZone: 'Asia/Kolkata',
    pageListing: null,
    customer: {},
    recent: [],
    unanswered: [],
    dialogue: {},
    guidance: [],
    clientIds: [],
    receipts: { deliveredTo: 0, readTo: 0 },
    failures: [],
    reads: {},
    handOff: null,
    snoozedUntilMs: null,
    activeAtMs: 0,
  }
}

/** The last `max` of a list. */
export function lastOf<T>(list: readonly T[], max: number): readonly T[] {
  return list.length > max ? list.slice(list.length - max) : list
}

/** Adds to the unanswered and drops from the oldest what goes beyond the bounds. */
export function withUnanswered(list: readonly RecentMessage[], message: RecentMessage): readonly RecentMessage[] {
  const kept: RecentMessage[] = []
  let room: number = conversationBounds.unansweredText
  for (const each of lastOf([...list, message], conversationBounds.unanswered).toReversed()) {
    if (room <= 0) break
    kept.unshift({ ...each, text: each.text.slice(0, room) })
    room -= each.text.length
  }
  return kept
}

/** The number a client's message was given, while it is remembered. */
export function numberOf(context: ConversationContext, clientId: string): number | undefined {
  return context.clientIds.find((each) => each.id === clientId)?.n
}
