import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Json } from '../../json.ts'
import type { Ephemeral } from '../../ports/ephemeral.ts'

/** An adapter under test, and a way to let time pass for it: a manual clock, or real waiting for a server. */
export interface EphemeralBench {
  open(): Promise<Ephemeral>
  pass(ms: number): Promise<void>
}

/** The `E` rules, for every adapter of the ephemeral port. */
export function describeEphemeral(name: string, bench: EphemeralBench): void {
  describe(`the ephemeral store ${name}`, () => {
    let store: Ephemeral
    beforeEach(async () => {
      store = await bench.open()
    })
    afterEach(() => store.close())

    it('[E1] a key is there unchanged until its time is over, and a new value begins a new time', async () => {
      const value = { text: 'नमस्ते', list: [1, null, true] }
      await store.set('a', value, 100)
      await bench.pass(60)
      expect(await store.get('a')).toEqual(value)
      await store.set('a', 'again', 100)
      await bench.pass(60)
      expect(await store.get('a')).toBe('again')
      await bench.pass(60)
      expect(await store.get('a')).toBeUndefined()
      expect(await store.get('b')).toBeUndefined()
    })

    it('[E1] deleting removes at once, and what is absent without harm', async () => {
      await store.set('a', 1, 1000)
      await store.delete('a')
      await store.delete('a')
      expect(await store.get('a')).toBeUndefined()
    })

    it('[E2] a counter adds up over calls in flight and expires from its first increment', async () => {
      const values = await Promise.all([1, 2, 3].map((by) => store.increment('n', by, 200)))
      expect(values).toEqual(expect.arrayContaining([1, 3, 6]))
      await bench.pass(120)
      expect(await store.increment('n', 1, 200)).toBe(7)
      await bench.pass(120)
      expect(await store.increment('n', 1, 200)).toBe(1)
    })

    it('[E3] a scan finds the live keys of a prefix, bounded', async () => {
      for (const key of ['p/a', 'p/b', 'q/a', 'p*/c']) await store.set(key, key, key === 'p/b' ? 50 : 1000)
      await bench.pass(80)
      expect(await store.scan('p/', 10)).toEqual([{ key: 'p/a', value: 'p/a' }])
      expect(await store.scan('p*', 10)).toEqual([{ key: 'p*/c', value: 'p*/c' }])
      expect(await store.scan('', 2)).toHaveLength(2)
    })

    it('[E4] a budget is spent within any window of time, and tells how long to wait', async () => {
      const budget = { limit: 3, windowMs: 300 }
      for (let n = 0; n < 2; n++) expect(await store.limit('k', budget)).toEqual({ allowed: true, retryAfterMs: 0 })
      await bench.pass(150)
      expect((await store.limit('k', budget)).allowed).toBe(true)
      const refused = await store.limit('k', budget)
      expect(refused.allowed).toBe(false)
      expect(refused.retryAfterMs).toBeGreaterThan(50)
      expect(refused.retryAfterMs).toBeLessThanOrEqual(150)
      expect((await store.limit('other', budget)).allowed).toBe(true)
      await bench.pass(refused.retryAfterMs)
      expect((await store.limit('k', budget)).allowed).toBe(true)
    })

    it('[E4] a cost counts whole, and one beyond the budget is never allowed', async () => {
      const budget = { limit: 10, windowMs: 1000 }
      expect((await store.limit('k', { ...budget, cost: 8 })).allowed).toBe(true)
      expect((await store.limit('k', { ...budget, cost: 3 })).allowed).toBe(false)
      expect((await store.limit('k', { ...budget, cost: 2 })).allowed).toBe(true)
      expect((await store.limit('fresh', { ...budget, cost: 11 })).allowed).toBe(false)
    })

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

    it('[E6] a closed store refuses', async () => {
      await store.close()
      await expect(store.get('a')).rejects.toMatchObject({ code: 'store-closed' })
    })
  })
}

/** [E4] as a property, for adapters on a manual clock: no window ever holds more than the budget, and waiting as told suffices. */
export function describeLimits(name: string, bench: EphemeralBench): void {
  it(`[E4] whatever is spent when, no window ${name} holds more than its budget, and waiting as told suffices`, async () => {
    const spending = fc.record({ afterMs: fc.nat(80), cost: fc.integer({ min: 1, max: 4 }) })
    await fc.assert(
      fc.asyncProperty(fc.array(spending, { maxLength: 30 }), async (spendings) => {
        const store = await bench.open()
        const [limit, windowMs] = [5, 100]
        const allowed: { readonly atMs: number; readonly cost: number }[] = []
        let nowMs = 0
        const pass = async (ms: number): Promise<void> => {
          nowMs += ms
          await bench.pass(ms)
        }
        for (const { afterMs, cost } of spendings) {
          await pass(afterMs)
          const answer = await store.limit('k', { limit, windowMs, cost })
          if (!answer.allowed) {
            await pass(answer.retryAfterMs)
            expect((await store.limit('k', { limit, windowMs, cost })).allowed).toBe(true)
          }
          allowed.push({ atMs: nowMs, cost })
        }
        for (const { atMs } of allowed) {
          const within = allowed.filter((each) => each.atMs > atMs - windowMs && each.atMs <= atMs)
          expect(within.reduce((sum, each) => sum + each.cost, 0)).toBeLessThanOrEqual(limit)
        }
        await store.close()
      }),
      { numRuns: 100, seed: 20260105 },
    )
  })
}
