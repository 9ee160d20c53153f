import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createFaultProxy } from '#deploy/services/fault-proxy.ts'
import { startRedis } from '#deploy/services/redis-server.ts'
import type { RunningServer } from '#deploy/services/running-server.ts'
import type { Json } from '../../json.ts'
import type { Ephemeral } from '../../ports/ephemeral.ts'
import { systemClock } from '../system/clock.ts'
import { openRedisEphemeral } from './ephemeral.ts'

// One server of its own, to be killed; where there is none, the tests that share one are skipped, too.
const shared = process.env['FINEACERS_TEST_REDIS']
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const within = { timeout: 15_000 }
const away = { code: 'store-unavailable', retry: 'later' }

describe.skipIf(shared === undefined)('an ephemeral store whose server goes away', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fineacers-redis-'))
  const open = new Set<Ephemeral>()
  let server: RunningServer
  beforeAll(async () => {
    server = await startRedis({ folder, sync: 'default' })
  })
  afterEach(async () => {
    for (const store of open) await store.close()
    open.clear()
    await server.restart()
  })
  afterAll(async () => {
    await server.kill()
    rmSync(folder, { recursive: true })
  })

  const openOn = (url: string): Ephemeral => {
    const store = openRedisEphemeral({ url, clock: systemClock(), log: silent })
    open.add(store)
    return store
  }
  const reachable = async (url = server.url): Promise<Ephemeral> => {
    const store = openOn(url)
    await expect.poll(() => store.reachable(), within).toBe(true)
    return store
  }

  it('[E7] a killed server: every call is refused at once, limits go as their budget says, and this process hears itself', async () => {
    const store = await reachable()
    const told: boolean[] = []
    store.watch((is) => void told.push(is))
    const heard: Json[] = []
    store.subscribe('typing', (message) => void heard.push(message))
    const inFlight = Array.from({ length: 200 }, (_, n) => store.set(`k${n}`, n, 10_000).then(() => 'done', codeOf))
    await server.kill()
    const outcomes = new Set(await Promise.all(inFlight))
    expect([...outcomes].every((each) => each === 'done' || each === 'store-unavailable')).toBe(true)
    await expect.poll(() => told, within).toEqual([false])
    const tookMs = await timeOf(async () => {
      const calls = [
        () => store.get('a'),
        () => store.set('a', 1, 1000),
        () => store.take('a'),
        () => store.delete('a'),
        () => store.increment('a', 1, 1000),
        () => store.join('g', { name: 'm', value: 1 }, 1000),
        () => store.leave('g', 'm'),
        () => store.members('g', 1),
        () => store.limit('k', { limit: 1, windowMs: 10_000, whenAway: 'refuse' }),
      ]
      for (const call of calls) await expect(call()).rejects.toMatchObject(away)
    })
    // None of nine waited for half a second.
    expect(tookMs).toBeLessThan(450)
    const budget = { limit: 2, windowMs: 60_000, whenAway: 'alone' } as const
    const allowed = [await store.limit('k', budget), await store.limit('k', budget), await store.limit('k', budget)]
    expect(allowed.map((each) => each.allowed)).toEqual([true, true, false])
    store.publish('typing', 'still')
    await expect.poll(() => heard).toEqual(['still'])
  })

  it('[E8] a server that comes back empty: watchers are told, listeners hear again, what was forgotten begins anew', async () => {
    const [store, other] = [await reachable(), await reachable()]
    const heard: Json[] = []
    store.subscribe('before', (message) => void heard.push(message))
    await store.set('a', 1, 60_000)
    const budget = { limit: 1, windowMs: 60_000, whenAway: 'refuse' } as const
    expect((await store.limit('k', budget)).allowed).toBe(true)
    await server.kill()
    await expect.poll(() => store.reachable(), within).toBe(false)
    store.subscribe('meanwhile', (message) => void heard.push(message))
    const told: boolean[] = []
    store.watch((is) => void told.push(is))
    for (let n = 0; n < 20_000; n++) store.publish('elsewhere', 'lost')
    await server.restart()
    await expect.poll(() => store.reachable() && other.reachable(), within).toBe(true)
    expect(told).toEqual([true])
    expect(await store.get('a')).toBeUndefined()
    expect((await store.limit('k', budget)).allowed).toBe(true)
    await expect
      .poll(() => {
        other.publish('before', 1)
        other.publish('meanwhile', 2)
        return heard
      }, within)
      .toEqual(expect.arrayContaining([1, 2]))
  })

  it('[E7] a server that is there and says nothing costs one call half a second, the others nothing; then it serves again', async () => {
    const store = await reachable()
    await server.pause()
    expect(await timeOf(() => expect(store.get('a')).rejects.toMatchObject(away))).toBeLessThan(1500)
    expect(store.reachable()).toBe(false)
    const tookMs = await timeOf(async () => {
      for (let n = 0; n < 1000; n++) await expect(store.get('a')).rejects.toMatchObject(away)
    })
    expect(tookMs).toBeLessThan(5000)
    server.resume()
    await expect.poll(() => store.reachable(), within).toBe(true)
    await store.set('a', 'again', 10_000)
    expect(await store.get('a')).toBe('again')
  })

  it('[E8] a network that swallows everything is noticed without a call, also when only the listener is left', async () => {
    const proxy = await createFaultProxy({ to: { host: '127.0.0.1', port: server.port } })
    const [store, other] = [await reachable(`redis://${proxy.address}`), await reachable()]
    const heard: Json[] = []
    store.subscribe('t', (message) => void heard.push(message))
    proxy.cut()
    await expect.poll(() => store.reachable(), within).toBe(false)
    proxy.heal()
    proxy.resetAll()
    await expect.poll(() => store.reachable(), within).toBe(true)
    await expect
      .poll(() => {
        other.publish('t', 'through')
        return heard
      }, within)
      .toContain('through')
    await proxy.stop()
  })

  it('[E8] a store opened before its server serves once that is there; a wrong password is said, and is never in a message', async () => {
    await server.kill()
    const early = openOn(server.url)
    await expect(early.get('a')).rejects.toMatchObject(away)
    await server.restart()
    await expect.poll(() => early.reachable(), within).toBe(true)
    const stranger = openOn(server.url.replace('redis://', 'redis://somebody:secret-words@'))
    const refusal = async () => stranger.get('a').then(String, String)
    await expect.poll(refusal, within).toContain('WRONGPASS')
    expect(await refusal()).not.toContain('secret-words')
    expect(stranger.reachable()).toBe(false)
  })

  it('[E6] a server that is full refuses, and counts as one that can not be asked', async () => {
    const store = await reachable()
    const full = await reachable()
    const redis = new Redis(server.url)
    await redis.config('SET', 'maxmemory', '1')
    await expect(full.set('a', 'x', 10_000)).rejects.toMatchObject(away)
    expect((await store.limit('k', { limit: 1, windowMs: 1000, whenAway: 'alone' })).allowed).toBe(true)
    await redis.config('SET', 'maxmemory', '0')
    await full.set('a', 'x', 10_000)
    redis.disconnect()
  })
})

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const beganMs = performance.now()
  await work()
  return performance.now() - beganMs
}
