import type { Chip } from '#machines/conversation-contract.ts'
import { titleCase } from '#rag/places.ts'
import { confidenceOf, featuresOf } from '../confidence.ts'
import { findPlaces, getListing, searchListings, type ToolListing } from '../tools/shapes.ts'
import { inLanguage, t, type Bits } from './bits.ts'
import { bedroomsAnswered } from './decide.ts'
import { answerFields } from './field-answers.ts'
import * as words from './property-words.ts'
import { throughUs } from './contact.ts'
import { ask, type Plan, type Told } from './plan.ts'
import {
  asking,
  figures,
  fromCustomer,
  fromTool,
  targetOf,
  withShown,
  type Reply,
  type Situation,
} from './specialist.ts'
import { withPlacesKnown, type Understanding } from './understand.ts'
import { closest, listed, withWidened } from './widened.ts'
import { mergeWishes, type Place, type State } from './state.ts'

/** Finds homes, tells of one, shows others, notes what the customer likes. */
export function* property(situation: Situation): Plan<Reply> {
  const { said, state, language } = situation
  const { acts, fields, choice, wishes } = said
  if (fields.length > 0 && fields.every((field) => field === 'phone') && !acts.has('find') && !acts.has('others'))
    return throughUs(situation)
  const target = targetOf(situation)
  // «The cheapest one» of those shown is a choice, not another search.
  const among =
    (choice?.kind === 'cheapest' || choice?.kind === 'largest') &&
    state.shown.length > 1 &&
    !said.placed &&
    wishes.bedrooms === undefined
  if (said.comparing && state.shown.length > 1) return yield* compare(situation)
  // «I am interested in this apartment» looks for no other.
  const pointed = choice?.kind === 'this' && acts.has('select') && state.shown.length > 0 && !newSearch(situation)
  const searching = !among && ((acts.has('find') && !pointed) || acts.has('others') || acts.has('cheaper'))
  // «Anything with a pool?» looks for others that have one; «does it have a pool?» asks of one.
  const anyWith =
    (wishes.amenities ?? []).length > 0 &&
    choice === undefined &&
    anyWords.test(said.text) &&
    (state.shown.length === 0 || !anyThere.test(said.text))
  if (anyWith) return yield* show(remembered(situation, []), situation)
  if (fields.length > 0 && !acts.has('others') && target !== undefined && !newSearch(situation))
    return yield* tell(target, situation)
  if (choice !== undefined && choice.kind !== 'this' && target !== undefined && !searching)
    return yield* choose(target, situation)
  if (acts.has('select') && !searching && Object.keys(wishes).every((key) => key === 'propertyType')) {
    if (state.asked === 'place' && state.unserved !== undefined && !newSearch(situation) && !pointedAt.test(said.text))
      return yield* whichCity(situation)
    if (target !== undefined) return yield* choose(target, situation)
    if (state.shown.length > 1) return whichHome(situation)
  }
  if (acts.has('details') && target !== undefined && !newSearch(situation)) return yield* choose(target, situation)
  const placed = yield* places(situation)
  if (placed.unserved !== undefined) return yield* unserved(placed.unserved, situation)
  const next = remembered(situation, placed.found)
  const nothingSaid = Object.keys(next.wishes).length === 0 && next.places.length === 0
  if (nothingSaid && !said.indifferent && !acts.has('others')) {
    return { bits: [inLanguage(language, words.askPlace)], state: asking(next, 'place'), chips: [] }
  }
  return yield* show(next, situation)
}

/** «Is there any parking?» asks of the home in talk; «are there any with parking?» of others. */
const anyThere = /(?:is|are) there any (?!with|that|homes?|flats?|apartments?|places?|other|options?|ones?|propert)/iu
const anyWords = /(?<![\p{L}])(?:any(?:thing|one)?|something|some|koi|kuch|कोई|कुछ)(?![\p{L}\p{M}])/iu

/** Two or three of the homes shown, side by side: what can be compared without an opinion. */
function* compare(situation: Situation): Plan<Reply> {
  const { said, state, language } = situation
  const wanted = said.ordinals.length > 1 ? said.ordinals.map((n) => state.shown[n - 1]) : state.shown.slice(0, 2)
  const homes: ToolListing[] = []
  for (const each of wanted.slice(0, 3)) {
    const told = each === undefined ? undefined : yield* ask(getListing, { id: each.id })
    if (told?.ok === true && told.value.listing !== undefined) homes.push(told.value.listing)
  }
  return {
    bits: [
      ...homes.map((home) => t`${figures.text(home, 'title')}: ${priceOf(home, language)}, ${figures.area(home)}.`),
      inLanguage(language, words.whichVisit),
    ],
    state: asking(state, 'which-home'),
    cards: homes.map(({ id }) => ({ kind: 'listing', listingId: id })),
    chips: said.ordinals.length > 1 ? said.ordinals.flatMap((n) => words.chips.ordinals[n - 1]?.[language] ?? []) : [],
  }
}

function newSearch({ said, state }: Situation): boolean {
  const { wishes, acts } = said
  return (
    acts.has('find') &&
    (wishes.bedrooms !== undefined ||
      wishes.priceMaxMinor !== undefined ||
      state.shown.length === 0 ||
      said.placed ||
      indefinite.test(said.text))
  )
}

/** «A furnished flat», «apartments with parking»: any such home, not the one in talk. */
const indefinite =
  /(?<![\p{L}])(?:(?:an?|another|some|any)(?: [\p{L}-]+){0,3} (?:apartment|flat|home|house|place|villa|property)|apartments|flats|homes|houses|places|villas|properties)(?![\p{L}'’])/iu

/** What is wanted now: changes of mind over what was wanted before. */
function remembered({ said, state }: Situation, found: readonly Place[]): State {
  const rooms = bedroomsAnswered(said, state)
  const bedrooms = rooms === undefined ? {} : { bedrooms: rooms }
  const cheapest = cheaper(said) ? { order: 'cheapest' as const } : {}
  const wishes = mergeWishes(state.wishes, { ...said.wishes, ...bedrooms, ...cheapest })
  const { unserved: _unserved, ...rest } = state
  const fresh = said.acts.has('others') || cheaper(said) ? {} : { seen: [] }
  return { ...rest, ...fresh, wishes, places: found.length > 0 ? [...found] : state.places }
}

/** The places the message names. A name that stands where a place would and is not ours is told apart. */
export function* places({
  said,
  state,
}: Situation): Plan<{ readonly found: readonly Place[]; readonly unserved?: string }> {
  const asked = [...new Set([...said.located, ...said.others])].slice(0, 8)
  if (asked.length === 0) return { found: [] }
  const told = yield* ask(findPlaces, { words: asked })
  if (!told.ok) return { found: [] }
  const found = told.value.places.filter(
    (each, index, all) => all.findIndex((other) => other.name === each.name) === index,
  )
  if (found.length > 0) return { found: narrowest(found).slice(0, 3) }
  const named = said.located[0] ?? (state.asked === 'place' ? said.others[0] : undefined)
  const asName =
    named !== undefined && (/^\p{Lu}/u.test(named) || said.text === said.text.toLowerCase() || state.asked === 'place')
  return asName ? { found: [], unserved: named } : { found: [] }
}

/** A city beside its own locality adds nothing. */
function narrowest(found: readonly (Place & { readonly score: number })[]): readonly Place[] {
  const localities = found.filter((each) => each.kind === 'locality')
  const kept = localities.length > 0 ? localities : found
  return kept.map(({ kind, name, city }) => ({ kind, name, city }))
}

function* show(state: State, situation: Situation): Plan<Reply> {
  const { said, language } = situation
  const more = (said.acts.has('others') || cheaper(said)) && state.seen.length > 0
  const told = yield* ask(searchListings, searchArguments(state, situation))
  if (!told.ok) return { bits: [inLanguage(language, words.nothing)], state: asking(state, 'others'), certainty: 0.5 }
  const { listings, relaxed } = told.value
  const best = listings[0]
  const { propertyType, ...anyType } = state.wishes
  // A kind of home from an earlier search gives way before «nothing» is said.
  if (best === undefined && !more && propertyType !== undefined && said.wishes.propertyType === undefined)
    return yield* show({ ...state, wishes: anyType }, situation)
  if (best === undefined) {
    const bits =
      more && state.seen.length > 0 ? inLanguage(language, words.noMore) : inLanguage(language, words.nothing)
    return { bits: [bits], state: asking(state, 'budget'), chips: [person(language)] }
  }
  const shown = withWidened(withShown(state, listings), relaxed, language)
  const asked = state.places.length === 0 ? ('place' as const) : listings.length === 1 ? ('visit' as const) : undefined
  const lead =
    relaxed.length > 0
      ? closest(relaxed, state, situation)
      : introduction({ told, more, assumed: assumed(state) }, situation)
  return {
    bits: [lead, bestOf(best, situation), asked === 'place' ? inLanguage(language, words.whichArea) : []],
    state: asking(shown, asked),
    cards: listings.map(({ id }) => ({ kind: 'listing', listingId: id })),
    chips: [...(assumed(state) ? [words.chips.toRent[language]] : []), ...chipsFor(listings, language)].slice(0, 4),
  }
}

/** Neither to buy nor to rent was said, nor an amount that tells. */
function assumed({ wishes }: State): boolean {
  return wishes.purpose === undefined && wishes.priceMaxMinor === undefined && wishes.priceMinMinor === undefined
}

/** «Something cheaper» than what was shown; «the cheapest» of all is an order. */
function cheaper({ acts, wishes }: Understanding): boolean {
  return acts.has('cheaper') && wishes.order !== 'cheapest'
}

function searchArguments(state: State, { said }: Situation): object {
  const { wishes } = state
  const cities = [...new Set(state.places.map((each) => each.city))]
  const localities = state.places.filter((each) => each.kind === 'locality').map((each) => each.name)
  const shownMin = Math.min(...state.shown.map((each) => each.priceMinor))
  const below =
    cheaper(said) && said.wishes.priceMaxMinor === undefined && state.shown.length > 0 && shownMin > 0
      ? { priceMaxMinor: shownMin - 1 }
      : {}
  const more = (said.acts.has('others') || cheaper(said)) && state.seen.length > 0
  return {
    ...wishes,
    ...impliedPurpose(wishes),
    ...below,
    ...(cities[0] === undefined ? {} : { city: cities[0] }),
    ...(localities.length === 0 ? {} : { localities }),
    ...(more ? { exclude: state.seen } : {}),
    limit: 5,
  }
}

/** From here on an amount buys; below it is a month's rent. Rupees 5 lakh, in paise. */
const buysFromMinor = 50_000_000

/** Who does not say whether to buy or rent means what the amount can pay for, and to buy without one; the two are never mixed. */
function impliedPurpose({ purpose, priceMaxMinor, priceMinMinor }: State['wishes']): {
  readonly purpose: 'sale' | 'rent'
} {
  const amount = priceMaxMinor ?? priceMinMinor
  if (purpose !== undefined) return { purpose }
  return { purpose: amount === undefined || amount >= buysFromMinor ? 'sale' : 'rent' }
}

function introduction(
  found: {
    readonly told: Extract<Told<{ readonly total: number }>, { ok: true }>
    readonly more: boolean
    readonly assumed: boolean
  },
  { language }: Situation,
): Bits {
  const { total } = found.told.value
  if (found.more) return inLanguage(language, words.moreHomes)
  if (total === 1) return inLanguage(language, words.oneHome)
  const count = fromTool(found.told, 'total', { text: String(total), kind: 'count', value: total })
  return inLanguage(language, found.assumed ? words.manyToBuy : words.manyHomes, count)
}

function bestOf(best: ToolListing, { language }: Situation): Bits {
  return inLanguage(language, words.bestMatch, {
    title: figures.text(best, 'title'),
    price: priceOf(best, language),
    area: figures.area(best),
  })
}

function chipsFor(listings: readonly ToolListing[], language: Situation['language']): readonly Chip[] {
  const sale = listings[0]?.purpose === 'sale'
  return [
    ...(sale ? [words.chips.emiFirst[language]] : []),
    words.chips.visitFirst[language],
    words.chips.others[language],
  ]
}

/** «Yes, that would be good» where the cities we serve were offered instead: which of them? */
function* whichCity({ language, state }: Situation): Plan<Reply> {
  const told = yield* ask(findPlaces, { words: [] })
  const cities = told.ok ? told.value.cities.slice(0, 6) : []
  return {
    bits: [inLanguage(language, words.whichCity)],
    state: asking(state, 'place'),
    chips: cities.slice(0, 5).map((city) => ({ label: city, send: city })),
  }
}

/** A home is meant, not a city. */
const pointedAt = /(?<![\p{L}])(?:apartments?|flat|home|house|property|this|first|visit)(?![\p{L}])/iu

function* unserved(name: string, situation: Situation): Plan<Reply> {
  const { language, state, said } = situation
  const told = yield* ask(findPlaces, { words: [] })
  const cities = told.ok ? told.value.cities.slice(0, 6) : []
  const place = /\d/u.test(name) ? fromCustomer(name, situation) : titleCase(name)
  const wishes = mergeWishes(state.wishes, said.wishes)
  const known = { ...state, wishes, unserved: name.slice(0, 60) }
  // The name is understood, though it is none of ours.
  const certainty = confidenceOf(featuresOf(withPlacesKnown(said, [name]), situation.decision, state))
  if (cities.length === 0)
    return {
      bits: [inLanguage(language, words.nothingAnywhere, place), inLanguage(language, words.talkToOne)],
      state: asking(known, 'person'),
      certainty,
      chips: [words.chips.person[language]],
    }
  return {
    bits: [inLanguage(language, words.notThere, place, listed(cities, language))],
    state: asking(known, 'place'),
    certainty,
    chips: cities.slice(0, 5).map((city) => ({ label: city, send: city })),
  }
}

/** One home was picked: tell of it and offer the next step. */
function* choose(id: string, situation: Situation): Plan<Reply> {
  const told = yield* ask(getListing, { id })
  const home = told.ok ? told.value.listing : undefined
  const { language, state } = situation
  if (home === undefined) return { bits: [inLanguage(language, words.gone)], state: asking(state, 'others') }
  return {
    bits: [
      inLanguage(language, words.chosen, {
        title: figures.text(home, 'title'),
        price: priceOf(home, language),
        area: figures.area(home),
      }),
      inLanguage(language, words.offerVisit),
    ],
    state: asking({ ...state, selected: id, ...(state.shown.length === 0 ? withShown(state, [home]) : {}) }, 'visit'),
    cards: [{ kind: 'listing', listingId: id }],
    chips: [
      ...(home.purpose === 'sale' ? [words.chips.emiThis[language]] : []),
      words.chips.visitThis[language],
      words.chips.others[language],
    ],
  }
}

function* tell(id: string, situation: Situation): Plan<Reply> {
  const told = yield* ask(getListing, { id })
  const home = told.ok ? told.value.listing : undefined
  const { language, state, said } = situation
  if (home === undefined) return { bits: [inLanguage(language, words.gone)], state: asking(state, 'others') }
  const answered = answerFields(home, said, language)
  return {
    bits: answered.bits,
    state: asking({ ...state, selected: id }, answered.known ? 'visit' : 'person'),
    cards: [{ kind: 'listing', listingId: id }],
    chips: answered.known ? [words.chips.visitThis[language]] : [person(language)],
  }
}

/** Homes that bear one title: both are shown, and told apart by what they cost. */
export function* whichTwin(situation: Situation): Plan<Reply> {
  const { twins, language } = situation
  const homes: ToolListing[] = []
  for (const id of twins.slice(0, 5)) {
    const told = yield* ask(getListing, { id })
    if (told.ok && told.value.listing !== undefined) homes.push(told.value.listing)
  }
  const kept = withShown(situation.state, homes)
  const pending = situation.said.when === undefined ? undefined : situation.state.pending
  return {
    ...whichHome({ language, state: asking(pending === undefined ? kept : { ...kept, pending }) }),
    bits: [
      inLanguage(language, words.sameTitle),
      homes.flatMap((home, index) => t`${index === 0 ? '' : '; '}${priceOf(home, language)}, ${figures.area(home)}`),
      inLanguage(language, words.whichOne),
    ],
    cards: homes.map(({ id }) => ({ kind: 'listing', listingId: id })),
    certainty: 0.9,
  }
}

function priceOf(home: ToolListing, language: Situation['language']): Bits {
  return home.purpose === 'rent'
    ? t`${figures.price(home)}${inLanguage(language, words.aMonth)}`
    : t`${figures.price(home)}`
}

/** Several homes are on the table and it isn't clear which is meant. Asked once: when that did not help a person is brought in. */
export function whichHome({ state, language }: Pick<Situation, 'state' | 'language'>): Reply {
  if (state.asked === 'which-home')
    return {
      bits: [inLanguage(language, words.notClear)],
      state: asking(state),
      chips: [person(language)],
      handOff: 'low-confidence',
    }
  return {
    bits: [inLanguage(language, words.whichOne)],
    state: asking(state, 'which-home'),
    chips: state.shown
      .slice(0, 3)
      .map((_home, index) => words.chips.ordinals[index]?.[language] ?? { label: '…', send: '…' }),
  }
}

/** The chip that asks for a person. */
export function person(language: Situation['language']): Chip {
  return words.chips.person[language]
}
