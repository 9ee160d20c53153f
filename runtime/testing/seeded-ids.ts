import type { Ids } from '../ports/ids.ts'

/** Ids and randomness that are the same for the same seed (mulberry32). Ids sort by making. */
export function createSeededIds(seed: number): Ids {
  let state = seed >>> 0
  let made = 0
  return {
    next(prefix) {
      made += 1
      return `${prefix}_${(seed >>> 0).toString(36)}${made.toString(36).padStart(9, '0')}`
    },
    random() {
      state = (state + 0x6d2b79f5) >>> 0
      let mixed = Math.imul(state ^ (state >>> 15), state | 1)
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
    },
  }
}
