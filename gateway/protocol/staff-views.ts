/** What staff see: rows, conversations, leads, the funnel, actors. */
import type { FileView } from './files.ts'
import type { Claim, HandOffReason, Owner, Route, TranscriptMessage, Verdict } from '#machines/conversation-contract.ts'
import type { LeadProfile, LeadScore, MeetingStatus, Stage, Temperature } from '#machines/lead-contract.ts'
import type { ConsentView, ConversationMarks, OutgoingView } from './outgoing.ts'
import type { Receipts, Role } from './shared.ts'

export interface StaffHandshake {
  readonly protocol: number
  readonly accessToken: string
}

export interface Member {
  readonly memberId: string
  readonly name: string
  readonly email: string
  readonly role: Role
  readonly workspace: string
}

export type InboxView = 'mine' | 'waiting' | 'assistant' | 'all' | 'closed'

export interface InboxQuery {
  readonly view: InboxView
  /** Words in names, numbers and messages. */
  readonly search?: string
  readonly temperature?: readonly Temperature[]
  readonly channel?: readonly string[]
  readonly memberId?: string
  readonly unreadOnly?: boolean
  /** Narrow to what a number of the funnel counts. */
  readonly handOffReason?: HandOffReason
  readonly limit: number
  readonly after?: string
}

/** A row of the inbox. Sorted by who needs a person most: waiting longest, then overdue, then newest. */
export interface InboxRow {
  readonly conversation: string
  readonly name: string
  readonly channel: string
  readonly owner: Owner
  readonly ownerEpoch: number
  readonly status: 'open' | 'closed' | 'snoozed'
  readonly lead: string
  readonly temperature: Temperature
  readonly stage?: Stage
  readonly lastText: string
  readonly lastBy: 'customer' | 'assistant' | 'member' | 'system'
  readonly lastAtMs: number
  readonly lastN: number
  /** Customer's messages since a member or the assistant last answered or a member read. */
  readonly unread: number
  readonly handOff?: {
    readonly reason: HandOffReason
    readonly summary: string
    readonly atMs: number
    readonly position?: number
  }
  readonly overdue?: boolean
  readonly createdAtMs: number
  /** Rises with every change of the row. */
  readonly revision: number
}

export interface InboxPage {
  readonly rows: readonly InboxRow[]
  readonly next?: string
  readonly counts: { readonly [view in InboxView]: number }
}

export interface Note {
  readonly noteId: string
  readonly memberId: string
  readonly name: string
  readonly text: string
  readonly atMs: number
  /** Shown after this message. */
  readonly afterN: number
  readonly kind: 'note' | 'guidance' | 'hand-back'
}

/** What staff see of a turn in flight or the last one. */
export interface TurnView {
  readonly turn: number
  readonly status: 'routing' | 'answering' | 'checking' | 'answered' | 'handed-off' | 'dropped'
  readonly route?: Route
  /** The draft's text as it forms. */
  readonly text?: string
  readonly confidence?: number
  readonly claims?: readonly Claim[]
  readonly verdict?: Verdict
  readonly model?: string
  readonly tookMs?: number
}

export interface LeadView {
  readonly lead: string
  readonly profile: LeadProfile
  readonly temperature: Temperature
  readonly temperatureReason: string
  readonly stage: Stage
  readonly score?: LeadScore
  readonly status: 'invalid' | 'active' | 'merged'
  readonly problems?: readonly string[]
  readonly mergedInto?: string
  /** Leads that turned out to be the same person and are part of this one; a person can separate them. */
  readonly joined?: readonly JoinedLeadView[]
  /** Leads a person has separated from this one: no evidence joins them again. */
  readonly apart?: readonly ApartLeadView[]
  readonly source: string
  readonly conversations: readonly string[]
  readonly meetings: readonly MeetingView[]
  readonly engagements: number
  readonly createdAtMs: number
  readonly updatedAtMs: number
  readonly revision: number
}

/** Another lead as it was known when it was joined or separated. */
export interface OtherLeadView {
  readonly lead: string
  readonly name?: string
  readonly phone?: string
  readonly email?: string
  readonly source: string
}

export interface JoinedLeadView extends OtherLeadView {
  /** By what they were found to be one person; `contact` where that is not known any more. */
  readonly evidence: 'phone' | 'email' | 'visitor' | 'by-hand' | 'contact'
  /** The number or address both have. */
  readonly key: string
  /** Who joined them by hand. */
  readonly by?: string
  readonly atMs: number
}

export interface ApartLeadView extends OtherLeadView {
  readonly by: string
  readonly reason?: string
  readonly atMs: number
}

export interface MeetingView {
  readonly meeting: string
  readonly title: string
  readonly place: string
  readonly startAtMs: number
  readonly durationMs: number
  readonly timeZone: string
  readonly status: MeetingStatus
  readonly lead: string
  readonly conversation: string
}

/** `presence`: who else is here, looks or types is not known. `lists`: they lack what was said lately, or can't be read. Everything said goes on. */
export type DegradedPart = 'presence' | 'lists'

export interface Presence {
  readonly memberId: string
  readonly name: string
  readonly viewing: boolean
  readonly typing: boolean
}

export interface ConversationView {
  readonly row: InboxRow
  readonly messages: readonly TranscriptMessage[]
  readonly lastN: number
  readonly more: boolean
  readonly notes: readonly Note[]
  readonly receipts: Receipts
  /** Numbers of ours that the channel refused, with why. */
  readonly failed: readonly { readonly n: number; readonly reason: string }[]
  /** How each message of ours went out that goes through a provider: those of the newest two hundred, by number. */
  readonly outgoing: readonly OutgoingView[]
  /** Reactions, what was taken back, and how the customer is reached. */
  readonly marks: ConversationMarks
  /** Files that came with messages of a provider's. */
  readonly files: readonly FileView[]
  /** What the customer said yes and no to, the latest first. */
  readonly consents: readonly ConsentView[]
  readonly turn?: TurnView
  readonly lead?: LeadView
  readonly earlier: readonly InboxRow[]
  readonly presence: readonly Presence[]
  readonly customerTyping: boolean
}

export interface CannedReply {
  /** Typed after `/`. */
  readonly shortcut: string
  /** `{{name}}`, `{{agent}}` and `{{listing}}` are filled in. */
  readonly text: string
}

export interface LeadQuery {
  readonly stage?: Stage
  readonly temperature?: Temperature
  readonly source?: string
  readonly status?: 'invalid' | 'active' | 'merged'
  readonly search?: string
  readonly fromMs?: number
  readonly limit: number
  readonly after?: string
}

export interface FunnelQuery {
  /** Leads and conversations begun since then. */
  readonly fromMs: number
  readonly channel?: string
  readonly source?: string
  readonly memberId?: string
}

/** A duration distribution; absent when nothing was measured. */
export interface Spread {
  readonly count: number
  readonly medianMs: number
  readonly p90Ms: number
}

export interface Funnel {
  readonly asOfMs: number
  readonly stages: readonly {
    readonly stage: Stage
    readonly total: number
    readonly byTemperature: { readonly [each in Temperature]: number }
  }[]
  readonly conversations: {
    readonly total: number
    readonly open: number
    readonly waiting: number
    readonly withMember: number
    readonly withAssistant: number
    readonly closed: number
  }
  readonly firstAnswer: { readonly assistant?: Spread; readonly member?: Spread }
  /** Share of answered conversations that never needed a person, 0 to 1; absent when none was answered. */
  readonly containment?: number
  readonly handOffReasons: readonly { readonly reason: HandOffReason; readonly count: number }[]
  readonly longestWaitSinceMs?: number
  readonly agents: readonly {
    readonly memberId: string
    readonly name: string
    readonly load: number
    readonly capacity: number
    readonly available: boolean
  }[]
  readonly bookingsToday: number
  readonly sources: readonly string[]
}

export interface ActorRow {
  readonly address: string
  readonly kind: string
  readonly machine: string
  readonly status: 'active' | 'done' | 'failed'
  readonly revision: number
  readonly updatedAtMs: number
}

export interface ActorView extends ActorRow {
  /** State value as XState prints it. */
  readonly value: unknown
  readonly context: unknown
  readonly timers: readonly { readonly id: string; readonly dueAtMs: number; readonly event: string }[]
  readonly effects: readonly { readonly id: string; readonly name: string; readonly epoch: number }[]
  readonly createdAtMs: number
}

/** One step of an actor and the state after it. */
export interface InstantView {
  readonly revision: number
  readonly atMs: number
  readonly eventId: string
  readonly event: { readonly type: string; readonly [key: string]: unknown }
  readonly from?: string
  readonly outcome: 'applied' | 'fenced' | 'failed' | 'parked' | 'undeliverable'
  readonly reason?: string
  readonly value: unknown
  readonly context: unknown
  readonly facts: readonly { readonly type: string; readonly data: unknown }[]
  readonly effectsAsked: readonly { readonly id: string; readonly name: string; readonly epoch: number }[]
  readonly effectsStopped: readonly string[]
  readonly timersArmed: readonly { readonly id: string; readonly dueAtMs: number }[]
  readonly timersCancelled: readonly string[]
  readonly sends: readonly { readonly to: string; readonly type: string }[]
}

export interface DeadLetterView {
  readonly id: number
  readonly address: string
  readonly event: { readonly type: string; readonly [key: string]: unknown }
  readonly eventId: string
  readonly reason: string
  readonly atMs: number
  readonly settled?: { readonly by: string; readonly atMs: number; readonly how: 'replayed' | 'discarded' }
}

/** A message of another system that could not be taken in. */
export interface LeadEventView {
  readonly letter: string
  /** Where it was published. */
  readonly subject: string
  /** Of the event, where they could be read. */
  readonly source?: string
  readonly eventId?: string
  /** As it came, for mending: the JSON of structured mode where it could be read. */
  readonly text: string
  /** As somebody last mended it. */
  readonly mended?: string
  readonly reasons: readonly string[]
  readonly atMs: number
  readonly settled?: {
    readonly by: string
    readonly atMs: number
    readonly how: 'replayed' | 'discarded'
    readonly lead?: string
  }
}
