/**
 * What a campaign would come to if it were launched: who gets it now, who later, who not, and why. One pass, memory bounded whatever the number
 * of people, by the very judgement each message will meet. It foresees no change (no stop, no other campaign, no refusal by a provider), and who
 * waits is not judged again.
 */
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
  readonly conversation: string
  readonly ledger: OutreachLedger
  /** What one message to them costs, which goes by their country, in millionths of the budget's currency. */
  readonly costMicros: number
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
}

/** All who got one answer for one reason. */
export interface ForecastReason {
  readonly outcome: OutreachDecision['outcome']
  readonly count: number
  /** The first people of it, in the order they came. */
  readonly sample: readonly string[]
  /** Between which times they may get it; absent for a refusal. */
  readonly firstAtMs?: number
  readonly lastAtMs?: number
}

/** What is foreseen. */
export interface OutreachForecast {
  readonly people: number
  /** Of the people, who get it at once, after a wait, and never. */
  readonly outcomes: { readonly [outcome in OutreachDecision['outcome']]: number }
  /** Only reasons that came up. */
  readonly reasons: { readonly [reason in OutreachReason]?: ForecastReason }
  /** Of all that goes out, those after a wait among them. */
  readonly costMicros: number
  /** Between which times the rules let messages out; absent when none goes out. */
  readonly firstAtMs?: number
  readonly lastAtMs?: number
  /** When the last is out at `perSecond`; absent when none goes out. */
  readonly doneAtMs?: number
}

const minuteMs = 60_000

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
 */
export class Forecaster {
  readonly #plan: ForecastPlan
  readonly #at: OutreachAt
  readonly #tallies = new Map<OutreachReason, Tally>()
  /** By the minute in which their wait ends. */
  readonly #waiting = new Map<number, number>()
  #sent = 0
  #costMicros = 0

  constructor(plan: ForecastPlan, at: OutreachAt) {
    this.#plan = plan
    this.#at = at
  }

  add({ person, conversation, ledger, costMicros }: ForecastPerson): void {
    const { channel, purpose, sender, template } = this.#plan
    const atMs = Math.floor(this.#afterMs(this.#at.atMs, this.#sent))
    const request = {
      // A name no dispatch has: nobody has got this message yet.
      dispatch: '',
      conversation,
      channel,
      purpose,
      sender,
      template,
      costMicros,
      wantedAtMs: this.#at.atMs,
    }
    const decision = decideOutreach(ledger, request, { atMs, settings: this.#at.settings })
    this.#count(decision, person, atMs)
    if (decision.outcome !== 'refuse') this.#costMicros += costMicros
  }

  forecast(): OutreachForecast {
    const outcomes = { send: 0, hold: 0, refuse: 0 }
    for (const { outcome, count } of this.#tallies.values()) outcomes[outcome] += count
    const out = [...this.#tallies.values()].filter((each) => each.outcome !== 'refuse')
    return {
      people: outcomes.send + outcomes.hold + outcomes.refuse,
      outcomes,
      reasons: Object.fromEntries([...this.#tallies].map(([reason, tally]) => [reason, shown(tally)])),
      costMicros: this.#costMicros,
      ...(out.length === 0
        ? {}
        : {
            firstAtMs: Math.min(...out.map((each) => each.firstAtMs)),
            lastAtMs: Math.max(...out.map((each) => each.lastAtMs)),
            doneAtMs: this.#doneAtMs(),
          }),
    }
  }

  #count(decision: OutreachDecision, person: string, atMs: number): void {
    const { outcome, reason } = decision
    const tally = this.#tallies.get(reason) ?? newTally(outcome)
    this.#tallies.set(reason, tally)
    tally.count += 1
    if (tally.sample.length < this.#plan.sampleMax) tally.sample.push(person)
    const outAtMs = outcome === 'hold' ? decision.untilMs : atMs
    tally.firstAtMs = Math.min(tally.firstAtMs, outAtMs)
    tally.lastAtMs = Math.max(tally.lastAtMs, outAtMs)
    if (outcome === 'send') this.#sent += 1
    if (outcome !== 'hold') return
    const minute = Math.ceil(outAtMs / minuteMs)
    this.#waiting.set(minute, (this.#waiting.get(minute) ?? 0) + 1)
  }

  /** Whoever waits joins the line when the wait ends; the end of the line is the same in whatever order it is served. */
  #doneAtMs(): number {
    const byTime = [...this.#waiting].sort(([one], [other]) => one - other)
    return Math.ceil(
      byTime.reduce(
        (busyMs, [minute, count]) => this.#afterMs(Math.max(busyMs, minute * minuteMs), count),
        this.#afterMs(this.#at.atMs, this.#sent),
      ),
    )
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
  return { outcome, count, sample: [...sample], ...(outcome === 'refuse' ? {} : { firstAtMs, lastAtMs }) }
}
