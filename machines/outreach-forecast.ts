/**
 * What a campaign would come to if it were launched: who gets it now, who later, who not, and why. One pass, memory bounded whatever the number
 * of people, by the very judgement each message will meet. It foresees no change (no stop, no other campaign, no refusal by a provider), and who
 * waits is not judged again.
 */
import type { AccountHoldReason, AccountReason, AccountRefuseReason } from './account-contract.ts'
import type {
  ChannelName,
  OutreachAt,
  OutreachDecision,
  OutreachLedger,
  OutreachReason,
  Purpose,
  Sender,
} from './outreach-contract.ts'
import { decideOutreach } from './outreach-gate.ts'

/** Somebody the campaign is for. */
export interface ForecastPerson {
  /** Shown in samples: the address of the lead. */
  readonly person: string
  /** Whether there is any number, address or conversation on the channel. */
  readonly hasAddress: boolean
  readonly conversation: string
  readonly ledger: OutreachLedger
  /** What one message to them costs at a time, which goes by their country and their window, in millionths of the budget's currency. */
  costMicrosAt(atMs: number): number
}

/** One message to everybody, from `atMs` on. */
export interface ForecastPlan {
  readonly channel: ChannelName
  readonly purpose: Purpose
  readonly sender: Sender
  readonly template: boolean
  /** How many messages a second go out at most; above 0. */
  readonly perSecond: number
  /** How many people are named of each reason. */
  readonly sampleMax: number
  /** What the account says to every message alike; absent when it says nothing against them. */
  readonly account?: AccountStanding
  /** Different people the provider lets be written to first a day, and how many of them today; absent where there is no limit. */
  readonly daily?: { readonly limit: number; readonly roomToday: number }
}

/** What an account has against a campaign's messages. A hold without an end is over when somebody has done something. */
export type AccountStanding =
  | { readonly outcome: 'refuse'; readonly reason: AccountRefuseReason }
  | { readonly outcome: 'hold'; readonly reason: AccountHoldReason; readonly untilMs?: number }

/** Why somebody gets the message now, later or never: by the gate, by the account, or because nothing leads to them. */
export type ForecastReasonName = OutreachReason | AccountReason | 'no-address'

/** What is foreseen for one person. A hold without an end waits for somebody to act. */
export interface Foreseen {
  readonly outcome: OutreachDecision['outcome']
  readonly reason: ForecastReasonName
  /** When it goes out at the earliest; absent for a refusal and for a wait without an end. */
  readonly outAtMs?: number
}

/** All who got one answer for one reason. */
export interface ForecastReason {
  readonly outcome: OutreachDecision['outcome']
  readonly count: number
  /** The first people of it, in the order they came. */
  readonly sample: readonly string[]
  /** Between which times they may get it; absent for a refusal and for a wait without an end. */
  readonly firstAtMs?: number
  readonly lastAtMs?: number
}

/** What is foreseen. */
export interface OutreachForecast {
  readonly people: number
  /** Of the people, who get it at once, after a wait, and never. */
  readonly outcomes: { readonly [outcome in OutreachDecision['outcome']]: number }
  /** Only reasons that came up. */
  readonly reasons: { readonly [reason in ForecastReasonName]?: ForecastReason }
  /** Of all that goes out, those after a wait among them. */
  readonly costMicros: number
  /** Between which times the rules let messages out; absent when none goes out. */
  readonly firstAtMs?: number
  readonly lastAtMs?: number
  /** When the last is out at `perSecond` and within the provider's limit; absent when none goes out, or nobody knows. */
  readonly doneAtMs?: number
  /** On how many days it goes out, where the provider's limit of people a day makes it more than one. */
  readonly days?: number
}

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

/** The forecast for people at hand. For people that come in pages see `Forecaster`. */
export function forecastOutreach(
  people: Iterable<ForecastPerson>,
  plan: ForecastPlan,
  at: OutreachAt,
): OutreachForecast {
  const forecaster = new Forecaster(plan, at)
  for (const person of people) forecaster.add(person)
  return forecaster.forecast()
}

/**
 * Owns the tallies of one forecast; whoever made it adds people, and may look between.
 * 1. Each person is judged at the time at which the throughput reaches them, so quiet hours that begin meanwhile count.
 * 2. Those who wait are kept as numbers by the minute, of which there are at most `holdMaxMs` many.
 * 3. Whoever is beyond a day's limit is judged on their day, and waits for it.
 */
export class Forecaster {
  readonly #plan: ForecastPlan
  readonly #at: OutreachAt
  readonly #beginMs: number
  readonly #tallies = new Map<ForecastReasonName, Tally>()
  /** By the minute in which their wait ends. */
  readonly #waiting = new Map<number, number>()
  /** Who has a place in the line: who gets it at once, or on a later day. */
  #placed = 0
  #costMicros = 0

  constructor(plan: ForecastPlan, at: OutreachAt) {
    this.#plan = plan
    this.#at = at
    const { account } = plan
    this.#beginMs = account?.outcome === 'hold' ? Math.max(at.atMs, account.untilMs ?? at.atMs) : at.atMs
  }

  /** Counts one person, and says what is foreseen for them. */
  add(person: ForecastPerson): Foreseen {
    const foreseen = this.#foreseen(person)
    this.#count(foreseen, person.person)
    if (foreseen.outcome !== 'refuse') this.#costMicros += person.costMicrosAt(foreseen.outAtMs ?? this.#beginMs)
    return foreseen
  }

  forecast(): OutreachForecast {
    const outcomes = { send: 0, hold: 0, refuse: 0 }
    for (const { outcome, count } of this.#tallies.values()) outcomes[outcome] += count
    const timed = [...this.#tallies.values()].filter((each) => each.firstAtMs <= each.lastAtMs)
    const days = this.#dayOf(outcomes.send + outcomes.hold - 1) + 1
    return {
      people: outcomes.send + outcomes.hold + outcomes.refuse,
      outcomes,
      reasons: Object.fromEntries([...this.#tallies].map(([reason, tally]) => [reason, shown(tally)])),
      costMicros: this.#costMicros,
      ...(timed.length === 0
        ? {}
        : {
            firstAtMs: Math.min(...timed.map((each) => each.firstAtMs)),
            lastAtMs: Math.max(...timed.map((each) => each.lastAtMs)),
            doneAtMs: this.#doneAtMs(outcomes.send + outcomes.hold),
          }),
      ...(days > 1 ? { days } : {}),
    }
  }

  #foreseen({ hasAddress, conversation, ledger }: ForecastPerson): Foreseen {
    const { account, channel, purpose, sender, template } = this.#plan
    if (!hasAddress) return { outcome: 'refuse', reason: 'no-address' }
    if (account?.outcome === 'refuse') return account
    const isLater = this.#dayOf(this.#placed) > 0
    const atMs = Math.floor(this.#placeAtMs(this.#placed))
    // A name no dispatch has: nobody has got this message yet.
    const request = { dispatch: '', conversation, channel, purpose, sender, template }
    const wantedAtMs = isLater ? atMs : this.#at.atMs
    const decision = decideOutreach(ledger, { ...request, wantedAtMs }, { atMs, settings: this.#at.settings })
    if (decision.outcome === 'refuse') return decision
    const { outcome, reason } = decision
    if (account !== undefined && account.untilMs === undefined) return account
    if (outcome === 'hold') return { outcome, reason, outAtMs: decision.untilMs }
    if (account !== undefined) return { outcome: 'hold', reason: account.reason, outAtMs: atMs }
    return isLater ? { outcome: 'hold', reason: 'portfolio-limit', outAtMs: atMs } : { outcome, reason, outAtMs: atMs }
  }

  #count({ outcome, reason, outAtMs }: Foreseen, person: string): void {
    const tally = this.#tallies.get(reason) ?? newTally(outcome)
    this.#tallies.set(reason, tally)
    tally.count += 1
    if (tally.sample.length < this.#plan.sampleMax) tally.sample.push(person)
    if (outAtMs === undefined) return
    tally.firstAtMs = Math.min(tally.firstAtMs, outAtMs)
    tally.lastAtMs = Math.max(tally.lastAtMs, outAtMs)
    if (outcome === 'send' || reason === 'portfolio-limit' || reason === this.#plan.account?.reason) {
      this.#placed += 1
      return
    }
    const minute = Math.ceil(outAtMs / minuteMs)
    this.#waiting.set(minute, (this.#waiting.get(minute) ?? 0) + 1)
  }

  /** Whoever waits joins the line when the wait ends; the end of the line is the same in whatever order it is served. */
  #doneAtMs(out: number): number {
    const byTime = [...this.#waiting].sort(([one], [other]) => one - other)
    const servedMs = byTime.reduce(
      (busyMs, [minute, count]) => this.#afterMs(Math.max(busyMs, minute * minuteMs), count),
      this.#placed === 0 ? this.#beginMs : this.#afterMs(this.#placeAtMs(this.#placed - 1), 1),
    )
    return Math.ceil(Math.max(servedMs, this.#placeAtMs(out - 1)))
  }

  /** When the line reaches a place, counted from 0. */
  #placeAtMs(place: number): number {
    const { daily } = this.#plan
    const day = this.#dayOf(place)
    if (daily === undefined || day === 0) return this.#afterMs(this.#beginMs, place)
    return this.#afterMs(this.#beginMs + day * dayMs, place - daily.roomToday - (day - 1) * daily.limit)
  }

  #dayOf(place: number): number {
    const { daily } = this.#plan
    if (daily === undefined || place < daily.roomToday) return 0
    return 1 + Math.floor((place - daily.roomToday) / Math.max(1, daily.limit))
  }

  #afterMs(fromMs: number, messages: number): number {
    return fromMs + (messages * 1000) / this.#plan.perSecond
  }
}

interface Tally {
  readonly outcome: OutreachDecision['outcome']
  readonly sample: string[]
  count: number
  firstAtMs: number
  lastAtMs: number
}

function newTally(outcome: Tally['outcome']): Tally {
  return { outcome, sample: [], count: 0, firstAtMs: Infinity, lastAtMs: -Infinity }
}

function shown({ outcome, count, sample, firstAtMs, lastAtMs }: Tally): ForecastReason {
  return { outcome, count, sample: [...sample], ...(firstAtMs > lastAtMs ? {} : { firstAtMs, lastAtMs }) }
}
