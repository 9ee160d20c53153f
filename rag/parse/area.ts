import { latinDigits, parseNumber } from './number.ts'

/** Units of area in Indian listings. Local ones are as used in the deeds of the south, Maharashtra and the north-west. */
export type AreaUnit =
  'sqft' | 'sqm' | 'sqyd' | 'acre' | 'hectare' | 'cent' | 'guntha' | 'perch' | 'ground' | 'kanal' | 'marla'

/** An area or a range in square feet; for a single area both ends are the same. */
export interface Area {
  readonly minSqft: number
  readonly maxSqft: number
  readonly stated: boolean
}

/** Square feet in one of each. Bigha and katha differ from state to state and are refused rather than guessed. */
export const sqftIn: { readonly [unit in AreaUnit]: number } = {
  sqft: 1,
  sqm: 10.763_910_4,
  sqyd: 9,
  acre: 43_560,
  hectare: 107_639.104,
  cent: 435.6,
  guntha: 1089,
  perch: 272.25,
  ground: 2400,
  kanal: 5445,
  marla: 272.25,
}

const unitWords: readonly (readonly [AreaUnit, string])[] = [
  ['sqft', 'sq\\.?\\s*\\.?\\s*f(?:ee|oo)?t|square\\s*f(?:ee|oo)t|sft|ft2|ft²|sqft|वर्ग फुट'],
  ['sqyd', 'sq\\.?\\s*-?\\s*y(?:ar)?ds?|square\\s*yards?|gaj|गज'],
  ['sqm', 'sq\\.?\\s*-?\\s*m(?:et(?:er|re)|tr|t)?s?|square\\s*met(?:er|re)s?|m2|m²|sqm|वर्ग मीटर'],
  ['acre', 'acres?|एकड़'],
  ['hectare', 'hectares?|ha'],
  ['cent', 'cents?'],
  ['guntha', 'gunthas?|guntas?'],
  ['perch', 'perch(?:es)?'],
  ['ground', 'grounds?'],
  ['kanal', 'kanals?'],
  ['marla', 'marlas?'],
]
const unitPattern = unitWords.map(([, words]) => words).join('|')
const amountPattern = `(\\d[\\d,.]*?)\\s*(?:(${unitPattern})\\.?(?![\\p{L}]))?`

const wholePattern = new RegExp(`^${amountPattern}(?:\\s*(?:-|–|—|to)\\s*${amountPattern})?\\s*$`, 'iu')
const unitMatchers = unitWords.map(([unit, words]) => [unit, new RegExp(`^(?:${words})\\.?$`, 'iu')] as const)

/**
 * Reads a cell that holds an area: `1056`, `1100 - 1350`, `34.46Sq. Meter`, `1,370 sq.ft.`, `3Cents`. `unit` is what a bare number
 * counts (square feet). `undefined` for anything else.
 */
export function parseArea(text: string, options: { readonly unit?: AreaUnit } = {}): Area | undefined {
  const cell = latinDigits(text).replace(/\s+/g, ' ').trim()
  const match = wholePattern.exec(cell)
  if (match === null) return undefined
  const [, numberA = '', unitA, numberB, unitB] = match
  const high = unitOf(unitB)
  const low = unitOf(unitA) ?? high
  const first = sizeOf(numberA, low ?? options.unit)
  const second = numberB === undefined ? first : sizeOf(numberB, high ?? low ?? options.unit)
  if (first === undefined || second === undefined) return undefined
  return {
    minSqft: Math.min(first, second),
    maxSqft: Math.max(first, second),
    stated: low !== undefined || high !== undefined,
  }
}

function sizeOf(text: string, unit: AreaUnit | undefined): number | undefined {
  const value = parseNumber(text)
  if (value === undefined || value <= 0) return undefined
  return Math.round(value * sqftIn[unit ?? 'sqft'] * 10) / 10
}

/** The unit a word names, or `undefined`. Also used on headers such as `Area (sq yd)`. */
export function unitOf(word: string | undefined): AreaUnit | undefined {
  if (word === undefined) return undefined
  const text = word.trim()
  return unitMatchers.find(([, matcher]) => matcher.test(text))?.[0]
}
