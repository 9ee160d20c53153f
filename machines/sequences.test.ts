import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { catalogue } from './catalogue.ts'
import type { Hosted } from './hosted.ts'
import type { QueueContext } from './queue-line.ts'
import { broken } from './testing/conversation-rules.ts'
import { draft, route, verdict } from './testing/conversation-script.ts'
import { scriptAddress, scripts } from './testing/event-script.ts'
import { after, completed, failed, fired, onStage, type Stage, type StageEvent } from './testing/harness.ts'

/** What a random run does next: an event of the script, work coming back well, badly or as nonsense, a timer, or time passing. */
type Act =
  | { readonly kind: 'event'; readonly event: StageEvent }
  | { readonly kind: 'work'; readonly how: 'well' | 'badly' | 'nonsense' | 'handing-off' }
  | { readonly kind: 'timer'; readonly pick: number }
  | { readonly kind: 'time'; readonly passedMs: number }

const outputs: { readonly [name: string]: object } = { route, answer: draft, check: verdict }

const members = fc.constantFrom('m1', 'm2', 'm3').map((memberId) => ({ memberId, name: memberId.toUpperCase() }))
const via = fc.constantFrom('console', 'api', 'phone')
const chats = fc.constantFrom('a', 'b', 'c', 'd').map((id) => `acme/conversation/${id}`)
const words = fc.oneof(fc.string({ maxLength: 30 }), fc.constant('x'.repeat(5000)), fc.constant('नमस्ते 🙏 ‮'))
const slot = fc.integer({ min: 0, max: 40 }).map((half) => 1_800_000_000_000 + 15 * 3_600_000 + half * 1_800_000)

const random: { readonly [kind: string]: fc.Arbitrary<StageEvent> } = {
  conversation: fc.oneof(
    fc
      .record({ type: fc.constant('message.received'), clientId: fc.uuid(), text: words, complete: fc.boolean() })
      .map((each) => ({ ...each, channel: 'web' })),
    fc
      .tuple(fc.constantFrom('member.take-over', 'member.hand-back', 'member.hand-to-team'), members, via)
      .map(([type, member, route]) => ({ type, ...member, via: route, team: 'sales' })),
    fc.tuple(members, via, fc.nat(99)).map(([member, how, id]) => {
      return { type: 'member.message', ...member, via: how, clientId: `${how}-${member.memberId}-${id}`, text: 'hi' }
    }),
    fc.tuple(members, fc.nat(9e6)).map(([member, ms]) => {
      return { type: 'member.snooze', ...member, untilMs: 1_800_000_000_000 + ms }
    }),
    fc.tuple(members, members).map(([member, by]) => ({ type: 'member.assign', ...member, by })),
    members.map((member) => ({ type: 'queue.assigned', ...member, ticket: 1 })),
    fc.record({ type: fc.constantFrom('receipt.delivered', 'receipt.read'), upTo: fc.nat(50) }),
    fc.record({ type: fc.constant('delivery.failed'), n: fc.nat(50), reason: words }),
    fc.record({ type: fc.constant('customer.identified'), name: words }),
  ),
  queue: fc.oneof(
    fc.tuple(chats, fc.nat(3)).map(([conversation, priority]) => {
      return { type: 'queue.join', conversation, priority, reason: 'legal', summary: '' }
    }),
    fc
      .tuple(fc.constantFrom('queue.leave', 'queue.taken', 'queue.released'), chats, members)
      .map(([type, conversation, { memberId }]) => ({ type, conversation, memberId })),
    fc.tuple(members, fc.nat(3)).map(([member, capacity]) => ({ type: 'member.available', ...member, capacity })),
    members.map(({ memberId }) => ({ type: 'member.away', memberId })),
  ),
  calendar: fc.tuple(fc.constantFrom('slot.claim', 'slot.release'), fc.nat(5), slot).map(([type, id, startAtMs]) => {
    return { type, meeting: `acme/meeting/${id}`, startAtMs, durationMs: 3_600_000 }
  }),
}

function acts(kind: string): fc.Arbitrary<readonly Act[]> {
  const scripted = fc.constantFrom(...(scripts[kind]?.events ?? []))
  const elsewhere = fc.constantFrom(...Object.values(scripts).flatMap((each) => each.events))
  const isOwnWork = (event: StageEvent) => !event.type.startsWith('xstate.')
  const events = fc.oneof(scripted, elsewhere, random[kind] ?? scripted).filter(isOwnWork)
  const act = fc.oneof(
    { weight: 6, arbitrary: events.map((event) => ({ kind: 'event' as const, event })) },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('work' as const),
        how: fc.constantFrom(
          'well' as const,
          'well' as const,
          'badly' as const,
          'nonsense' as const,
          'handing-off' as const,
        ),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('timer' as const), pick: fc.nat(4) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('time' as const), passedMs: fc.nat(100_000) }) },
  )
  return fc.array(act, { minLength: 1, maxLength: 40 })
}

function played(stage: Stage, act: Act): Stage {
  if (act.kind === 'event') return after(stage, act.event)
  if (act.kind === 'time') return { ...stage, atMs: stage.atMs + act.passedMs }
  if (act.kind === 'timer') {
    const ids = [...stage.timers.keys()]
    const id = ids[act.pick % Math.max(1, ids.length)]
    return id === undefined ? stage : fired(stage, id)
  }
  const work = [...stage.work.values()].at(-1)
  if (work === undefined) return stage
  if (act.how === 'badly') return failed(stage, work, 'down')
  if (act.how === 'nonsense') return completed(stage, work, [null, 'nonsense'])
  const handOff = act.how === 'handing-off' ? { handOff: { reason: 'legal', summary: 's' } } : {}
  return completed(stage, work, { ...outputs[work.name], ...(work.name === 'answer' ? handOff : {}) })
}

/** What must hold of an actor of a kind, whatever has happened. */
const rules: { readonly [kind: string]: (stage: Stage) => readonly string[] } = {
  conversation: broken,
  queue: (stage) => {
    const { waiting, held, members: team } = stage.snapshot.context as QueueContext
    const twice = waiting.filter((each) => held[each.conversation] !== undefined)
    const unsorted = waiting.some((each, index) => {
      const next = waiting[index + 1]
      return (
        next !== undefined &&
        (each.priority < next.priority || (each.priority === next.priority && each.ticket > next.ticket))
      )
    })
    const copies = new Set(team.map((each) => each.memberId)).size !== team.length
    return [
      ...twice.map((each) => `M15: ${each.conversation} waits and is held`),
      ...(unsorted ? ['M15: the line is out of order'] : []),
      ...(copies ? ['M15: a member is there twice'] : []),
    ]
  },
  calendar: (stage) => {
    const { taken } = stage.snapshot.context as { taken: { startAtMs: number; durationMs: number }[] }
    const full = taken.filter(({ startAtMs }) => {
      return (
        taken.filter((each) => each.startAtMs <= startAtMs && each.startAtMs + each.durationMs > startAtMs).length > 2
      )
    })
    return full.map((each) => `M17: too many visits at ${each.startAtMs}`)
  },
  lead: (stage) => [...chained(stage, 'temperature-changed'), ...chained(stage, 'stage-changed')],
  listing: (stage) => {
    const versions = stage.facts.filter((each) => each.type !== 'listing-unchanged').map((each) => each['version'])
    return versions.every((each, index) => each === index + 1) ? [] : [`M20: versions ${versions.join()}`]
  },
}

function chained(stage: Stage, type: string): readonly string[] {
  let from: unknown = 'none'
  const problems: string[] = []
  for (const fact of stage.facts.filter((each) => each.type === type)) {
    if (fact['from'] !== from || fact['to'] === from)
      problems.push(`M13: ${type} from ${String(fact['from'])} after ${String(from)}`)
    from = fact['to']
  }
  return problems
}

function run(hosted: Hosted, list: readonly Act[]): void {
  const { kind, machine } = hosted
  let stage = onStage(machine, hosted.input(scriptAddress(kind), {}))
  for (const act of list) {
    stage = played(stage, act)
    expect(rules[kind]?.(stage) ?? []).toEqual([])
    expect(JSON.stringify(stage.snapshot.context).length).toBeLessThan(16_000)
  }
}

describe('random sequences of events, legal and illegal, and of work and timers', () => {
  for (const hosted of catalogue) {
    it(`[M11] keep every rule of ${hosted.kind}, never throw, and leave only JSON behind`, () => {
      fc.assert(
        fc.property(acts(hosted.kind), (list) => run(hosted, list)),
        { seed: 20_261_123, numRuns: hosted.kind === 'conversation' ? 400 : 120 },
      )
    })
  }

  it('[M15] balanced assignment never goes beyond a capacity by itself', () => {
    const queue = catalogue.find((each) => each.kind === 'queue')
    if (queue === undefined) throw new Error('no queue')
    const events = random['queue'] ?? fc.constant({ type: 'queue.leave' })
    const ownChoices = events.filter((each) => each.type !== 'queue.taken')
    fc.assert(
      fc.property(fc.array(ownChoices, { maxLength: 40 }), (list) => {
        const input = queue.input(scriptAddress('queue'), { queue: { assignment: 'balanced' } })
        let stage = onStage(queue.machine, input)
        for (const event of list) {
          const before = stage
          stage = after(stage, event)
          const { held, members: team } = stage.snapshot.context as QueueContext
          const former = (before.snapshot.context as QueueContext).held
          for (const { memberId, capacity } of team) {
            const load = (of: QueueContext['held']) => Object.values(of).filter((each) => each === memberId).length
            if (load(held) > load(former)) expect(load(held)).toBeLessThanOrEqual(capacity)
          }
        }
      }),
      { seed: 7, numRuns: 200 },
    )
  })
})
