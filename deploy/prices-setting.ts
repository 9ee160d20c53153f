import { z } from 'zod'
import type { PriceList } from '#machines/message-price.ts'

const byCountry = z.record(
  z.string().regex(/^([A-Z]{2}|\*)$/, 'has to be a country such as IN, or *'),
  z.number().min(0).max(1000),
)
const byCategory = z
  .strictObject({ service: byCountry, utility: byCountry, marketing: byCountry })
  .partial()
  .transform((categories) =>
    Object.fromEntries(
      Object.entries(categories).map(([category, countries]) => [
        category,
        Object.fromEntries(Object.entries(countries ?? {}).map(([country, price]) => [country, microsOf(price)])),
      ]),
    ),
  )

/**
 * What messages cost, as JSON: `{"currency":"INR","prices":{"whatsapp":{"marketing":{"IN":0.9,"*":6}}}}`. Amounts are in the currency's unit; a channel, a
 * category or a country that is not named is free, unless `*` names it.
 */
export const pricesSetting = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text)
    } catch {
      context.addIssue({ code: 'custom', message: 'has to be JSON' })
      return z.NEVER
    }
  })
  .pipe(
    z.strictObject({
      currency: z.string().regex(/^[A-Z]{3}$/, 'has to be a currency such as INR'),
      prices: z.strictObject({ whatsapp: byCategory, sms: byCategory, email: byCategory }).partial(),
    }),
  )
  .transform(({ currency, prices }): PriceList => ({
    currency,
    prices: Object.fromEntries(Object.entries(prices).filter(([, each]) => each !== undefined)),
  }))

function microsOf(price: number): number {
  return Math.round(price * 1_000_000)
}
