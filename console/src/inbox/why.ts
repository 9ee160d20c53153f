/** Why a message went out or did not, in words: what its popover and its ticks say. Pure. */
import type { ConsentView, DecisionView, OutgoingView, StepView } from '#gateway/protocol.ts'
import { channelWord } from '../text/channel-word.ts'
import { dayKey, shortDay, spent, timeOfDay } from '../text/format.ts'
import type { T } from '../text/text.ts'

/** Where a message of ours is: what the provider told, or what the gate said where it holds or refuses it. */
export type WayState = OutgoingView['status'] | 'held' | 'refused'

/** What the words are made with. */
export interface Wording {
  readonly t: T
  readonly locale: string
  /** The author's name, where a member wrote it. */
  readonly name?: string
}

export interface WhyLine {
  readonly text: string
  readonly tone: 'plain' | 'trouble'
}

/** The state its ticks show. */
export function wayState({ status, decisions }: OutgoingView): WayState {
  const outcome = decisions.at(-1)?.outcome
  if (status === 'failed' && outcome === 'refuse') return 'refused'
  return status === 'waiting' && outcome === 'hold' ? 'held' : status
}

/** Its state in a word, with until when where it is held. */
export function wayWord(way: OutgoingView, { t, locale }: Wording): string {
  const state = wayState(way)
  if (state !== 'held') return t(`way.${state}`)
  return t('way.held', { time: timeFrom(way.decisions.at(-1)?.untilMs ?? way.updatedAtMs, way.askedAtMs, locale) })
}

/** One line a thing that happened, in order: asked, each answer of the gate, each step since. */
export function whyLines(way: OutgoingView, wording: Wording): readonly WhyLine[] {
  const { t, name } = wording
  const who = way.sender === 'member' && name !== undefined ? name : t(`why.by.${way.sender}`)
  const asked = { atMs: way.askedAtMs, line: plain(t('why.asked', { time: timeOfDay(way.askedAtMs), who })) }
  // A provider's clock counts in seconds: what it tells may seem to come before what it follows from.
  const soonestMs = Math.max(way.askedAtMs, way.decisions[0]?.atMs ?? 0)
  const decided = way.decisions.map((each) => ({
    atMs: Math.max(each.atMs, way.askedAtMs),
    line: decisionLine(each, way, wording),
  }))
  const stepped = way.steps
    .filter((each) => isTold(each, way))
    .map((each) => ({ atMs: Math.max(each.atMs, soonestMs), line: stepLine(each, way, wording) }))
  // What happened at one instant keeps this order: the gate is asked before anything else comes of it.
  const told = [asked, ...decided, ...stepped].toSorted((one, other) => one.atMs - other.atMs).map(({ line }) => line)
  return [...told, ...costLine(way, wording)]
}

/** What it costs, once it went out; what is free is told with what the provider bills. */
function costLine({ cost }: OutgoingView, { t }: Wording): readonly WhyLine[] {
  if (cost === undefined || cost.micros === 0) return []
  return [plain(t('why.cost', { amount: spent(cost.micros, cost.currency) }))]
}

/** Characters of a proof that stand in a sentence. */
const proofMax = 80

/** A customer's word as proof: «Stop!», WhatsApp. */
export function proofWords({ proof, channel, source }: ConsentView, t: T): string {
  return t('why.proof', {
    words: proof.length > proofMax ? `${proof.slice(0, proofMax)}…` : proof,
    where: channel === undefined ? sourceWords(source, t) : channelWord(channel, t),
  })
}

const sources = [
  'words',
  'provider-preference',
  'provider-error',
  'lead-form',
  'unsubscribe-link',
  'member',
  'import',
] as const

/** Where a consent comes from; a source we have no words for as it is. */
export function sourceWords(source: string, t: T): string {
  const known = sources.find((each) => each === source)
  return known === undefined ? source : t(`consent.source.${known}`)
}

function decisionLine(
  { outcome, reason, untilMs, consent }: DecisionView,
  way: OutgoingView,
  { t, locale }: Wording,
): WhyLine {
  const because = t(`why.reason.${reason}`)
  const words =
    consent === undefined
      ? because
      : t('why.said', { reason: because, day: shortDay(consent.atMs, locale), proof: proofWords(consent, t) })
  if (outcome === 'hold') {
    return plain(t('why.hold', { until: timeFrom(untilMs ?? way.updatedAtMs, way.askedAtMs, locale), reason: words }))
  }
  return outcome === 'send'
    ? plain(t('why.send', { reason: words }))
    : { text: t('why.refuse', { reason: words }), tone: 'trouble' }
}

function stepLine({ status, atMs, reason }: StepView, way: OutgoingView, { t, locale }: Wording): WhyLine {
  const what = t(`why.step.${status}`, { time: timeFrom(atMs, way.askedAtMs, locale) })
  const tone = status === 'failed' || status === 'unknown' ? 'trouble' : 'plain'
  const saysItself = reason === undefined || status === 'superseded' || status === 'held-by-provider'
  return { text: saysItself ? what : t('why.because', { what, reason }), tone }
}

/** That a first call began says nothing, nor that what arrived was on its way before; nor that a refused message failed. */
function isTold({ status, attempt }: StepView, way: OutgoingView): boolean {
  if (status === 'sending') return attempt > 1
  if (status === 'accepted' || status === 'sent') return !way.steps.some((each) => hasArrived(each.status))
  return status !== 'failed' || wayState(way) !== 'refused'
}

function hasArrived(status: StepView['status']): boolean {
  return status === 'delivered' || status === 'read' || status === 'played'
}

/** The time, with its day when that is not the day of `fromMs`. */
function timeFrom(atMs: number, fromMs: number, locale: string): string {
  return dayKey(atMs) === dayKey(fromMs) ? timeOfDay(atMs) : `${shortDay(atMs, locale)}, ${timeOfDay(atMs)}`
}

function plain(text: string): WhyLine {
  return { text, tone: 'plain' }
}
