import { describe, expect, it } from 'vitest'
import { ownWords } from './own-words.ts'

describe('own words', () => {
  it('are what tells names apart, without a comma at the end', () => {
    const names = ['Nilaya Courtyard', 'Banyan Square'].map((each) => `3 BHK apartment in ${each}, Whitefield`)
    expect(ownWords(names)).toEqual(['Nilaya Courtyard', 'Banyan Square'])
  })

  it('are the whole name where nothing is shared, and nothing where all is', () => {
    expect(ownWords(['Elm St 4B', 'Oak Rd 2A'])).toEqual(['Elm St 4B', 'Oak Rd 2A'])
    expect(ownWords([])).toEqual([])
    expect(ownWords(['A home', 'A home'])).toEqual(['', ''])
    expect(ownWords(['A home', 'A home by the sea'])).toEqual(['', 'by the sea'])
  })
})
