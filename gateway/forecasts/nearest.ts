/** The option that can be made of a word with the fewest changed, added or dropped letters; `undefined` when there is none. Pure. */
export function nearest(word: string, options: readonly string[]): string | undefined {
  const ranked = options.map((option) => ({ option, far: distance(word, option) }))
  return ranked.toSorted((one, other) => one.far - other.far)[0]?.option
}

/** Levenshtein's. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [at, letter] of Array.from(one).entries()) {
    const next = [at + 1]
    for (const [place, found] of Array.from(other).entries()) {
      const changed = (row[place] ?? 0) + (letter === found ? 0 : 1)
      next.push(Math.min(changed, (row[place + 1] ?? 0) + 1, (next[place] ?? 0) + 1))
    }
    row = next
  }
  return row[other.length] ?? 0
}
