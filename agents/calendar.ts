import type { BusinessHours } from './settings.ts'
import { dayMs, instantOf, zonedTime } from './zoned-time.ts'

/** What the calendar actor last said of itself. */
export interface CalendarDay {
  readonly taken: readonly { readonly startAtMs: number; readonly durationMs: number }[]
  readonly capacityPerSlot: number
}

export interface CalendarRules {
  readonly hours: BusinessHours
  readonly durationMs: number
  readonly timeZone: string
  readonly nowMs: number
}

/** No visit sooner than this, nor later than `aheadDaysMax`. */
const noticeMs = 30 * 60_000
const aheadDaysMax = 60
const stepMinutes = 30

export type SlotAnswer = 'free' | 'taken' | 'closed' | 'past' | 'far'

/** Whether a visit can begin at an instant: on a half hour within business hours, far enough ahead, and not full. */
export function slotAt(startAtMs: number, calendar: CalendarDay, rules: CalendarRules): SlotAnswer {
  if (startAtMs < rules.nowMs + noticeMs) return 'past'
  if (startAtMs > rules.nowMs + aheadDaysMax * dayMs) return 'far'
  const wall = zonedTime(startAtMs, rules.timeZone)
  const fromMinutes = wall.hour * 60 + wall.minute
  const open =
    rules.hours.weekdays.includes(wall.weekday) &&
    fromMinutes >= rules.hours.openHour * 60 &&
    fromMinutes + rules.durationMs / 60_000 <= rules.hours.closeHour * 60
  if (!open || wall.minute % stepMinutes !== 0) return 'closed'
  const overlapping = calendar.taken.filter(
    (each) => each.startAtMs < startAtMs + rules.durationMs && startAtMs < each.startAtMs + each.durationMs,
  )
  return overlapping.length < calendar.capacityPerSlot ? 'free' : 'taken'
}

/** Free times on the hour: of the day given, or of the next days; those nearest to `nearMs` first when it is given, else in order of time. */
export function freeSlots(
  calendar: CalendarDay,
  rules: CalendarRules,
  wish: {
    readonly dayAtMs?: number
    readonly part?: 'morning' | 'afternoon' | 'evening'
    readonly nearMs?: number
    readonly limit: number
  },
): readonly number[] {
  const found: number[] = []
  const first = zonedTime(wish.dayAtMs ?? rules.nowMs, rules.timeZone)
  const days = wish.dayAtMs === undefined ? 7 : 1
  for (let ahead = 0; ahead < days; ahead++) {
    const ofDay: number[] = []
    for (let hour = rules.hours.openHour; hour < rules.hours.closeHour; hour++) {
      if (!inPart(hour, wish.part)) continue
      const at = instantOf({ ...first, day: first.day + ahead, hour, minute: 0 }, rules.timeZone)
      if (slotAt(at, calendar, rules) === 'free') ofDay.push(at)
    }
    found.push(...(days === 1 || wish.nearMs !== undefined ? ofDay : spread(ofDay, 3)))
  }
  const { nearMs } = wish
  const ordered = nearMs === undefined ? found : found.sort((a, b) => Math.abs(a - nearMs) - Math.abs(b - nearMs))
  return ordered.slice(0, wish.limit).sort((a, b) => a - b)
}

function inPart(hour: number, part: 'morning' | 'afternoon' | 'evening' | undefined): boolean {
  if (part === undefined) return true
  if (part === 'morning') return hour < 12
  return part === 'afternoon' ? hour >= 12 && hour < 16 : hour >= 16
}

/** A few of a day's times, from morning to evening. */
function spread(times: readonly number[], count: number): readonly number[] {
  if (times.length <= count) return times
  return Array.from({ length: count }, (_, index) => times[Math.round((index * (times.length - 1)) / (count - 1))] ?? 0)
}

const names = { en: namesOf('en'), hi: namesOf('hi') } as const

function namesOf(locale: string): { readonly weekday: Intl.DateTimeFormat; readonly month: Intl.DateTimeFormat } {
  return {
    weekday: new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' }),
    month: new Intl.DateTimeFormat(locale, { month: 'long', timeZone: 'UTC' }),
  }
}

/** `Saturday 28 November at 11:00 am`, as the assistant writes it and reads it back. */
export function timeLabel(atMs: number, timeZone: string, locale: 'en' | 'hi' = 'en'): string {
  const wall = zonedTime(atMs, timeZone)
  const utc = Date.UTC(wall.year, wall.month - 1, wall.day)
  const weekday = names[locale].weekday.format(utc)
  const month = names[locale].month.format(utc)
  return `${weekday} ${wall.day} ${month}${locale === 'en' ? ' at' : ','} ${clockLabel(wall.hour, wall.minute)}`
}

function clockLabel(hour: number, minute: number): string {
  return `${hour % 12 === 0 ? 12 : hour % 12}:${String(minute).padStart(2, '0')} ${hour < 12 ? 'am' : 'pm'}`
}
