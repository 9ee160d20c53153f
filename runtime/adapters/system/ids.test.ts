import { describe, expect, it } from 'vitest'
import { addressOf } from '../../address.ts'
import { createSystemIds } from './ids.ts'

describe('system ids', () => {
  it('sort in the order of making, also within a millisecond and when the clock is set back', () => {
    const times = [5000, 5000, 5000, 4000, 5001, 9_000_000_000_000]
    const ids = createSystemIds(() => times.shift() ?? 9_000_000_000_001)
    const made = Array.from({ length: 2000 }, () => ids.next('ev'))
    expect(made).toEqual([...made].sort())
    expect(new Set(made).size).toBe(made.length)
  })

  it('can stand in an address, and differ between processes in the same millisecond', () => {
    const [one, two] = [createSystemIds(() => 5000), createSystemIds(() => 5000)]
    const id = one.next('lead')
    expect(id).toMatch(/^lead_[0-9A-HJKMNP-TV-Z]{26}$/)
    expect(addressOf('acme', 'lead', id)).toBe(`acme/lead/${id}`)
    expect(two.next('lead')).not.toBe(id)
  })

  it('random numbers fill [0, 1) evenly', () => {
    const ids = createSystemIds()
    const tenths = Array.from({ length: 10 }, () => 0)
    for (let draw = 0; draw < 20_000; draw++) {
      const tenth = Math.floor(ids.random() * 10)
      tenths[tenth] = (tenths[tenth] ?? 0) + 1
    }
    expect(tenths).toHaveLength(10)
    expect(Math.min(...tenths)).toBeGreaterThan(1700)
    expect(Math.max(...tenths)).toBeLessThan(2300)
  })
})
