/** Seeded numbers: the same seed gives the same sequence for ever (mulberry32). For samples and drawings, never for secrets. */
export interface Random {
  /** In [0, 1). */
  next(): number
  /** A whole number from `min` to `max`, both included. */
  whole(min: number, max: number): number
  /** One of the values. Throws a `RangeError` on an empty list. */
  pick<T>(values: readonly T[]): T
  /** So many different ones, in the order of the list. */
  some<T>(values: readonly T[], count: number): readonly T[]
}

/** A sequence from a number, or from a text by its FNV-1a hash. */
export function seededRandom(seed: number | string): Random {
  let state = (typeof seed === 'number' ? seed : hashOf(seed)) >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const whole = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1))
  return {
    next,
    whole,
    pick: (values) => {
      if (values.length === 0) throw new RangeError('nothing to pick from')
      return values[Math.floor(next() * values.length)] as (typeof values)[number]
    },
    some: (values, count) => {
      const keyed = values.map((value, index) => ({ value, index, key: next() }))
      const chosen = keyed.sort((a, b) => a.key - b.key).slice(0, count)
      return chosen.sort((a, b) => a.index - b.index).map(({ value }) => value)
    },
  }
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return hash
}
