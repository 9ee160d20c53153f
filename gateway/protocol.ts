/**
 * The whole contract between the gateway and its clients (widget, console). Types and constants only: it costs a bundle nothing.
 *
 * Transport: Socket.IO, namespaces `/customer` and `/staff`. A client emits `command` with a command object and an acknowledgement;
 * the server answers the acknowledgement with a `Reply` and emits `frame` with a frame object. HTTP is for sign-in, leads, imports, health.
 *
 * Completeness: messages of a conversation are numbered 1…n without a gap. A client holds the last number it has without a gap,
 * asks for what follows (`resume`), and treats a frame whose number is not the next one as a reason to ask again.
 */
import type {
  Author,
  Card,
  Chip,
  Claim,
  HandOffReason,
  Intent,
  Notice,
  Owner,
  Route,
  TranscriptMessage,
  Verdict,
} from '#machines/conversation-contract.ts'
import type { LeadProfile, LeadScore, MeetingStatus, Stage, Temperature } from '#machines/lead-contract.ts'

export type {
  Author,
  Card,
  Chip,
  Claim,
  HandOffReason,
  Intent,
  LeadProfile,
  LeadScore,
  MeetingStatus,
  Notice,
  Owner,
  Route,
  Stage,
  Temperature,
  TranscriptMessage,
  Verdict,
}

/** Sent in the handshake (`auth.protocol`); another major version is refused with `protocol-unsupported`. */
export const protocolVersion = 1

export const limits = {
  /** Characters in one customer or member message. */
  textMax: 4000,
  /** Bytes in one Socket.IO frame. */
  frameMaxBytes: 128 * 1024,
  /** Messages one visitor may send in a window; beyond it `rate-limited` with `retryAfterMs`. */
  visitorMessages: { limit: 20, windowMs: 10_000 },
  staffCommands: { limit: 200, windowMs: 10_000 },
  pageMax: 200,
} as const

export type Role = 'admin' | 'manager' | 'sales-agent'

/** Every code a client can meet. `retry`: `never` mends itself by changing the request, `later` after a wait, `now` at once. */
export type ErrorCode =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'refused'
  | 'rate-limited'
  | 'too-large'
  | 'unknown-command'
  | 'protocol-unsupported'
  | 'busy'
  | 'unavailable'
  | 'timeout'
  | 'conflict'
  | 'internal'

export interface ProblemReport {
  readonly code: ErrorCode
  /** For a person: what happened and what to do. */
  readonly message: string
  readonly retry: 'never' | 'later' | 'now'
  readonly retryAfterMs?: number
  /** For `refused`: the machine's own code (`already-owned`, …) and who owns the conversation now. */
  readonly refusal?: { readonly code: string; readonly owner?: Owner }
  /** Each thing that is wrong, where there are several: a lead's problems, an import's missing fields. */
  readonly details?: readonly string[]
}

export type Reply<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ProblemReport }

// ---------------------------------------------------------------- customer (/customer)

/** `auth` of the handshake. `token` is the one `welcome` gave; without it a new visitor begins. */
export interface CustomerHandshake {
  readonly protocol: number
  readonly workspace: string
  readonly token?: string
  readonly language: string
  readonly timeZone: string
  readonly page?: string
  readonly pageListing?: string
}

export type CustomerCommand =
  /** The same `clientId` again is the same message, however often and from whichever tab. */
  | { readonly type: 'message.send'; readonly clientId: string; readonly text: string }
  | { readonly type: 'resume'; readonly after: number }
  | { readonly type: 'typing'; readonly on: boolean }
  | { readonly type: 'read'; readonly upTo: number }
  | { readonly type: 'person.request' }
  | { readonly type: 'identify'; readonly name?: string; readonly phone?: string; readonly email?: string }

export interface CustomerReplies {
  'message.send': { readonly n: number }
  resume: Transcript
  typing: null
  read: null
  'person.request': null
  identify: null
}

/** What the customer may know of who answers. */
export type PublicOwner =
  | { readonly kind: 'assistant' }
  | {
      readonly kind: 'queue'
      readonly position?: number
      readonly waiting?: number
      readonly nobodyOnShift?: boolean
      readonly opensAtMs?: number
    }
  | { readonly kind: 'member'; readonly name: string }

/** A message as the customer sees it: no confidence, claims or ids of staff. */
export type PublicMessage = Pick<TranscriptMessage, 'n' | 'text' | 'atMs' | 'clientId' | 'cards' | 'chips'> & {
  readonly author:
    | { readonly kind: 'customer' }
    | { readonly kind: 'assistant' }
    | { readonly kind: 'member'; readonly name: string }
    | { readonly kind: 'system'; readonly notice: Notice; readonly name?: string }
}

export interface Transcript {
  /** Numbers `after`+1 … `lastN`, without a gap unless `more`. */
  readonly messages: readonly PublicMessage[]
  readonly lastN: number
  /** The page was full: ask again after the last one. */
  readonly more: boolean
  readonly owner: PublicOwner
  readonly receipts: Receipts
  readonly status: 'open' | 'closed'
}

/** Watermarks over the customer's messages (how far staff or assistant took them in) and ours (how far the customer did). */
export interface Receipts {
  readonly ours: { readonly deliveredTo: number; readonly readTo: number }
  readonly theirs: { readonly readTo: number }
}

export type CustomerFrame =
  | {
      readonly type: 'welcome'
      readonly token: string
      readonly conversation: string
      readonly brand: WidgetBrand
      readonly transcript: Transcript
      readonly serverTimeMs: number
    }
  | { readonly type: 'message'; readonly message: PublicMessage }
  | { readonly type: 'owner'; readonly owner: PublicOwner }
  | { readonly type: 'typing'; readonly by: 'assistant' | 'member'; readonly name?: string; readonly on: boolean }
  | { readonly type: 'receipts'; readonly receipts: Receipts }
  | { readonly type: 'status'; readonly status: 'open' | 'closed' }
  /** The socket fell behind and frames were dropped: resume. */
  | { readonly type: 'behind' }

export interface WidgetBrand {
  readonly name: string
  readonly assistantName: string
  readonly greeting: string
  readonly questions: readonly string[]
  readonly accent: string
}

// ---------------------------------------------------------------- staff (/staff)

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
  readonly source: string
  readonly conversations: readonly string[]
  readonly meetings: readonly MeetingView[]
  readonly engagements: number
  readonly createdAtMs: number
  readonly updatedAtMs: number
  readonly revision: number
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
  readonly turn?: TurnView
  readonly lead?: LeadView
  readonly earlier: readonly InboxRow[]
  readonly presence: readonly Presence[]
  readonly customerTyping: boolean
}

export type StaffCommand =
  | { readonly type: 'inbox.open'; readonly query: InboxQuery }
  | { readonly type: 'inbox.page'; readonly query: InboxQuery }
  /** Subscribes to one conversation; `after` resumes from a number. Another `open` leaves the one before unless `keep`. */
  | {
      readonly type: 'conversation.open'
      readonly conversation: string
      readonly after: number
      readonly keep?: boolean
    }
  | { readonly type: 'conversation.leave'; readonly conversation: string }
  | { readonly type: 'conversation.typing'; readonly conversation: string; readonly on: boolean }
  | { readonly type: 'conversation.read'; readonly conversation: string; readonly upTo: number }
  | { readonly type: 'take-over'; readonly conversation: string; readonly force?: boolean }
  | { readonly type: 'message.send'; readonly conversation: string; readonly clientId: string; readonly text: string }
  | { readonly type: 'note.add'; readonly conversation: string; readonly noteId: string; readonly text: string }
  | { readonly type: 'guidance.give'; readonly conversation: string; readonly text: string }
  | { readonly type: 'hand-back'; readonly conversation: string; readonly note?: string }
  | { readonly type: 'hand-to-team'; readonly conversation: string; readonly note?: string }
  | { readonly type: 'assign'; readonly conversation: string; readonly memberId: string }
  | { readonly type: 'snooze'; readonly conversation: string; readonly untilMs: number }
  | { readonly type: 'close'; readonly conversation: string; readonly reason: string }
  | { readonly type: 'reopen'; readonly conversation: string }
  | { readonly type: 'lead.stage'; readonly lead: string; readonly stage: Stage; readonly reason?: string }
  | { readonly type: 'lead.repair'; readonly lead: string; readonly profile: LeadProfile }
  | { readonly type: 'lead.list'; readonly query: LeadQuery }
  | { readonly type: 'lead.get'; readonly lead: string }
  | {
      readonly type: 'meeting.set'
      readonly meeting: string
      readonly to: 'confirmed' | 'attended' | 'missed' | 'cancelled'
      readonly reason?: string
    }
  | { readonly type: 'presence.set'; readonly available: boolean }
  | { readonly type: 'members.list' }
  | { readonly type: 'canned.list' }
  | { readonly type: 'canned.save'; readonly reply: CannedReply }
  | { readonly type: 'canned.delete'; readonly shortcut: string }
  | { readonly type: 'listing.search'; readonly text: string }
  | { readonly type: 'funnel.open'; readonly query: FunnelQuery }
  | { readonly type: 'funnel.leave' }
  | {
      readonly type: 'actor.list'
      readonly kind?: string
      readonly status?: 'active' | 'done' | 'failed'
      readonly beforeMs?: number
    }
  | { readonly type: 'actor.open'; readonly address: string }
  | { readonly type: 'actor.leave'; readonly address: string }
  | { readonly type: 'actor.history'; readonly address: string; readonly afterRevision: number; readonly limit: number }
  | { readonly type: 'dead-letter.list'; readonly before?: number }
  | { readonly type: 'dead-letter.replay'; readonly id: number; readonly event?: { readonly [key: string]: unknown } }
  | { readonly type: 'dead-letter.discard'; readonly id: number }

/** What the acknowledgement of each staff command holds. Commands not named here answer `null`. */
export interface StaffReplies {
  'inbox.open': InboxPage
  'inbox.page': InboxPage
  'conversation.open': ConversationView
  'message.send': { readonly n: number }
  'lead.list': { readonly leads: readonly LeadView[]; readonly next?: string; readonly total: number }
  'lead.get': LeadView
  'members.list': readonly (Member & {
    readonly available: boolean
    readonly load: number
    readonly capacity: number
  })[]
  'canned.list': readonly CannedReply[]
  'listing.search': readonly Card[]
  'funnel.open': Funnel
  'actor.list': readonly ActorRow[]
  'actor.open': ActorView
  'actor.history': readonly InstantView[]
  'dead-letter.list': readonly DeadLetterView[]
}

export type StaffReply<C extends StaffCommand['type']> = C extends keyof StaffReplies ? StaffReplies[C] : null

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

export type StaffFrame =
  | { readonly type: 'welcome'; readonly member: Member; readonly serverTimeMs: number; readonly available: boolean }
  /** A row changed or appeared. Whether it still belongs to the open view is told by `inView`. */
  | {
      readonly type: 'inbox.row'
      readonly row: InboxRow
      readonly inView: boolean
      readonly counts: { readonly [view in InboxView]: number }
    }
  | { readonly type: 'conversation.message'; readonly conversation: string; readonly message: TranscriptMessage }
  | { readonly type: 'conversation.note'; readonly conversation: string; readonly note: Note }
  | { readonly type: 'conversation.row'; readonly conversation: string; readonly row: InboxRow }
  | { readonly type: 'conversation.turn'; readonly conversation: string; readonly turn: TurnView }
  | {
      readonly type: 'conversation.receipts'
      readonly conversation: string
      readonly receipts: Receipts
      readonly failed: readonly { readonly n: number; readonly reason: string }[]
    }
  | { readonly type: 'conversation.typing'; readonly conversation: string; readonly on: boolean }
  | { readonly type: 'conversation.presence'; readonly conversation: string; readonly presence: readonly Presence[] }
  | { readonly type: 'lead'; readonly lead: LeadView }
  /** Rings: somebody waits for a person. */
  | { readonly type: 'alert.waiting'; readonly row: InboxRow }
  /** Stops the ringing and says who took it. */
  | { readonly type: 'alert.taken'; readonly conversation: string; readonly memberId: string; readonly name: string }
  | { readonly type: 'alert.hot-lead'; readonly lead: LeadView; readonly reason: string }
  | { readonly type: 'funnel'; readonly funnel: Funnel }
  | { readonly type: 'actor'; readonly actor: ActorView; readonly instant: InstantView }
  | { readonly type: 'dead-letter'; readonly deadLetter: DeadLetterView }
  | { readonly type: 'member'; readonly memberId: string; readonly available: boolean; readonly load: number }
  | { readonly type: 'behind' }
  /** The access token ran out or was revoked: refresh, then connect again. */
  | { readonly type: 'signed-out'; readonly reason: string }

// ---------------------------------------------------------------- HTTP

/** `POST /v1/auth/sign-in` { email, password } or { code } (the one-time code printed at first start). The refresh token is an HttpOnly cookie. */
export interface SignedIn {
  readonly accessToken: string
  readonly expiresAtMs: number
  readonly member: Member
  /** Signed in with the one-time code: a password has to be set (`POST /v1/auth/password` { password, name }). */
  readonly passwordNeeded: boolean
}

/** `GET /v1/imports/:id`, and the answer of `POST /v1/imports/preview` and `POST /v1/imports`. */
export interface ImportView {
  readonly id: string
  readonly kind: 'listings' | 'leads'
  readonly fileName: string
  readonly status: 'preview' | 'running' | 'done' | 'failed'
  readonly columns: readonly ImportColumn[]
  /** The first rows as they came. */
  readonly sample: readonly (readonly string[])[]
  readonly rows: number
  readonly done: number
  readonly created: number
  readonly updated: number
  readonly unchanged: number
  readonly rejected: number
  readonly problem?: string
  /** Fields that no column gives and without which it can't run. */
  readonly missing?: readonly string[]
  /** Every field a column can be mapped to, for the mapping screen. */
  readonly choices?: readonly { readonly field: string; readonly label: string }[]
}

export interface ImportColumn {
  readonly index: number
  readonly header: string
  /** A field of ours, or absent when the column is kept as an extra. */
  readonly field?: string
  /** How sure the recogniser is, 0 to 1. */
  readonly confidence: number
  readonly examples: readonly string[]
}
