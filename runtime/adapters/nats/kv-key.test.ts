import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeKey, encodeKey, filterFor } from './kv-key.ts'

const text = fc.string({ unit: 'grapheme', maxLength: 40 })
const path = fc.array(text, { maxLength: 4 }).map((parts) => parts.join('/'))

describe('keys of a bucket', () => {
  it('[R1] any text comes back from its key, and no two texts have one', () => {
    fc.assert(
      fc.property(path, path, (one, other) => {
        expect(decodeKey(encodeKey(one))).toBe(one)
        expect(encodeKey(one) === encodeKey(other)).toBe(one === other)
      }),
    )
  })

  it('[R1] every key is one that a bucket takes', () => {
    fc.assert(
      fc.property(path, (one) => {
        expect(encodeKey(one)).toMatch(/^[-=\w]+(\.[-=\w]+)*$/)
      }),
    )
  })

  it('[R3] the filter of a prefix takes the key of every text that begins with it', () => {
    fc.assert(
      fc.property(path, path, (prefix, rest) => {
        const [filter, key] = [filterFor(prefix).split('.'), encodeKey(prefix + rest).split('.')]
        expect(filter.at(-1)).toBe('>')
        expect(key.slice(0, filter.length - 1)).toEqual(filter.slice(0, -1))
        expect(key.length).toBeGreaterThanOrEqual(filter.length)
      }),
    )
  })

  it('[R1] keys are as readable as they can be', () => {
    expect(encodeKey('acme/asha@example.in')).toBe('acme.asha=40example=2Ein')
    expect(encodeKey('')).toBe('=')
    expect(encodeKey('a//b=')).toBe('a.=.b=3D')
    expect(filterFor('acme/as')).toBe('acme.>')
    expect(filterFor('')).toBe('>')
  })
})
