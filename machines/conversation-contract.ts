/**
 * What goes into and comes out of the conversation actor: its input, events, facts and the three pieces of work it asks for.
 * The console and the agents build on these types; the machine itself is in `conversation.ts`.
 * Every event also carries `atMs` and `eventId`, added by the host.
 */

import type { Reach, Referral } from './contact-contract.ts'
import type { Attachment, Card, Chip, Claim } from './content-contract.ts'
import type { OutgoingContent } from './dispatch-contract.ts'
import type { ReactionEvent, ReactionFacts } from './reaction-contract.ts'
import type { Draft, Intent, Route, Verdict } from './turn-contract.ts'

export type {
  Born,
  Dialogue,
  Draft,
  Evidence,
  Intent,
  LearnedPreferences,
  RecentMessage,
  Route,
  Specialist,
  TurnInput,
  Verdict,
} from './turn-contract.ts'
export type {
  Attachment,
  CalculationCard,
  Card,
  Chip,
  Claim,
  ClaimSource,
  ListingCard,
  SlotsCard,
  VisitCard,
} from './content-contract.ts'

/** The owner after a reply on the paired phone, of whom nobody knows who it was: not a colleague at work here, so anybody may take over. */
export const pairedPhone = { memberId: 'phone', name: 'Phone' } as const

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

export type Author =
  | { readonly kind: 'customer'; readonly name?: string }
  | { readonly kind: 'assistant' }
  | { readonly kind: 'member'; readonly memberId: string; readonly name: string }
  /** `name`: the member it tells of. */
  | { readonly kind: 'system'; readonly notice: Notice; readonly name?: string }

/** Lines the system writes into the transcript; the client words them in the reader's language. */
export type Notice = 'handed-off' | 'taken-over' | 'handed-back' | 'closed' | 'reopened' | 'opted-out' | 'opted-in'

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
  /** How the customer is reached, where the channel needs to be told. */
  readonly reach?: Reach
  /** What is sent where it is more than the text: a template, a file, a place. */
  readonly content?: OutgoingContent
  /** The provider's id of the message it answers. */
  readonly replyTo?: string
  /** In the place of a text: what the gateway words in the customer's language. */
  readonly notice?: WaitingNotice
  /** It is a reaction to message `n`, the how manieth of the conversation, and no message. */
  readonly reaction?: number
}

/** The customer waits for a person: their place in the line, and whether anybody is there. */
export interface WaitingNotice {
  readonly kind: 'waiting'
  readonly language: string
  readonly timeZone: string
  readonly line: WaitingLine
}

/** What a queue has told of a place in it. */
export interface WaitingLine {
  readonly position?: number
  readonly waiting?: number
  readonly nobodyOnShift?: boolean
  readonly opensAtMs?: number
}

export type ConversationEvent =
  | ReactionEvent
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
      readonly attachments?: readonly Attachment[]
      /** The provider's id of the message it answers. */
      readonly replyTo?: string
      readonly referral?: Referral
      /** The channel reads it as stop or start, whatever the words are elsewhere. */
      readonly wish?: 'stop' | 'start'
      /** The provider's clock, where there is one. */
      readonly sentAtMs?: number
      readonly zoneOffsetMinutes?: number
    }
  /** From a contact: who writes through a provider, and how they are reached. Told again when it changed. */
  | {
      readonly type: 'contact.introduced'
      readonly channel: string
      readonly reach: Reach
      readonly name?: string
      readonly username?: string
      readonly language: string
      readonly timeZone: string
    }
  /** `to` is the provider's id of the message; an empty emoji takes the reaction back. */
  /** A person says that somebody else has what the customer was reached by: nothing goes out from here any more. */
  | { readonly type: 'contact.left'; readonly by: string; readonly reach: Reach }
  | { readonly type: 'customer.reacted'; readonly to: string; readonly emoji: string; readonly sentAtMs: number }
  | { readonly type: 'message.revoked'; readonly messageId: string; readonly sentAtMs: number }
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
      readonly attachments?: readonly Attachment[]
      readonly content?: OutgoingContent
      readonly replyTo?: string
      readonly sentAtMs?: number
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
export interface ConversationFacts extends ReactionFacts {
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
  'contact-introduced': {
    readonly channel: string
    readonly reach: Reach
    readonly name?: string
    readonly username?: string
    /** The language they write in from now on, where that is another. */
    readonly language?: string
  }
  'contact-left': { readonly by: string }
  'customer-reacted': { readonly to: string; readonly emoji: string }
  'message-revoked': { readonly n: number }
  'receipts-changed': { readonly deliveredTo: number; readonly readTo: number }
  'delivery-changed': {
    readonly n: number
    readonly status: 'sent' | 'failed'
    readonly reason?: string
    readonly providerId?: string
  }
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
  | 'no-reactions'
  | 'message-too-old'
  | 'contact-left'

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
  readonly channel?: string
  readonly attachments?: readonly Attachment[]
  readonly replyTo?: string
  readonly referral?: Referral
  /** When it was sent by the provider's clock, which the channel's window goes by. */
  readonly sentAtMs?: number
  readonly content?: OutgoingContent
}
