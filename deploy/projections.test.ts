import { describe, expect, it } from 'vitest'
import { StorageError } from '#runtime/ports/storage-error.ts'
import { createManualClock, type ManualClock } from '#runtime/testing/manual-clock.ts'
import { silentLog } from '#runtime/testing/small-host.ts'
import { defineCollections } from './projections.ts'

interface Start {
  readonly clock: ManualClock
  /** What the server does with each definition from now on. */
  readonly server: { does: () => Promise<void> }
  readonly defined: string[]
  readonly stop: AbortController
  readonly begun: () => boolean
}

function start(does: () => Promise<void>): Start {
  const clock = createManualClock(1_000_000)
  const server = { does }
  const defined: string[] = []
  const stop = new AbortController()
  const documents = {
    define: async ({ name }: { readonly name: string }) => {
      await server.does()
      defined.push(name)
    },
  }
  let begun = false
  void defineCollections({ documents, clock, log: silentLog, signal: stop.signal }).then(() => (begun = true))
  return { clock, server, defined, stop, begun: () => begun }
}

const away = (): Promise<void> => Promise.reject(new StorageError('store-unavailable', 'no server'))

describe('a process that only reads read models', () => {
  it('begins when their collections are there, however busy their server is', async () => {
    const waiting: (() => void)[] = []
    const { clock, defined, begun } = start(() => new Promise<void>((resolve) => void waiting.push(resolve)))
    for (let name = 0; !begun(); name++) {
      await clock.advance(4_000)
      expect(begun()).toBe(false)
      waiting.shift()?.()
      await clock.settle()
      expect(defined).toHaveLength(name + 1)
    }
    expect(defined).toContain('listings')
  })

  it('begins without a server that is away, and defines them when that is back', async () => {
    const { clock, server, defined, begun } = start(away)
    await clock.advance(2_900)
    expect(begun()).toBe(false)
    await clock.advance(200)
    expect(begun()).toBe(true)
    expect(defined).toEqual([])
    server.does = () => Promise.resolve()
    await clock.advance(1_000)
    expect(defined).toContain('listings')
  })

  it('begins without a server that never answers', async () => {
    const { clock, begun } = start(() => new Promise<void>(() => {}))
    await clock.advance(60_000)
    expect(begun()).toBe(true)
  })

  it('tries no more once it stops', async () => {
    const { clock, server, defined, stop } = start(away)
    stop.abort()
    server.does = () => Promise.resolve()
    await clock.advance(10_000)
    expect(defined).toEqual([])
  })
})
