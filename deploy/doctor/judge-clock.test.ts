import { describe, expect, it } from 'vitest'
import { aheadMs, judgeClocks } from './judge-clock.ts'

const judged = (ahead: number) => judgeClocks('NATS', 'nats.clock', [{ whose: 'nats-1', aheadMs: ahead }])[0]

describe('a clock', () => {
  it('is compared with the middle of the time it took to answer', () => {
    expect(aheadMs({ remoteMs: 10_050, beforeMs: 10_000, afterMs: 10_100 })).toBe(0)
    expect(aheadMs({ remoteMs: 12_050, beforeMs: 10_000, afterMs: 10_100 })).toBe(1950)
    expect(aheadMs({ remoteMs: 8050, beforeMs: 10_000, afterMs: 10_100 })).toBe(-1950)
  })

  it('is not blamed for what the way there, or a coarse answer, may account for', () => {
    expect(aheadMs({ remoteMs: 12_000, beforeMs: 10_000, afterMs: 14_000 })).toBe(0)
    expect(aheadMs({ remoteMs: 10_400, beforeMs: 10_000, afterMs: 10_000 }, 500)).toBe(0)
    expect(aheadMs({ remoteMs: 11_000, beforeMs: 10_000, afterMs: 10_000 }, 500)).toBe(500)
  })

  it.each([
    [1000, 'ok'],
    [1001, 'advice'],
    [-5000, 'advice'],
    [5001, 'wrong'],
    [-6000, 'wrong'],
  ])('that is %i ms ahead is %s', (ahead, level) => {
    expect(judged(ahead)?.level).toBe(level)
  })

  it('is said to be ahead or behind, and how far', () => {
    expect(judged(7200)?.found).toBe("the clock of nats-1 is 7.2 seconds ahead of this machine's")
    expect(judged(-7200)?.found).toBe("the clock of nats-1 is 7.2 seconds behind this machine's")
  })

  it('that agrees is told once for all, one that does not by name', () => {
    const clocks = [
      { whose: 'nats-1', aheadMs: 3 },
      { whose: 'nats-2', aheadMs: -12 },
    ]
    expect(judgeClocks('NATS', 'nats.clock', clocks)).toEqual([
      { level: 'ok', check: 'nats.clock', about: 'NATS', found: "clocks agree with this machine's, within 12 ms" },
    ])
    const off = judgeClocks('NATS', 'nats.clock', [...clocks, { whose: 'nats-3', aheadMs: 9000 }])
    expect(off.map(({ found }) => found)).toEqual([expect.stringContaining('nats-3')])
    expect(judgeClocks('NATS', 'nats.clock', [])).toEqual([])
  })
})
