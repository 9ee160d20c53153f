/** What staff see of a forecast: what a campaign would come to if it were launched. */
import type { Brake } from '#machines/account-contract.ts'
import type { Stage, Temperature } from '#machines/lead-contract.ts'
import type { ChannelName } from '#machines/outreach-contract.ts'
import type { ForecastReasonName } from '#machines/outreach-forecast.ts'

/** Ways a campaign can go. */
export type CampaignChannel = Exclude<ChannelName, 'widget'>

/** Whom it is for: everybody who fits all that is said, or of a list those who fit. */
export interface ForecastAudience {
  readonly temperature?: Temperature
  readonly stage?: Stage
  readonly source?: string
  readonly city?: string
  /** They have a conversation there. */
  readonly channel?: ChannelName
  /** The one they wrote in last, such as `hi`. */
  readonly language?: string
  /** Where their number is from, ISO 3166 alpha-2. */
  readonly country?: string
  /** Addresses of leads. */
  readonly leads?: readonly string[]
  /** Phone numbers and e-mail addresses of a list. */
  readonly contacts?: readonly string[]
}

/** `POST /v1/forecasts`: one message to everybody of an audience. */
export interface ForecastAsk {
  readonly audience: ForecastAudience
  readonly channel: CampaignChannel
  /** What the template is for, where there is one. */
  readonly purpose: 'utility' | 'marketing'
  readonly template?: { readonly name: string; readonly language: string }
  /** The account of ours it goes out through; the first that is connected when absent. */
  readonly account?: string
  /** How many messages a second go out at most. */
  readonly perSecond: number
  readonly startAtMs: number
}

/** `GET /v1/forecasts/:id`. Of the lists that were asked with only their lengths are told. */
export interface ForecastView {
  readonly id: string
  readonly status: 'counting' | 'done' | 'stopped' | 'failed'
  readonly asked: Omit<ForecastAsk, 'audience'> & { readonly audience: Omit<ForecastAudience, 'leads' | 'contacts'> }
  /** Who asked. */
  readonly by: string
  readonly createdAtMs: number
  /** Why it failed, and what to do. */
  readonly problem?: string
  /** People looked at so far, of so many. */
  readonly looked: number
  readonly of: number
  /** What became of a list that was given: some of those nobody of ours is known by are named. */
  readonly list?: ListMatch
  /** What keeps the account from sending, and what to do. */
  readonly account: ForecastAccount
  readonly result?: ForecastResult
}

export interface ListMatch {
  readonly given: number
  readonly matched: number
  readonly unmatched: number
  readonly unmatchedSample: readonly string[]
}

/** The account it would go out through. */
export interface ForecastAccount {
  readonly account: string
  readonly name: string
  /** What is against all of its messages now. */
  readonly brake?: Pick<Brake, 'reason' | 'whatToDo' | 'sinceMs' | 'untilMs'>
  /** Different people who may be written to first a day, and how many of them are left at the start. */
  readonly daily?: { readonly limit: number; readonly roomToday: number }
}

export interface ForecastResult {
  readonly people: number
  readonly outcomes: { readonly send: number; readonly hold: number; readonly refuse: number }
  /** What came up, the most frequent first. */
  readonly reasons: readonly ForecastReasonView[]
  readonly cost: ForecastCost
  /** Between which times the rules let messages out; absent when none goes out, or nobody knows when. */
  readonly firstAtMs?: number
  readonly lastAtMs?: number
  /** When the last is out. */
  readonly doneAtMs?: number
  /** On how many days, where a provider's limit makes it more than one. */
  readonly days?: number
  readonly tookMs: number
}

export interface ForecastReasonView {
  readonly reason: ForecastReasonName
  readonly outcome: 'send' | 'hold' | 'refuse'
  readonly count: number
  readonly sample: readonly { readonly lead: string; readonly name: string }[]
  readonly firstAtMs?: number
  readonly lastAtMs?: number
}

/** Of all that goes out, in millionths of the currency's unit. */
export interface ForecastCost {
  readonly micros: number
  readonly currency: string
  /** Nobody has said what messages cost: the prices are a guess. */
  readonly assumed?: true
  /** What is left of the month's budget; absent where there is none. */
  readonly leftMicros?: number
}
