/**
 * What the gate knows of a person, kept up to date. Pure: each function takes a ledger and gives the next one.
 * What people and providers say (consent, stop, start, heard, lost, paused) may arrive late, twice and in any order: the ledger is the same.
 * Times of theirs are cut to now by whoever calls, so that no clock ahead of ours outlasts what is said later.
 */
import type {
  ChannelName,
  Consent,
  ConsentScope,
  OutreachAt,
  OutreachDecision,
  OutreachLedger,
} from './outreach-contract.ts'

type Sent = OutreachLedger['sent'][number]
type Heard = OutreachLedger['heard'][string]

/** Sends remembered of a person: the newest so many of marketing, which caps count, and of the others, which the pair limit counts. */
export const sentBounds = { marketing: 16, other: 48 } as const

const heardMax = 20
const proofMax = 500

/** Somebody said stop or start, in words or by a provider's switch. */
export interface ConsentWord {
  readonly atMs: number
  readonly proof: string
  readonly source: string
  readonly channel: ChannelName
}

/** The ledger of a person nothing is known of. */
export function newLedger(): OutreachLedger {
  return { consents: {}, heard: {}, stoppedAtMs: 0, startedAtMs: 0, sent: [], unreachable: {}, pausedUntilMs: {} }
}

/** Counts a send, once a dispatch; a hold and a refusal change nothing. What no cap looks at any more is forgotten. */
export function noted(
  ledger: OutreachLedger,
  asked: { readonly request: Omit<Sent, 'atMs'>; readonly decision: OutreachDecision },
  { atMs, settings }: { readonly atMs: number; readonly settings: Pick<OutreachAt['settings'], 'capWindowMs'> },
): OutreachLedger {
  const { dispatch, conversation, channel, purpose } = asked.request
  if (asked.decision.outcome !== 'send' || ledger.sent.some((each) => each.dispatch === dispatch)) return ledger
  const recent = ledger.sent.filter((each) => each.atMs > atMs - settings.capWindowMs)
  return { ...ledger, sent: bounded([...recent, { dispatch, conversation, channel, purpose, atMs }]) }
}

/** A message that certainly did not go out is not counted. */
export function released(ledger: OutreachLedger, dispatch: string): OutreachLedger {
  const sent = ledger.sent.filter((each) => each.dispatch !== dispatch)
  return sent.length === ledger.sent.length ? ledger : { ...ledger, sent }
}

/** The person said yes or no. What they said later stands, whenever it arrives; of two at one instant the no. */
export function consented(ledger: OutreachLedger, scope: ConsentScope, consent: Consent): OutreachLedger {
  const said = { ...consent, proof: consent.proof.slice(0, proofMax) }
  return { ...ledger, consents: joined(ledger.consents, { [scope]: said }, keptConsent) }
}

/** Stop, on whatever channel: no marketing on any, and no word of ours until they write or say start. */
export function stopped(ledger: OutreachLedger, word: ConsentWord): OutreachLedger {
  const stoppedAtMs = Math.max(ledger.stoppedAtMs, word.atMs)
  return {
    ...consented(ledger, '*:marketing', { state: 'withdrawn', ...word }),
    ...standing(stoppedAtMs, ledger.startedAtMs),
  }
}

/** Start gives back what every earlier stop took. */
export function started(ledger: OutreachLedger, word: ConsentWord): OutreachLedger {
  const startedAtMs = Math.max(ledger.startedAtMs, word.atMs)
  return {
    ...consented(ledger, '*:marketing', { state: 'given', ...word }),
    ...standing(ledger.stoppedAtMs, startedAtMs),
  }
}

/** The customer was heard in a conversation, and an ad may have opened its window for longer. Old news takes nothing back and opens nothing. */
export function heardFrom(ledger: OutreachLedger, conversation: string, heard: Heard): OutreachLedger {
  return { ...ledger, heard: newest(joined(ledger.heard, { [conversation]: heard }, laterHeard)) }
}

/** The provider can't reach the person on a channel. */
export function lost(ledger: OutreachLedger, channel: ChannelName, atMs: number): OutreachLedger {
  return { ...ledger, unreachable: joined(ledger.unreachable, { [channel]: atMs }, Math.max) }
}

/** The provider wants no marketing to the person on a channel for a while. */
export function paused(ledger: OutreachLedger, channel: ChannelName, untilMs: number): OutreachLedger {
  return { ...ledger, pausedUntilMs: joined(ledger.pausedUntilMs, { [channel]: untilMs }, Math.max) }
}

/**
 * One ledger of two, of what turned out to be one person. As far as decisions go it is commutative, associative and idempotent.
 * Of two zones the eastern one stands: nothing tells which is right.
 */
export function merged(one: OutreachLedger, other: OutreachLedger): OutreachLedger {
  const zones = [one.zoneOffsetMinutes, other.zoneOffsetMinutes].filter((each) => each !== undefined)
  return {
    consents: joined(one.consents, other.consents, keptConsent),
    heard: newest(joined(one.heard, other.heard, laterHeard)),
    ...standing(Math.max(one.stoppedAtMs, other.stoppedAtMs), Math.max(one.startedAtMs, other.startedAtMs)),
    sent: bounded([...one.sent, ...other.sent]),
    unreachable: joined(one.unreachable, other.unreachable, Math.max),
    pausedUntilMs: joined(one.pausedUntilMs, other.pausedUntilMs, Math.max),
    ...(zones.length === 0 ? {} : { zoneOffsetMinutes: Math.max(...zones) }),
  }
}

/** Of a ledger, what speaks against writing to the person: what was said against it, and what was sent already. */
export function refusalsOf({ consents, stoppedAtMs, sent }: OutreachLedger): OutreachLedger {
  const against = Object.entries(consents).filter(([, { state }]) => state === 'withdrawn')
  return { ...newLedger(), consents: Object.fromEntries(against), stoppedAtMs, sent }
}

/** A ledger with what speaks against writing in another: no yes of the other's counts. */
export function stricter(own: OutreachLedger, other: OutreachLedger): OutreachLedger {
  return merged(own, refusalsOf(other))
}

/** Which of two consents stands: the later, at one instant the no, and of two alike the first. */
export function laterConsent(one: Consent | undefined, other: Consent | undefined): Consent | undefined {
  return one === undefined || other === undefined ? (one ?? other) : keptConsent(one, other)
}

function keptConsent(one: Consent, other: Consent): Consent {
  if (one.atMs !== other.atMs) return one.atMs > other.atMs ? one : other
  return one.state === 'given' && other.state === 'withdrawn' ? other : one
}

function laterHeard(one: Heard, other: Heard): Heard {
  const entryUntilMs = Math.max(one.entryUntilMs ?? 0, other.entryUntilMs ?? 0)
  return { atMs: Math.max(one.atMs, other.atMs), ...(entryUntilMs === 0 ? {} : { entryUntilMs }) }
}

/** A stop stands while no start is later. */
function standing(stoppedAtMs: number, startedAtMs: number): Pick<OutreachLedger, 'stoppedAtMs' | 'startedAtMs'> {
  return { stoppedAtMs: stoppedAtMs >= startedAtMs ? stoppedAtMs : 0, startedAtMs }
}

/** In the order of time, each dispatch once, the newest of each kind. It drops by rank alone, so that merging in any order drops the same. */
function bounded(sent: readonly Sent[]): readonly Sent[] {
  const ordered = sent.toSorted((one, other) => one.atMs - other.atMs || (one.dispatch < other.dispatch ? -1 : 1))
  const lastOf = new Map(ordered.map((each, index) => [each.dispatch, index]))
  const once = ordered.filter((each, index) => lastOf.get(each.dispatch) === index)
  const marketing = once.filter((each) => each.purpose === 'marketing')
  const forgotten = new Set([
    ...marketing.slice(0, -sentBounds.marketing),
    ...once.filter((each) => each.purpose !== 'marketing').slice(0, -sentBounds.other),
  ])
  return once.filter((each) => !forgotten.has(each))
}

function newest(heard: OutreachLedger['heard']): OutreachLedger['heard'] {
  const entries = Object.entries(heard)
  if (entries.length <= heardMax) return heard
  const until = ([, { atMs, entryUntilMs = 0 }]: readonly [string, Heard]) => Math.max(atMs, entryUntilMs)
  const ranked = entries.toSorted((one, other) => until(other) - until(one) || (one[0] < other[0] ? -1 : 1))
  return Object.fromEntries(ranked.slice(0, heardMax))
}

function joined<Value>(
  one: { readonly [key: string]: Value },
  other: { readonly [key: string]: Value },
  join: (one: Value, other: Value) => Value,
): { readonly [key: string]: Value } {
  const both = Object.entries(other).map(([key, value]) => {
    const known = one[key]
    return [key, known === undefined ? value : join(known, value)] as const
  })
  return { ...one, ...Object.fromEntries(both) }
}
