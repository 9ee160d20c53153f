import { describe, expect, it } from 'vitest'
import { durationBar, needOf } from './need.ts'

const nowMs = 1_800_000_000_000

describe('who needs a person most', () => {
  it('waiting longest, then overdue, then newest, then snoozed, then closed', () => {
    const member = { kind: 'member', memberId: 'm', name: 'M' } as const
    const rows = {
      waitingLong: { status: 'open', owner: { kind: 'queue', team: 's', sinceMs: nowMs - 900_000 }, lastAtMs: nowMs },
      waitingShort: { status: 'open', owner: { kind: 'queue', team: 's', sinceMs: nowMs - 1000 }, lastAtMs: nowMs },
      overdueLong: { status: 'open', owner: member, overdue: true, lastAtMs: nowMs - 5000 },
      overdueShort: { status: 'open', owner: member, overdue: true, lastAtMs: nowMs },
      newest: { status: 'open', owner: { kind: 'assistant' }, lastAtMs: nowMs },
      older: { status: 'open', owner: member, lastAtMs: nowMs - 1 },
      snoozed: { status: 'snoozed', owner: member, lastAtMs: nowMs },
      closed: { status: 'closed', owner: { kind: 'queue', team: 's', sinceMs: 1 }, lastAtMs: nowMs },
    } as const
    const sorted = Object.entries(rows).sort(([, a], [, b]) => needOf(a) - needOf(b))
    expect(sorted.map(([name]) => name)).toEqual(Object.keys(rows))
    expect(Object.values(rows).every((row) => Number.isSafeInteger(needOf(row)))).toBe(true)
  })

  it('a duration keeps two significant digits, so that its histogram is short and its percentiles within 5 %', () => {
    expect([7, 99, 104, 1049, 45_678, 3_599_999].map(durationBar)).toEqual([7, 99, 100, 1000, 46_000, 3_600_000])
    for (let ms = 1; ms < 1e7; ms = Math.ceil(ms * 1.37))
      expect(Math.abs(durationBar(ms) - ms) / ms).toBeLessThan(0.051)
  })
})
