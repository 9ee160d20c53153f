import { describe, expect, it } from 'vitest'
import { consentsIn, linesOf } from './consent-lines.ts'

describe('what boxes agree to, as lines', () => {
  it('is written and read back', () => {
    const consents = { offers: ['whatsapp:marketing', 'email:marketing'], terms: [], 'a:b': ['sms:marketing'] }
    expect(linesOf(consents)).toBe('offers: whatsapp, email\nterms:\na:b: sms')
    expect(consentsIn(linesOf(consents))).toEqual(consents)
  })

  it('takes blanks, empty lines and capitals', () => {
    expect(consentsIn('\n  offers :WhatsApp,\n\n')).toEqual({ offers: ['whatsapp:marketing'] })
    expect(consentsIn('terms')).toEqual({ terms: [] })
    expect(consentsIn('')).toEqual({})
  })
})
