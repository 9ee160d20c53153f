import { describe, expect, test } from 'vitest'
import type { Json } from './json.ts'
import type { Journal } from './ports/journal.ts'
import type { EffectContext, EffectRequest } from './runtime.ts'
import {
  answering,
  changingMembership,
  desk,
  overriding,
  startSmallHost,
  type SmallHost,
} from './testing/small-host.ts'

const ask = { type: 'ask', question: 'why' }

/** A handler whose calls are answered by hand. */
function byHand(policy: Parameters<typeof answering>[1] = {}) {
  const calls: {
    readonly request: EffectRequest
    readonly context: EffectContext
    answer(output: Json): void
    fail(error: unknown): void
  }[] = []
  const handler = answering((request, context) => {
    const { promise, resolve, reject } = Promise.withResolvers<Json>()
    calls.push({ request, context, answer: resolve, fail: reject })
    return promise
  }, policy)
  return { calls, handler }
}

async function factTypes(host: SmallHost): Promise<readonly string[]> {
  return (await host.facts()).map((fact) => fact.type).filter((type) => type !== 'desk-opened')
}

describe('effects', () => {
  test('[F1] nothing runs before the commit that asks for it', async () => {
    const { calls, handler } = byHand()
    const gate = Promise.withResolvers<void>()
    const held = (journal: Journal): Journal =>
      overriding(journal, { commit: (group) => gate.promise.then(() => journal.commit(group)) })
    const host = await startSmallHost({ effects: { answer: handler }, journal: held })
    await host.tell(desk(1), ask)
    expect(calls).toHaveLength(0)
    gate.resolve()
    await host.clock.settle()
    expect(calls).toHaveLength(1)
  })

  test('[F2] the request names actor, effect and epoch, and its key is the same for every attempt', async () => {
    const { calls, handler } = byHand({ attemptsMax: 2 })
    const host = await startSmallHost({ effects: { answer: handler } })
    await host.tell(desk(1), ask)
    calls[0]?.fail(new Error('no'))
    await host.clock.advance(200)
    const request = {
      address: desk(1),
      id: 'question',
      epoch: 1,
      name: 'answer',
      input: { question: 'why' },
      key: `${desk(1)}#question#1`,
    }
    expect(calls.map((call) => call.request)).toEqual([request, request])
    expect(calls.map((call) => call.context.attempt)).toEqual([1, 2])
    calls[1]?.answer('yes')
    await host.clock.settle()
    const [asking, answered] = await host.journal.history(desk(1), 0, 10)
    const thread = asking?.envelope.id
    expect(answered?.envelope).toMatchObject({ id: request.key, causedBy: thread, correlationId: thread })
  })

  test('[F3] at most so many of a name run at once, and so many in all; the others wait their turn', async () => {
    const { calls, handler } = byHand({ concurrency: 2 })
    const host = await startSmallHost({ effects: { answer: handler, post: handler }, limits: { effectsMax: 3 } })
    for (const n of [1, 2, 3, 4]) await host.tell(desk(n), ask)
    expect(calls).toHaveLength(2)
    for (const n of [1, 2, 3]) await host.tell(desk(n), { type: 'post', text: `${n}` })
    expect(calls.map((call) => call.request.name)).toEqual(['answer', 'answer', 'post'])
    calls[0]?.answer('yes')
    await host.clock.settle()
    expect(calls).toHaveLength(4)
    expect(host.runtime.stats().pendingEffects).toBe(6)
  })

  test('[F4] a failure is tried again after a growing, uneven wait; the last one is told to the machine', async () => {
    const startedAtMs: number[] = []
    const host = await startSmallHost({
      effects: {
        answer: answering(
          () => {
            startedAtMs.push(host.clock.nowMs())
            throw new TypeError('no such model')
          },
          { attemptsMax: 4, backoffMs: 100 },
        ),
      },
    })
    await host.tell(desk(1), ask)
    await host.clock.advance(990)
    const waits = startedAtMs.slice(1).map((atMs, index) => atMs - (startedAtMs[index] ?? 0))
    expect(waits).toHaveLength(3)
    waits.forEach((waitMs, index) => {
      expect(waitMs).toBeGreaterThanOrEqual(50 * 2 ** index)
      expect(waitMs).toBeLessThanOrEqual(100 * 2 ** index)
    })
    const facts = await host.facts()
    expect(facts.at(-1)).toMatchObject({
      type: 'unanswered',
      data: { error: { name: 'TypeError', message: 'no such model' } },
    })
  })

  test('[F4] a refusal that says never is not tried again', async () => {
    let calls = 0
    const host = await startSmallHost({
      effects: {
        answer: answering(
          () => {
            calls += 1
            throw Object.assign(new Error('refused'), { retry: 'never' })
          },
          { attemptsMax: 5 },
        ),
      },
    })
    await host.tell(desk(1), ask)
    await host.clock.advance(900)
    expect(calls).toBe(1)
    expect(await factTypes(host)).toEqual(['unanswered'])
  })

  test('[F5] an attempt ends when its time is up, with its signal, even if the handler does not listen', async () => {
    const { calls, handler } = byHand({ timeoutMs: 300 })
    const host = await startSmallHost({ effects: { answer: handler } })
    await host.tell(desk(1), ask)
    await host.clock.advance(300)
    expect(calls[0]?.context.signal.aborted).toBe(true)
    expect((await host.facts()).at(-1)?.data).toMatchObject({ error: { name: 'TimeoutError' } })
    calls[0]?.answer('too late')
    await host.clock.settle()
    expect(await factTypes(host)).toEqual(['unanswered'])
  })

  test('[F6] an effect the actor has stopped is aborted, is no longer wanted, and its outcome changes nothing', async () => {
    const { calls, handler } = byHand()
    const host = await startSmallHost({ effects: { answer: handler } })
    await host.tell(desk(1), ask)
    expect(calls[0]?.context.wanted()).toBe(true)
    await host.tell(desk(1), { type: 'hurry' })
    expect(calls[0]?.context.wanted()).toBe(false)
    expect(calls[0]?.context.signal.aborted).toBe(true)
    calls[0]?.answer('yes')
    await host.clock.settle()
    expect(await factTypes(host)).toEqual([])
    expect(host.runtime.stats()).toMatchObject({ pendingEffects: 0, steps: 2 })
  })

  test('[F6] nothing is wanted any more once membership, asked now, gives the partition to somebody else', async () => {
    const { calls, handler } = byHand()
    let owned = [0, 1, 2, 3]
    const membership = { node: 'one', owned: () => owned, watch: () => () => {}, leave: () => Promise.resolve() }
    const host = await startSmallHost({ effects: { answer: handler }, membership })
    await host.tell(desk(1), ask)
    expect(calls[0]?.context.wanted()).toBe(true)
    owned = []
    expect(calls[0]?.context.wanted()).toBe(false)
  })

  test('[F6] asking again while one runs aborts the older and takes only the newer outcome', async () => {
    const { calls, handler } = byHand()
    const host = await startSmallHost({ effects: { answer: handler } })
    await host.tell(desk(1), ask)
    await host.tell(desk(1), ask)
    expect(calls.map((call) => [call.request.epoch, call.context.wanted()])).toEqual([
      [1, false],
      [2, true],
    ])
    calls[0]?.answer('old')
    calls[1]?.answer('new')
    await host.clock.settle()
    expect((await host.facts()).at(-1)).toMatchObject({ type: 'answered', data: { output: 'new' } })
    expect(await factTypes(host)).toEqual(['answered'])
  })

  test('[S6] an outcome of a past epoch is recorded as fenced and changes nothing', async () => {
    const { handler } = byHand()
    const host = await startSmallHost({ effects: { answer: handler } })
    await host.tell(desk(1), ask)
    const stale = { type: 'xstate.error.actor.question', error: { message: 'late' }, actorId: 'question' }
    const marks = [{ id: 'question', epoch: 0 }, { id: 'toString', epoch: 1 }, undefined]
    for (const [index, effect] of marks.entries()) {
      const mark = effect === undefined ? {} : { effect }
      await host.journal.append([{ id: `stale-${index}`, to: desk(1), event: stale, atMs: 1, ...mark }])
    }
    await host.clock.settle()
    expect(await host.runtime.inspect(desk(1))).toMatchObject({ revision: 1, status: 'active' })
    const outcomes = (await host.journal.history(desk(1), 0, 10)).map((entry) => entry.outcome)
    expect(outcomes).toEqual(['applied', 'fenced', 'fenced', 'fenced'])
    expect(host.runtime.stats().fenced).toBe(3)
  })

  test('[F7] an action only settles: the machine is not stepped, and a failure is a fact', async () => {
    const { calls, handler } = byHand()
    const host = await startSmallHost({ effects: { post: handler } })
    await host.tell(desk(1), { type: 'post', text: 'a' })
    await host.tell(desk(1), { type: 'post', text: 'b' })
    expect(calls.map((call) => call.request.input)).toEqual([{ text: 'a' }, { text: 'b' }])
    const before = (await host.runtime.inspect(desk(1)))?.snapshot
    calls[0]?.answer(null)
    calls[1]?.fail(new Error('no stamps'))
    await host.clock.settle()
    const actor = await host.runtime.inspect(desk(1))
    expect(actor).toMatchObject({ effects: {}, snapshot: before })
    expect((await host.facts()).at(-1)).toMatchObject({
      type: 'effect-failed',
      data: { name: 'post', error: { message: 'no stamps' } },
    })
  })

  test('[F8] effects that had not settled run again after a restart, under the same key', async () => {
    const first = byHand()
    const host = await startSmallHost({ effects: { answer: first.handler, post: first.handler } })
    await host.tell(desk(1), ask)
    await host.tell(desk(2), { type: 'post', text: 'a' })
    await host.crash()
    expect(first.calls.every((call) => call.context.signal.aborted)).toBe(true)
    const second = byHand()
    await startSmallHost({
      store: host.store,
      clock: host.clock,
      effects: { answer: second.handler, post: second.handler },
    })
    await host.clock.settle()
    const keys = (calls: typeof first.calls): readonly string[] => calls.map((call) => call.request.key).sort()
    expect(keys(second.calls)).toEqual(keys(first.calls))
  })

  test('[F8] an outcome already in the inbox settles its effect before any is run again', async () => {
    const first = byHand()
    const membership = changingMembership('one', [0, 1, 2, 3])
    const host = await startSmallHost({ effects: { answer: first.handler }, membership, limits: { groupMax: 2 } })
    await host.tell(desk(1), ask)
    const effect = { id: 'question', epoch: 1 }
    membership.set([])
    await host.clock.settle()
    for (const n of [1, 2, 3, 4, 5])
      await host.runtime.send({ to: desk(1), event: { type: 'post', text: 'before' }, id: `before-${n}` })
    await host.journal.append([
      {
        id: `${desk(1)}#question#1`,
        to: desk(1),
        event: { type: 'xstate.done.actor.question', output: 'yes', actorId: 'question' },
        atMs: 1,
        effect,
      },
    ])
    membership.set([0, 1, 2, 3])
    await host.clock.settle()
    expect(first.calls).toHaveLength(1)
    expect(await factTypes(host)).toEqual(['answered'])
  })

  test('[F9] with more pending than memory may hold, the rest waits in the journal and is fetched when there is room', async () => {
    const { EffectRunner } = await import('./effect-runner.ts')
    const room: number[][] = []
    const { handler } = byHand()
    const host = await startSmallHost()
    const runner = new EffectRunner({
      handlers: { answer: handler },
      clock: host.clock,
      ids: { next: () => 'x', random: () => 0 },
      log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
      effectsMax: 1,
      eventMaxBytes: 1000,
      jobsMax: 4,
      owns: () => true,
      complete: () => Promise.resolve({ duplicate: false }),
      roomFor: (partitions) => void room.push([...partitions]),
    })
    const effect = (epoch: number) => ({ id: 'q', epoch, name: 'answer', input: null, kind: 'invoke' as const })
    const asked = [1, 2, 3, 4, 5, 6].map((n) => runner.ask(desk(n), effect(1), n % 2))
    expect(asked).toEqual([true, true, true, true, false, false])
    expect(runner.pending).toBe(4)
    for (const n of [1, 2]) runner.stop(desk(n), 'q')
    expect(room).toEqual([[1, 0]])
    runner.release(1)
    expect(runner.pending).toBe(1)
    runner.close()
    expect(runner.ask(desk(9), effect(1), 0)).toBe(false)
  })

  test('[F9] every effect of a large backlog runs, a page at a time', async () => {
    const host = await startSmallHost({
      partitions: 1,
      effects: { answer: answering(() => new Promise<never>(() => {})) },
    })
    await Promise.all(Array.from({ length: 250 }, (_, n) => host.runtime.send({ to: desk(n), event: ask })))
    await host.clock.settle()
    await host.crash()
    const next = await startSmallHost({ partitions: 1, store: host.store, clock: host.clock })
    await next.clock.advance(10)
    expect((await factTypes(next)).filter((type) => type === 'answered')).toHaveLength(250)
    expect(next.runtime.stats().pendingEffects).toBe(0)
  })

  test('[F13] work that must not be cut off ends before the host stops, is not done again, and no other attempt begins', async () => {
    const { calls, handler } = byHand({ finishMs: 5000, concurrency: 1 })
    const host = await startSmallHost({ effects: { answer: handler } })
    await host.tell(desk(1), ask)
    await host.tell(desk(2), ask)
    const stopping = host.runtime.stop()
    calls[0]?.answer('because')
    await host.clock.settle()
    await stopping
    expect(calls.map(({ context }) => context.signal.aborted)).toEqual([false])
    const next = await startSmallHost({ store: host.store, clock: host.clock, effects: { answer: handler } })
    await next.clock.settle()
    expect(calls.map(({ request }) => request.address)).toEqual([desk(1), desk(2)])
    expect(await factTypes(next)).toEqual(['answered'])
  })

  test('[F13] a stop waits for it no longer than its time, and for other work not at all', async () => {
    const patient = byHand({ finishMs: 500 })
    const host = await startSmallHost({ effects: { answer: patient.handler } })
    await host.tell(desk(1), ask)
    const stopping = host.runtime.stop()
    await host.clock.advance(499)
    expect(patient.calls[0]?.context.signal.aborted).toBe(false)
    await host.clock.advance(1)
    await stopping
    expect(patient.calls[0]?.context.signal.aborted).toBe(true)
    const { calls, handler } = byHand()
    const next = await startSmallHost({ store: host.store, clock: host.clock, effects: { answer: handler } })
    await next.clock.settle()
    await next.runtime.stop()
    expect(calls[0]?.context.signal.aborted).toBe(true)
  })

  test('[F10] an outcome that is not JSON, or larger than an event may be, is a failure', async () => {
    const outputs: unknown[] = [new Map(), 'x'.repeat(5000)]
    const host = await startSmallHost({
      limits: { eventMaxBytes: 4000 },
      effects: { answer: answering(() => Promise.resolve(outputs.shift() as Json)) },
    })
    await host.tell(desk(1), ask)
    await host.tell(desk(2), ask)
    const errors = (await host.facts()).filter((fact) => fact.type === 'unanswered').map((fact) => fact.data['error'])
    expect(errors).toMatchObject([
      { message: 'output is a Map and cannot be stored as JSON' },
      { code: 'event-too-large' },
    ])
  })

  test('[F11] an outcome is appended until it is durable', async () => {
    let refusals = 0
    const host = await startSmallHost({
      journal: (journal) =>
        overriding(journal, {
          append: (events) =>
            events.some((each) => each.effect !== undefined) && refusals++ < 3
              ? Promise.reject(new Error('disk full'))
              : journal.append(events),
        }),
    })
    await host.tell(desk(1), ask)
    expect(await factTypes(host)).toEqual([])
    await host.clock.advance(950)
    expect(await factTypes(host)).toEqual(['answered'])
  })
})
