import type { ListingCard } from './cards.ts'
import type { Language } from './strings/language.ts'

const lakh = 100_000
const crore = 10_000_000

/**
 * A price as people in India say it: `₹39.07 lakh`, `₹1.2 crore`; below one lakh in digits. At most two decimals, rounded half up;
 * `exactPrice` has every digit. `priceMinor` is in the currency's minor unit.
 */
export function formatPrice(priceMinor: number, currency: string, language: Language): string {
  if (currency !== 'INR') return exactPrice(priceMinor, currency, language)
  const rupees = priceMinor / 100
  const { card } = language.strings
  // 99.995 lakh and more would be shown as "100 lakh".
  if (rupees >= crore - 500) return `₹${decimals(rupees / crore)} ${card.crore}`
  if (rupees >= lakh) return `₹${decimals(rupees / lakh)} ${card.lakh}`
  return exactPrice(priceMinor, currency, language)
}

/** A card's price, with its period where it is a rent: `₹55,000 a month`. `print` writes the amount. */
export function cardPrice(card: ListingCard, language: Language, print = formatPrice): string {
  const amount = print(card.priceMinor, card.currency, language)
  return card.purpose === 'rent' ? language.strings.card.aMonth(amount) : amount
}

/** The price to the last digit that is not zero, grouped as the currency's country does: `₹39,07,000`. */
export function exactPrice(priceMinor: number, currency: string, language: Language): string {
  const grouping = currency === 'INR' ? 'en-IN' : language.tag.startsWith('en') ? 'en' : language.tag
  try {
    const digits = priceMinor % 100 === 0 ? 0 : 2
    return new Intl.NumberFormat(grouping, {
      style: 'currency',
      currency,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }).format(priceMinor / 100)
  } catch {
    return `${currency} ${priceMinor / 100}`
  }
}

/** Square feet with Indian grouping, no decimals. */
export function formatArea(areaSqft: number, language: Language): string {
  return language.strings.card.area(Math.round(areaSqft).toLocaleString('en-IN'))
}

function decimals(value: number): string {
  return value.toLocaleString('en-IN', { maximumFractionDigits: 2 })
}
