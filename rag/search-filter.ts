import { ListingIndex, type IndexedListing, type Place } from './listing-index.ts'
import type { ListingHits, ListingQuery } from './listing.ts'
import { fold } from './words.ts'

type Wish = ListingHits['relaxed'][number]

export interface Filtered {
  readonly listings: readonly IndexedListing[]
  readonly relaxed: readonly Wish[]
  /** How well each asked-for place is met; absent when none was asked for. */
  readonly places?: ReadonlyMap<Place, number>
}

/** From what a customer gives up most easily to what least. */
const givingUp: readonly Wish[] = ['amenities', 'furnishing', 'bathrooms', 'area', 'price', 'locality', 'bedrooms']
/** How far a price or an area may be off when it alone is loosened, and when everything is. */
const slight = 0.15
const wide = 0.4

/**
 * Listings that pass every filter. When none does, one wish is loosened at a time, easiest first; then more and more of them together.
 * City, purpose, kind of property and exclusions are never loosened.
 */
export function filterListings(index: ListingIndex, query: ListingQuery): Filtered {
  const places = askedPlaces(index, query)
  const strict = passing(index, query, { places, loosened: new Set(), slack: 0 })
  if (strict.length > 0) return result(strict, [], places)
  const asked = givingUp.filter((wish) => isAsked(query, wish))
  for (const wish of asked) {
    const found = passing(index, query, { places, loosened: new Set([wish]), slack: slight })
    if (found.length > 0) return result(found, [wish], places)
  }
  for (let count = 2; count <= asked.length; count++) {
    const loosened = asked.slice(0, count)
    const found = passing(index, query, { places, loosened: new Set(loosened), slack: wide })
    if (found.length === 0) continue
    const told = needed(index, query, { places, loosened })
    return result(passing(index, query, { places, loosened: new Set(told), slack: wide }), told, places)
  }
  return result([], [], places)
}

interface Loosening {
  readonly places: ReadonlyMap<Place, number> | undefined
  readonly loosened: ReadonlySet<Wish>
  readonly slack: number
}

function passing(index: ListingIndex, query: ListingQuery, how: Loosening): IndexedListing[] {
  const within = how.loosened.has('price') ? how.slack : 0
  const priceMax = query.priceMaxMinor === undefined ? Infinity : query.priceMaxMinor * (1 + within)
  const priceMin = query.priceMinMinor === undefined ? 0 : query.priceMinMinor * (1 - within)
  const areaMin = (query.areaMinSqft ?? 0) * (how.loosened.has('area') ? 1 - how.slack : 1)
  const amenities = how.loosened.has('amenities') ? [] : (query.amenities ?? []).map(fold)
  const roomsOff = how.loosened.has('bedrooms') ? 1 : 0
  const furnishing = how.loosened.has('furnishing') ? undefined : query.furnishing
  const bathrooms = how.loosened.has('bathrooms') ? 0 : (query.bathrooms ?? 0)
  const cities = cityFilter(query, how)
  const excluded = new Set(query.exclude)
  const found: IndexedListing[] = []
  for (const each of index.values()) {
    if (each.priceMinor > priceMax || each.priceMinor < priceMin || each.areaSqft < areaMin) continue
    if (query.bedrooms !== undefined && Math.abs((each.bedrooms ?? -9) - query.bedrooms) > roomsOff) continue
    if (query.purpose !== undefined && each.purpose !== query.purpose) continue
    if (query.propertyType !== undefined && each.propertyType !== query.propertyType) continue
    if (furnishing !== undefined && each.furnishing !== furnishing) continue
    if ((each.bathrooms ?? 0) < bathrooms) continue
    if (!cities(each.place)) continue
    if (excluded.has(each.id) || !amenities.every((asked) => offers(each, asked))) continue
    found.push(each)
  }
  return found
}

/** A place passes when its city does and, unless localities are loosened, it answers one of the asked names. */
function cityFilter(query: ListingQuery, how: Loosening): (place: Place) => boolean {
  const { places } = how
  const loose = places === undefined || how.loosened.has('locality')
  // With the locality loosened the search stays in the city that the locality lies in.
  const around =
    query.city === undefined && places !== undefined
      ? new Set([...places.keys()].map((place) => place.city))
      : undefined
  const known = new Map<string, boolean>()
  return (place) => {
    if (!loose && places.get(place) === undefined) return false
    if (loose && around !== undefined && around.size > 0 && !around.has(place.city)) return false
    if (query.city === undefined) return true
    const same = known.get(place.city) ?? ListingIndex.sameCity(query.city, place.city)
    known.set(place.city, same)
    return same
  }
}

function offers(listing: IndexedListing, asked: string): boolean {
  return listing.amenities.some((each) => each.includes(asked) || asked.includes(each))
}

function askedPlaces(index: ListingIndex, query: ListingQuery): ReadonlyMap<Place, number> | undefined {
  if (query.localities === undefined || query.localities.length === 0) return undefined
  const best = new Map<Place, number>()
  for (const name of query.localities) {
    for (const [place, score] of index.placesNamed(name)) {
      if (score > (best.get(place) ?? 0)) best.set(place, score)
    }
  }
  return best
}

function isAsked(query: ListingQuery, wish: Wish): boolean {
  switch (wish) {
    case 'amenities':
      return (query.amenities ?? []).length > 0
    case 'furnishing':
      return query.furnishing !== undefined
    case 'bathrooms':
      return query.bathrooms !== undefined
    case 'area':
      return query.areaMinSqft !== undefined
    case 'price':
      return query.priceMaxMinor !== undefined || query.priceMinMinor !== undefined
    case 'locality':
      return (query.localities ?? []).length > 0
    case 'bedrooms':
      return query.bedrooms !== undefined
  }
}

/** Of the wishes loosened together, those without which nothing would pass: only they are given up and told. */
function needed(
  index: ListingIndex,
  query: ListingQuery,
  how: { readonly places: ReadonlyMap<Place, number> | undefined; readonly loosened: readonly Wish[] },
): readonly Wish[] {
  let kept = [...how.loosened]
  for (const wish of how.loosened) {
    const fewer = kept.filter((each) => each !== wish)
    if (passing(index, query, { places: how.places, loosened: new Set(fewer), slack: wide }).length > 0) kept = fewer
  }
  return kept
}

function result(
  listings: readonly IndexedListing[],
  relaxed: readonly Wish[],
  places: ReadonlyMap<Place, number> | undefined,
): Filtered {
  return { listings, relaxed, ...(places === undefined ? {} : { places }) }
}
