import { latinDigits, parseNumber } from './number.ts'

/** What a bare number in a column counts. */
export type MoneyUnit = 'one' | 'thousand' | 'lakh' | 'crore' | 'million'

/** An amount or a range in minor units. For a single amount both ends are the same. */
export interface Money {
  readonly minMinor: number
  readonly maxMinor: number
  /** ISO 4217. */
  readonly currency: string
  /** `month` where the words say a month (`/month`, `pm`, `per month`). */
  readonly per?: 'month'
  /** Whether the text itself named a unit (`Cr`, `lakh`, `k`). */
  readonly stated: boolean
}

/** Money found in running text, with where it stands. */
export interface FoundMoney extends Money {
  readonly start: number
  readonly end: number
}

const factors: { readonly [unit in MoneyUnit]: number } = {
  one: 1,
  thousand: 1e3,
  lakh: 1e5,
  crore: 1e7,
  million: 1e6,
}

/** Above this an amount is a phone number or an id, not a price: ₹10,000 Cr. */
const amountMax = 1e11

const unitWords: readonly (readonly [MoneyUnit, string])[] = [
  ['crore', 'crores?|karod|karor|crs?\\.?|करोड़|करोड़|كرور'],
  ['lakh', 'lakhs?|lacs?\\.?|laakh|lak|lkhs?|l|लाख'],
  ['million', 'millions?|mn|mio|m|مليون'],
  ['thousand', 'thousands?|hazaar|hazar|k|हज़ार|हजार|ألف'],
]
const unitPattern = unitWords.map(([, words]) => words).join('|')
const currencyPattern = '₹|rs\\.?|inr|rupees?|रु\\.?|aed|dhs?\\.?|dirhams?|usd|us\\$|\\$|£|gbp|€|eur|د\\.إ'
const numberPattern = '\\d[\\d,]*(?:\\.\\d+)*(?:e\\+?\\d+)?'
const amountPattern = `(?:(${currencyPattern})\\s*)?(${numberPattern})\\s*(?:(${unitPattern})(?![\\p{L}\\p{M}]))?`
const rangePattern = `${amountPattern}(?:\\s*(?:-|–|—|to|and|se|से)\\s*${amountPattern})?(?:\\s*(${currencyPattern})(?![\\p{L}]))?`
const wholePattern = new RegExp(`^(?:from |starts? (?:at|from) |approx\\.? |~)?${rangePattern}(?<rest>.*)$`, 'iu')
const textPattern = new RegExp(`(?<![\\p{L}\\d.])${rangePattern}`, 'giu')
const unitMatchers = unitWords.map(([unit, words]) => [unit, new RegExp(`^(?:${words})$`, 'iu')] as const)
const monthPattern = /(?:\/|per|a|p\.?)\s*m(?:o|onth|nth|\.)?(?:ly)?\b|\bmonthly\b|\/-?\s*pm\b|\bpm\b|महीना|mahina/iu

/**
 * Reads a cell that holds an amount of money: `3.5 Crore`, `65 Lac`, `₹ 2 - 2.4 Cr`, `1.2cr`, `12,50,000`, `Rs 35k`, `39.07` with
 * `unit: 'lakh'`. In a range a unit said once counts for both ends. Answers `undefined` for anything else (`Price on Request`).
 */
export function parseMoney(
  text: string,
  options: { readonly unit?: MoneyUnit; readonly currency?: string } = {},
): Money | undefined {
  const cell = latinDigits(text).replace(/\s+/g, ' ').replace(/\/-/g, '').trim()
  const match = wholePattern.exec(cell)
  if (match === null) return undefined
  const rest = (match.groups?.['rest'] ?? '').trim()
  const monthly = monthPattern.test(rest)
  if (rest !== '' && !monthly && !/^(?:only|onwards?|\+|\*|approx\.?|negotiable|all inclusive|\(.*\))$/i.test(rest))
    return undefined
  return read(match, { ...options, monthly })
}

/** Every amount in running text that says a unit or a currency, or stands after `under`, `budget` and the like. */
export function findMoney(text: string, options: { readonly currency?: string } = {}): readonly FoundMoney[] {
  const source = latinDigits(text)
  const found: FoundMoney[] = []
  for (const match of source.matchAll(textPattern)) {
    const after = source.slice(match.index + match[0].length, match.index + match[0].length + 12)
    const money = read(match, { ...options, monthly: monthPattern.test(/^\s*\S+(?:\s\S+)?/.exec(after)?.[0] ?? '') })
    if (money === undefined) continue
    const named = money.stated || [1, 4, 7].some((group) => match[group] !== undefined)
    if (named || money.minMinor >= 100_000_00)
      found.push({ ...money, start: match.index, end: match.index + match[0].trimEnd().length })
  }
  return found
}

function read(
  match: RegExpExecArray,
  options: { readonly unit?: MoneyUnit; readonly currency?: string; readonly monthly: boolean },
): Money | undefined {
  const [, currencyA, numberA = '', unitA, currencyB, numberB, unitB, currencyC] = match
  const high = unitOf(unitB)
  const low = unitOf(unitA) ?? high
  const first = amountOf(numberA, low ?? options.unit)
  const second = numberB === undefined ? first : amountOf(numberB, high ?? low ?? options.unit)
  if (first === undefined || second === undefined) return undefined
  return {
    minMinor: Math.min(first, second),
    maxMinor: Math.max(first, second),
    currency: currencyOf(currencyA ?? currencyB ?? currencyC) ?? options.currency ?? 'INR',
    ...(options.monthly ? { per: 'month' as const } : {}),
    stated: low !== undefined || high !== undefined,
  }
}

function amountOf(text: string, unit: MoneyUnit | undefined): number | undefined {
  const value = parseNumber(text)
  if (value === undefined) return undefined
  const amount = value * factors[unit ?? 'one']
  return amount > 0 && amount <= amountMax ? Math.round(amount * 100) : undefined
}

function unitOf(word: string | undefined): MoneyUnit | undefined {
  if (word === undefined) return undefined
  return unitMatchers.find(([, matcher]) => matcher.test(word))?.[0]
}

function currencyOf(sign: string | undefined): string | undefined {
  if (sign === undefined) return undefined
  const word = sign.toLowerCase().replaceAll('.', '')
  if (/^(?:₹|rs|inr|rupees?|रु)$/.test(word)) return 'INR'
  if (/^(?:aed|dhs?|dirhams?|دإ)$/.test(word)) return 'AED'
  if (/^(?:usd|us\$|\$)$/.test(word)) return 'USD'
  if (/^(?:£|gbp)$/.test(word)) return 'GBP'
  return 'EUR'
}
