import type { Listing } from '#rag/listing.ts'
import type { Mention } from '../mentions.ts'

/** What a customer wants of a home, as far as one message says. Money in minor units. */
export interface Wishes {
  readonly purpose?: 'sale' | 'rent'
  readonly propertyType?: Listing['propertyType']
  readonly bedrooms?: number
  readonly bathrooms?: number
  readonly furnishing?: NonNullable<Listing['furnishing']>
  readonly amenities?: readonly string[]
  readonly priceMinMinor?: number
  readonly priceMaxMinor?: number
  readonly areaMinSqft?: number
  readonly order?: 'cheapest' | 'largest'
}

const begin = String.raw`(?<![\p{L}\p{M}\d])`
const end = String.raw`(?![\p{L}\p{M}\d])`

function any(words: string): RegExp {
  return new RegExp(`${begin}(?:${words})${end}`, 'giu')
}

const types: readonly (readonly [Listing['propertyType'], RegExp])[] = [
  ['studio', any('studios?|1 ?rk|one rk')],
  ['villa', any('villas?|bungalows?|row ?houses?|kothi|विला|बंगला')],
  ['plot', any('plots?|land|zameen|jameen|site for sale|प्लॉट|जमीन|ज़मीन')],
  ['floor', any('(?:builder|independent) floors?')],
  ['house', any('(?:independent|individual|duplex) (?:house|home)s?|townhouses?|स्वतंत्र मकान')],
  ['apartment', any('apartments?|appartments?|apts?|flats?|condos?|penthouses?|फ्लैट|फ़्लैट|अपार्टमेंट')],
]

/** Names as listings carry them; the words customers use for each. */
const amenities: readonly (readonly [string, RegExp])[] = [
  ['Swimming pool', any('(?:swimming )?pools?|स्विमिंग पूल')],
  ['Gym', any('gym(?:nasium)?s?|fitness cent(?:er|re)|जिम')],
  ['Car parking', any('(?:car |covered |visitor )?park(?:ing|king)|garage|पार्किंग')],
  ['Lift', any('lifts?|elevators?|लिफ्ट')],
  ['Power backup', any('power ?-?backup|generator|inverter')],
  ['Security', any('(?:24 ?x ?7 )?security|gated(?: community| society)?|cctv|सुरक्षा')],
  ['Clubhouse', any('club ?-?house')],
  ["Children's play area", any("(?:children'?s?|kids?) (?:play )?(?:area|park|zone)|play ?(?:area|ground)")],
  ['Garden', any('gardens?|landscap\\w+|lawn|green(?:ery| area)')],
  ['Pets allowed', any('pets?|pet ?-?friendly|dogs?|cats?|पालतू')],
  ['Gas pipeline', any('(?:piped )?gas(?: ?pipeline| connection)')],
  ['Laundry', any('laundry|washing machine|washer')],
  ['Balcony', any('balcon(?:y|ies)|बालकनी')],
]

const furnishings: readonly (readonly [NonNullable<Listing['furnishing']>, RegExp])[] = [
  ['semi-furnished', any('semi[ -]?furnished|partly furnished|partially furnished|सेमी फर्निश्ड')],
  ['unfurnished', any('un ?-?furnished|not furnished|(?:non|without|no) ?-?furni(?:shed|ture)')],
  ['furnished', any('(?:fully[ -]?)?furnished|with furniture|furnish|furniture|फर्निश्ड')],
]

const rent = any(
  '(?:for |on |to )?rent(?:al|als|ing|ed)?(?! ?(?:al)? yield)|lease|kira[ye]\\w*|bhade|tenant|to-let|paying guest|pg|किराये?|किराए|भाड़े',
)
const buy = any(
  'buy(?:ing|er)?|purchas\\w+|for sale|resale|khari\\w+|khareed\\w*|lena hai|invest\\w*|own(?: a| my)? (?:home|house|flat)|खरीद\\S*',
)
const cheapest = any('cheapest|lowest price|sabse sast[aei]|most affordable|सबसे सस्ता|सबसे सस्ती')
const largest = any('largest|biggest|most spacious|sabse bada|sabse badi|सबसे बड़ा')

const maxBefore =
  /(?:under|below|within|upto|up to|less than|max(?:imum)?|not more than|no more than|at most|beneath|<|<=|budget(?: (?:is|of|hai|around|about|max|upto|up to))?:?|बजट)\s*(?:of |is |rs\.? |₹)?$/iu
const maxAfter =
  /^\s*(?:ke |k |tak|के |से )?(?:andar|under|neeche|niche|se kam|ke bheetar|bheetar|tak|max|में|अंदर|नीचे|तक|भीतर|budget|ka budget|or less|or below)/iu
const minBefore = /(?:above|over|more than|at ?least|min(?:imum)?|starting(?: from)?|from|greater than|>|>=)\s*$/iu
const minAfter = /^\s*(?:se |ke |से |के )?(?:zyada|jyada|upar|oopar|above|ज़्यादा|ज्यादा|ऊपर|or more|plus|\+)/iu
const around = /(?:around|about|approx(?:imately)?|roughly|near(?:ly)?|close to|lagbhag|takreeban|करीब|लगभग|~)\s*$/iu

export interface ReadWishes {
  readonly wishes: Wishes
  /** Parts of the text that were understood. */
  readonly spans: readonly { readonly start: number; readonly end: number }[]
}

/** What the text asks of a home. `mentions` are those of the same text; amounts already taken for a loan are left out by the caller. */
export function wishesIn(text: string, mentions: readonly Mention[]): ReadWishes {
  const spans: { start: number; end: number }[] = []
  const has = (pattern: RegExp): boolean => {
    const found = [...text.matchAll(pattern)]
    spans.push(...found.map((match) => ({ start: match.index, end: match.index + match[0].length })))
    return found.length > 0
  }
  const wanted = amenities.filter(([, pattern]) => has(pattern)).map(([name]) => name)
  const furnishing = furnishings.find(([, pattern]) => has(pattern))?.[0]
  const type = types.find(([, pattern]) => has(pattern))?.[0]
  const renting = has(rent)
  const buying = has(buy)
  const order = has(cheapest) ? 'cheapest' : has(largest) ? 'largest' : undefined
  const wishes: Wishes = {
    ...(renting === buying ? {} : { purpose: renting ? 'rent' : 'sale' }),
    ...(type === undefined ? {} : { propertyType: type }),
    ...(furnishing === undefined ? {} : { furnishing }),
    ...(wanted.length === 0 ? {} : { amenities: wanted }),
    ...(order === undefined ? {} : { order }),
    ...rooms(text, mentions),
    ...budget(text, mentions),
    ...area(mentions),
  }
  return { wishes, spans }
}

function rooms(text: string, mentions: readonly Mention[]): Wishes {
  const of = (what: 'bedrooms' | 'bathrooms'): number | undefined =>
    mentions.flatMap((each) => (each.kind === 'count' && each.of === what ? [Math.floor(each.value)] : [])).at(-1)
  const bedrooms = of('bedrooms')
  // «2 bedrooms and baths» is as many of both.
  const bathrooms = of('bathrooms') ?? (/bed ?rooms? and bath/iu.test(text) ? bedrooms : undefined)
  return {
    ...(bedrooms === undefined || bedrooms < 1 || bedrooms > 12 ? {} : { bedrooms }),
    ...(bathrooms === undefined || bathrooms < 1 || bathrooms > 12 ? {} : { bathrooms }),
  }
}

interface Amount {
  readonly start: number
  readonly end: number
  readonly minor: number
}

/** A lone amount is the most the customer will pay, unless the words say «above»; «around» leaves 15 % below and 10 % above. */
function budget(text: string, mentions: readonly Mention[]): Wishes {
  const amounts = mentions.flatMap((each): readonly Amount[] => {
    if (each.kind === 'money' && each.currency === 'INR') return [each]
    const bare =
      each.kind === 'count' && each.of === 'things' && each.value >= 3000 && maxBefore.test(text.slice(0, each.start))
    return bare ? [{ start: each.start, end: each.end, minor: each.value * 100 }] : []
  })
  const [first, second] = amounts
  if (first === undefined) return {}
  if (second !== undefined && second.minor > first.minor && second.start - first.end < 10)
    return { priceMinMinor: first.minor, priceMaxMinor: second.minor }
  const last = amounts.at(-1) ?? first
  const before = text.slice(0, last.start)
  const after = text.slice(last.end)
  if (minAfter.test(after) || (minBefore.test(before) && !maxAfter.test(after))) return { priceMinMinor: last.minor }
  if (around.test(before) && !maxBefore.test(before))
    return { priceMinMinor: Math.round(last.minor * 0.85), priceMaxMinor: Math.round(last.minor * 1.1) }
  return { priceMaxMinor: last.minor }
}

function area(mentions: readonly Mention[]): Wishes {
  const wanted = mentions.flatMap((each) => (each.kind === 'area' ? [each.sqft] : [])).at(0)
  return wanted === undefined ? {} : { areaMinSqft: Math.round(wanted) }
}
