/**
 * What goes into and comes out of the lead, identity, queue, meeting and calendar actors.
 * Addresses are plain text here: machines import nothing but XState.
 */
import type { LearnedPreferences } from './conversation-contract.ts'
import type { LeadJoiningEvent, LeadJoiningFacts } from './lead-joining-contract.ts'
import type {
  ChannelName,
  Consent,
  ConsentScope,
  OutreachDecision,
  OutreachRequest,
  OutreachSettings,
  Purpose,
  Sender,
} from './outreach-contract.ts'
import { businessHoursDefaults, type BusinessHours } from './queue-contract.ts'

export { businessHoursDefaults, queueDefaults } from './queue-contract.ts'
export type { BusinessHours, QueueSettings, QueueInput, QueueEvent, QueueFacts } from './queue-contract.ts'

export type Temperature = 'cold' | 'warm' | 'hot'
export type Stage = 'new' | 'contacted' | 'qualified' | 'visit' | 'negotiation' | 'won' | 'lost'

export interface LeadProfile extends LearnedPreferences {
  readonly source?: string
  readonly message?: string
  readonly visitorId?: string
  /** Columns of an import that mean nothing to us, kept as they came. */
  readonly extra?: { readonly [column: string]: string }
}

/** Score 0 to 100: a weighted sum of budget, urgency, engagement and readiness, each 0 to 1. */
export interface LeadScore {
  readonly total: number
  readonly budget: number
  readonly urgency: number
  readonly engagement: number
  readonly readiness: number
  /** In words, strongest first. */
  readonly reasons: readonly string[]
}

/** Settings of the workspace for leads, copied into the actor when it is made. */
export interface LeadSettings {
  /** Engagements that make a cold lead warm: 3. */
  readonly warmEngagements: number
  /** One step down after this long without engagement: 30 days. */
  readonly coolAfterMs: number
  /** A new lead scored this high begins as warm. */
  readonly warmScore: number
  /** A budget of this and more counts in full: ₹2 Cr, in minor units. */
  readonly budgetFullMinor: number
  /** Engagements of this many and more count in full. */
  readonly engagementsFull: number
  /** Weights of the score's four parts; only their ratios count. */
  readonly budgetWeight: number
  readonly urgencyWeight: number
  readonly engagementWeight: number
  readonly readinessWeight: number
  /** Put before a phone number that comes without its country: 91. */
  readonly countryCode: string
  readonly claimTimeoutMs: number
  readonly enrichTimeoutMs: number
  /** What of the gate's settings the workspace has changed. */
  readonly outreach?: Partial<OutreachSettings>
}

export const leadDefaults: LeadSettings = {
  warmEngagements: 3,
  coolAfterMs: 30 * 24 * 60 * 60 * 1000,
  warmScore: 60,
  budgetFullMinor: 2_000_000_000,
  engagementsFull: 6,
  budgetWeight: 25,
  urgencyWeight: 25,
  engagementWeight: 30,
  readinessWeight: 20,
  countryCode: '91',
  claimTimeoutMs: 30_000,
  enrichTimeoutMs: 30_000,
}

export interface LeadInput {
  /** The lead's own address, `workspace/lead/id`. */
  readonly address: string
  readonly settings: LeadSettings
}

/** Output of the invoke `enrich-lead`; its input is `{ lead, profile }`. Only what is missing is filled in. */
export interface Enrichment {
  readonly profile: LeadProfile
}

/** Input of the named action `alert-hot-lead`. */
export interface HotLeadAlert {
  readonly lead: string
  readonly name?: string
  readonly phone?: string
  readonly reason: string
  readonly conversation?: string
}

/** On an event that a merged lead passes on: the leads it has come through, oldest first. */
export interface Forwarded {
  readonly forwardedBy?: readonly string[]
}

export type LeadEvent = LeadWorldEvent & Forwarded

type LeadWorldEvent =
  | { readonly type: 'lead.captured'; readonly profile: LeadProfile; readonly conversation?: string }
  | { readonly type: 'lead.repaired'; readonly profile: LeadProfile; readonly by: string }
  | { readonly type: 'profile.learned'; readonly learned: LearnedPreferences }
  | {
      readonly type: 'engagement.recorded'
      readonly kind: 'question' | 'direct-inquiry' | 'meeting-request' | 'reply' | 'visit'
      readonly conversation?: string
    }
  | { readonly type: 'stage.set'; readonly stage: Stage; readonly by: string; readonly reason?: string }
  | { readonly type: 'conversation.linked'; readonly conversation: string }
  | {
      readonly type: 'meeting.changed'
      readonly meetingId: string
      readonly status: MeetingStatus
      readonly startAtMs: number
    }
  /** May this go out? Answered to the dispatch. */
  | { readonly type: 'outreach.asked'; readonly request: OutreachRequest }
  /** It did not go out after all. */
  | { readonly type: 'outreach.released'; readonly dispatch: string }
  /** The customer wrote: `sentAtMs` by the provider's clock; `entry` when an ad brought them. */
  | {
      readonly type: 'customer.heard'
      readonly conversation: string
      readonly channel: string
      readonly sentAtMs: number
      readonly zoneOffsetMinutes?: number
      readonly entry?: boolean
    }
  | {
      readonly type: 'contact.wished'
      readonly wish: 'stop' | 'start'
      readonly channel: ChannelName
      readonly saidAtMs: number
      readonly proof: string
    }
  | { readonly type: 'consent.said'; readonly scope: ConsentScope; readonly consent: Consent }
  /** The provider can't reach the person there. */
  | { readonly type: 'channel.failed'; readonly channel: ChannelName }
  /** The provider wants no marketing to the person for a while. */
  | { readonly type: 'channel.paused'; readonly channel: ChannelName; readonly forMs: number }
  | LeadJoiningEvent

export interface LeadFacts extends LeadJoiningFacts {
  'lead-captured': { readonly profile: LeadProfile }
  'lead-invalid': { readonly profile: LeadProfile; readonly problems: readonly string[] }
  'lead-repaired': { readonly profile: LeadProfile; readonly by: string }
  'lead-enriched': { readonly profile: LeadProfile }
  'profile-changed': { readonly profile: LeadProfile }
  'score-changed': { readonly score: LeadScore }
  'temperature-changed': { readonly from: Temperature | 'none'; readonly to: Temperature; readonly reason: string }
  'stage-changed': { readonly from: Stage | 'none'; readonly to: Stage; readonly by: string; readonly reason?: string }
  'engagement-recorded': { readonly kind: string; readonly count: number }
  'conversation-linked': { readonly conversation: string }
  'outreach-decided': {
    readonly dispatch: string
    readonly conversation: string
    readonly channel: ChannelName
    readonly purpose: Purpose
    readonly sender: Sender
    readonly decision: OutreachDecision
    /** Where it was let through: when it counts from, and how far back caps looked then. */
    readonly counted?: { readonly atMs: number; readonly windowMs: number }
  }
  /** A message that was let through did not go out. */
  'outreach-released': { readonly dispatch: string }
  /** `word` where it was a stop or a start, which are about more than the scope. */
  'consent-changed': { readonly scope: ConsentScope; readonly consent: Consent; readonly word?: 'stop' | 'start' }
  /** The customer wrote through a provider; `atMs` by its clock, and none ahead of ours. */
  'customer-heard': {
    readonly conversation: string
    readonly atMs: number
    readonly entryUntilMs?: number
    readonly zoneOffsetMinutes?: number
  }
  'channel-lost': { readonly channel: ChannelName; readonly sinceMs: number }
  'channel-paused': { readonly channel: ChannelName; readonly untilMs: number }
  'hot-lead-alerted': { readonly name?: string; readonly reason: string }
  'command-refused': { readonly command: string; readonly code: string; readonly message: string }
}

/** Actor `identity`: one a contact key (`phone:+9198…`, `email:a@b.c`); the first lead to claim it owns it. */
export type IdentityEvent =
  | { readonly type: 'identity.claim'; readonly lead: string; readonly key: string }
  | { readonly type: 'identity.release'; readonly lead: string }
  /** The owner gives the key to another lead. */
  | { readonly type: 'identity.hand-over'; readonly lead: string; readonly to: string; readonly key: string }
export interface IdentityFacts {
  'identity-claimed': { readonly key: string; readonly lead: string }
  'identity-released': { readonly key: string; readonly lead: string }
}

export interface IdentityInput {
  /** The key's own address, `workspace/identity/key` with what an address cannot hold escaped. */
  readonly address: string
}

export type MeetingStatus =
  'requested' | 'refused' | 'booked' | 'confirmed' | 'reminded' | 'attended' | 'missed' | 'cancelled'

export type MeetingEvent =
  | {
      readonly type: 'meeting.request'
      readonly conversation: string
      readonly lead: string
      readonly listingId: string
      readonly title: string
      readonly place: string
      readonly startAtMs: number
      readonly durationMs: number
      readonly timeZone: string
      readonly calendar: string
    }
  | { readonly type: 'meeting.confirm'; readonly by: string }
  | { readonly type: 'meeting.reschedule'; readonly startAtMs: number; readonly by: string }
  | { readonly type: 'meeting.cancel'; readonly by: string; readonly reason?: string }
  | { readonly type: 'meeting.attended'; readonly by: string }
  | { readonly type: 'meeting.missed'; readonly by: string }
  /** From the calendar actor. */
  | { readonly type: 'slot.granted'; readonly startAtMs: number }
  | {
      readonly type: 'slot.refused'
      readonly startAtMs: number
      readonly alternatives: readonly number[]
      readonly reason?: SlotRefusal
    }

/** Why a slot was not given; `no-answer` when the calendar was silent. */
export type SlotRefusal = 'past' | 'too-far' | 'outside-hours' | 'full' | 'no-answer'

/** Settings of the workspace for meetings. */
export interface MeetingSettings {
  readonly claimTimeoutMs: number
  readonly dayBeforeMs: number
  readonly hourBeforeMs: number
  /** After a no-show: when each follow-up is due, from the moment it was marked. */
  readonly followUpsMs: readonly number[]
}

export const meetingDefaults: MeetingSettings = {
  claimTimeoutMs: 30_000,
  dayBeforeMs: 24 * 60 * 60 * 1000,
  hourBeforeMs: 60 * 60 * 1000,
  followUpsMs: [60 * 60 * 1000, 24 * 60 * 60 * 1000, 3 * 24 * 60 * 60 * 1000, 7 * 24 * 60 * 60 * 1000],
}

export interface MeetingInput {
  /** The meeting's own address, `workspace/meeting/id`. */
  readonly address: string
  readonly settings: MeetingSettings
}

export interface MeetingFacts {
  'meeting-changed': {
    readonly status: MeetingStatus
    readonly startAtMs: number
    readonly durationMs: number
    readonly listingId: string
    readonly title: string
    readonly place: string
    readonly timeZone: string
    readonly lead: string
    readonly conversation: string
    readonly by: string
    readonly reason?: string
    readonly alternatives?: readonly number[]
  }
  'meeting-reminder-due': {
    readonly startAtMs: number
    readonly conversation: string
    readonly lead: string
    readonly kind: 'day-before' | 'hour-before'
  }
  'no-show-follow-up-due': { readonly step: number; readonly conversation: string; readonly lead: string }
  'command-refused': { readonly command: string; readonly code: string; readonly message: string }
}

/** Settings of the workspace for a team's calendar. */
export interface CalendarSettings extends BusinessHours {
  /** Visits a team can do at the same time. */
  readonly capacityPerSlot: number
  /** Free slots are offered on this grid, counted from opening time. */
  readonly slotMs: number
  readonly alternativesMax: number
  /** How far ahead a slot can be claimed. */
  readonly horizonMs: number
  readonly claimsMax: number
}

export const calendarDefaults: CalendarSettings = {
  ...businessHoursDefaults,
  opensMinute: 10 * 60,
  closesMinute: 19 * 60,
  capacityPerSlot: 2,
  slotMs: 30 * 60 * 1000,
  alternativesMax: 3,
  horizonMs: 60 * 24 * 60 * 60 * 1000,
  claimsMax: 1000,
}

export interface CalendarInput {
  /** The calendar's own address, `workspace/calendar/team`. */
  readonly address: string
  readonly settings: CalendarSettings
}

/** Actor `calendar`: one a team; the only writer of who visits when. */
export type CalendarEvent =
  | {
      readonly type: 'slot.claim'
      readonly meeting: string
      readonly startAtMs: number
      readonly durationMs: number
      readonly releases?: number
    }
  | { readonly type: 'slot.release'; readonly meeting: string; readonly startAtMs: number }
export interface CalendarFacts {
  'slot-claimed': { readonly meeting: string; readonly startAtMs: number; readonly durationMs: number }
  'slot-released': { readonly meeting: string; readonly startAtMs: number }
  'calendar-changed': {
    readonly taken: readonly { readonly meeting: string; readonly startAtMs: number; readonly durationMs: number }[]
    readonly capacityPerSlot: number
    /** What free slots are computed from, beside `taken`: see `calendar-slots.ts`. */
    readonly settings?: CalendarSettings
  }
}
