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
  const answers = asksOf(said).map((ask) => ({ ask, bits: answerOf(ask, home, language) }))
  const known = answers.flatMap(({ bits }) => (bits === undefined ? [] : [bits]))
  const missing = answers.flatMap(({ ask, bits }) => (bits === undefined ? [nameOf(ask, language)] : []))
  const name = t`${figures.text(home, 'title')}: `
  const listed = known.flatMap((bits, index) => (index === 0 ? bits : ['; ', ...bits]))
  return {
    bits: [
      ...(known.length === 0 ? [] : [t`${name}${listed}.`]),
      ...(missing.length > 0
        ? [
            t`${known.length === 0 ? name : ''}${inLanguage(language, notSaid, [...new Set(missing)].join(', '), known.length === 0)}`,
          ]
        : []),
    ],
    known: missing.length === 0,
  }
}

const notSaid: Worded<readonly [string, boolean]> = {
  en: (what, named) =>
    t`${named ? 'the' : 'The'} listing does not say that (${what}), so I will not guess. A colleague can find out; shall I bring one in?`,
  hinglish: (what) =>
    t`Listing mein yeh nahi likha (${what}), isliye andaza nahi lagaunga. Kya kisi colleague se puchwaun?`,
  hi: (what) => t`लिस्टिंग में यह नहीं लिखा (${what}), इसलिए अंदाज़ा नहीं लगाऊँगा। क्या किसी सहकर्मी से पूछवाऊँ?`,
}

/** One thing asked of a home; an amenity by its name where one was named. */
interface Ask {
  readonly field: Field
  readonly amenity?: string
}

/** Things answered in one reply. */
const asksMax = 4
const petsName = 'Pets allowed'
const parkingName = 'Car parking'

/** Each thing asked apart, so that what is known is told though another is not. Numbers to call are answered elsewhere. */
function asksOf({ fields, wishes }: Understanding): readonly Ask[] {
  const others = (wishes.amenities ?? []).filter((each) => each !== petsName && each !== parkingName)
  return fields
    .flatMap((field): readonly Ask[] => {
      if (field === 'phone') return []
      if (field === 'pets') return [{ field, amenity: petsName }]
      if (field === 'parking') return [{ field, amenity: parkingName }]
      return field === 'amenities' && others.length > 0 ? others.map((amenity) => ({ field, amenity })) : [{ field }]
    })
    .slice(0, asksMax)
}

function nameOf({ field, amenity }: Ask, language: Language): string {
  return language === 'hi' ? hindiNames[field] : (amenity?.toLowerCase() ?? (field === 'age' ? 'its age' : field))
}

const hindiNames: { readonly [field in Field]: string } = {
  price: 'कीमत',
  area: 'आकार',
  bedrooms: 'बेडरूम',
  bathrooms: 'बाथरूम',
  furnishing: 'फर्निशिंग',
  pets: 'पालतू जानवर',
  phone: 'नंबर',
  address: 'पता',
  floor: 'मंज़िल',
  facing: 'दिशा',
  age: 'उम्र',
  parking: 'पार्किंग',
  amenities: 'सुविधा',
  ready: 'पज़ेशन',
  maintenance: 'मेंटेनेंस',
  photos: 'फोटो',
  description: 'जानकारी',
}

function answerOf(ask: Ask, home: ToolListing, language: Language): Bits | undefined {
  switch (ask.field) {
    case 'price':
      return t`${figures.exactPrice(home)}${home.purpose === 'rent' ? inLanguage(language, monthly) : ''}`
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
      return amenityOf(home, ask.amenity, language)
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
function amenityOf(home: ToolListing, wanted: string | undefined, language: Language): Bits | undefined {
  if (wanted === undefined)
    return home.amenities.length === 0 ? undefined : inLanguage(language, listOf, plainNames(home.amenities).join(', '))
  const held = plainNames(home.amenities.filter((each) => same(each, wanted)))
  return held.length === 0 ? undefined : inLanguage(language, hasIt, held.join(', '))
}

/** Names with a number in them («2 lifts») would be figures without a source. */
function plainNames(names: readonly string[]): readonly string[] {
  return names.filter((each) => !/\d/u.test(each)).slice(0, 8)
}

/** «Visitor parking» is parking, a «Park» is not: they share a whole word. */
function same(a: string, b: string): boolean {
  const wanted = wordsOf(b)
  return wordsOf(a).some((word) => wanted.includes(word))
}

function wordsOf(name: string): readonly string[] {
  const words = name.toLowerCase().split(/[^\p{L}\p{M}]+/u)
  return words
    .map((word) => word.replace(/s$/u, ''))
    .filter((word) => word.length > 2 && !/^(?:area|allowed|car)$/u.test(word))
}

function monthOf(month: string): string {
  const [year = 0, at = 1] = month.split('-').map(Number)
  return new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    Date.UTC(year, at - 1),
  )
}
