import type { ToolListing } from '../tools/shapes.ts'
import { inLanguage, t, type Bits, type Worded } from './bits.ts'
import type { Field } from './fields.ts'
import type { Language } from './language.ts'
import { figures, fromListing } from './specialist.ts'
import type { Understanding } from './understand.ts'

interface Answered {
  readonly bits: readonly Bits[]
  /** Whether the listing held everything that was asked. */
  readonly known: boolean
}

/** Answers questions about one home from its listing alone; what the listing does not say is said to be unknown. */
export function answerFields(home: ToolListing, said: Understanding, language: Language): Answered {
  const answers = said.fields.slice(0, 3).map((field) => answerOf(field, home, { said, language }))
  const known = answers.filter((each) => each !== undefined)
  const missing = answers.length - known.length
  const name = t`${figures.text(home, 'title')}: `
  const listed = known.flatMap((bits, index) => (index === 0 ? bits : ['; ', ...bits]))
  return {
    bits: [
      ...(known.length === 0 ? [] : [t`${name}${listed}.`]),
      ...(missing > 0 ? [inLanguage(language, notSaid)] : []),
    ],
    known: missing === 0,
  }
}

const notSaid: Worded = {
  en: () => t`The listing does not say that, so I will not guess. A colleague can find out; shall I bring one in?`,
  hinglish: () => t`Listing mein yeh nahi likha, isliye andaza nahi lagaunga. Kya kisi colleague se puchwaun?`,
  hi: () => t`लिस्टिंग में यह नहीं लिखा, इसलिए अंदाज़ा नहीं लगाऊँगा। क्या किसी सहकर्मी से पूछवाऊँ?`,
}

interface Asked {
  readonly said: Understanding
  readonly language: Language
}

function answerOf(field: Field, home: ToolListing, asked: Asked): Bits | undefined {
  const { language } = asked
  switch (field) {
    case 'price':
      return t`${figures.price(home)}${home.purpose === 'rent' ? inLanguage(language, monthly) : ''}`
    case 'area':
      return t`${figures.area(home)}${home.areaKind === 'unknown' ? '' : ` (${home.areaKind})`}`
    case 'bedrooms':
      return home.bedrooms === undefined ? undefined : t`${figures.count(home, 'bedrooms', 'BHK')}`
    case 'bathrooms':
      return home.bathrooms === undefined
        ? undefined
        : t`${figures.count(home, 'bathrooms', language === 'hi' ? 'बाथरूम' : 'bathrooms')}`
    case 'furnishing':
      return home.furnishing === undefined ? undefined : t`${home.furnishing}`
    case 'address':
      return t`${home.society === undefined ? '' : t`${figures.text(home, 'society')}, `}${figures.text(home, 'locality')}, ${figures.text(home, 'city')}`
    case 'floor':
      return home.floor === undefined ? undefined : t`${inLanguage(language, floorWord)}${figures.text(home, 'floor')}`
    case 'facing':
      return home.facing === undefined ? undefined : t`${figures.text(home, 'facing')} facing`
    case 'age':
      return home.ageYears === undefined
        ? undefined
        : t`${figures.count(home, 'ageYears', language === 'hi' ? 'साल पुराना' : 'years old')}`
    case 'ready':
      return home.readyFrom === 'ready'
        ? t`${fromListing(home, 'readyFrom', { text: 'ready to move', kind: 'availability' })}`
        : t`${inLanguage(language, readyBy)}${fromListing(home, 'readyFrom', { text: monthOf(home.readyFrom), kind: 'date' })}`
    case 'pets':
    case 'parking':
    case 'amenities':
      return amenity(home, asked)
    case 'description':
      return t`${figures.price(home)}, ${figures.area(home)}`
    case 'phone':
    case 'maintenance':
    case 'photos':
      return undefined
  }
}

const monthly: Worded = { en: () => t` a month`, hinglish: () => t` mahine ka`, hi: () => t` प्रति माह` }
const floorWord: Worded = { en: () => t`floor `, hinglish: () => t`floor `, hi: () => t`मंज़िल ` }
const readyBy: Worded = { en: () => t`possession from `, hinglish: () => t`possession `, hi: () => t`पज़ेशन ` }
const hasIt: Worded<readonly [string]> = {
  en: (what) => t`yes, ${what}`,
  hinglish: (what) => t`haan, ${what} hai`,
  hi: (what) => t`हाँ, ${what} है`,
}
const listOf: Worded<readonly [string]> = {
  en: (what) => t`it has ${what}`,
  hinglish: (what) => t`ismein hai: ${what}`,
  hi: (what) => t`इसमें है: ${what}`,
}

/** Only what the listing names is said to be there; what it does not name is unknown, not absent. */
function amenity(home: ToolListing, { said, language }: Asked): Bits | undefined {
  const wanted = said.wishes.amenities ?? []
  const held = home.amenities.filter((each) => wanted.some((wish) => same(each, wish)))
  if (wanted.length === 0)
    return home.amenities.length === 0 ? undefined : inLanguage(language, listOf, plainNames(home.amenities).join(', '))
  return held.length === wanted.length ? inLanguage(language, hasIt, plainNames(held).join(', ')) : undefined
}

/** Names with a number in them («2 lifts») would be figures without a source. */
function plainNames(names: readonly string[]): readonly string[] {
  return names.filter((each) => !/\d/u.test(each)).slice(0, 8)
}

function same(a: string, b: string): boolean {
  const [left, right] = [a.toLowerCase(), b.toLowerCase()]
  return (
    left.includes(right) ||
    right.includes(left) ||
    left.split(' ').some((word) => word.length > 3 && right.includes(word))
  )
}

function monthOf(month: string): string {
  const [year = 0, at = 1] = month.split('-').map(Number)
  return new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    Date.UTC(year, at - 1),
  )
}
