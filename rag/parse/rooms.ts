import { latinDigits, parseNumber } from './number.ts'

/** `bedrooms` is absent for a 1 RK or a studio: a room and a kitchen, no bedroom of its own. */
export interface Rooms {
  readonly bedrooms?: number
  readonly studio: boolean
}

const words: { readonly [word: string]: number } = { one: 1, two: 2, three: 3, four: 4, five: 5, six: 6 }
/** More than any home for one family has: a typing error or a whole building. */
const bedroomsMax = 30

/** Reads `2 BHK`, `4 Bedroom`, `3bhk`, `1 RK`, `studio`, `3.0`, `2.5 BHK` (a study counts as half and is dropped). */
export function parseRooms(text: string): Rooms | undefined {
  const cell = latinDigits(text).trim().toLowerCase()
  if (/^(?:\d+\s*)?r\.?k\.?$|studio/.test(cell)) return { studio: true }
  const match =
    /^(\d+(?:[.,]\d+)?|one|two|three|four|five|six)\s*\+?\s*-?\s*(?:b\.?h\.?k\.?|bed\s*-?rooms?|beds?|br|b|rooms?)?$/.exec(
      cell,
    )
  const written = match?.[1]
  if (written === undefined) return undefined
  const bedrooms = Math.floor(words[written] ?? parseNumber(written) ?? 0)
  return bedrooms >= 1 && bedrooms <= bedroomsMax ? { bedrooms, studio: false } : undefined
}

/** A small whole number such as bathrooms or balconies: `3`, `3.0`, `3+`. */
export function parseCount(text: string, max: number): number | undefined {
  const value = parseNumber(text.replace(/\+$/, ''))
  return value !== undefined && Number.isInteger(value) && value >= 0 && value <= max ? value : undefined
}
