/**
 * Random histories of many senders at one person, for properties of the gate: what is asked, said and released, on a clock that moves. What was said
 * is written down beside the ledger, so that a property can judge by another way than the gate's own.
 */
import * as fc from 'fast-check'
import type {
  ConsentScope,
  OutreachDecision,
  OutreachLedger,
  OutreachRequest,
  OutreachSettings,
} from '../outreach-contract.ts'
import { decideOutreach } from '../outreach-gate.ts'
import * as ledgers from '../outreach-ledger.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** When every history begins. */
export const beginMs = Date.UTC(2026, 8, 21)

/** What people and providers say. */
export type Said =
  | { readonly kind: 'consent'; readonly scope: ConsentScope; readonly state: 'given' | 'withdrawn' }
  | { readonly kind: 'stop' | 'start' }
  | { readonly kind: 'heard'; readonly conversation: string; readonly entryMs: number }
  | { readonly kind: 'lost' | 'paused'; readonly channel: OutreachRequest['channel'] }

/** Something said, and how long before it arrives. */
export type Arrival = Said & { readonly agoMs: number }

/** What happens next in a history. */
export type Step =
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'ask'; readonly which: number }
  | { readonly kind: 'release'; readonly which: number }
  | Arrival

/** Many senders with their requests, at one person with one ledger. */
export interface History {
  readonly settings: OutreachSettings
  /** Where the person lives, in minutes east of UTC. */
  readonly zone: number
  readonly requests: readonly OutreachRequest[]
  readonly steps: readonly Step[]
}

/** One question to the gate, with its answer. */
export interface Asked {
  readonly request: OutreachRequest
  readonly decision: OutreachDecision
  readonly atMs: number
  /** As it was before. */
  readonly ledger: OutreachLedger
  /** All that had been said by then, with when. */
  readonly said: readonly (Said & { readonly atMs: number })[]
}

/** What came of a history, written down beside the ledger. */
export interface Played {
  readonly asked: readonly Asked[]
  /** What went out and was not released. */
  readonly sent: readonly Asked[]
  readonly ledger: OutreachLedger
  readonly endMs: number
}

const channels = fc.constantFrom<OutreachRequest['channel'][]>('whatsapp', 'email', 'sms', 'widget')
const purposes = fc.constantFrom<OutreachRequest['purpose'][]>('service', 'utility', 'marketing', 'marketing')
const conversations = fc.constantFrom('acme/conversation/c1', 'acme/conversation/c2')
/** From moments to days, in milliseconds. */
export const spans = fc.oneof(
  fc.integer({ min: 0, max: 10_000 }),
  fc.integer({ min: 0, max: 3 * hourMs }),
  fc.integer({ min: 0, max: 9 * dayMs }),
)

const minutes = fc.oneof(fc.integer({ min: 0, max: 1440 }), fc.constantFrom(0, 540, 1260, 1440))

/** Settings within what is sensible, among them no quiet hours and hours that are always quiet. */
export const settings: fc.Arbitrary<OutreachSettings> = fc.record({
  whatsappCap: fc.integer({ min: 0, max: 3 }),
  emailCap: fc.integer({ min: 1, max: 3 }),
  smsCap: fc.integer({ min: 1, max: 3 }),
  marketingCap: fc.integer({ min: 1, max: 20 }),
  capWindowMs: fc.integer({ min: hourMs, max: 8 * dayMs }),
  quietFromMinute: minutes,
  quietToMinute: minutes,
  zoneOffsetMinutes: fc.constant(330),
  windowMs: fc.constant(dayMs),
  pairBurst: fc.integer({ min: 1, max: 4 }),
  pairEveryMs: fc.integer({ min: 1000, max: minuteMs }),
  holdMaxMs: fc.integer({ min: hourMs, max: 7 * dayMs }),
})

/** A request of any sender; its dispatch and time are given when it is asked. */
export const request: fc.Arbitrary<OutreachRequest> = fc.record({
  dispatch: fc.constant(''),
  conversation: conversations,
  channel: channels,
  purpose: purposes,
  sender: fc.constantFrom('assistant', 'member', 'sequence', 'campaign', 'incident'),
  template: fc.boolean(),
  wantedAtMs: fc.constant(0),
  costMicros: fc.constant(0),
})

const saidAny: fc.Arbitrary<Said> = fc.oneof(
  fc.record({
    kind: fc.constant('consent'),
    scope: fc
      .tuple(fc.oneof(channels, fc.constant('*')), fc.oneof(purposes, fc.constant('*')))
      .map(([channel, purpose]): ConsentScope => `${channel}:${purpose}`),
    state: fc.constantFrom('given', 'given', 'withdrawn'),
  }),
  fc.record({ kind: fc.constantFrom('stop', 'start') }),
  fc.record({ kind: fc.constant('heard'), conversation: conversations, entryMs: fc.constantFrom(0, 0, 3 * dayMs) }),
  fc.record({ kind: fc.constant('heard'), conversation: conversations, entryMs: fc.constant(0) }),
  fc.record({ kind: fc.constantFrom('lost', 'paused'), channel: channels }),
)
/** Something said up to some days before it arrives. */
export const arrival: fc.Arbitrary<Arrival> = fc.tuple(saidAny, spans).map(([each, agoMs]) => ({ ...each, agoMs }))

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait'), ms: spans }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('ask'), which: fc.nat(29) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('release'), which: fc.nat(29) }) },
  { weight: 3, arbitrary: arrival },
)

const zone = fc.integer({ min: -720, max: 840 })
/** A history; requests and what is said meet on two conversations, so that they matter to each other. */
export const history: fc.Arbitrary<History> = fc.record({
  settings,
  zone,
  requests: fc.array(request, { minLength: 30, maxLength: 30 }),
  steps: fc.array(step, { maxLength: 90, size: 'max' }),
})

/** Plays a history; `tag` keeps the dispatches of two people apart. */
export function play({ settings, zone, requests, steps }: History, tag = 'one'): Played {
  let atMs = beginMs
  let ledger: OutreachLedger = { ...ledgers.newLedger(), zoneOffsetMinutes: zone }
  let sent: readonly Asked[] = []
  const asked: Asked[] = []
  const said: Asked['said'][number][] = []
  const wantedAtMs = new Map<number, number>()
  for (const step of steps) {
    if (step.kind === 'wait') atMs += step.ms
    else if (step.kind === 'release') {
      const dispatch = nameOf(step.which, tag)
      sent = sent.filter((each) => each.request.dispatch !== dispatch)
      ledger = ledgers.released(ledger, dispatch)
    } else if (step.kind === 'ask') {
      const known = requests[step.which]
      if (known === undefined) continue
      wantedAtMs.set(step.which, wantedAtMs.get(step.which) ?? atMs)
      const named = { dispatch: nameOf(step.which, tag), wantedAtMs: wantedAtMs.get(step.which) ?? atMs }
      const request = { ...known, ...named }
      const decision = decideOutreach(ledger, request, { atMs, settings })
      const entry = { request, decision, atMs, ledger, said: [...said] }
      asked.push(entry)
      if (decision.outcome === 'send' && isFresh(entry)) sent = [...sent, entry]
      ledger = ledgers.noted(ledger, { request, decision }, { atMs, settings })
    } else {
      said.push({ ...step, atMs: atMs - step.agoMs })
      ledger = told(ledger, step, atMs - step.agoMs)
    }
  }
  return { asked, sent, ledger, endMs: atMs }
}

/** The ledger after something was said. */
export function told(ledger: OutreachLedger, each: Said, atMs: number): OutreachLedger {
  const word = { atMs, proof: 'words', source: 'test' }
  switch (each.kind) {
    case 'consent':
      return ledgers.consented(ledger, each.scope, { state: each.state, ...word })
    case 'stop':
      return ledgers.stopped(ledger, { ...word, channel: 'whatsapp' })
    case 'start':
      return ledgers.started(ledger, { ...word, channel: 'sms' })
    case 'heard': {
      const entry = each.entryMs === 0 ? {} : { entryUntilMs: atMs + each.entryMs }
      return ledgers.heardFrom(ledger, each.conversation, { atMs, ...entry })
    }
    case 'lost':
      return ledgers.lost(ledger, each.channel, atMs)
    case 'paused':
      return ledgers.paused(ledger, each.channel, atMs + dayMs)
  }
}

/** Whether the ledger did not remember this dispatch, so that its answer was found and not repeated. */
export function isFresh({ ledger, request }: Asked): boolean {
  return ledger.sent.every((each) => each.dispatch !== request.dispatch)
}

/** When the person opted out of what is asked, by all that was ever said: each time that nothing later took back. */
export function optOuts({ request, said }: Asked): readonly number[] {
  const { channel, purpose } = request
  const yes = yeses({ request, said })
  const startAtMs = Math.max(...said.filter((each) => each.kind === 'start').map((each) => each.atMs))
  const stops = said.filter((each) => each.kind === 'stop' && each.atMs >= startAtMs).map((each) => each.atMs)
  const noes = said.filter((each) => {
    if (each.kind !== 'consent' || each.state !== 'withdrawn') return false
    const everything = each.scope === '*:*' ? wordsOn(said, '*:*') : []
    const applies = ['*:*', `*:${purpose}`, `${channel}:${purpose}`].includes(each.scope)
    return applies && [...yes, ...everything].every((atMs) => atMs <= each.atMs)
  })
  return [...stops, ...noes.map((each) => each.atMs)]
}

/** When the person said yes to what is asked, for marketing by a start too. */
export function yeses({ request, said }: Pick<Asked, 'request' | 'said'>): readonly number[] {
  const { channel, purpose } = request
  const starts = said.filter((each) => each.kind === 'start' && purpose === 'marketing').map((each) => each.atMs)
  return [...starts, ...wordsOn(said, `*:${purpose}`), ...wordsOn(said, `${channel}:${purpose}`)]
}

/** When the customer was last heard in the conversation of what is asked; long ago when never. */
export function heardAtMs({ request, said }: Asked): number {
  const heard = said.filter((each) => each.kind === 'heard' && each.conversation === request.conversation)
  return Math.max(...heard.map((each) => each.atMs))
}

function wordsOn(said: Asked['said'], scope: ConsentScope): readonly number[] {
  return said
    .filter((each) => each.kind === 'consent' && each.state === 'given' && each.scope === scope)
    .map((each) => each.atMs)
}

function nameOf(which: number, tag: string): string {
  return `acme/dispatch/${tag}:${which}`
}
