/**
 * The judgement of the one gate: may this message go out to this person now, later, or not at all? Pure.
 * The rules are asked in their order and the first answer counts; no answer at all is a yes. A yes is counted by `noted` of the ledger.
 */
import type {
  Consent,
  HoldReason,
  OutreachAt,
  OutreachDecision,
  OutreachLedger,
  OutreachRequest,
  Purpose,
  RefuseReason,
} from './outreach-contract.ts'
import { laterConsent, sentBounds } from './outreach-ledger.ts'

interface Asked extends OutreachAt {
  readonly ledger: OutreachLedger
  readonly request: OutreachRequest
}

type Rule = (asked: Asked) => OutreachDecision | undefined

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

/** What the person said comes first, then what was decided before, then what a provider allows, and last what may have to wait. */
const rules: readonly Rule[] = [
  onScreen,
  stopped,
  withdrawn,
  decidedBefore,
  notConsented,
  unreachable,
  windowClosed,
  waiting,
]

/**
 * Decides about one message; changes and counts nothing. A hold names the first instant at which the ledger as it is would let the
 * message pass, and never one beyond `holdMaxMs`: that is refused as too late.
 */
export function decideOutreach(ledger: OutreachLedger, request: OutreachRequest, at: OutreachAt): OutreachDecision {
  const asked = { ledger, request, atMs: at.atMs, settings: at.settings }
  for (const rule of rules) {
    const decision = rule(asked)
    if (decision !== undefined) return decision
  }
  return sent(request.purpose)
}

/** Whoever sits in front of the widget gets their answer, whatever they said before. */
function onScreen({ request }: Asked): OutreachDecision | undefined {
  return request.channel === 'widget' && request.purpose === 'service' ? sent('service') : undefined
}

/** After a stop nothing goes out on any channel, except the answer to something written after it. */
function stopped(asked: Asked): OutreachDecision | undefined {
  const { stoppedAtMs } = asked.ledger
  if (stoppedAtMs === 0 || isAnswerSince(stoppedAtMs, asked)) return undefined
  return refused(asked.request.purpose === 'service' ? 'nothing-to-answer' : 'opted-out')
}

/** A no to this purpose here, or everywhere, or to everything. */
function withdrawn(asked: Asked): OutreachDecision | undefined {
  const consent = latestConsent(asked)
  if (consent?.state !== 'withdrawn' || isAnswerSince(consent.atMs, asked)) return undefined
  return refused('opted-out')
}

function decidedBefore({ ledger, request }: Asked): OutreachDecision | undefined {
  const before = ledger.sent.find((each) => each.dispatch === request.dispatch)
  return before === undefined ? undefined : sent(before.purpose)
}

function notConsented(asked: Asked): OutreachDecision | undefined {
  if (asked.request.purpose !== 'marketing' || latestConsent(asked) !== undefined) return undefined
  return refused('no-consent')
}

/** Who was heard after the channel had failed can be reached there again. */
function unreachable({ ledger, request }: Asked): OutreachDecision | undefined {
  const sinceMs = ledger.unreachable[request.channel]
  if (sinceMs === undefined || heardAtMs(ledger, request) > sinceMs) return undefined
  return refused('unreachable')
}

/**
 * WhatsApp takes free words only for a while after the customer wrote. An ad they came by makes messages free of charge for longer, and opens no window.
 * Source: whatsapp-and-lead-ads 6.12.
 */
function windowClosed({ ledger, request, settings, atMs }: Asked): OutreachDecision | undefined {
  if (request.channel !== 'whatsapp' || request.template) return undefined
  return heardAtMs(ledger, request) + settings.windowMs > atMs ? undefined : refused('window-closed')
}

/** The longest wait counts; if it ends in the quiet hours, so do they. Only marketing waits for them, for caps and for a provider's pause. */
function waiting(asked: Asked): OutreachDecision | undefined {
  const { request, settings, atMs } = asked
  const wait = longestWait(asked)
  const freeAtMs = Math.max(atMs, wait.untilMs)
  const untilMs = request.purpose === 'marketing' ? quietUntilMs(freeAtMs, asked) : freeAtMs
  if (untilMs <= atMs) return undefined
  if (untilMs > request.wantedAtMs + settings.holdMaxMs) return refused('too-late')
  return { outcome: 'hold', untilMs, reason: wait.untilMs > atMs ? wait.reason : 'quiet-hours' }
}

function longestWait(asked: Asked): { readonly reason: HoldReason; readonly untilMs: number } {
  const { ledger, request } = asked
  const pair = { reason: 'pair-limit', untilMs: pairFreeAtMs(asked) } as const
  if (request.purpose !== 'marketing') return pair
  const pause = { reason: 'user-limit', untilMs: ledger.pausedUntilMs[request.channel] ?? -Infinity } as const
  const cap = { reason: 'frequency-cap', untilMs: capsFreeAtMs(asked) } as const
  return [cap, pair].reduce<typeof cap | typeof pair | typeof pause>(
    (longest, each) => (each.untilMs > longest.untilMs ? each : longest),
    pause,
  )
}

/** When both the channel's cap and the cap over all channels have room again. */
function capsFreeAtMs({ ledger, request, settings }: Asked): number {
  const { whatsappCap: whatsapp, emailCap: email, smsCap: sms, marketingCap, capWindowMs } = settings
  // The ledger remembers no more than its bound, so a higher cap could not be counted.
  const total = Math.min(marketingCap, sentBounds.marketing)
  const cap = { whatsapp, email, sms, widget: total }[request.channel]
  const counted = ledger.sent.filter((each) => each.purpose === 'marketing')
  const here = counted.filter((each) => each.channel === request.channel)
  return Math.max(roomAtMs(counted, total), roomAtMs(here, cap)) + capWindowMs
}

/** The time of the message that has to fall out of the window before another fits under the cap; none fits under a cap of 0. */
function roomAtMs(counted: OutreachLedger['sent'], cap: number): number {
  return counted.length < cap ? -Infinity : (counted[counted.length - cap]?.atMs ?? Infinity)
}

/** When the token bucket of the conversation holds a token again: each send puts off by `pairEveryMs` when it is full. */
function pairFreeAtMs({ ledger, request, settings }: Asked): number {
  if (request.channel !== 'whatsapp') return -Infinity
  const fullAtMs = ledger.sent
    .filter((each) => each.channel === 'whatsapp' && each.conversation === request.conversation)
    .reduce((fullAtMs, each) => Math.max(fullAtMs, each.atMs) + settings.pairEveryMs, -Infinity)
  return fullAtMs - (settings.pairBurst - 1) * settings.pairEveryMs
}

/** The end of the quiet hours an instant is in, by the recipient's clock; the instant itself outside them. */
function quietUntilMs(atMs: number, { ledger, settings }: Asked): number {
  const offsetMs = (ledger.zoneOffsetMinutes ?? settings.zoneOffsetMinutes) * minuteMs
  const fromMs = settings.quietFromMinute * minuteMs
  const toMs = settings.quietToMinute * minuteMs
  const nowMs = intoDay(atMs + offsetMs)
  const isQuiet = fromMs < toMs ? nowMs >= fromMs && nowMs < toMs : fromMs > toMs && (nowMs >= fromMs || nowMs < toMs)
  return isQuiet ? atMs + (intoDay(toMs - nowMs) || dayMs) : atMs
}

function intoDay(ms: number): number {
  return ((ms % dayMs) + dayMs) % dayMs
}

/** The latest word that applies; a yes dated ahead of now is not one yet, and a yes to everything is none to a purpose. */
function latestConsent({ ledger, request, atMs }: Asked): Consent | undefined {
  const { consents } = ledger
  const all = consents['*:*']
  return [consents[`${request.channel}:${request.purpose}`], consents[`*:${request.purpose}`]]
    .filter((each) => each?.state === 'withdrawn' || (each !== undefined && each.atMs <= atMs))
    .reduce(laterConsent, all?.state === 'withdrawn' ? all : undefined)
}

function isAnswerSince(sinceMs: number, { ledger, request }: Asked): boolean {
  return request.purpose === 'service' && heardAtMs(ledger, request) > sinceMs
}

function heardAtMs(ledger: OutreachLedger, request: OutreachRequest): number {
  return ledger.heard[request.conversation]?.atMs ?? -Infinity
}

function sent(purpose: Purpose): OutreachDecision {
  const reasons = { service: 'service-reply', utility: 'utility-allowed', marketing: 'consented' } as const
  return { outcome: 'send', reason: reasons[purpose] }
}

function refused(reason: RefuseReason): OutreachDecision {
  return { outcome: 'refuse', reason }
}
