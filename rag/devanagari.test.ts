import { describe, expect, it } from 'vitest'
import { isDevanagari, romanised, soundOf } from './devanagari.ts'

describe('place names in Devanagari', () => {
  it.each([
    ['व्हाइटफील्ड', 'Whitefield'],
    ['कोरमंगला', 'Koramangala'],
    ['हिंजेवाड़ी', 'Hinjewadi'],
    ['इलेक्ट्रॉनिक', 'Electronic'],
    ['गाचीबौली', 'Gachibowli'],
    ['वेलाचेरी', 'Velachery'],
    ['द्वारका', 'Dwarka'],
    ['एक्सप्रेसवे', 'Expressway'],
    ['अंधेरी', 'Andheri'],
    ['सेक्टर', 'Sector'],
  ])('%s sounds like %s', (written, name) => {
    expect(soundOf(written)).toBe(soundOf(name))
  })

  it('names that are not alike do not sound alike', () => {
    expect(soundOf('कोरमंगला')).not.toBe(soundOf('Whitefield'))
    expect(soundOf('बानेर')).not.toBe(soundOf('Wakad'))
  })

  it('a word is written in Latin letters as people would', () => {
    expect(romanised('पुणे')).toBe('pune')
    expect(romanised('नागपुर')).toBe('nagapur')
    expect(isDevanagari('Pune')).toBe(false)
  })
})
