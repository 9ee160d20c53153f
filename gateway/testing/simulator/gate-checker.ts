import type { JsonObject } from '#runtime/json.ts'
import type { Violation } from '#runtime/testing/simulator/checkers.ts'
import { outreachDefaults, type OutreachLedger } from '#machines/outreach-contract.ts'
import { fieldsOf, numberIn, textIn } from './fields.ts'
import type { CommittedStep } from './ledger.ts'

/** What is known of a person by the events of their lead alone, without the gate's own words. */
interface Heard {
  stoppedAtMs: number
  startedAtMs: number
  readonly heardAtMs: Map<string, number>
  zoneOffsetMinutes: number
  /** Sends that stand, by dispatch. */
  readonly sent: Map<string, { readonly atMs: number; readonly conversation: string; readonly purpose: string }>
  /** When they last agreed to marketing; a start agrees as well. */
  agreedAtMs: number
}

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
const { windowMs, capWindowMs, whatsappCap, pairBurst, pairEveryMs, quietFromMinute, quietToMinute } = outreachDefaults

/**
 * Holds what a lead's gate let through against what it had heard by then, told anew from the events in their order: no word after a stop, none outside the
 * window, no marketing at night, without consent or over its cap, and no more to one conversation than the pair limit has room for.
 */
export function judgeGate(address: string, steps: readonly CommittedStep[]): readonly Violation[] {
  const known: Heard = {
    stoppedAtMs: -Infinity,
    startedAtMs: -1,
    heardAtMs: new Map(),
    zoneOffsetMinutes: outreachDefaults.zoneOffsetMinutes,
    sent: new Map(),
    agreedAtMs: -Infinity,
  }
  return steps.flatMap(({ envelope, facts }) => {
    learn(known, envelope.event, envelope.atMs)
    return facts
      .filter(({ type, data }) => type === 'outreach-decided' && textIn(data['decision'], 'outcome') === 'send')
      .flatMap(({ data }) => against(known, data, { atMs: envelope.atMs, event: envelope.event }))
      .map((detail) => ({ rule: 'nothing goes out against the gate', address, detail }))
  })
}

function learn(known: Heard, event: JsonObject, atMs: number): void {
  const saidAtMs = Math.min(numberIn(event, 'saidAtMs') || numberIn(event, 'sentAtMs'), atMs)
  switch (textIn(event, 'type')) {
    case 'contact.wished':
      if (event['wish'] === 'stop') known.stoppedAtMs = Math.max(known.stoppedAtMs, saidAtMs)
      else known.startedAtMs = Math.max(known.startedAtMs, saidAtMs)
      if (event['wish'] === 'start') known.agreedAtMs = Math.max(known.agreedAtMs, saidAtMs)
      return
    case 'consent.said':
      known.agreedAtMs = Math.max(known.agreedAtMs, numberIn(event['consent'], 'atMs'))
      return
    case 'customer.heard': {
      const conversation = textIn(event, 'conversation')
      known.heardAtMs.set(conversation, Math.max(known.heardAtMs.get(conversation) ?? 0, saidAtMs))
      if (event['zoneOffsetMinutes'] !== undefined) known.zoneOffsetMinutes = numberIn(event, 'zoneOffsetMinutes')
      return
    }
    case 'outreach.released':
      known.sent.delete(textIn(event, 'dispatch'))
      return
    case 'lead.absorbed':
      absorb(known, event['outreach'] as unknown as OutreachLedger | undefined)
  }
}

/** What another lead knew counts from now on. */
function absorb(known: Heard, ledger: OutreachLedger | undefined): void {
  if (ledger === undefined) return
  // Of the other's words only the last stand in its ledger.
  known.stoppedAtMs = Math.max(known.stoppedAtMs, ledger.stoppedAtMs === 0 ? -Infinity : ledger.stoppedAtMs)
  known.startedAtMs = Math.max(known.startedAtMs, ledger.startedAtMs)
  for (const [conversation, { atMs }] of Object.entries(ledger.heard))
    known.heardAtMs.set(conversation, Math.max(known.heardAtMs.get(conversation) ?? 0, atMs))
  for (const { dispatch, ...sent } of ledger.sent) known.sent.set(dispatch, sent)
  known.zoneOffsetMinutes = Math.max(known.zoneOffsetMinutes, ledger.zoneOffsetMinutes ?? -Infinity)
  const agreed = Object.values(ledger.consents).filter(({ state }) => state === 'given')
  known.agreedAtMs = Math.max(known.agreedAtMs, ...agreed.map(({ atMs }) => atMs))
}

function against(
  known: Heard,
  data: JsonObject,
  { atMs, event }: { readonly atMs: number; readonly event: JsonObject },
): readonly string[] {
  const [dispatch, conversation] = [textIn(data, 'dispatch'), textIn(data, 'conversation')]
  const purpose = textIn(data, 'purpose')
  const heardAtMs = known.heardAtMs.get(conversation) ?? -Infinity
  const stopped = known.stoppedAtMs >= known.startedAtMs
  const again = known.sent.has(dispatch)
  const wrong = [
    stopped && !(purpose === 'service' && heardAtMs > known.stoppedAtMs) ? `${dispatch} after a stop` : '',
    again || fieldsOf(event['request'])['template'] === true || heardAtMs + windowMs > atMs
      ? ''
      : `${dispatch} outside the window`,
    purpose === 'marketing' ? marketing(known, { dispatch, atMs }) : '',
    again ? '' : tooMany(known, { conversation, atMs }),
  ]
  if (!again) known.sent.set(dispatch, { atMs, conversation, purpose })
  return wrong.filter((each) => each !== '')
}

function marketing(known: Heard, { dispatch, atMs }: { readonly dispatch: string; readonly atMs: number }): string {
  if (known.sent.has(dispatch)) return ''
  if (known.agreedAtMs <= known.stoppedAtMs) return `${dispatch} without consent`
  const minute = Math.floor(((((atMs + known.zoneOffsetMinutes * minuteMs) % dayMs) + dayMs) % dayMs) / minuteMs)
  if (minute >= quietFromMinute || minute < quietToMinute) return `${dispatch} at night`
  const others = [...known.sent.values()].filter(
    (each) => each.purpose === 'marketing' && each.atMs > atMs - capWindowMs,
  )
  return others.length < whatsappCap ? '' : `${dispatch} over the cap`
}

/** A token bucket, filled anew from the sends that stand. */
function tooMany(
  known: Heard,
  { conversation, atMs }: { readonly conversation: string; readonly atMs: number },
): string {
  const times = [...known.sent.values()].filter((each) => each.conversation === conversation).map((each) => each.atMs)
  for (const from of times) {
    const count = times.filter((each) => each >= from).length + 1
    if (count > pairBurst + Math.floor((atMs - from) / pairEveryMs) + 1) return `${count} messages in ${atMs - from} ms`
  }
  return ''
}
