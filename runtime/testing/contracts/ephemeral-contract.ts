import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Json } from '../../json.ts'
import type { Ephemeral } from '../../ports/ephemeral.ts'

/** An adapter under test, and a way to let time pass for it. */
export interface EphemeralBench {
  /** A store that is reachable and empty. */
  open(): Promise<Ephemeral>
  /** Moves a manual clock, or waits for a server's. */
  pass(ms: number): Promise<void>
  /** How much slower the suite goes: 1 on a manual clock, more where time is a server's and a busy machine could be late. */
  readonly stretch: number
}

/** The `E` rules, for every adapter of the ephemeral port. */
export function describeEphemeral(name: string, bench: EphemeralBench): void {
  describe(`the ephemeral store ${name}`, () => {
    let store: Ephemeral
    const ms = (each: number): number => each * bench.stretch
    const pass = (each: number): Promise<void> => bench.pass(ms(each))
    beforeEach(async () => {
      store = await bench.open()
    })
    afterEach(() => store.close())

    it('[E1] a key is there unchanged until its time is over, and a new value begins a new time', async () => {
      const value = { text: 'नमस्ते', list: [1, null, true] }
      await store.set('a', value, ms(100))
      await pass(60)
      expect(await store.get('a')).toEqual(value)
      await store.set('a', 'again', ms(100))
      await pass(60)
      expect(await store.get('a')).toBe('again')
      await pass(60)
      expect(await store.get('a')).toBeUndefined()
      expect(await store.get('b')).toBeUndefined()
    })

    it('[E1] deleting removes at once, and what is absent without harm', async () => {
      await store.set('a', 1, 10_000)
      await store.delete('a')
      await store.delete('a')
      expect(await store.get('a')).toBeUndefined()
    })

    it('[E1] of several who take a key one gets it', async () => {
      await store.set('a', 'mine', 10_000)
      const taken = await Promise.all([store.take('a'), store.take('a'), store.take('a')])
      expect(taken.filter((each) => each !== undefined)).toEqual(['mine'])
      expect(await store.get('a')).toBeUndefined()
    })

    it('[E2] a counter adds up over calls in flight and expires from its first increment', async () => {
      const values = await Promise.all([1, 2, 3].map((by) => store.increment('n', by, ms(200))))
      expect(values).toEqual(expect.arrayContaining([1, 3, 6]))
      await pass(120)
      expect(await store.increment('n', 1.5, ms(200))).toBe(7.5)
      await pass(120)
      expect(await store.increment('n', 1, ms(200))).toBe(1)
    })

    describeGroups(() => store, { ms, pass })
    describeBudgets(() => store, { ms, pass })

    it('[E5] a message reaches those who listen to its topic then, and no one who has left', async () => {
      const heard: Json[] = []
      const leave = store.subscribe('typing', (message) => void heard.push(message))
      store.subscribe('typing', (message) => void heard.push(message))
      store.publish('typing', { on: true })
      store.publish('presence', { on: false })
      await expect.poll(() => heard).toEqual([{ on: true }, { on: true }])
      leave()
      leave()
      store.publish('typing', { on: false })
      await expect.poll(() => heard).toHaveLength(3)
    })

    it('[E6] a closed store refuses, and is not reachable', async () => {
      expect(store.reachable()).toBe(true)
      await store.close()
      expect(store.reachable()).toBe(false)
      await expect(store.get('a')).rejects.toMatchObject({ code: 'store-closed' })
      const budget = { limit: 1, windowMs: 100, whenAway: 'alone' } as const
      await expect(store.limit('a', budget)).rejects.toMatchObject({ code: 'store-closed' })
      store.publish('typing', { on: true })
    })
  })
}

interface Time {
  readonly ms: (each: number) => number
  readonly pass: (each: number) => Promise<void>
}

function describeGroups(open: () => Ephemeral, { ms, pass }: Time): void {
  it('[E3] a group has whoever joined it, each until their own time is over', async () => {
    const store = open()
    await store.join('room', { name: 'ann', value: { typing: false } }, ms(100))
    await store.join('room', { name: 'bob', value: 1 }, ms(200))
    await store.join('room', { name: 'ann', value: { typing: true } }, ms(100))
    expect(byName(await store.members('room', 10))).toEqual([
      { name: 'ann', value: { typing: true } },
      { name: 'bob', value: 1 },
    ])
    await pass(60)
    await store.join('room', { name: 'ann', value: 2 }, ms(100))
    await pass(60)
    expect(await store.members('room', 10)).toHaveLength(2)
    await pass(60)
    expect(await store.members('room', 10)).toEqual([{ name: 'bob', value: 1 }])
    await pass(60)
    expect(await store.members('room', 10)).toEqual([])
  })

  it('[E3] who leaves is gone at once; groups know nothing of each other, of keys, and of patterns', async () => {
    const store = open()
    for (const group of ['p', 'p/', 'p*', '']) await store.join(group, { name: 'me', value: group }, 10_000)
    await store.set('p', 'a key', 10_000)
    await store.leave('p', 'me')
    await store.leave('p', 'me')
    await store.leave('nobody', 'me')
    expect(await store.members('p', 10)).toEqual([])
    expect(await store.members('p*', 10)).toEqual([{ name: 'me', value: 'p*' }])
    expect(await store.members('', 10)).toEqual([{ name: 'me', value: '' }])
    expect(await store.get('p')).toBe('a key')
    expect(await store.get('p/')).toBeUndefined()
  })

  it('[E3] a list is no longer than asked', async () => {
    const store = open()
    await Promise.all(
      Array.from({ length: 300 }, (_, n) =>
        store.join('crowd', { name: `m${n}`, value: n }, n < 150 ? ms(50) : 10_000),
      ),
    )
    expect(await store.members('crowd', 7)).toHaveLength(7)
    await pass(80)
    await store.join('crowd', { name: 'late', value: null }, 10_000)
    const members = await store.members('crowd', 1000)
    expect(members).toHaveLength(151)
    expect(members.every(({ value }) => value === null || Number(value) >= 150)).toBe(true)
  })
}

function describeBudgets(open: () => Ephemeral, { ms, pass }: Time): void {
  it('[E4] a budget is spent within any window of time, and tells how long to wait', async () => {
    const store = open()
    const budget = { limit: 3, windowMs: ms(300), whenAway: 'refuse' } as const
    for (let n = 0; n < 2; n++) expect(await store.limit('k', budget)).toEqual({ allowed: true, retryAfterMs: 0 })
    await pass(150)
    expect((await store.limit('k', budget)).allowed).toBe(true)
    const refused = await store.limit('k', budget)
    expect(refused.allowed).toBe(false)
    expect(refused.retryAfterMs).toBeGreaterThan(ms(50))
    expect(refused.retryAfterMs).toBeLessThanOrEqual(ms(150))
    expect((await store.limit('other', budget)).allowed).toBe(true)
    await pass(refused.retryAfterMs / ms(1))
    expect((await store.limit('k', budget)).allowed).toBe(true)
  })

  it('[E4] a cost counts whole, and one beyond the budget is never allowed', async () => {
    const store = open()
    const budget = { limit: 10, windowMs: 10_000, whenAway: 'refuse' } as const
    expect((await store.limit('k', { ...budget, cost: 8 })).allowed).toBe(true)
    expect((await store.limit('k', { ...budget, cost: 3 })).allowed).toBe(false)
    expect((await store.limit('k', { ...budget, cost: 2 })).allowed).toBe(true)
    expect(await store.limit('fresh', { ...budget, cost: 11 })).toMatchObject({ allowed: false })
  })

  it('[E4] of a hundred who spend at once no more are allowed than the budget holds', async () => {
    const store = open()
    const budget = { limit: 20, windowMs: 10_000, whenAway: 'refuse' } as const
    const spendings = await Promise.all(Array.from({ length: 100 }, () => store.limit('k', budget)))
    expect(spendings.filter(({ allowed }) => allowed)).toHaveLength(20)
  })
}

/** [E4] as a property, for adapters whose limits follow a manual clock: no window ever holds more than the budget, and waiting as told suffices. */
export function describeLimits(name: string, bench: Pick<EphemeralBench, 'open' | 'pass'>): void {
  it(`[E4] whatever is spent when, no window ${name} holds more than its budget, and waiting as told suffices`, async () => {
    const spending = fc.record({ afterMs: fc.nat(80), cost: fc.integer({ min: 1, max: 4 }) })
    await fc.assert(
      fc.asyncProperty(fc.array(spending, { maxLength: 30 }), async (spendings) => {
        const store = await bench.open()
        const budget = { limit: 5, windowMs: 100, whenAway: 'refuse' } as const
        const allowed: { readonly atMs: number; readonly cost: number }[] = []
        let nowMs = 0
        const pass = async (ms: number): Promise<void> => {
          nowMs += ms
          await bench.pass(ms)
        }
        for (const { afterMs, cost } of spendings) {
          await pass(afterMs)
          const answer = await store.limit('k', { ...budget, cost })
          if (!answer.allowed) {
            await pass(answer.retryAfterMs)
            expect((await store.limit('k', { ...budget, cost })).allowed).toBe(true)
          }
          allowed.push({ atMs: nowMs, cost })
        }
        for (const { atMs } of allowed) {
          const within = allowed.filter((each) => each.atMs > atMs - budget.windowMs && each.atMs <= atMs)
          expect(within.reduce((sum, each) => sum + each.cost, 0)).toBeLessThanOrEqual(budget.limit)
        }
        await store.close()
      }),
      { numRuns: 100, seed: 20260105 },
    )
  })
}

function byName<Member extends { readonly name: string }>(members: readonly Member[]): readonly Member[] {
  return [...members].sort((a, b) => (a.name < b.name ? -1 : 1))
}
