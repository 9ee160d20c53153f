import { latinDigits } from './number.ts'

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** Which number comes first in `03/04/2024`. Indian and European files write the day, American ones the month. */
export type DayOrder = 'day-first' | 'month-first'

/**
 * Reads a date or time as CSV files write them: ISO 8601, `15/01/2024`, `01/20/2024`, `20.03.2024`, `15-Jan-2024`, `Mar 20 2024`,
 * `2024-03-15 09:12:00`, `03/15/2024 9:12 AM`, a spreadsheet's serial day, epoch seconds or milliseconds. A part above 12 settles the order;
 * otherwise `order` does. Local times without an offset are taken as UTC. Answers epoch milliseconds, or `undefined`.
 */
export function parseDate(text: string, order: DayOrder = 'day-first'): number | undefined {
  const cell = latinDigits(text).trim()
  return iso(cell) ?? numeric(cell, order) ?? named(cell) ?? serial(cell)
}

/** Reads when a home can be had: `ready`, or a month as `2027-03`. Years of two digits are of this century: `19-Dec`, `Dec 2027`. */
export function parseReady(text: string): string | undefined {
  const cell = text.trim().toLowerCase()
  if (/^(?:ready|immediate|possession|rtm|now|vacant|available)\b/.test(cell)) return 'ready'
  const month = /(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*/.exec(cell)?.[1]
  const year = /\b(20\d\d)\b/.exec(cell)?.[1] ?? /(?:^|[^\d])'?(\d\d)(?:[^\d]|$)/.exec(cell)?.[1]
  if (month !== undefined && year !== undefined)
    return `${year.length === 2 ? `20${year}` : year}-${two(months.indexOf(month) + 1)}`
  const quarter = /^q([1-4])\D*(20\d\d)$/.exec(cell)
  if (quarter !== null) return `${quarter[2] ?? ''}-${two(Number(quarter[1]) * 3)}`
  if (/^20\d\d$/.test(cell)) return `${cell}-12`
  const atMs = parseDate(cell)
  return atMs === undefined ? undefined : new Date(atMs).toISOString().slice(0, 7)
}

function iso(cell: string): number | undefined {
  const match =
    /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/.exec(
      cell,
    )
  if (match === null) return undefined
  const [, year, month, day, hour = '0', minute = '0', second = '0', zone] = match
  const atMs = build([Number(year), Number(month), Number(day)], [Number(hour), Number(minute), Number(second)])
  return atMs === undefined ? undefined : atMs - offsetMs(zone)
}

function numeric(cell: string, order: DayOrder): number | undefined {
  const match = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{2}|\d{4})(?:[ ,]+(.+))?$/.exec(cell)
  if (match === null) return undefined
  const [, first, second, year = '', time] = match
  const [a, b] = [Number(first), Number(second)]
  const dayFirst = a > 12 || (b <= 12 && order === 'day-first')
  return build([fullYear(year), dayFirst ? b : a, dayFirst ? a : b], clock(time))
}

function named(cell: string): number | undefined {
  const name = '(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\\.?'
  const dayFirst = new RegExp(`^(\\d{1,2})(?:st|nd|rd|th)?[-/ ]${name}[-/, ]+(\\d{4}|\\d{2})(?:[ ,]+(.+))?$`, 'i').exec(
    cell,
  )
  const monthFirst = new RegExp(`^${name}[-/ ](\\d{1,2})(?:st|nd|rd|th)?[-/, ]+(\\d{4})(?:[ ,]+(.+))?$`, 'i').exec(cell)
  const [day, month, year, time] =
    dayFirst === null
      ? [monthFirst?.[2], monthFirst?.[1], monthFirst?.[3], monthFirst?.[4]]
      : [dayFirst[1], dayFirst[2], dayFirst[3], dayFirst[4]]
  if (day === undefined || month === undefined || year === undefined) return undefined
  return build([fullYear(year), months.indexOf(month.toLowerCase()) + 1, Number(day)], clock(time))
}

/** Days since 1899-12-30, as spreadsheets count; or epoch seconds or milliseconds. Only of this century. */
function serial(cell: string): number | undefined {
  if (!/^\d{5}(?:\.\d+)?$|^\d{10}$|^\d{13}$/.test(cell)) return undefined
  const value = Number(cell)
  if (cell.length === 13) return value
  if (/^\d{10}$/.test(cell)) return value * 1000
  return value >= 36_526 && value <= 73_050 ? Math.round((value - 25_569) * 86_400_000) : undefined
}

function clock(text: string | undefined): readonly [number, number, number] {
  const match = /^(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(am|pm)?/i.exec(text ?? '')
  if (match === null) return [0, 0, 0]
  const hour = Number(match[1])
  const half = match[4]?.toLowerCase()
  const in24 = half === undefined ? hour : (hour % 12) + (half === 'pm' ? 12 : 0)
  return [in24, Number(match[2]), Number(match[3] ?? 0)]
}

function build(
  [year, month, day]: readonly [number, number, number],
  [hour, minute, second]: readonly [number, number, number],
): number | undefined {
  if (year < 1900 || year > 2100 || hour > 23 || minute > 59 || second > 59) return undefined
  const atMs = Date.UTC(year, month - 1, day, hour, minute, second)
  const back = new Date(atMs)
  return back.getUTCMonth() === month - 1 && back.getUTCDate() === day ? atMs : undefined
}

function offsetMs(zone: string | undefined): number {
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? '')
  if (match === null) return 0
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) * 60_000
}

function fullYear(year: string): number {
  return year.length === 2 ? 2000 + Number(year) : Number(year)
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
