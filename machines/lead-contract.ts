/**
 * What goes into and comes out of the lead, identity, queue, meeting and calendar actors.
 * Addresses are plain text here: machines import nothing but XState.
 */
import type { LearnedPreferences } from './conversation-contract.ts'

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

export type LeadEvent =
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
  /** From identity actors: who owns a contact key. */
  | { readonly type: 'identity.owned'; readonly key: string; readonly lead: string }

export interface LeadFacts {
  'lead-captured': { readonly profile: LeadProfile }
  'lead-invalid': { readonly profile: LeadProfile; readonly problems: readonly string[] }
  'lead-repaired': { readonly profile: LeadProfile; readonly by: string }
  'lead-merged': { readonly into: string; readonly key: string }
  'lead-enriched': { readonly profile: LeadProfile }
  'profile-changed': { readonly profile: LeadProfile }
  'score-changed': { readonly score: LeadScore }
  'temperature-changed': { readonly from: Temperature | 'none'; readonly to: Temperature; readonly reason: string }
  'stage-changed': { readonly from: Stage | 'none'; readonly to: Stage; readonly by: string; readonly reason?: string }
  'engagement-recorded': { readonly kind: string; readonly count: number }
  'conversation-linked': { readonly conversation: string }
  'hot-lead-alerted': { readonly name?: string; readonly reason: string }
  'command-refused': { readonly command: string; readonly code: string; readonly message: string }
}

/** Actor `identity`: one a contact key (`phone:+9198…`, `email:a@b.c`); the first lead to claim it owns it. */
export type IdentityEvent =
  | { readonly type: 'identity.claim'; readonly lead: string; readonly key: string }
  | { readonly type: 'identity.release'; readonly lead: string }
export interface IdentityFacts {
  'identity-claimed': { readonly key: string; readonly lead: string }
  'identity-released': { readonly key: string; readonly lead: string }
}

export type QueueEvent =
  | {
      readonly type: 'queue.join'
      readonly conversation: string
      readonly reason: string
      readonly priority: number
      readonly summary: string
    }
  | { readonly type: 'queue.leave'; readonly conversation: string }
  | { readonly type: 'queue.taken'; readonly conversation: string; readonly memberId: string }
  /** A conversation a member owned is closed or handed on. */
  | { readonly type: 'queue.released'; readonly conversation: string; readonly memberId: string }
  | { readonly type: 'member.available'; readonly memberId: string; readonly name: string; readonly capacity: number }
  | { readonly type: 'member.away'; readonly memberId: string }
  | { readonly type: 'queue.settings'; readonly assignment: 'manual' | 'balanced' }

export interface QueueFacts {
  'queue-joined': {
    readonly conversation: string
    readonly position: number
    readonly reason: string
    readonly summary: string
  }
  'queue-left': { readonly conversation: string; readonly waitedMs: number; readonly to?: string }
  'queue-changed': {
    readonly team: string
    readonly assignment: 'manual' | 'balanced'
    readonly waiting: readonly {
      readonly conversation: string
      readonly sinceMs: number
      readonly reason: string
      readonly priority: number
    }[]
    readonly members: readonly {
      readonly memberId: string
      readonly name: string
      readonly load: number
      readonly capacity: number
      readonly available: boolean
    }[]
  }
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
  | { readonly type: 'slot.refused'; readonly startAtMs: number; readonly alternatives: readonly number[] }

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
  }
}
