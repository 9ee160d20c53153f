import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from './clock.ts'

const dayMs = 24 * 60 * 60 * 1000

describe('the system clock', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }))
  afterEach(() => void vi.useRealTimers())

  it('runs once at its time, later than the platform can count too', () => {
    const ran: number[] = []
    const clock = systemClock()
    clock.schedule(clock.nowMs() + 60 * dayMs, () => void ran.push(clock.nowMs()))
    vi.advanceTimersByTime(60 * dayMs - 1)
    expect(ran).toEqual([])
    vi.advanceTimersByTime(dayMs)
    expect(ran).toEqual([1_000_000 + 60 * dayMs])
  })

  it('runs what is overdue soon, never within the call, and nothing that was cancelled', () => {
    const ran: string[] = []
    const clock = systemClock()
    clock.schedule(0, () => void ran.push('overdue'))
    const cancel = clock.schedule(0, () => void ran.push('cancelled'))
    expect(ran).toEqual([])
    cancel()
    cancel()
    vi.advanceTimersByTime(1)
    expect(ran).toEqual(['overdue'])
  })

  it('waits on when the clock was set back meanwhile', () => {
    const ran: string[] = []
    const clock = systemClock()
    clock.schedule(clock.nowMs() + 1000, () => void ran.push('due'))
    vi.setSystemTime(0)
    vi.advanceTimersByTime(1000)
    expect(ran).toEqual([])
    vi.advanceTimersByTime(1_001_000)
    expect(ran).toEqual(['due'])
  })
})
