import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { afterAll, describe, expect, it } from 'vitest'
import type { Json } from '../../json.ts'
import type { Ephemeral } from '../../ports/ephemeral.ts'
import { describeEphemeral, describeLimits } from '../../testing/contracts/ephemeral-contract.ts'
import { createManualClock } from '../../testing/manual-clock.ts'
import { systemClock } from '../system/clock.ts'
import { openRedisEphemeral } from './ephemeral.ts'

const url = process.env['FINEACERS_TEST_REDIS']
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** A store under a prefix of its own, once it can be asked. */
async function open(options: { readonly prefix?: string; readonly url?: string } = {}): Promise<Ephemeral> {
  const prefix = options.prefix ?? `test-${randomUUID()}:`
  const store = openRedisEphemeral({ url: options.url ?? url ?? '', clock: systemClock(), log: silent, prefix })
  await expect.poll(() => store.reachable()).toBe(true)
  return store
}

describe.skipIf(url === undefined)('an ephemeral store on Redis', () => {
  describeEphemeral('on Redis', { open: () => open(), pass: (ms) => sleep(ms), stretch: 8 })

  const manual = createManualClock(Date.UTC(2026, 0, 5))
  const shared = `test-${randomUUID()}:`
  let opened = 0
  // One connection for all runs of the property, and a budget of its own for each.
  const counting = openRedisEphemeral({
    url: url ?? '',
    clock: manual,
    log: silent,
    prefix: shared,
    limitsByClock: true,
  })
  afterAll(() => counting.close())
  describeLimits('on Redis', {
    pass: (ms) => manual.advance(ms),
    async open() {
      await expect.poll(() => counting.reachable()).toBe(true)
      const run = (opened += 1)
      return { ...refusing, limit: (key, budget) => counting.limit(`${run}/${key}`, budget) }
    },
  })

  it('[E4] a budget is one for all who share the store', async () => {
    const prefix = `test-${randomUUID()}:`
    const [one, two] = [await open({ prefix }), await open({ prefix })]
    const budget = { limit: 10, windowMs: 10_000, whenAway: 'refuse' } as const
    const spendings = await Promise.all(
      Array.from({ length: 40 }, (_, n) => (n % 2 === 0 ? one : two).limit('k', budget)),
    )
    expect(spendings.filter((each) => each.allowed)).toHaveLength(10)
    await Promise.all([one, two].map((store) => store.close()))
  })

  it('[E5] a message reaches listeners of other processes, on its own topic and under its own prefix only', async () => {
    const prefix = `test-${randomUUID()}:`
    const [a, b, stranger] = [await open({ prefix }), await open({ prefix }), await open()]
    const heard: Json[] = []
    const leave = b.subscribe('typing', (message) => void heard.push(message))
    stranger.subscribe('typing', () => void heard.push('a stranger heard'))
    a.subscribe('typing', (message) => void heard.push(['own', message]))
    // The subscription is on its way: what is said before it has arrived may be lost.
    await expect
      .poll(() => {
        a.publish('typing', { on: true })
        return heard
      })
      .toContainEqual({ on: true })
    expect(heard).not.toContain('a stranger heard')
    leave()
    heard.length = 0
    a.publish('typing', { on: false })
    await expect.poll(() => heard).toContainEqual(['own', { on: false }])
    expect(heard).not.toContainEqual({ on: false })
    await Promise.all([a, b, stranger].map((store) => store.close()))
  })

  it('[E5] a listener that throws harms no other, and what is not ours on a channel is left aside', async () => {
    const prefix = `test-${randomUUID()}:`
    const store = await open({ prefix })
    const other = new Redis(url ?? '')
    const heard: Json[] = []
    store.subscribe('t', () => {
      throw new Error('no')
    })
    store.subscribe('t', (message) => void heard.push(message))
    await expect.poll(() => other.publish(`${prefix}c:t`, 'nonsense')).toBe(1)
    await other.publish(`${prefix}c:t`, JSON.stringify({ from: 'x', message: 7 }))
    await expect.poll(() => heard).toEqual([7])
    other.disconnect()
    await store.close()
  })

  it('[E6] every key ends by itself, so that nothing stays for ever', async () => {
    const prefix = `test-${randomUUID()}:`
    const store = await open({ prefix })
    await store.set('a', 1, 60_000)
    await store.increment('n', 1, 60_000)
    await store.join('g', { name: 'm', value: 1 }, 60_000)
    await store.limit('k', { limit: 1, windowMs: 60_000, whenAway: 'refuse' })
    const other = new Redis(url ?? '')
    const keys = await other.keys(`${prefix}*`)
    expect(keys).toHaveLength(5)
    for (const key of keys) expect(await other.pttl(key)).toBeGreaterThan(50_000)
    other.disconnect()
    await store.close()
  })
})

const refuse = async (): Promise<never> => {
  throw new Error('not for this property')
}

/** Everything that a property about limits does not ask for. */
const refusing: Ephemeral = {
  set: refuse,
  get: refuse,
  take: refuse,
  delete: refuse,
  increment: refuse,
  join: refuse,
  leave: refuse,
  members: refuse,
  limit: refuse,
  publish: () => {},
  subscribe: () => () => {},
  reachable: () => true,
  watch: () => () => {},
  close: async () => {},
}
