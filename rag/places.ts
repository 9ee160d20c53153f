import { fold, likeness } from './words.ts'

/** Below this two names are not taken for the same place. */
export const placeScoreMin = 0.75

/** Old, new and short names of one city. The first is how we write it. */
const cityNames: readonly (readonly string[])[] = [
  ['Bengaluru', 'bangalore', 'banglore', 'bengalore', 'blr', 'बेंगलुरु', 'बैंगलोर'],
  ['Gurugram', 'gurgaon', 'ggn', 'gudgaon', 'गुरुग्राम', 'गुड़गांव', 'गुड़गाँव'],
  ['Mumbai', 'bombay', 'मुंबई'],
  ['Chennai', 'madras', 'चेन्नई'],
  ['Hyderabad', 'hyd', 'secunderabad', 'हैदराबाद'],
  ['Pune', 'poona', 'पुणे'],
  ['Delhi', 'new delhi', 'दिल्ली'],
  ['Kolkata', 'calcutta', 'कोलकाता'],
  ['Thiruvananthapuram', 'trivandrum'],
  ['Kochi', 'cochin'],
  ['Mysuru', 'mysore'],
  ['Vadodara', 'baroda'],
]
const cityByName = new Map(cityNames.flatMap((names) => names.map((name) => [fold(name), names[0] ?? name] as const)))

/** Words that people add or leave out of a locality's name. */
const looseWords = new Set(['road', 'layout', 'area', 'extension', 'main', 'town', 'near', 'side', 'locality'])

/** Words that many names share: alone they are no mention of a place. */
const sharedWords = new Set([
  ...looseWords,
  ...'nagar city phase sector colony garden gardens block stage park west east north south cross village vihar enclave new old'.split(
    ' ',
  ),
])

/** One spelling of a city: `gurgaon` → `Gurugram`. A city we have no names for keeps its own, with capitals. */
export function cityName(text: string): string {
  const known = cityByName.get(fold(text))
  return known ?? titleCase(text)
}

/** `sector 42 gurgaon` of Gurugram → `Sector 42`; spaces single, capitals where the source has none. */
export function localityName(text: string, city: string): string {
  const tidy = text
    .replace(/\s+/g, ' ')
    .replace(/[\s,]+$/, '')
    .trim()
  const names = cityNames.find((each) => each[0] === city) ?? [city]
  const pattern = names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')
  const bare = tidy.replace(new RegExp(`[\\s,]+(?:${pattern})$`, 'iu'), '').trim()
  return titleCase(bare === '' ? tidy : bare)
}

/** Capitals for text that has none; text with capitals is left as it is. */
export function titleCase(text: string): string {
  const tidy = text.replace(/\s+/g, ' ').trim()
  if (tidy !== tidy.toLowerCase() && tidy !== tidy.toUpperCase()) return tidy
  return tidy
    .toLowerCase()
    .replace(/(^|[\s(/-])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase())
    .replace(/\b(?:Hsr|Btm|Jp|Kr|Rr|Dlf|Mg|Tc|Hbr|Ii|Iii|Iv|Bhk|Rk)\b/g, (word) => word.toUpperCase())
    .replace(/ (?:In|Of|At|For|And|Near|The|With) /g, (word) => word.toLowerCase())
}

/**
 * How well a place's name answers what was asked, 0 to 1. Every asked word must be there in some spelling (`looseWords` may miss);
 * a name may say more than was asked: `electronics city` is answered by `Electronic City Phase 2`.
 */
export function placeScore(asked: readonly string[], name: readonly string[]): number {
  if (asked.length === 0 || name.length === 0) return 0
  const whole = likeness(asked.join(''), name.join(''))
  const digits = (words: readonly string[]) => words.join(' ').replace(/\D/g, '')
  const joined = digits(asked) === digits(name) ? whole : 0
  return Math.max(joined, wordScore(asked, name))
}

function wordScore(asked: readonly string[], name: readonly string[]): number {
  let sum = 0
  let missed = 0
  const found: string[] = []
  for (const word of asked) {
    const best = bestLikeness(word, name)
    if (best === 0 && !looseWords.has(word)) return 0
    if (best === 0) missed++
    else found.push(word)
    sum += best
  }
  if (!isTelling(found, name)) return 0
  const spelled = sum / (asked.length - missed)
  return Math.max(0, spelled - 0.05 * missed - 0.02 * Math.min(3, Math.max(0, name.length - asked.length)))
}

function bestLikeness(word: string, name: readonly string[]): number {
  let best = 0
  for (const each of name) best = Math.max(best, likeness(word, each))
  return best
}

/** `nagar` and `42` name nothing; `sector 42` does, where the place has no word of its own. */
function isTelling(found: readonly string[], name: readonly string[]): boolean {
  const common = (word: string) => sharedWords.has(word) || /^\d/.test(word)
  if (found.some((word) => !common(word))) return true
  return name.every(common) && found.some((word) => /^\d/.test(word)) && found.some((word) => !/^\d/.test(word))
}

/** The best score of a place's name in any run of up to five words of a sentence, and how many words that run has. */
export function placeScoreInText(
  sentence: readonly string[],
  name: readonly string[],
): { readonly score: number; readonly length: number } {
  let best = { score: placeScore(sentence, name), length: sentence.length }
  for (let length = Math.min(5, sentence.length - 1); length >= 1; length--) {
    for (let start = 0; start + length <= sentence.length; start++) {
      const found = placeScore(sentence.slice(start, start + length), name)
      if (found === 0) continue
      // A single common word of a long name («city», «nagar») is no mention of it; words left over make it less sure.
      const covers = Math.min(1, length / name.length)
      const score = found * (0.6 + 0.4 * covers) - 0.004 * (sentence.length - length)
      if (score > best.score) best = { score, length }
    }
  }
  return best
}
