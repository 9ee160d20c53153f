/** Which visits fit: pure, so that agents offer exactly what the calendar will grant. */
import { hoursOf, midnightOf } from './business-hours.ts'
import type { CalendarSettings, SlotRefusal } from './lead-contract.ts'

/** A slot somebody has. */
export interface Taken {
  readonly meeting: string
  readonly startAtMs: number
  readonly durationMs: number
}

/** A visit somebody wants. */
export interface Wanted {
  readonly startAtMs: number
  readonly durationMs: number
}

/** Why a visit does not fit; absent when it does. */
export function refusalOf(
  wanted: Wanted,
  taken: readonly Taken[],
  at: { readonly nowMs: number; readonly settings: CalendarSettings },
): Exclude<SlotRefusal, 'no-answer'> | undefined {
  const { nowMs, settings } = at
  const { startAtMs, durationMs } = wanted
  if (startAtMs <= nowMs) return 'past'
  if (startAtMs > nowMs + settings.horizonMs) return 'too-far'
  const hours = hoursOf(startAtMs, settings)
  if (hours === undefined || startAtMs < hours.opensAtMs || startAtMs + durationMs > hours.closesAtMs) {
    return 'outside-hours'
  }
  const full = busiest(wanted, taken) >= settings.capacityPerSlot || taken.length >= settings.claimsMax
  return full ? 'full' : undefined
}

/** Free starts on the grid, the nearest to the wanted time first, at most `count`. */
export function freeSlots(
  wanted: Wanted,
  taken: readonly Taken[],
  at: { readonly nowMs: number; readonly settings: CalendarSettings; readonly count: number },
): readonly number[] {
  const { nowMs, settings, count } = at
  const dayMs = 24 * 60 * 60_000
  const centre = Math.min(Math.max(wanted.startAtMs, nowMs), nowMs + settings.horizonMs)
  const found: number[] = []
  for (let away = 0; away <= settings.horizonMs / dayMs && found.length < count; away++) {
    const days = away === 0 ? [0] : [-away, away]
    const starts = days
      .flatMap((each) => startsOf(midnightOf(centre, settings) + each * dayMs, wanted.durationMs, settings))
      .filter((startAtMs) => refusalOf({ ...wanted, startAtMs }, taken, { nowMs, settings }) === undefined)
      .sort((one, other) => Math.abs(one - centre) - Math.abs(other - centre) || one - other)
    found.push(...starts.slice(0, count - found.length))
  }
  return found.sort((one, other) => one - other)
}

function startsOf(midnight: number, durationMs: number, settings: CalendarSettings): readonly number[] {
  const hours = hoursOf(midnight, settings)
  const starts: number[] = []
  if (hours === undefined || settings.slotMs <= 0) return starts
  for (let start = hours.opensAtMs; start + durationMs <= hours.closesAtMs; start += settings.slotMs) starts.push(start)
  return starts
}

/** The most visits going on at once while the wanted one would be: it changes only where one begins. */
function busiest(wanted: Wanted, taken: readonly Taken[]): number {
  const endAtMs = wanted.startAtMs + wanted.durationMs
  const during = taken.filter((each) => each.startAtMs < endAtMs && each.startAtMs + each.durationMs > wanted.startAtMs)
  const instants = [wanted.startAtMs, ...during.map((each) => Math.max(each.startAtMs, wanted.startAtMs))]
  const counts = instants.map(
    (instant) =>
      during.filter((each) => each.startAtMs <= instant && each.startAtMs + each.durationMs > instant).length,
  )
  return Math.max(...counts)
}
