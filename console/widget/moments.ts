import type { SlotsCard } from './cards.ts'
import type { Language } from './strings/language.ts'

/** The day a moment falls on in a zone (`2026-11-28`): equal days group together. */
export function dayKey(atMs: number, timeZone?: string): string {
  return formatter('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit' }, timeZone).format(atMs)
}

/** Hour and minute in the reader's language. */
export function clock(atMs: number, language: Language, timeZone?: string): string {
  return formatter(language.tag, { hour: 'numeric', minute: '2-digit' }, timeZone).format(atMs)
}

/** `Today`, `Yesterday`, or the day written out. */
export function dayName(atMs: number, nowMs: number, language: Language): string {
  const key = dayKey(atMs)
  if (key === dayKey(nowMs)) return language.strings.today
  if (key === dayKey(nowMs - 24 * 60 * 60 * 1000)) return language.strings.yesterday
  return formatter(language.tag, { weekday: 'long', day: 'numeric', month: 'long' }).format(atMs)
}

/** Day and hour: `Sat, 28 Nov, 11:00 am`. */
export function moment(atMs: number, language: Language, timeZone?: string): string {
  return formatter(
    language.tag,
    { weekday: 'short', day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' },
    timeZone,
  ).format(atMs)
}

/** The parts of a day for a date picker: `Sat` and `28 Nov`. */
export function dayParts(
  atMs: number,
  language: Language,
  timeZone: string,
): { readonly weekday: string; readonly date: string } {
  return {
    weekday: formatter(language.tag, { weekday: 'short' }, timeZone).format(atMs),
    date: formatter(language.tag, { day: 'numeric', month: 'short' }, timeZone).format(atMs),
  }
}

/** A zone in words: `India Standard Time`; its own name when the browser has no better one. */
export function zoneName(timeZone: string, language: Language): string {
  const parts = formatter(language.tag, { timeZoneName: 'long' }, timeZone).formatToParts(0)
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone
}

export interface SlotDay {
  readonly key: string
  readonly slots: SlotsCard['slots']
}

/** Slots by day of the home's own zone, earliest first. */
export function slotDays(card: Pick<SlotsCard, 'slots' | 'timeZone'>): readonly SlotDay[] {
  const days = new Map<string, SlotsCard['slots'][number][]>()
  for (const slot of card.slots.toSorted((a, b) => a.startAtMs - b.startAtMs)) {
    const key = dayKey(slot.startAtMs, card.timeZone)
    days.set(key, [...(days.get(key) ?? []), slot])
  }
  return [...days].map(([key, slots]) => ({ key, slots }))
}

/** Made once each: making one costs a thousand times what using it does, and every line of the log asks for some. Holds nothing but what follows from its key. */
const made = new Map<string, Intl.DateTimeFormat>()
const madeMax = 100

/** A formatter for a zone, or for the reader's own when the zone is unknown to this browser. */
function formatter(tag: string, options: Intl.DateTimeFormatOptions, timeZone?: string): Intl.DateTimeFormat {
  const key = `${tag} ${timeZone ?? ''} ${JSON.stringify(options)}`
  const before = made.get(key)
  if (before !== undefined) return before
  if (made.size >= madeMax) made.clear()
  const one = newFormatter(tag, options, timeZone)
  made.set(key, one)
  return one
}

function newFormatter(tag: string, options: Intl.DateTimeFormatOptions, timeZone?: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(tag, timeZone === undefined ? options : { ...options, timeZone })
  } catch {
    return new Intl.DateTimeFormat('en-IN', options)
  }
}
