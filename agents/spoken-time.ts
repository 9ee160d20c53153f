import { dayMs, zonedTime } from './zoned-time.ts'

const months: readonly string[] = [
  'jan|जन',
  'feb|फ़?र',
  'mar|मार्',
  'apr|अप्',
  'may|मई',
  'jun|जून',
  'jul|जुल',
  'aug|अग',
  'sep|सित',
  'oct|अक्',
  'nov|नव',
  'dec|दिस',
]
const weekdays: readonly string[] = [
  'sun|rav|it[vw]|रवि|इत',
  'mon|som|सोम',
  'tue|mang|मंग',
  'wed|budh|बुध',
  'thu|guru|br|गुरु',
  'fri|shuk|शुक्र',
  'sat|shan|शनि',
]

interface Where {
  readonly timeZone: string
  /** The present, for «today» and «tomorrow». */
  readonly atMs: number
  /** The source is a month, so days are not compared. */
  readonly monthOnly?: boolean
}

/** Whether every part of a spoken day or time (weekday, day, month, year, hour, minute) is that of the instant. */
export function sameInstant(spoken: string, atMs: number, where: Where): boolean {
  const text = spoken.toLowerCase().trim()
  const wall = zonedTime(atMs, where.timeZone)
  const clock = /^(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm|a\.m\.|p\.m\.|baje|बजे|o'?clock)?$/u.exec(text)
  if (clock !== null && (clock[2] !== undefined || clock[3] !== undefined)) return sameClock(clock, wall)
  if (/^(?:noon|midnight)$/u.test(text)) return wall.minute === 0 && wall.hour === (text === 'noon' ? 12 : 0)
  const relative = relativeDays(text)
  if (relative !== undefined) {
    const day = zonedTime(where.atMs + relative * dayMs, where.timeZone)
    return day.year === wall.year && day.month === wall.month && day.day === wall.day
  }
  const weekday = weekdays.findIndex((names) => new RegExp(`^(?:${names})`, 'u').test(text))
  if (weekday >= 0 && !/\d/u.test(text)) return weekday === wall.weekday
  return sameDate(text, wall, where.monthOnly === true)
}

function sameClock(match: RegExpExecArray, wall: { readonly hour: number; readonly minute: number }): boolean {
  const [, hour = '', minute = '00', mark = ''] = match
  const said = Number(hour)
  const hours = /^[ap]/u.test(mark)
    ? [(said % 12) + (mark.startsWith('p') ? 12 : 0)]
    : said < 12 && mark !== ''
      ? [said, said + 12]
      : [said]
  return hours.includes(wall.hour) && Number(minute) === wall.minute
}

function relativeDays(text: string): number | undefined {
  if (/^(?:today|tonight|aaj|आज)$/u.test(text)) return 0
  if (/^(?:tomorrow|kal|कल)$/u.test(text)) return 1
  return /^(?:day after(?: tomorrow)?|parson?|परसों)$/u.test(text) ? 2 : undefined
}

function sameDate(
  text: string,
  wall: { readonly year: number; readonly month: number; readonly day: number },
  monthOnly: boolean,
): boolean {
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/u.exec(text)
  if (iso !== null) return Number(iso[1]) === wall.year && Number(iso[2]) === wall.month && Number(iso[3]) === wall.day
  const month = months.findIndex((names) => new RegExp(`(?:^|[^\\p{L}])(?:${names})`, 'u').test(text)) + 1
  const numbers = [...text.matchAll(/\d+/gu)].map((match) => Number(match[0]))
  if (month === 0) return monthOnly && numbers.length === 1 && numbers[0] === wall.year
  const days = numbers.filter((each) => each <= 31)
  const years = numbers.filter((each) => each > 31)
  const dayRight = monthOnly ? days.length === 0 : days.length > 0 && days.every((each) => each === wall.day)
  return month === wall.month && dayRight && years.every((each) => each === wall.year)
}
