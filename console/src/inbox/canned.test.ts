import { describe, expect, it } from 'vitest'
import { fillCanned, findCanned, listingLine, lookupAt } from './canned.ts'
import { partsOf } from './claims.ts'

describe('what the composer looks up', () => {
  it('finds / and @ before the caret, and neither inside a word', () => {
    expect(lookupAt('/vis', 4)).toEqual({ kind: 'canned', words: 'vis', from: 0 })
    expect(lookupAt('see @3 bhk white', 16)).toEqual({ kind: 'listing', words: '3 bhk white', from: 4 })
    expect(lookupAt('5/10', 4)).toBeUndefined()
    expect(lookupAt('me@home', 7)).toBeUndefined()
  })

  it('fills what it knows and leaves the rest to be seen', () => {
    expect(fillCanned('Hi {{name}}, {{agent}} here about {{listing}}', { name: 'Neha', agent: 'Asha' })).toBe(
      'Hi Neha, Asha here about {{listing}}',
    )
  })

  it('writes a listing in one line and names a place once', () => {
    const card = {
      kind: 'listing',
      listingId: 'L',
      version: 1,
      title: '4 BHK in Greens, Whitefield',
      locality: 'Whitefield',
      city: 'Bengaluru',
      priceMinor: 16_400_000_00,
      currency: 'INR',
      areaSqft: 1860,
      facts: [],
    } as const
    expect(listingLine(card)).toBe('4 BHK in Greens, Whitefield, Bengaluru: ₹1.64 Cr, 1,860 sq ft')
    expect(listingLine({ ...card, priceMinor: 55_000_00, purpose: 'rent' })).toContain('₹55,000 a month')
  })

  it('puts replies that begin with the letters first', () => {
    const replies = [
      { shortcut: 'docs', text: 'bring a visit card' },
      { shortcut: 'visit', text: 'come' },
    ]
    expect(findCanned(replies, 'vis').map((each) => each.shortcut)).toEqual(['visit', 'docs'])
  })
})

describe('claims in a text', () => {
  it('marks each claim where it stands and loses no character', () => {
    const text = '₹1.2 Cr for 1,190 sq ft, ₹1.2 Cr in all'
    const source = { kind: 'listing', listingId: 'L', version: 1, field: 'price' } as const
    const claims = [
      { text: '1,190 sq ft', kind: 'area', value: 1190, source } as const,
      { text: '₹1.2 Cr', kind: 'price', value: 1, source } as const,
    ]
    const parts = partsOf(text, claims)
    expect(parts.map((part) => part.text).join('')).toBe(text)
    expect(parts.filter((part) => part.claim !== undefined).map((part) => part.text)).toEqual([
      '₹1.2 Cr',
      '1,190 sq ft',
      '₹1.2 Cr',
    ])
  })
})
