/** A calendar day and clock time in one time zone. `weekday` is 0 for Sunday. */
export interface ZonedTime {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly weekday: number
  readonly hour: number
  readonly minute: number
}

const minuteMs = 60_000
export const dayMs = 86_400_000

/** Minutes by which a time zone is ahead of UTC at an instant. An unknown zone counts as UTC. */
export function offsetMinutes(atMs: number, timeZone: string): number {
  const name = clockOf(timeZone)
    .formatToParts(atMs)
    .find((part) => part.type === 'timeZoneName')?.value
  const match = /GMT([+-])(\d{2}):(\d{2})/u.exec(name ?? '')
  if (match === null) return 0
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]))
}

/** The wall clock of `timeZone` at an instant. */
export function zonedTime(atMs: number, timeZone: string): ZonedTime {
  const wall = new Date(atMs + offsetMinutes(atMs, timeZone) * minuteMs)
  return {
    year: wall.getUTCFullYear(),
    month: wall.getUTCMonth() + 1,
    day: wall.getUTCDate(),
    weekday: wall.getUTCDay(),
    hour: wall.getUTCHours(),
    minute: wall.getUTCMinutes(),
  }
}

/** The instant at which the wall clock of `timeZone` shows this; days and months may run over (day 32 is the next month's). */
export function instantOf(
  wall: {
    readonly year: number
    readonly month: number
    readonly day: number
    readonly hour?: number
    readonly minute?: number
  },
  timeZone: string,
): number {
  const asUtc = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour ?? 0, wall.minute ?? 0)
  const guess = asUtc - offsetMinutes(asUtc, timeZone) * minuteMs
  return asUtc - offsetMinutes(guess, timeZone) * minuteMs
}

/** `2026-11-28` of an instant in a time zone. */
export function isoDay(atMs: number, timeZone: string): string {
  const { year, month, day } = zonedTime(atMs, timeZone)
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}

/** Formatters by zone: making one costs more than all the arithmetic of a turn. Names of zones come from browsers, so they are bounded. */
const clocks = new Map<string, Intl.DateTimeFormat>()
const clocksMax = 64

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone)
  if (known !== undefined) return known
  const made = newClock(timeZone)
  if (clocks.size >= clocksMax) clocks.clear()
  clocks.set(timeZone, made)
  return made
}

function newClock(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  } catch {
    return new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', timeZoneName: 'longOffset' })
  }
}
