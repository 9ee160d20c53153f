import { describe, expect, it } from 'vitest'
import { idIn, numberIn, timeIn, wordsIn } from './json-fields.ts'

describe('fields of foreign JSON', () => {
  it('a time is seconds, as text or as a number, and nothing that can be no time', () => {
    expect(timeIn('1790000000')).toBe(1_790_000_000_000)
    expect(timeIn(1790000500)).toBe(1_790_000_500_000)
    for (const wrong of ['', '0', 0, -1, 1.5, '1790000000.5', '2026-09-21', '1790000000000', 1e15, null, true, {}]) {
      expect(timeIn(wrong)).toBeUndefined()
    }
  })

  it('an id is visible ASCII, or a whole number', () => {
    expect(idIn('wamid.HBgLMzQ2+/=')).toBe('wamid.HBgLMzQ2+/=')
    expect(idIn(1234567890123456)).toBe('1234567890123456')
    for (const wrong of ['', ' ', 'a b', 'ñ', 'x'.repeat(513), 1.5, null, []]) expect(idIn(wrong)).toBeUndefined()
  })

  it('words are cut between characters and are well-formed', () => {
    expect(wordsIn('house 🏠', 7)).toBe('house ')
    expect(wordsIn('house 🏠', 8)).toBe('house 🏠')
    expect(wordsIn('half \ud83c', 10)).toBe('half \ufffd')
    for (const wrong of ['', 5, null, undefined, ['x']]) expect(wordsIn(wrong, 5)).toBeUndefined()
  })

  it('a number may be written as text', () => {
    expect([numberIn(2), numberIn('2'), numberIn('-122.5')]).toEqual([2, 2, -122.5])
    for (const wrong of ['', ' 2', '1e3', 'x', Infinity, null]) expect(numberIn(wrong)).toBeUndefined()
  })
})
