/**
 * What a message costs, before it is sent. Pure. What the provider says of a message afterwards (that it was not billed, or under which category) counts
 * for more than this. Sources: whatsapp-and-lead-ads 6.7 and 6.12, and Meta's pricing by message: since October 2026 answers within the window are free only
 * within the number's free tier, of which a list knows nothing.
 */
import type { ChannelName, Purpose } from './outreach-contract.ts'

/** What a provider bills a message as. */
export type PriceCategory = Purpose

/** Millionths of the currency's unit for a message, by country (ISO 3166 alpha-2, in capitals); `*` is every other one. */
export type PriceByCountry = { readonly [country: string]: number }

/** The prices of a workspace, as its contracts with its providers say. What is not in it is free. Serialisable. */
export interface PriceList {
  /** ISO 4217. One for all of it: budgets are kept in it. */
  readonly currency: string
  readonly prices: {
    readonly [channel in ChannelName]?: { readonly [category in PriceCategory]?: PriceByCountry }
  }
  /** Nobody has said what the prices are: whoever shows a cost says that it is assumed. */
  readonly assumed?: true
}

/** What the price of one message goes by. */
export interface PriceQuestion {
  readonly channel: ChannelName
  readonly purpose: Purpose
  /** Where the person's number is from, ISO 3166 alpha-2; '' when nobody knows. */
  readonly country: string
  /** It goes out as an approved template. */
  readonly template: boolean
  /** The customer wrote within the last 24 hours. */
  readonly windowOpen: boolean
  /** An ad or a Page's button brought the customer, and its 72 hours last. */
  readonly freeEntry: boolean
}

/** The prices of a channel's messages to one country, in millionths; cut from a list, so that a message can take them along. */
export interface Rates {
  readonly currency: string
  readonly service: number
  readonly utility: number
  readonly marketing: number
}

/**
 * ASSUMED prices, so that a cost and a budget mean something before a workspace has given its own: they are in the order of what providers ask, and nobody's
 * price list. To be replaced by what the workspace's contract says.
 */
export const assumedPrices: PriceList = {
  currency: 'USD',
  prices: {
    whatsapp: { service: { '*': 0 }, utility: { '*': 10_000 }, marketing: { '*': 50_000 } },
    sms: { service: { '*': 50_000 }, utility: { '*': 50_000 }, marketing: { '*': 50_000 } },
  },
  assumed: true,
}

/** What one message costs by a list, in millionths of its currency's unit. */
export function priceOf(question: PriceQuestion, list: PriceList): number {
  return priceAt(ratesFor(question, list), question)
}

/** What messages of a channel to a country cost. */
export function ratesFor(
  { channel, country }: Pick<PriceQuestion, 'channel' | 'country'>,
  { currency, prices }: PriceList,
): Rates {
  const here = prices[channel]
  const rate = (category: PriceCategory) => here?.[category]?.[country] ?? here?.[category]?.['*'] ?? 0
  return { currency, service: rate('service'), utility: rate('utility'), marketing: rate('marketing') }
}

/** What one message costs at these rates. On WhatsApp an ad makes everything free for a while, and an open window makes what is about a visit free. */
export function priceAt(rates: Rates, question: Omit<PriceQuestion, 'country'>): number {
  const { channel, windowOpen, freeEntry } = question
  const category = categoryOf(question)
  if (channel !== 'whatsapp') return rates[category]
  return freeEntry || (category === 'utility' && windowOpen) ? 0 : rates[category]
}

/** What a message is billed as: on WhatsApp only a template is more than an answer. */
export function categoryOf({
  channel,
  purpose,
  template,
}: Pick<PriceQuestion, 'channel' | 'purpose' | 'template'>): PriceCategory {
  if (channel !== 'whatsapp') return purpose
  if (!template) return 'service'
  return purpose === 'service' ? 'utility' : purpose
}
