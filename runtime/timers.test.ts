import { describe, expect, test } from 'vitest'
import { answering, desk, startSmallHost, type SmallHost } from './testing/small-host.ts'

async function told(host: SmallHost, type: string): Promise<readonly number[]> {
  return (await host.facts()).filter((fact) => fact.type === type).map((fact) => fact.atMs - 1_000_000)
}

describe('timers', () => {
  test('[T1] a timer fires once, when it is due, into its actor', async () => {
    const host = await startSmallHost()
    await host.tell(desk(1), { type: 'remind', inMs: 500 })
    await host.clock.advance(499)
    expect(await told(host, 'reminded')).toEqual([])
    await host.clock.advance(1)
    expect(await told(host, 'reminded')).toEqual([500])
    await host.clock.advance(10_000)
    expect(await told(host, 'reminded')).toEqual([500])
    expect((await host.runtime.inspect(desk(1)))?.timers).toEqual({})
  })

  test('[T2] a timer without delay fires as soon as the clock looks', async () => {
    const host = await startSmallHost()
    await host.tell(desk(1), { type: 'remind', inMs: 0 })
    await host.clock.advance(0)
    expect(await told(host, 'reminded')).toEqual([0])
  })

  test('[T3] armed again it is another timer; disarmed it never fires', async () => {
    const host = await startSmallHost()
    await host.tell(desk(1), { type: 'remind', inMs: 500 })
    await host.tell(desk(1), { type: 'remind', inMs: 800 })
    await host.tell(desk(2), { type: 'remind', inMs: 500 })
    await host.tell(desk(2), { type: 'forget' })
    await host.clock.advance(2000)
    expect(await told(host, 'reminded')).toEqual([800])
  })

  test('[S5] a timer that had fired when it was disarmed is fenced', async () => {
    const host = await startSmallHost()
    await host.tell(desk(1), { type: 'remind', inMs: 500 })
    await host.tell(desk(1), { type: 'forget' })
    const timer = { id: 'reminder', epoch: 1 }
    await host.journal.append([{ id: 'late', to: desk(1), event: { type: 'reminder' }, atMs: 1, timer }])
    await host.clock.settle()
    const history = await host.journal.history(desk(1), 0, 10)
    expect(history.map((entry) => entry.outcome)).toEqual(['applied', 'applied', 'fenced'])
  })

  test('[S4] a timer armed and disarmed in one step never was, and one armed anew is only armed', async () => {
    const host = await startSmallHost({ effects: { answer: answering(() => new Promise<never>(() => {})) } })
    await host.tell(desk(1), { type: 'ask', question: 'a' })
    await host.tell(desk(1), { type: 'ask', question: 'b' })
    await host.tell(desk(1), { type: 'hurry' })
    const history = await host.journal.history(desk(1), 0, 10)
    const ids = history.map((entry) => ({
      armed: entry.timersArmed.map((timer) => timer.epoch),
      cancelled: entry.timersCancelled.length,
      asked: entry.effectsAsked.map((effect) => effect.epoch),
      stopped: entry.effectsStopped,
    }))
    expect(ids).toEqual([
      { armed: [1], cancelled: 0, asked: [1], stopped: [] },
      { armed: [2], cancelled: 0, asked: [2], stopped: [] },
      { armed: [], cancelled: 1, asked: [], stopped: ['question'] },
    ])
  })

  test('[T4] timers that became due while nobody ran fire late, each once, also very many of them', async () => {
    const host = await startSmallHost()
    const many = Array.from({ length: 1200 }, (_, n) => n)
    await Promise.all(many.map((n) => host.runtime.send({ to: desk(n), event: { type: 'remind', inMs: 500 } })))
    await host.clock.settle()
    await host.crash()
    await host.clock.advance(5000)
    const next = await startSmallHost({ store: host.store, clock: host.clock })
    await next.clock.advance(1)
    expect(await told(next, 'reminded')).toHaveLength(1200)
    await next.clock.advance(10_000)
    expect(await told(next, 'reminded')).toHaveLength(1200)
  })

  test('[T1] the time limit of an invoke stops its effect', async () => {
    const host = await startSmallHost({ effects: { answer: answering(() => new Promise<never>(() => {})) } })
    await host.tell(desk(1), { type: 'ask', question: '?' })
    await host.clock.advance(1000)
    expect(await told(host, 'gave-up')).toEqual([1000])
    expect(host.runtime.stats().pendingEffects).toBe(0)
  })
})
