import { sqftIn, unitOf } from '#rag/parse/area.ts'
import { findMoney, type FoundMoney } from '#rag/parse/money.ts'

/**
 * Every number, amount, area, rate, length of time, date, clock time and word of availability in a text, with where it stands and what it means.
 * The guardrail asks it what needs a source; the offline model asks it what the customer said.
 */
export interface Span {
  readonly start: number
  readonly end: number
  /** The words as they stand. */
  readonly text: string
}

export type Mention = Span &
  (
    | { readonly kind: 'money'; readonly minor: number; readonly currency: string; readonly stepMinor: number }
    | { readonly kind: 'area'; readonly sqft: number; readonly step: number }
    | { readonly kind: 'percent'; readonly value: number; readonly step: number }
    | { readonly kind: 'months'; readonly months: number }
    | { readonly kind: 'count'; readonly value: number; readonly step: number; readonly of: CountOf }
    | { readonly kind: 'ordinal'; readonly value: number }
    | { readonly kind: 'date' }
    | { readonly kind: 'time' }
    | { readonly kind: 'availability' }
  )

export type CountOf = 'bedrooms' | 'bathrooms' | 'things'

const digits = String.raw`\d+(?:,\d+)*(?:\.\d+)?`
const words = String.raw`one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred|half|single|double|triple|ek|do|teen|char|chaar|paanch|panch|chhe|saat|aath|nau|das|bees|tees|pachas|dedh|dhai|adhai|एक|दो|तीन|चार|पांच|पाँच|छह|छः|सात|आठ|नौ|दस|बीस|तीस|चालीस|पचास|डेढ़|ढाई`
const number = `(?:${digits}|(?<![\\p{L}])(?:${words})(?![\\p{L}]))`
const between = /\s*(?:-|–|—|\bto\b|\band\b|\bse\b|से)\s*/iu
const edge = String.raw`(?![\p{L}\p{M}\d])`
const scale = String.raw`crores?|crs?|karod|karor|करोड़|करोड़|lakhs?|lacs?|laakh|लाख|lk|l|k|thousands?|hazaa?r|हज़ार|हजार|हज़ार|millions?|mn`
const months = String.raw`jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|जनवरी|फरवरी|मार्च|अप्रैल|मई|जून|जुलाई|अगस्त|सितंबर|अक्टूबर|नवंबर|दिसंबर`
const weekdays = String.raw`(?:mon|tues?|wednes|wed|thurs?|thu|fri|satur|sat|sun)(?:day)?s?|som[vw]aa?r|mangal[vw]aa?r|budh[vw]aa?r|guru[vw]aa?r|bri?haspati[vw]aa?r|shukra?[vw]aa?r|shani[vw]aa?r|ravi[vw]aa?r|it[vw]aa?r|सोमवार|मंगलवार|बुधवार|गुरुवार|शुक्रवार|शनिवार|रविवार|इतवार`

/** In the order in which they claim the text: a later pattern never takes what an earlier one has. */
const patterns: readonly (readonly [Mention['kind'] | 'bedrooms' | 'bathrooms', RegExp])[] = [
  ['date', rx(String.raw`\d{1,2}(?:st|nd|rd|th)?(?:\s+of)?[\s-]+(?:${months})${edge}(?:,?\s+\d{4})?`)],
  ['date', rx(String.raw`(?<![\p{L}])(?:${months})\s+(?:\d{4}|\d{1,2}(?:st|nd|rd|th)?(?:,?\s+\d{4})?)${edge}`)],
  ['date', rx(String.raw`\d{4}-\d{2}-\d{2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}`)],
  [
    'time',
    rx(
      String.raw`\d{1,2}(?:[:.]\d{2})?\s*(?:am|pm|a\.m\.|p\.m\.)${edge}|\d{1,2}:\d{2}(?::\d{2})?|\d{1,2}\s*(?:baje|bajhe|बजे|o'?clock)${edge}|(?<![\p{L}])(?:noon|midnight)${edge}`,
    ),
  ],
  [
    'area',
    rx(
      String.raw`(${number})\s*(sq\.?\s*ft\.?|sqft|sft|sq\.?\s*feet|square\s*f(?:ee|oo)t|वर्ग\s*फु?ट|sq\.?\s*m(?:et(?:er|re)s?|tr)?|sqm|square\s*met(?:er|re)s?|sq\.?\s*y(?:ar)?ds?|gaj|गज|acres?)${edge}`,
    ),
  ],
  ['percent', rx(String.raw`(${number})\s*(?:%|percent|per\s*cent|pct|फीसदी|फ़ीसदी|प्रतिशत|pratishat|fee?sadi)`)],
  ['money', rx(String.raw`(?<![\p{L}\d])(${words})\s*(?:an?d?\s+a?\s*)?(${scale})${edge}`)],
  ['months', rx(String.raw`(${number})[\s-]*(years?|yrs?|saal|साल|months?|mahine|mahina|महीने|महीना)${edge}`)],
  [
    'bedrooms',
    rx(
      String.raw`(${number})[\s-]*(?:bhk|b\.h\.k|bed\s*rooms?|beds?|rooms?|br|rk|kamre|kamra|बीएचके|बेडरूम|कमरे|bhks)${edge}`,
    ),
  ],
  ['bathrooms', rx(String.raw`(${number})[\s-]*(?:bath\s*rooms?|baths?|toilets?|बाथरूम)${edge}`)],
  ['ordinal', rx(String.raw`\d{1,2}(?:st|nd|rd|th)${edge}`)],
  [
    'date',
    rx(
      String.raw`(?<![\p{L}])(?:${weekdays}|today|tomorrow|tonight|yesterday|day\s+after(?:\s+tomorrow)?|aaj|kal|parson?|आज|कल|परसों)${edge}`,
    ),
  ],
  [
    'availability',
    rx(
      String.raw`(?<![\p{L}])(?:un)?(?:available|booked|confirmed|reserved|vacant|sold|free slot|slot is free|ready to move|khaa?li|uplabdh|उपलब्ध|खाली|बुक)${edge}`,
    ),
  ],
  ['count', rx(digits)],
  [
    'count',
    rx(
      String.raw`(?<![\p{L}])(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|hundreds?|dozens?)\s+(?=(?:homes?|flats?|apartments?|villas?|listings?|options?|properties|units?|floors?|balcon|car|visits?|slots?|rooms?|minutes?|kilomet|km|metro|schools?|matches)${edge})`,
    ),
  ],
]

function rx(source: string): RegExp {
  return new RegExp(source, 'giu')
}

const values: { readonly [word: string]: number } = {
  half: 0.5,
  one: 1,
  single: 1,
  two: 2,
  double: 2,
  three: 3,
  triple: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  hundred: 100,
  hundreds: 100,
  dozen: 12,
  dozens: 12,
  ek: 1,
  do: 2,
  teen: 3,
  char: 4,
  chaar: 4,
  paanch: 5,
  panch: 5,
  chhe: 6,
  saat: 7,
  aath: 8,
  nau: 9,
  das: 10,
  bees: 20,
  tees: 30,
  pachas: 50,
  dedh: 1.5,
  dhai: 2.5,
  adhai: 2.5,
  एक: 1,
  दो: 2,
  तीन: 3,
  चार: 4,
  पांच: 5,
  पाँच: 5,
  छह: 6,
  छः: 6,
  सात: 7,
  आठ: 8,
  नौ: 9,
  दस: 10,
  बीस: 20,
  तीस: 30,
  चालीस: 40,
  पचास: 50,
  डेढ़: 1.5,
  ढाई: 2.5,
}

/** Devanagari digits as ASCII ones; the length stays, so that places in the text stay true. */
export function plainDigits(text: string): string {
  return text.replace(/[०-९]/gu, (digit) => String(digit.charCodeAt(0) - 0x966))
}

/** The number that digits (`1,20,000`, `2.5`) or a number word (`dedh`) stand for; `NaN` when neither. */
export function numberOf(written: string): number {
  const clean = written.trim().toLowerCase()
  return values[clean] ?? (/^\d/u.test(clean) ? Number(clean.replaceAll(',', '')) : Number.NaN)
}

/** All mentions, in the order of the text, none overlapping. */
export function mentionsIn(original: string): readonly Mention[] {
  const text = plainDigits(original)
  const taken: Mention[] = []
  const free = (span: Span): boolean => taken.every((each) => span.end <= each.start || span.start >= each.end)
  const add = (found: readonly Mention[]): void => {
    taken.push(...found.filter((each) => each.end > each.start && free(each)))
  }
  for (const [kind, pattern] of patterns) {
    if (kind === 'months') add(amountsIn(text, original))
    for (const match of text.matchAll(pattern)) {
      add(read(kind, match, original))
    }
  }
  return taken.sort((a, b) => a.start - b.start)
}

function read(
  kind: Mention['kind'] | 'bedrooms' | 'bathrooms',
  match: RegExpMatchArray,
  original: string,
): readonly Mention[] {
  const span = spanOf(match[0], match.index ?? 0, original)
  const [, first = '', second = ''] = match
  switch (kind) {
    case 'money':
      return [...moneyOf(findMoney(`${numberOf(first)} ${second}`)[0], span)]
    case 'area':
      return [{ ...span, kind, sqft: numberOf(first) * sqftPer(second), step: stepOf(first) * sqftPer(second) }]
    case 'percent':
      return [{ ...span, kind, value: numberOf(first), step: stepOf(first) }]
    case 'months':
      return [{ ...span, kind, months: Math.round(numberOf(first) * (/^(?:m|म)/iu.test(second) ? 1 : 12)) }]
    case 'bedrooms':
    case 'bathrooms':
      return [{ ...span, kind: 'count', value: numberOf(first), step: stepOf(first), of: kind }]
    case 'count':
      return [{ ...span, kind, value: numberOf(span.text), step: stepOf(span.text), of: 'things' }]
    case 'ordinal':
      return [{ ...span, kind, value: Number.parseInt(span.text, 10) }]
    case 'date':
    case 'time':
    case 'availability':
      return [{ ...span, kind }]
  }
}

/** Amounts as `rag/parse/money.ts` finds them; a range is two mentions, `1 crore 20 lakh` is one. */
function amountsIn(text: string, original: string): readonly Mention[] {
  const found: Mention[] = []
  // «₹41,50,350 and 3 lakh» is two amounts; only «between … and …» is a range.
  const source = /between|from/iu.test(text) ? text : text.replace(/\band\b/giu, '&&&')
  for (const money of findMoney(source)) {
    const whole = text.slice(money.start, money.end)
    const parts = money.minMinor === money.maxMinor ? [whole] : [...whole.split(between), ''].slice(0, 2)
    const [first = '', second = ''] = parts
    found.push(...moneyOf({ ...money, maxMinor: money.minMinor }, spanOf(first, money.start, original)))
    const at = money.start + whole.lastIndexOf(second)
    if (second !== '') found.push(...moneyOf({ ...money, minMinor: money.maxMinor }, spanOf(second, at, original)))
  }
  return found.reduce<readonly Mention[]>((done, each) => joined(done, each, original), [])
}

function moneyOf(money: Omit<FoundMoney, 'start' | 'end'> | undefined, span: Span): readonly Mention[] {
  if (money === undefined) return []
  const { minMinor: minor, currency } = money
  const written = /\d[\d,]*(?:\.\d+)?/u.exec(plainDigits(span.text))?.[0] ?? ''
  const one = written === '' ? minor : minor / numberOf(written)
  return [{ ...span, kind: 'money', minor, currency, stepMinor: written === '' ? 1 : one * stepOf(written) }]
}

function joined(done: readonly Mention[], next: Mention, original: string): readonly Mention[] {
  const last = done.at(-1)
  const gap = last === undefined ? '' : original.slice(last.end, next.start)
  if (last?.kind !== 'money' || next.kind !== 'money' || !/^\s*(?:aur\s+|and\s+)?$/iu.test(gap)) return [...done, next]
  if (last.minor < 1e9 || next.minor >= 1e9 || !/\p{L}$/u.test(last.text)) return [...done, next]
  const span = { start: last.start, end: next.end, text: original.slice(last.start, next.end) }
  return [...done.slice(0, -1), { ...next, ...span, minor: last.minor + next.minor }]
}

function spanOf(matched: string, start: number, original: string): Span {
  const lead = matched.length - matched.trimStart().length
  const from = start + lead
  // «₹80 L,» and «900 sq ft.»: the mark belongs to the sentence.
  const end = from + matched.trim().replace(/[.,;:]+$/u, '').length
  return { start: from, end, text: original.slice(from, end) }
}

/** One unit of the last written digit: 0.1 for `1.2`. */
function stepOf(written: string): number {
  const decimals = /\.(\d+)/u.exec(written)?.[1]?.length ?? 0
  return 10 ** -decimals
}

function sqftPer(unit: string): number {
  return sqftIn[unitOf(unit) ?? 'sqft']
}
