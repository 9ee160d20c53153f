/** When a team works, as arithmetic on epoch milliseconds in a zone of fixed offset. India, the UAE and most of Asia have no daylight saving. */
import type { BusinessHours } from './lead-contract.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

/** The first midnight of the zone at or before an instant. */
export function midnightOf(atMs: number, hours: BusinessHours): number {
  const offsetMs = hours.zoneOffsetMinutes * minuteMs
  return Math.floor((atMs + offsetMs) / dayMs) * dayMs - offsetMs
}

/** The opening and closing time of the day an instant is in; absent on a day off. */
export function hoursOf(
  atMs: number,
  hours: BusinessHours,
): { readonly opensAtMs: number; readonly closesAtMs: number } | undefined {
  const midnight = midnightOf(atMs, hours)
  const day = new Date(midnight + hours.zoneOffsetMinutes * minuteMs).getUTCDay()
  if (!hours.days.includes(day)) return undefined
  return {
    opensAtMs: midnight + hours.opensMinute * minuteMs,
    closesAtMs: midnight + hours.closesMinute * minuteMs,
  }
}

/** When the team opens next after an instant; absent when it never does. */
export function nextOpening(atMs: number, hours: BusinessHours): number | undefined {
  for (let day = 0; day <= 7; day++) {
    const opensAtMs = hoursOf(atMs + day * dayMs, hours)?.opensAtMs
    if (opensAtMs !== undefined && opensAtMs > atMs) return opensAtMs
  }
  return undefined
}
