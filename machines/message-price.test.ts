import { describe, expect, it } from 'vitest'
import { assumedPrices, priceOf, type PriceList, type PriceQuestion } from './message-price.ts'

const list: PriceList = {
  currency: 'EUR',
  prices: {
    whatsapp: {
      service: { '*': 4000 },
      utility: { '*': 20_000, IN: 1200 },
      marketing: { '*': 60_000, IN: 9000 },
    },
    sms: { utility: { '*': 70_000 }, marketing: { '*': 80_000, IN: 3000 } },
  },
}
const template: PriceQuestion = {
  channel: 'whatsapp',
  purpose: 'marketing',
  country: 'IN',
  template: true,
  windowOpen: false,
  freeEntry: false,
}

describe('the price of a message', () => {
  it('goes by channel, category and country, and by the star for every other country', () => {
    expect(priceOf(template, list)).toBe(9000)
    expect(priceOf({ ...template, country: 'AE' }, list)).toBe(60_000)
    expect(priceOf({ ...template, country: '' }, list)).toBe(60_000)
    expect(priceOf({ ...template, purpose: 'utility' }, list)).toBe(1200)
    expect(priceOf({ ...template, channel: 'sms' }, list)).toBe(3000)
  })

  it('is nothing for what the list does not name', () => {
    expect(priceOf({ ...template, channel: 'email' }, list)).toBe(0)
    expect(priceOf({ ...template, channel: 'widget', purpose: 'service', template: false }, list)).toBe(0)
    expect(priceOf({ ...template, channel: 'sms', purpose: 'service' }, list)).toBe(0)
  })

  it('is nothing for a template about a visit in an open window, and the same as ever for marketing', () => {
    expect(priceOf({ ...template, purpose: 'utility', windowOpen: true }, list)).toBe(0)
    expect(priceOf({ ...template, windowOpen: true }, list)).toBe(9000)
    expect(priceOf({ ...template, channel: 'sms', purpose: 'utility', windowOpen: true }, list)).toBe(70_000)
  })

  it('is nothing on WhatsApp while an ad that brought the customer makes it free', () => {
    expect(priceOf({ ...template, freeEntry: true }, list)).toBe(0)
    expect(priceOf({ ...template, channel: 'sms', freeEntry: true }, list)).toBe(3000)
  })

  it('is that of an answer for free words on WhatsApp, whatever they are for', () => {
    const words = { ...template, template: false, windowOpen: true }
    expect(priceOf(words, list)).toBe(4000)
    expect(priceOf({ ...words, purpose: 'service' }, list)).toBe(4000)
    expect(priceOf({ ...words, purpose: 'service' }, assumedPrices)).toBe(0)
  })
})
