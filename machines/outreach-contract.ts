/**
 * The one gate in front of everything that goes out to a person: what is asked of it, what it knows of the person, and what it answers.
 * It is decided by `outreach-gate.ts` within a step of the lead's actor, so that counting is exact. Rules: system B5.
 */

export type ChannelName = 'widget' | 'whatsapp' | 'email' | 'sms'

/** What a message is for. `service` answers somebody who wrote; `utility` is about something they did, such as a visit; `marketing` is everything else. */
export type Purpose = 'service' | 'utility' | 'marketing'

export type Sender = 'assistant' | 'member' | 'sequence' | 'campaign' | 'incident'

/** Somebody wants to send one message to this person. */
export interface OutreachRequest {
  /**
   * Who asks, and hears the answer: the address of a dispatch. What may go out may still when it is asked again, and is counted once;
   * only an opt-out since then takes it back.
   */
  readonly dispatch: string
  readonly conversation: string
  readonly channel: ChannelName
  readonly purpose: Purpose
  readonly sender: Sender
  /** An approved template, which needs no open window. */
  readonly template: boolean
  /** When it was first wanted, the same each time it is asked again: `holdMaxMs` counts from here. */
  readonly wantedAtMs: number
}

export type OutreachDecision =
  | { readonly outcome: 'send'; readonly reason: SendReason }
  /** Ask again then: nothing was counted. */
  | { readonly outcome: 'hold'; readonly untilMs: number; readonly reason: HoldReason }
  | { readonly outcome: 'refuse'; readonly reason: RefuseReason }

export type SendReason = 'service-reply' | 'consented' | 'utility-allowed'
export type HoldReason = 'quiet-hours' | 'frequency-cap' | 'pair-limit' | 'user-limit'
export type RefuseReason =
  | 'opted-out'
  | 'no-consent'
  /** Free words outside the provider's window: send a template. */
  | 'window-closed'
  /** A service reply to somebody who has said stop and has not written since. */
  | 'nothing-to-answer'
  | 'unreachable'
  /** It would have had to be held for longer than it is worth. */
  | 'too-late'
export type OutreachReason = SendReason | HoldReason | RefuseReason

/** What a consent is about; `*` is every one. A yes to `*:*` only takes back a no to it: consent to marketing names marketing. */
export type ConsentScope = `${ChannelName | '*'}:${Purpose | '*'}`

/** Yes or no to messages of a purpose on a channel, with where it comes from. */
export interface Consent {
  readonly state: 'given' | 'withdrawn'
  /** When the person said so, by the provider's clock where there is one: a later one wins, whenever it arrives. */
  readonly atMs: number
  /** For example `stop-word`, `lead-form`, `meta-preference`, `unsubscribe-link`, `member`, `import`. */
  readonly source: string
  /** The proof, verbatim: the words, the ticked box, the provider's id. At most 500 characters. */
  readonly proof: string
  /** Where it was said, when it was said on a channel. */
  readonly channel?: ChannelName
}

/** What the gate knows of a person; a part of the lead's context. */
export interface OutreachLedger {
  /** By `ConsentScope`. Of those that apply to a message the latest counts, whichever is the narrower; at one instant the no. */
  readonly consents: { readonly [scope: string]: Consent }
  /** By conversation: when the customer was last heard, by the provider's clock, and until when an ad they came by makes messages free. */
  readonly heard: { readonly [conversation: string]: { readonly atMs: number; readonly entryUntilMs?: number } }
  /** When the customer last said stop, on whatever channel; 0 for never, or taken back since. */
  readonly stoppedAtMs: number
  /** When they last said start; 0 for never. A stop older than this, which arrives only now, counts no more. */
  readonly startedAtMs: number
  /** What the gate let through, newest last; as far back as caps look. */
  readonly sent: readonly {
    readonly dispatch: string
    readonly conversation: string
    readonly channel: ChannelName
    readonly purpose: Purpose
    readonly atMs: number
  }[]
  /** Channels that can't reach the person any more, with since when; a conversation in which they were heard since can. */
  readonly unreachable: { readonly [channel: string]: number }
  /** The provider asked for a pause of marketing to this person, by channel. */
  readonly pausedUntilMs: { readonly [channel: string]: number }
  /** Minutes east of UTC where the person lives; the workspace's when absent. */
  readonly zoneOffsetMinutes?: number
}

/** Settings of the workspace for the gate. */
export interface OutreachSettings {
  /** Marketing messages a person gets in `capWindowMs`: 1 on WhatsApp, 2 by email. */
  readonly whatsappCap: number
  readonly emailCap: number
  readonly smsCap: number
  /** All channels together. */
  readonly marketingCap: number
  readonly capWindowMs: number
  /** Marketing waits from this minute of the day to that, in the recipient's zone. */
  readonly quietFromMinute: number
  readonly quietToMinute: number
  readonly zoneOffsetMinutes: number
  /** The customer-service window of WhatsApp: 24 hours. */
  readonly windowMs: number
  /** Free messages of WhatsApp to one user: so many at once, and one more each `pairEveryMs`. */
  readonly pairBurst: number
  readonly pairEveryMs: number
  /** A message that could go out only so long after it was wanted is refused. */
  readonly holdMaxMs: number
}

/** The moment of a decision, and the workspace's settings at it. */
export interface OutreachAt {
  readonly atMs: number
  readonly settings: OutreachSettings
}

export const outreachDefaults: OutreachSettings = {
  whatsappCap: 1,
  emailCap: 2,
  smsCap: 1,
  marketingCap: 3,
  capWindowMs: 7 * 24 * 60 * 60 * 1000,
  quietFromMinute: 21 * 60,
  quietToMinute: 9 * 60,
  zoneOffsetMinutes: 330,
  windowMs: 24 * 60 * 60 * 1000,
  pairBurst: 10,
  pairEveryMs: 6000,
  holdMaxMs: 7 * 24 * 60 * 60 * 1000,
}
