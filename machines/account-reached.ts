/**
 * Whom an account has written to outside the window in the last day, for the provider's limit of different people in 24 hours. Pure.
 * People are kept as fingerprints by the hour of the last message, so an hour counts until a day after its end: never too few are counted. Limits above
 * `countedMax` are not counted here, since a snapshot can't hold so many people: the provider refuses what is beyond them.
 */
import { fnv1a } from './contact-key.ts'

/** The largest limit that is counted: Meta's second tier. */
export const countedMax = 2000

const hourMs = 60 * 60 * 1000
const dayHours = 24

/** Who was written to. A message that was let through counts from then on, and is `open` until it is known whether it went out. */
export interface Reached {
  /** Fingerprints by hour since 1970. */
  readonly hours: { readonly [hour: string]: readonly string[] }
  /** By dispatch. */
  readonly open: { readonly [dispatch: string]: { readonly person: string; readonly hour: number } }
}

/** Nobody yet. */
export const nobody: Reached = { hours: {}, open: {} }

/** Whether a person fits below the limit, as the state with them or the time when somebody falls out of it. A limit of 0 is none. */
export function reaching(
  reached: Reached,
  { dispatch, person }: { readonly dispatch: string; readonly person: string },
  { atMs, limit }: { readonly atMs: number; readonly limit: number },
): { readonly reached: Reached } | { readonly fullUntilMs: number } {
  if (limit > countedMax) return { reached: nobody }
  const now = remembered(reached, atMs)
  const print = fingerprint(person)
  const known = peopleIn(now)
  const room = limit === 0 ? countedMax : limit
  if (!known.has(print) && known.size >= room) {
    return limit === 0 ? { reached: now } : { fullUntilMs: firstOutMs(now) }
  }
  const open = { ...now.open, [dispatch]: { person: print, hour: hourOf(atMs) } }
  return { reached: { ...now, open } }
}

/** How many different people count at a time, as far as they are counted. */
export function countedAt(reached: Reached, atMs: number): number {
  return peopleIn(remembered(reached, atMs)).size
}

/** It is known what became of a message: gone out, its person counts for a day; not, no more for it. */
export function settledWith(
  reached: Reached,
  { dispatch, went }: { readonly dispatch: string; readonly went: boolean },
): Reached {
  const { [dispatch]: settled, ...open } = reached.open
  if (settled === undefined) return reached
  if (!went) return { ...reached, open }
  const { person, hour } = settled
  const hours = without(reached.hours, person, hour)
  const people = hours[hour] ?? []
  return { hours: { ...hours, [hour]: people.includes(person) ? people : [...people, person] }, open }
}

/** Whom two have written to between them. */
export function together(one: Reached, other: Reached): Reached {
  const hours = [...new Set([...Object.keys(one.hours), ...Object.keys(other.hours)])].map((hour) => {
    return [hour, [...new Set([...(one.hours[hour] ?? []), ...(other.hours[hour] ?? [])])]] as const
  })
  return { hours: Object.fromEntries(hours), open: { ...one.open, ...other.open } }
}

function without(hours: Reached['hours'], person: string, before: number): Reached['hours'] {
  const rest = Object.entries(hours).map(([hour, people]) => {
    return [hour, Number(hour) < before ? people.filter((each) => each !== person) : people] as const
  })
  return Object.fromEntries(rest.filter(([, people]) => people.length > 0))
}

function remembered({ hours, open }: Reached, atMs: number): Reached {
  const from = hourOf(atMs) - dayHours
  return {
    hours: Object.fromEntries(Object.entries(hours).filter(([hour]) => Number(hour) >= from)),
    open: Object.fromEntries(Object.entries(open).filter(([, { hour }]) => hour >= from)),
  }
}

function peopleIn({ hours, open }: Reached): ReadonlySet<string> {
  return new Set([...Object.values(hours).flat(), ...Object.values(open).map(({ person }) => person)])
}

function firstOutMs({ hours, open }: Reached): number {
  const all = [...Object.keys(hours).map(Number), ...Object.values(open).map(({ hour }) => hour)]
  return (Math.min(...all) + dayHours + 1) * hourMs
}

function hourOf(atMs: number): number {
  return Math.floor(atMs / hourMs)
}

/** 64 bits: of 2,000 people no two are taken for one. */
function fingerprint(person: string): string {
  return fnv1a(person, 0x811c9dc5) + fnv1a(person, 0x01234567)
}
