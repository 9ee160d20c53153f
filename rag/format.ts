const crore = 10_000_000
const lakh = 100_000

/** Digits grouped as India writes them: 1234567 → `12,34,567`. Whole numbers. */
export function groupIndian(value: number): string {
  const sign = value < 0 ? '-' : ''
  const digits = String(Math.round(Math.abs(value)))
  const tail = digits.slice(-3)
  const head = digits.slice(0, -3).replace(/\B(?=(?:\d{2})+$)/g, ',')
  return `${sign}${head === '' ? tail : `${head},${tail}`}`
}

/**
 * Paise as people say them: `₹1.2 Cr`, `₹80 L`, `₹35,000`. At most two decimals. An amount that two decimals of a crore or lakh would
 * falsify is shown to the rupee, so that what is shown is what is meant: `₹41,50,350`.
 */
export function formatInr(minor: number): string {
  const rupees = minor / 100
  const size = Math.abs(rupees)
  if (size >= crore && exact(rupees / crore)) return `₹${trim(rupees / crore)} Cr`
  if (size >= lakh && size < crore && exact(rupees / lakh)) return `₹${trim(rupees / lakh)} L`
  return `₹${groupIndian(rupees)}`
}

/** As `formatInr` but always short and rounded to two decimals: for charts and lists where `about` is understood. */
export function formatInrShort(minor: number): string {
  const rupees = minor / 100
  const size = Math.abs(rupees)
  if (size >= crore - lakh / 20) return `₹${trim(rupees / crore)} Cr`
  if (size >= lakh - 50) return `₹${trim(rupees / lakh)} L`
  return `₹${groupIndian(rupees)}`
}

/** Minor units in the customs of their currency; rupees in lakh and crore. */
export function formatMoney(minor: number, currency: string): string {
  if (currency === 'INR') return formatInr(minor)
  const whole = minor % 100 === 0
  return new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: whole ? 0 : 2,
    maximumFractionDigits: whole ? 0 : 2,
  }).format(minor / 100)
}

/** Square feet with Indian grouping: `1,370 sq ft`; an acre and more in acres. */
export function formatArea(sqft: number): string {
  if (sqft >= 43_560) return `${trim(sqft / 43_560)} acres`
  return `${groupIndian(sqft)} sq ft`
}

/** A per cent without needless zeros: `8.5%`. */
export function formatPercent(percent: number): string {
  return `${trim(percent)}%`
}

function exact(value: number): boolean {
  return Math.abs(Math.round(value * 100) / 100 - value) < 1e-9
}

function trim(value: number): string {
  return String(Math.round(value * 100) / 100)
}
