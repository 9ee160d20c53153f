/** The staff half of the protocol: Socket.IO namespace `/staff`. */
import type { Card, TranscriptMessage } from '#machines/conversation-contract.ts'
import type { LeadProfile, Stage } from '#machines/lead-contract.ts'
import type { ConsentView, ConversationMarks, OutgoingView } from './outgoing.ts'
import type { ChannelAccountView, FilledTemplate, TemplateView } from './accounts.ts'
import type { KnownForm, ListingPlace, Offer } from './offers.ts'
import type { FileToSend, FileView } from './files.ts'
import type { Receipts } from './shared.ts'
import type {
  ActorRow,
  ActorView,
  CannedReply,
  ConversationView,
  DeadLetterView,
  DegradedPart,
  Funnel,
  FunnelQuery,
  InboxPage,
  InboxQuery,
  InboxRow,
  InboxView,
  InstantView,
  LeadEventView,
  LeadQuery,
  LeadView,
  Member,
  Note,
  Presence,
  TurnView,
} from './staff-views.ts'

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
  /** With a template or something to tap its words are sent, and `text` is not looked at. */
  | {
      readonly type: 'message.send'
      readonly conversation: string
      readonly clientId: string
      readonly text: string
      readonly template?: FilledTemplate
      /** Uploaded before. Each is a message of its own; the words go with the first that can carry them. */
      readonly files?: readonly FileToSend[]
      readonly offer?: Offer
    }
  /** Lays an emoji over the customer's message `n`, in the place of the one before; an empty one takes it back. */
  | { readonly type: 'message.react'; readonly conversation: string; readonly n: number; readonly emoji: string }
  /** Templates that may go out in this conversation. */
  | { readonly type: 'template.list'; readonly conversation: string }
  /** Forms the workspace has sent, the last one first. */
  | { readonly type: 'form.list' }
  /** Listings that have a place on the map. */
  | { readonly type: 'place.search'; readonly text: string }
  | { readonly type: 'note.add'; readonly conversation: string; readonly noteId: string; readonly text: string }
  | { readonly type: 'guidance.give'; readonly conversation: string; readonly text: string }
  | { readonly type: 'hand-back'; readonly conversation: string; readonly note?: string }
  | { readonly type: 'hand-to-team'; readonly conversation: string; readonly note?: string }
  | { readonly type: 'assign'; readonly conversation: string; readonly memberId: string }
  | { readonly type: 'snooze'; readonly conversation: string; readonly untilMs: number }
  | { readonly type: 'close'; readonly conversation: string; readonly reason: string }
  | { readonly type: 'reopen'; readonly conversation: string }
  /** Somebody else has the number or id by which the customer was reached: they are a conversation and a lead of their own from now on. */
  | { readonly type: 'contact.separate'; readonly conversation: string }
  | { readonly type: 'lead.stage'; readonly lead: string; readonly stage: Stage; readonly reason?: string }
  | { readonly type: 'lead.repair'; readonly lead: string; readonly profile: LeadProfile }
  /** Undoes a merge. `keys`: who has the contact keys both know, this lead or the other. */
  | { readonly type: 'lead.separate'; readonly lead: string; readonly keys: 'here' | 'there'; readonly reason?: string }
  /** `lead` and `into` are one person: the first becomes part of the second. */
  | { readonly type: 'lead.join'; readonly lead: string; readonly into: string }
  /** From then on leads that belong to the list are sent as they come and change, until `lead.leave`. */
  | { readonly type: 'lead.list'; readonly query: LeadQuery }
  | { readonly type: 'lead.leave' }
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
  /** What other systems sent and nobody could take in; `after` is `next` of the page before. */
  | { readonly type: 'lead-event.list'; readonly after?: string }
  /** `text`: the event as the JSON of structured mode. Wrong still, it stays with its new reasons. */
  | { readonly type: 'lead-event.replay'; readonly letter: string; readonly text: string }
  | { readonly type: 'lead-event.discard'; readonly letter: string }

/** What the acknowledgement of each staff command holds. Commands not named here answer `null`. */
export interface StaffReplies {
  'inbox.open': InboxPage
  'inbox.page': InboxPage
  'conversation.open': ConversationView
  'message.send': { readonly n: number }
  'template.list': {
    readonly templates: readonly TemplateView[]
    /** The customer's, as far as it is known. */
    readonly language?: string
  }
  'form.list': readonly KnownForm[]
  'place.search': readonly ListingPlace[]
  'lead.list': {
    readonly leads: readonly LeadView[]
    readonly next?: string
    readonly total: number
    /** There are more than `total`: counting ended at a limit. */
    readonly totalIs: 'exact' | 'at-least'
  }
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
  'lead-event.list': { readonly events: readonly LeadEventView[]; readonly next?: string }
  'lead-event.replay':
    | { readonly status: 'taken'; readonly lead: string }
    | { readonly status: 'refused'; readonly reasons: readonly string[] }
}

export type StaffReply<C extends StaffCommand['type']> = C extends keyof StaffReplies ? StaffReplies[C] : null

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
  /** What became of a message on its way out. */
  | { readonly type: 'conversation.outgoing'; readonly conversation: string; readonly outgoing: OutgoingView }
  /** What has become of a file that came with a message. */
  | { readonly type: 'conversation.file'; readonly conversation: string; readonly file: FileView }
  | { readonly type: 'conversation.marks'; readonly conversation: string; readonly marks: ConversationMarks }
  | {
      readonly type: 'conversation.consents'
      readonly conversation: string
      readonly consents: readonly ConsentView[]
    }
  | { readonly type: 'conversation.typing'; readonly conversation: string; readonly on: boolean }
  | { readonly type: 'conversation.presence'; readonly conversation: string; readonly presence: readonly Presence[] }
  /** `listed`: it belongs to the list of leads that is open. */
  | { readonly type: 'lead'; readonly lead: LeadView; readonly listed?: true }
  /** Rings: somebody waits for a person. */
  | { readonly type: 'alert.waiting'; readonly row: InboxRow }
  /** Stops the ringing and says who took it. */
  | { readonly type: 'alert.taken'; readonly conversation: string; readonly memberId: string; readonly name: string }
  | { readonly type: 'alert.hot-lead'; readonly lead: LeadView; readonly reason: string }
  | { readonly type: 'funnel'; readonly funnel: Funnel }
  | { readonly type: 'actor'; readonly actor: ActorView; readonly instant: InstantView }
  | { readonly type: 'dead-letter'; readonly deadLetter: DeadLetterView }
  /** A refused event is new, was mended, or was dealt with. */
  | { readonly type: 'lead-event'; readonly event: LeadEventView }
  /** Accounts at providers and what keeps them from sending; told after `welcome` when anything does, and whenever that changes. */
  | { readonly type: 'accounts'; readonly accounts: readonly ChannelAccountView[] }
  | { readonly type: 'member'; readonly memberId: string; readonly available: boolean; readonly load: number }
  /** What of the house does not work at the moment; empty once all of it does again. Told after `welcome` when anything does not. */
  | { readonly type: 'degraded'; readonly parts: readonly DegradedPart[] }
  | { readonly type: 'behind' }
  /** The access token ran out or was revoked: refresh, then connect again. */
  | { readonly type: 'signed-out'; readonly reason: string }
