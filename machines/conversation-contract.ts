/**
 * What goes into and comes out of the conversation actor: its input, events, facts and the three pieces of work it asks for.
 * The console and the agents build on these types; the machine itself is in `conversation.ts`.
 * Every event also carries `atMs` and `eventId`, added by the host.
 */

import type { Card, Chip, Claim } from './content-contract.ts'

export type {
  CalculationCard,
  Card,
  Chip,
  Claim,
  ClaimSource,
  ListingCard,
  SlotsCard,
  VisitCard,
} from './content-contract.ts'

export interface Stamp {
  readonly atMs: number
  readonly eventId: string
}

/** Exactly one of these answers the customer. Any change raises the conversation's `epoch`. */
export type Owner =
  | { readonly kind: 'assistant' }
  | { readonly kind: 'queue'; readonly team: string; readonly sinceMs: number }
  | { readonly kind: 'member'; readonly memberId: string; readonly name: string }

export type HandOffReason =
  | 'low-confidence'
  | 'complex'
  | 'complaint'
  | 'legal'
  | 'negotiation'
  | 'asked-for-person'
  | 'ungrounded'
  | 'several-intents'
  | 'assistant-failed'
  | 'member-assigned'

/** Who waits before whom in a team's queue: the higher first, then the longer waiting. */
export const handOffPriority: { readonly [reason in HandOffReason]: number } = {
  complaint: 3,
  legal: 3,
  negotiation: 2,
  'asked-for-person': 2,
  'assistant-failed': 2,
  'low-confidence': 1,
  complex: 1,
  ungrounded: 1,
  'several-intents': 1,
  'member-assigned': 1,
}

export type Intent = 'price' | 'property' | 'booking' | 'general'
export type Specialist = 'pricing' | 'property' | 'scheduling' | 'general'

export type Author =
  | { readonly kind: 'customer'; readonly name?: string }
  | { readonly kind: 'assistant' }
  | { readonly kind: 'member'; readonly memberId: string; readonly name: string }
  /** `name`: the member it tells of. */
  | { readonly kind: 'system'; readonly notice: Notice; readonly name?: string }

/** Lines the system writes into the transcript; the client words them in the reader's language. */
export type Notice = 'handed-off' | 'taken-over' | 'handed-back' | 'closed' | 'reopened'

/** Settings of the workspace, copied into the actor when it is made so that its history replays the same for ever. */
export interface ConversationSettings {
  /** How long to wait for more of a burst when the last message is not plainly complete. */
  readonly burstWindowMs: number
  /** A turn restarted by new messages this often runs to its end. */
  readonly restartsMax: number
  readonly routeTimeoutMs: number
  readonly answerTimeoutMs: number
  /** Below this the assistant hands over: 0.7. */
  readonly confidenceMin: number
  /** Open and silent for this long: closed as `idle`. */
  readonly idleCloseMs: number
  /** A member who owns and stays silent this long after a customer's message is shown as overdue. */
  readonly memberOverdueMs: number
  readonly team: string
  /** Kept in the actor for the agents; older ones are in the read model. */
  readonly recentMax: number
  readonly textMax: number
}

export const conversationDefaults: ConversationSettings = {
  burstWindowMs: 400,
  restartsMax: 3,
  routeTimeoutMs: 10_000,
  answerTimeoutMs: 45_000,
  confidenceMin: 0.7,
  idleCloseMs: 24 * 60 * 60 * 1000,
  memberOverdueMs: 5 * 60 * 1000,
  team: 'sales',
  recentMax: 12,
  textMax: 4000,
}

export interface ConversationInput {
  /** The conversation's own address, `workspace/conversation/id`. */
  readonly address: string
  readonly settings: ConversationSettings
}

/** A tool's result that claims of a draft point to, kept with the draft so that the check and a person can read it. */
export interface Evidence {
  readonly callId: string
  readonly tool: string
  readonly arguments: { readonly [name: string]: unknown }
  readonly result: unknown
}

export interface RecentMessage {
  readonly n: number
  readonly by: 'customer' | 'assistant' | 'member'
  readonly text: string
  readonly atMs: number
}

/** What the agents remember between turns: small, opaque to the machine, at most 4 KB of JSON. */
export type Dialogue = { readonly [key: string]: unknown }

/** One turn: the customer's unanswered messages together. */
export interface TurnInput {
  readonly conversation: string
  readonly lead: string
  readonly turn: number
  readonly epoch: number
  readonly atMs: number
  readonly language: string
  readonly timeZone: string
  readonly messages: readonly RecentMessage[]
  readonly recent: readonly RecentMessage[]
  readonly dialogue: Dialogue
  readonly guidance: readonly string[]
  /** The listing on the page the customer writes from, when there is one. */
  readonly pageListing?: string
  readonly customer: { readonly name?: string; readonly phone?: string; readonly email?: string }
}

/** The turn and epoch an output was made for, copied from its `TurnInput`. An output of another turn or epoch is dropped. */
export interface Born {
  readonly turn: number
  readonly epoch: number
}

/** Output of the invoke `route`. */
export interface Route {
  readonly born?: Born
  readonly intent: Intent
  readonly specialist: Specialist
  readonly confidence: number
  /** Set when no specialist should answer at all. */
  readonly handOff?: HandOffReason
}

/** Output of the invoke `answer`; its input is `TurnInput & { route: Route }`. */
export interface Draft {
  readonly born?: Born
  readonly text: string
  readonly cards: readonly Card[]
  readonly chips: readonly Chip[]
  readonly claims: readonly Claim[]
  /** Results the claims of kind `tool` and `document` point to. */
  readonly evidence?: readonly Evidence[]
  readonly confidence: number
  readonly intent: Intent
  readonly specialist: Specialist
  readonly model: string
  readonly handOff?: { readonly reason: HandOffReason; readonly summary: string }
  readonly dialogue: Dialogue
  /** What the turn taught about the customer, sent on to the lead. */
  readonly learned?: LearnedPreferences
  readonly engagement: 'question' | 'direct-inquiry' | 'meeting-request'
  readonly costMicros: number
}

export interface LearnedPreferences {
  readonly budgetMaxMinor?: number
  readonly budgetMinMinor?: number
  readonly currency?: string
  readonly city?: string
  /** Replaces the former ones; an empty list takes them away. Another city without any does so too. */
  readonly localities?: readonly string[]
  readonly bedrooms?: number
  readonly propertyType?: string
  /** From buying to renting or back, a budget that is not said anew is forgotten. */
  readonly purpose?: 'buy' | 'rent' | 'invest'
  readonly timeline?: 'now' | 'three-months' | 'six-months' | 'later'
  readonly name?: string
  readonly phone?: string
  readonly email?: string
}

/** Output of the invoke `check`; its input is `{ turn: TurnInput; draft: Draft }`. */
export interface Verdict {
  readonly born?: Born
  readonly deliver: boolean
  readonly reason?: HandOffReason
  /** For people: which words were not bound, or which rule was broken. */
  readonly problems: readonly string[]
  /** Calibrated; compared with `confidenceMin`. */
  readonly confidence: number
}

/**
 * Input of the named action `deliver`: the message to hand to the channel. `epoch` is the conversation's at the end of the step that
 * asked: an assistant's message is dropped right before the channel call when the conversation's epoch has moved on since; a
 * member's never is.
 */
export interface Delivery {
  readonly n: number
  readonly epoch: number
  readonly channel: string
  readonly text: string
  readonly author: 'assistant' | 'member'
  readonly extras: { readonly cards: readonly Card[]; readonly chips: readonly Chip[] }
}

export type ConversationEvent =
  /** The widget opened: nothing is numbered yet. */
  | {
      readonly type: 'conversation.opened'
      readonly channel: string
      readonly visitorId: string
      readonly language: string
      readonly timeZone: string
      readonly page?: string
      readonly pageListing?: string
    }
  /** `complete`: plainly a whole request, so no burst window is needed. `clientId` makes a retry the same message. */
  | {
      readonly type: 'message.received'
      readonly clientId: string
      readonly text: string
      readonly complete: boolean
      readonly channel: string
      readonly pageListing?: string
    }
  | { readonly type: 'customer.identified'; readonly name?: string; readonly phone?: string; readonly email?: string }
  | { readonly type: 'person.requested' }
  | { readonly type: 'receipt.delivered'; readonly upTo: number }
  | { readonly type: 'receipt.read'; readonly upTo: number }
  | { readonly type: 'delivery.sent'; readonly n: number; readonly providerId?: string }
  | { readonly type: 'delivery.failed'; readonly n: number; readonly reason: string }
  /** `via` is the route a person answered by: console, API, or the paired phone. `force` takes it from another member (managers). */
  | {
      readonly type: 'member.take-over'
      readonly memberId: string
      readonly name: string
      readonly via: 'console' | 'api' | 'phone'
      readonly force?: boolean
    }
  | {
      readonly type: 'member.message'
      readonly memberId: string
      readonly name: string
      readonly clientId: string
      readonly text: string
      readonly via: 'console' | 'api' | 'phone'
    }
  | {
      readonly type: 'member.note'
      readonly memberId: string
      readonly name: string
      readonly noteId: string
      readonly text: string
    }
  | { readonly type: 'member.guidance'; readonly memberId: string; readonly name: string; readonly text: string }
  | { readonly type: 'member.hand-back'; readonly memberId: string; readonly name: string; readonly note?: string }
  | {
      readonly type: 'member.hand-to-team'
      readonly memberId: string
      readonly name: string
      readonly team: string
      readonly note?: string
    }
  | {
      readonly type: 'member.assign'
      readonly memberId: string
      readonly name: string
      /** Somebody who assigns to themselves takes over: refused when another member owns. */
      readonly by: { readonly memberId: string; readonly name: string }
    }
  | { readonly type: 'member.snooze'; readonly memberId: string; readonly name: string; readonly untilMs: number }
  | { readonly type: 'member.close'; readonly memberId: string; readonly name: string; readonly reason: string }
  | { readonly type: 'member.reopen'; readonly memberId: string; readonly name: string }
  | { readonly type: 'member.read'; readonly memberId: string; readonly upTo: number }
  /** From the queue actor. */
  | { readonly type: 'queue.position'; readonly position: number; readonly waiting: number }
  | { readonly type: 'queue.assigned'; readonly memberId: string; readonly name: string; readonly ticket: number }
  | { readonly type: 'queue.nobody-on-shift'; readonly opensAtMs?: number }
  /** From meeting actors, so that the transcript and the lead know. */
  | {
      readonly type: 'meeting.changed'
      readonly meetingId: string
      readonly status: string
      readonly startAtMs: number
    }

/** Facts of a conversation, by type. `n` numbers what the customer can see, 1…n without a gap. */
export interface ConversationFacts {
  'conversation-opened': {
    readonly visitorId: string
    readonly channel: string
    readonly language: string
    readonly lead: string
  }
  'message-added': TranscriptMessage
  'note-added': {
    readonly noteId: string
    readonly memberId: string
    readonly name: string
    readonly text: string
    readonly afterN: number
  }
  'guidance-given': { readonly memberId: string; readonly name: string; readonly text: string }
  'turn-started': { readonly turn: number; readonly epoch: number; readonly fromN: number; readonly toN: number }
  'turn-routed': { readonly turn: number; readonly route: Route }
  'turn-drafted': { readonly turn: number; readonly epoch: number; readonly draft: Draft }
  'turn-checked': { readonly turn: number; readonly verdict: Verdict }
  'turn-ended': {
    readonly turn: number
    readonly outcome: 'answered' | 'handed-off' | 'dropped' | 'restarted'
    readonly tookMs: number
  }
  'owner-changed': { readonly owner: Owner; readonly epoch: number; readonly from: Owner['kind'] }
  'handed-off': {
    readonly reason: HandOffReason
    readonly summary: string
    readonly team: string
    readonly turn: number
  }
  'taken-over': { readonly memberId: string; readonly name: string; readonly via: string; readonly waitedMs: number }
  'handed-back': { readonly memberId: string; readonly name: string; readonly note?: string }
  'queue-position-changed': { readonly position: number; readonly waiting: number }
  'nobody-on-shift': { readonly opensAtMs?: number }
  'member-overdue': { readonly memberId: string }
  snoozed: { readonly memberId: string; readonly untilMs: number }
  unsnoozed: Record<string, never>
  closed: { readonly reason: string; readonly by: string; readonly name?: string }
  reopened: { readonly by: string }
  'customer-identified': { readonly name?: string; readonly phone?: string; readonly email?: string }
  'receipts-changed': { readonly deliveredTo: number; readonly readTo: number }
  'delivery-changed': { readonly n: number; readonly status: 'sent' | 'failed'; readonly reason?: string }
  'member-read': { readonly memberId: string; readonly upTo: number }
  'meeting-linked': { readonly meetingId: string; readonly status: string; readonly startAtMs: number }
  /** Why a command changed nothing, and who won instead. */
  'command-refused': {
    readonly command: string
    readonly code: RefusalCode
    readonly message: string
    readonly owner: Owner
  }
}

export type RefusalCode =
  | 'already-owned'
  | 'not-owner'
  | 'closed'
  | 'not-closed'
  | 'text-too-long'
  | 'text-empty'
  | 'nothing-to-hand-back'
  | 'unknown-team'
  | 'time-passed'

/** A numbered entry of the transcript. */
export interface TranscriptMessage {
  readonly n: number
  readonly author: Author
  readonly text: string
  readonly atMs: number
  /** The owner's epoch when it was added. */
  readonly epoch: number
  readonly clientId?: string
  readonly cards?: readonly Card[]
  readonly chips?: readonly Chip[]
  readonly claims?: readonly Claim[]
  readonly confidence?: number
  readonly intent?: Intent
  readonly turn?: number
}
