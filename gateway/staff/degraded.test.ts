import { describe, expect, it } from 'vitest'
import { createLive } from '#runtime/live.ts'
import { createManualClock } from '#runtime/testing/manual-clock.ts'
import type { Signals } from '../signals.ts'
import { watchDegraded } from './degraded.ts'

function scene() {
  const clock = createManualClock(0)
  const live = createLive()
  const world = { known: true, reachable: true }
  const listeners = new Set<(known: boolean) => void>()
  const signals: Pick<Signals, 'known' | 'onKnown'> = {
    known: () => world.known,
    onKnown: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
  const told: string[] = []
  const house = { clock, signals, runtime: { live }, documentsReachable: () => world.reachable }
  const degraded = watchDegraded(house, (parts) => void told.push(parts.join('+')))
  const presence = (known: boolean): void => {
    world.known = known
    for (const listener of listeners) listener(known)
  }
  return { clock, live, world, told, degraded, presence, listeners }
}

describe('what does not work', () => {
  it('is told once when it begins and once when it ends, all of it each time', async () => {
    const { clock, world, told, degraded, presence, listeners } = scene()
    presence(false)
    world.reachable = false
    await clock.advance(3000)
    presence(true)
    expect(degraded.parts()).toEqual(['lists'])
    world.reachable = true
    await clock.advance(1000)
    expect(told).toEqual(['presence', 'presence+lists', 'lists', ''])
    degraded.stop()
    expect([clock.nextDueAtMs(), listeners.size]).toEqual([undefined, 0])
  })

  it('are lists that have lagged for five seconds, and none that have caught up before', async () => {
    const { clock, live, told, degraded } = scene()
    live.setBehind(true)
    await clock.advance(4000)
    live.setBehind(false)
    await clock.advance(2000)
    expect(told).toEqual([])
    live.setBehind(true)
    await clock.advance(7000)
    expect(told).toEqual(['lists'])
    live.setBehind(false)
    await clock.advance(1000)
    expect(told).toEqual(['lists', ''])
    degraded.stop()
  })
})
