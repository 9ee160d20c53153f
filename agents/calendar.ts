import { freeSlots, refusalOf } from '#machines/calendar-slots.ts'
import { calendarDefaults, type CalendarSettings } from '#machines/lead-contract.ts'
import { isoDay, zonedTime } from './zoned-time.ts'

/** What the calendar actor last said of itself; one that has not spoken has the standard settings and nothing taken. */
export interface CalendarDay {
  readonly taken: readonly { readonly meeting?: string; readonly startAtMs: number; readonly durationMs: number }[]
  readonly capacityPerSlot: number
  readonly settings?: CalendarSettings
}

export interface CalendarRules {
  readonly durationMs: number
  readonly timeZone: string
  readonly nowMs: number
}

export type SlotAnswer = 'free' | 'taken' | 'closed' | 'past' | 'far'

const answers = { past: 'past', 'too-far': 'far', 'outside-hours': 'closed', full: 'taken' } as const

/** Whether a visit can begin at an instant: exactly what the calendar actor would answer. */
export function slotAt(startAtMs: number, calendar: CalendarDay, rules: CalendarRules): SlotAnswer {
  const { nowMs, durationMs } = rules
  const refusal = refusalOf({ startAtMs, durationMs }, takenOf(calendar), { nowMs, settings: settingsOf(calendar) })
  return refusal === undefined ? 'free' : answers[refusal]
}

/** The free times nearest to one that is not, in order of time. */
export function nearestSlots(
  startAtMs: number,
  calendar: CalendarDay,
  { durationMs, nowMs, limit }: CalendarRules & { readonly limit: number },
): readonly number[] {
  const at = { nowMs, settings: settingsOf(calendar), count: limit }
  return freeSlots({ startAtMs, durationMs }, takenOf(calendar), at)
}

/** Slots looked through to find some of every day of a week. */
const lookedThrough = 200
const daysMax = 7
const aDayMax = 3

/** Free times to offer: of one day, or a few of each of the next days, on the hour. */
export function offeredSlots(
  calendar: CalendarDay,
  rules: CalendarRules,
  wish: {
    readonly dayAtMs?: number
    readonly part?: 'morning' | 'afternoon' | 'evening'
    readonly limit: number
  },
): readonly number[] {
  const { timeZone, nowMs } = rules
  const day = (at: number): string => isoDay(at, timeZone)
  const onHour = nearestSlots(wish.dayAtMs ?? nowMs, calendar, { ...rules, limit: lookedThrough }).filter((at) => {
    const { hour, minute } = zonedTime(at, timeZone)
    return minute === 0 && inPart(hour, wish.part)
  })
  const { dayAtMs } = wish
  if (dayAtMs !== undefined) return onHour.filter((at) => day(at) === day(dayAtMs)).slice(0, wish.limit)
  const days = [...new Set(onHour.map(day))].slice(0, daysMax)
  return days
    .flatMap((each) =>
      spread(
        onHour.filter((at) => day(at) === each),
        aDayMax,
      ),
    )
    .slice(0, wish.limit)
}

function settingsOf({ settings, capacityPerSlot }: CalendarDay): CalendarSettings {
  return settings ?? { ...calendarDefaults, capacityPerSlot }
}

function takenOf({ taken }: CalendarDay) {
  return taken.map((each) => ({ meeting: '', ...each }))
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
