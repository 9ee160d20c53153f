const aliases: { readonly [word: string]: string } = {
  sec: 'sector',
  rd: 'road',
  ph: 'phase',
  extn: 'extension',
  ext: 'extension',
  ngr: 'nagar',
  opp: 'opposite',
  ii: '2',
  iii: '3',
  iv: '4',
  vi: '6',
  vii: '7',
}

/** Words that say nothing about a home, in English and Hinglish. */
const stopWords = new Set(
  'a an the in at on of for to and or with near under below above upto within is are i me my we want need looking show find get any some please around about than less more between from by bhk bedroom bedrooms bed flat flats apartment apartments home homes house property properties budget lakh lakhs lac crore cr rs inr rent sale buy chahiye mein me ke ka ki andar tak hai koi ghar'.split(
    ' ',
  ),
)

/** Lower case, without accents and punctuation, spaces single: the form in which words are compared. Keeps every script's letters. */
export function fold(text: string): string {
  const lower = text.toLowerCase()
  // Most text is plain: a third of the time of loading a workspace is saved here.
  if (!/[^ -~\s]/.test(lower)) return lower.replace(/[^a-z0-9]+/g, ' ').trim()
  return lower
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^\p{L}\p{M}\d]+/gu, ' ')
    .trim()
}

/** Words of a place in one spelling: `Electronic City Phase-II` → `electronic city phase 2`, `7th Ph` → `7 phase`, `sector42a` → `sector 42a`. */
export function placeWords(text: string): readonly string[] {
  const words = fold(text)
    .replace(/([a-z]{3,})(\d)/g, '$1 $2')
    .replace(/\b(\d+)(?:st|nd|rd|th)\b/g, '$1')
    .replace(/\b(phase|stage|block) i\b/g, '$1 1')
    .replace(/\b(\d+) ([a-d])\b/g, '$1$2')
    .split(' ')
  return words.filter((word) => word !== '').map((word) => aliases[word] ?? word)
}

/** Words worth looking for in a description, at most 32. */
export function searchWords(text: string): readonly string[] {
  return fold(text)
    .split(' ')
    .filter((word) => word.length > 1 && !stopWords.has(word))
    .slice(0, 32)
    .map(stem)
}

/** Words of a long text as the index keeps them. */
export function indexWords(text: string, max: number): readonly string[] {
  return fold(text)
    .split(' ')
    .filter((word) => word.length > 1)
    .slice(0, max)
    .map(stem)
}

/** English plurals and `-ing` taken off; enough for descriptions of homes. */
function stem(word: string): string {
  if (word.length > 5 && word.endsWith('ing')) return word.slice(0, -3)
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`
  return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word
}

/**
 * How alike two words are spelled, 0 to 1. Words with digits and words under four letters must be equal: sector 42 is not sector 43.
 * One wrong, missing or swapped letter is forgiven from four letters on, two from eight on, but not the first letter: people
 * seldom miss it, and names that differ in it are mostly different names.
 */
export function likeness(a: string, b: string): number {
  if (a === b) return 1
  const longest = Math.max(a.length, b.length)
  if (a[0] !== b[0] || Math.min(a.length, b.length) < 4 || /\d/.test(a) || /\d/.test(b)) return 0
  const distance = editDistance(a, b, longest >= 8 ? 2 : 1)
  if (distance !== undefined) return 1 - distance / longest
  return b.startsWith(a) && a.length >= 5 ? 0.85 : 0
}

/** Optimal string alignment distance (a swap of neighbours counts one), or `undefined` above `max`. */
export function editDistance(a: string, b: string, max: number): number | undefined {
  if (Math.abs(a.length - b.length) > max) return undefined
  let before: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    let best = i
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let cost = Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + same)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1)
      current.push(cost)
      if (cost < best) best = cost
    }
    if (best > max) return undefined
    before = previous
    previous = current
  }
  const distance = previous[b.length] ?? max + 1
  return distance <= max ? distance : undefined
}
