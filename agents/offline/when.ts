import * as chrono from 'chrono-node'
import { dayMs, instantOf, offsetMinutes, zonedTime } from '../zoned-time.ts'
import { numberOf, plainDigits } from '../mentions.ts'

/** A day and a time as a customer said them; either may be missing. `words` is what was read. */
export interface When {
  readonly day?: { readonly year: number; readonly month: number; readonly day: number }
  readonly time?: { readonly hour: number; readonly minute: number }
  readonly part?: 'morning' | 'afternoon' | 'evening'
  /** A day that was named and is over, as it was said; then there is no `day`. */
  readonly passed?: string
  readonly words: readonly string[]
}

const weekdays: readonly (readonly [string, string])[] = [
  ['sunday', 'sun(?:day)?|ravi[vw]aa?r|it[vw]aa?r|रविवार|इतवार|संडे'],
  ['monday', 'mon(?:day)?|som[vw]aa?r|सोमवार|मंडे'],
  ['tuesday', 'tue(?:s|sday)?|mangal[vw]?aa?r|मंगलवार|मंगल'],
  ['wednesday', 'wed(?:nesday)?|budh[vw]?aa?r|बुधवार'],
  ['thursday', 'thu(?:rs?|rsday)?|guru[vw]aa?r|bri?haspati[vw]?aa?r|[vw]eer[vw]aa?r|गुरुवार|बृहस्पतिवार|वीरवार'],
  ['friday', 'fri(?:day)?|shukra?[vw]aa?r|jumma|शुक्रवार'],
  ['saturday', 'sat(?:urday)?|shani[vw]?aa?r|शनिवार|सैटरडे'],
]
const begin = String.raw`(?<![\p{L}\p{M}\d])`
const end = String.raw`(?![\p{L}\p{M}\d])`
const monthNames = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')

/** Words of Hinglish and Hindi as the English ones chrono knows. */
const rewrites: readonly (readonly [RegExp, string])[] = [
  [rx('parso|parson|parsu|परसों|परसो'), 'day after tomorrow'],
  [rx('kal|kall|कल|tmrw|tmr|tomo|tommorow|tommorrow|tomorow'), 'tomorrow'],
  [rx('aaj|aj|आज'), 'today'],
  [rx('(?:agle|agley|next|अगले) (?:hafte|week|हफ्ते|हफ़्ते)'), 'next week'],
  [rx('(?:is|iss|isi|इस) (?:hafte|week|हफ्ते|हफ़्ते)'), 'this week'],
  [rx('(?:agle|agli|अगले|अगली)'), 'next'],
  [rx('weekend|weekends|वीकेंड'), 'saturday'],
  ...weekdays.map(([name, words]) => [rx(words), name] as const),
]

function rx(words: string): RegExp {
  return new RegExp(`${begin}(?:${words})${end}`, 'giu')
}

/** Reads a day and a time for a visit, ahead of `atMs`, in the customer's time zone; English, Hinglish and Hindi. `undefined` when there is none. */
export function whenIn(original: string, atMs: number, timeZone: string): When | undefined {
  const text = rewrites.reduce((done, [pattern, by]) => done.replace(pattern, by), plainDigits(original).toLowerCase())
  const today = zonedTime(atMs, timeZone)
  const clock = clockIn(text)
  const day = dayIn(text, atMs, timeZone)
  const part = partIn(text)
  if (day === undefined && clock === undefined && part === undefined) return undefined
  return {
    ...(day === undefined ? {} : day.passed === true ? { passed: day.words } : { day: settle(day, today, timeZone) }),
    ...(clock === undefined ? {} : { time: clock.time }),
    ...(part === undefined ? {} : { part }),
    words: [day?.words, clock?.words, part].filter((each) => each !== undefined),
  }
}

interface Day {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly words: string
  /** Whether the day is over: it is said, not silently replaced by another. */
  readonly passed?: boolean
}

/** A day of this year that is over by less than this was meant as the one that is over. */
const justOverMs = 120 * dayMs

function settle(
  day: Day,
  today: { readonly year: number; readonly month: number },
  timeZone: string,
): Required<When>['day'] {
  const wall = zonedTime(instantOf({ ...day, hour: 12 }, timeZone), timeZone)
  return { year: Math.max(wall.year, today.year), month: wall.month, day: wall.day }
}

function dayIn(text: string, atMs: number, timeZone: string): Day | undefined {
  return (
    namedMonth(text, atMs, timeZone) ??
    bareDay(text, atMs, timeZone) ??
    weekdayOfWeek(text, atMs, timeZone) ??
    byChrono(text, atMs, timeZone)
  )
}

const weekdayNames = weekdays.map(([name]) => name)
const weekdayPattern = new RegExp(
  `${begin}(?:(this|next|coming) )?(${weekdayNames.join('|')})s?(?: (?:of |in )?(this week|next week|the next week))?${end}`,
  'u',
)

/** `monday next week`, `this saturday`, `next wednesday`, `sunday`: the coming one; with «next week», that of the week from next Monday. */
function weekdayOfWeek(text: string, atMs: number, timeZone: string): Day | undefined {
  const match = weekdayPattern.exec(text)
  const weekday = weekdayNames.indexOf(match?.[2] ?? '')
  if (match === null || weekday < 0) return undefined
  const today = zonedTime(atMs, timeZone)
  const nextWeek = match[3]?.endsWith('next week') === true || /\bnext week\b/u.test(text)
  const fromMonday = (weekday + 6) % 7
  const todayFromMonday = (today.weekday + 6) % 7
  const ahead = nextWeek
    ? 7 - todayFromMonday + fromMonday
    : (weekday - today.weekday + 7) % 7 || (match[1] === 'next' ? 7 : 0)
  return { ...today, day: today.day + ahead, words: match[0] }
}

const monthPattern = monthNames.map((name) => `${name}[a-z]*`).join('|')
const dayMonth = new RegExp(
  `${begin}(\\d{1,2})(?:st|nd|rd|th)?(?: of|-)? ?(${monthPattern})\\.?(?:,? (20\\d\\d))?${end}`,
  'u',
)
const monthDay = new RegExp(
  `${begin}(${monthPattern})\\.? (?:the )?(\\d{1,2})(?:st|nd|rd|th)?(?:,? (20\\d\\d))?(?![\\p{L}\\d:])`,
  'u',
)

/** `10th of march`, `march 10th`, `10 मार्च`: this year, or next year once it is past. */
function namedMonth(text: string, atMs: number, timeZone: string): Day | undefined {
  const dayFirst = dayMonth.exec(text)
  const monthFirst = monthDay.exec(text)
  const [day, month, year] =
    dayFirst === null ? [monthFirst?.[2], monthFirst?.[1], monthFirst?.[3]] : [dayFirst[1], dayFirst[2], dayFirst[3]]
  if (day === undefined || month === undefined || Number(day) > 31 || Number(day) < 1) return undefined
  const found = {
    year: Number(year ?? zonedTime(atMs, timeZone).year),
    month: monthNames.indexOf(month.slice(0, 3)) + 1,
    day: Number(day),
  }
  const overMs = atMs - instantOf({ ...found, day: found.day + 1 }, timeZone)
  const words = (dayFirst ?? monthFirst)?.[0] ?? ''
  if (overMs >= 0 && (year !== undefined || overMs < justOverMs)) return { ...found, words, passed: true }
  return { ...found, year: found.year + (overMs >= 0 ? 1 : 0), words }
}

const ordinalDay = new RegExp(
  `${begin}(\\d{1,2})(?:st|nd|rd|th)(?: of)?(?: (this|next) month)?(?! (?:floor|one|option|flat|apartment|property|home|house|listing|villa|block|main|cross|phase|stage|sector))${end}`,
  'u',
)
const tarikh = new RegExp(`${begin}(\\d{1,2}) (?:tarikh|tareekh|तारीख)()${end}`, 'u')

/** `the 12th`, `10th of this month`, `12 tarikh`: this month, or the next once it is past. */
function bareDay(text: string, atMs: number, timeZone: string): Day | undefined {
  const match = ordinalDay.exec(text) ?? tarikh.exec(text)
  const day = Number(match?.[1])
  // «the 2nd one» is a choice; «the 2nd» alone after an offer of homes is told apart by the caller.
  if (match === null || day < 1 || day > 31) return undefined
  const today = zonedTime(atMs, timeZone)
  const later = match[2] === 'next' || (match[2] !== 'this' && day < today.day)
  const passed = match[2] === 'this' && day < today.day
  return { year: today.year, month: today.month + (later ? 1 : 0), day, words: match[0], passed }
}

function byChrono(text: string, atMs: number, timeZone: string): Day | undefined {
  const after = /day after tomorrow/u.exec(text)
  if (after !== null) return { ...zonedTime(atMs + 2 * dayMs, timeZone), words: after[0] }
  const reference = { instant: new Date(atMs), timezone: offsetMinutes(atMs, timeZone) }
  const found = chrono.en.GB.parse(text, reference, { forwardDate: true }).find(
    ({ start, text: words }) =>
      !/^\d+(?:[.:]\d+)?$|\bnow\b|moment/u.test(words) &&
      ['day', 'weekday'].some((part) => start.isCertain(part === 'day' ? 'day' : 'weekday')),
  )
  if (found === undefined) return undefined
  const year = found.start.get('year')
  const month = found.start.get('month')
  const day = found.start.get('day')
  return year === null || month === null || day === null ? undefined : { year, month, day, words: found.text }
}

const noon = new RegExp(`${begin}(?:noon|midday)${end}`, 'u')
const clockNumber = String.raw`(\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|ek|do|teen|char|chaar|paanch|panch|chhe|saat|aath|nau|das|gyarah|barah|एक|दो|तीन|चार|पांच|पाँच|छह|सात|आठ|नौ|दस|ग्यारह|बारह)`
/** `5 pm`, `sadhe 5 baje`; then `16:30`; then `at 5`. */
const marked = new RegExp(
  `${begin}(sadhe |साढ़े |half past )?${clockNumber}(?:[:.](\\d{2}))? ?(am|pm|a\\.m\\.?|p\\.m\\.?|baje|bajhe|बजे|o'?clock|hrs)${end}`,
  'u',
)
const written = new RegExp(`${begin}(half past )?(\\d{1,2})[:.](\\d{2})()${end}`, 'u')
const bare = new RegExp(
  `${begin}(?:at|around|by|after|@|today|tomorrow|${weekdayNames.join('|')}) ()(\\d{1,2})()()${end}(?!\\.\\d)(?! *(?:lakh|lac|cr|%|percent|bhk|bed|k\\b|(?:of )?(?:${monthNames.join('|')}))|[/-]\\d)`,
  'u',
)

/** Hours without «am» or «pm» are those of an office: 8 to 11 before noon, 12 to 7 after. */
function clockIn(
  text: string,
): { readonly time: { readonly hour: number; readonly minute: number }; readonly words: string } | undefined {
  const named = noon.exec(text)
  if (named !== null) return { time: { hour: 12, minute: 0 }, words: named[0] }
  const match = marked.exec(text) ?? written.exec(text) ?? bare.exec(text)
  const hour = hourOf(match?.[2] ?? '')
  if (match === null || Number.isNaN(hour) || hour > 23) return undefined
  const minute = match[1] === undefined || match[1] === '' ? Number(match[3] ?? 0) || 0 : 30
  return minute > 59
    ? undefined
    : { time: { hour: dayHalf(hour, match[4] ?? '', partIn(text)), minute }, words: match[0] }
}

function hourOf(written: string): number {
  if (/^(?:gyarah|ग्यारह)$/u.test(written)) return 11
  return /^(?:barah|बारह)$/u.test(written) ? 12 : numberOf(written)
}

function dayHalf(hour: number, mark: string, part: When['part']): number {
  if (hour > 12 || hour === 0) return hour
  if (mark.startsWith('p')) return (hour % 12) + 12
  if (mark.startsWith('a')) return hour % 12
  if (part === 'morning') return hour % 12
  if (part !== undefined) return (hour % 12) + 12
  return hour < 8 ? hour + 12 : hour
}

const partWords: readonly (readonly [NonNullable<When['part']>, RegExp])[] = [
  ['morning', new RegExp(`${begin}(?:morning|subah|subha|savere|सुबह)${end}`, 'u')],
  ['afternoon', new RegExp(`${begin}(?:afternoon|dopahar|dopeher|din mein|दोपहर)${end}`, 'u')],
  ['evening', new RegExp(`${begin}(?:evening|tonight|shaam|sham|raat|शाम|रात)${end}`, 'u')],
]

function partIn(text: string): When['part'] {
  return partWords.find(([, pattern]) => pattern.test(text))?.[0]
}
