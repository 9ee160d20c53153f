import { describe, expect, it } from 'vitest'
import { microsIn } from './spend-amount.ts'

describe('an amount as it is typed', () => {
  it('is read in millionths, with thousands parted or not', () => {
    expect(microsIn('5000')).toBe(5_000_000_000)
    expect(microsIn(' 1,00,000.50 ')).toBe(100_000_500_000)
    expect(microsIn('0')).toBe(0)
  })

  it('is no limit when it is empty, and nothing when it is no amount', () => {
    expect(microsIn('  ')).toBeNull()
    for (const typed of ['-1', 'a lot', '1.2.3', '1e9', '9999999999999']) expect(microsIn(typed)).toBeUndefined()
  })
})
