/** What each of several names has for itself: the words that all begin with, and all end with, are left out. Empty where nothing is left. */
export function ownWords(names: readonly string[]): readonly string[] {
  const words = names.map((name) => name.split(/\s+/u).filter((word) => word !== ''))
  const shortest = words.reduce((least, each) => Math.min(least, each.length), words[0]?.length ?? 0)
  const same = (at: (each: readonly string[], index: number) => string | undefined, max: number): number => {
    const [first = []] = words
    let count = 0
    while (count < max && words.every((each) => at(each, count) === at(first, count))) count += 1
    return count
  }
  const front = same((each, index) => each[index], shortest)
  const back = same((each, index) => each.at(-1 - index), shortest - front)
  return words.map((each) =>
    each
      .slice(front, each.length - back)
      .join(' ')
      .replace(/[\s\p{P}]+$/u, ''),
  )
}
