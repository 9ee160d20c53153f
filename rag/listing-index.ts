import { isDevanagari, romanised, soundOf } from './devanagari.ts'
import type { Listing } from './listing.ts'
import type { StoredListing } from './listing-schema.ts'
import { cityName, placeScore, placeScoreInText, placeScoreMin } from './places.ts'
import { TextIndex } from './text-index.ts'
import { editDistance, fold, likeness, placeWords } from './words.ts'

/** What filters and ranking read of a listing; the listing itself stays in the read model. */
export interface IndexedListing {
  readonly id: string
  readonly version: number
  readonly slot: number
  readonly place: Place
  readonly purpose: Listing['purpose']
  readonly propertyType: Listing['propertyType']
  readonly bedrooms: number | undefined
  readonly bathrooms: number | undefined
  readonly priceMinor: number
  readonly areaSqft: number
  readonly furnishing: Listing['furnishing'] | undefined
  readonly amenities: readonly string[]
  /** Same home listed twice: shown once. */
  readonly twin: string
  readonly updatedAtMs: number
}

export interface Place {
  readonly city: string
  readonly locality: string
  readonly words: readonly string[]
  count: number
}

/**
 * One workspace's listings, in memory. Owned by `search.ts`, which feeds it documents and facts.
 * 1. `put` with a version not above the held one changes nothing, so loading and the live stream may overlap.
 * 2. A removed listing's text stays until half of the slots are dead; then its owner loads anew (`wasteful`).
 */
export class ListingIndex {
  readonly #byId = new Map<string, IndexedListing>()
  /** Versions of withdrawn listings, so that a late page of the load can't bring them back. */
  readonly #gone = new Map<string, number>()
  readonly #places = new Map<string, Place>()
  readonly #text = new TextIndex()
  /** Every word of every place's name, and each name without its spaces, by first letter. */
  readonly #vocabulary = new Map<string, Map<string, Place[]>>()
  #list: readonly IndexedListing[] | undefined
  readonly #placeScores = new Map<string, ReadonlyMap<Place, number>>()
  #slots = 0

  get size(): number {
    return this.#byId.size
  }

  get wasteful(): boolean {
    return this.#slots > 1000 && this.#slots > this.#byId.size * 2
  }

  /** All listings; the same array until one changes. */
  values(): readonly IndexedListing[] {
    this.#list ??= [...this.#byId.values()]
    return this.#list
  }

  put(listing: StoredListing): void {
    const held = this.#byId.get(listing.id)
    if (listing.version <= Math.max(held?.version ?? 0, this.#gone.get(listing.id) ?? 0)) return
    if (held !== undefined) held.place.count--
    this.#gone.delete(listing.id)
    this.#list = undefined
    const slot = this.#slots++
    this.#byId.set(listing.id, indexed(listing, slot, this.#place(listing)))
    this.#text.add(slot, textOf(listing))
  }

  remove(id: string, version: number): void {
    const held = this.#byId.get(id)
    if (held !== undefined) held.place.count--
    this.#byId.delete(id)
    this.#list = undefined
    this.#gone.set(id, version)
  }

  /** Text scores by slot; all 0 when the text has no telling word. */
  textScores(text: string): Float64Array {
    return this.#text.score(text)
  }

  /** Places that answer a name, with their score; kept for the next customer who asks the same. */
  placesNamed(name: string): ReadonlyMap<Place, number> {
    const known = this.#placeScores.get(name)
    if (known !== undefined) return known
    const asked = placeWords(name)
    const city = cityName(name)
    const scores = new Map<Place, number>()
    for (const place of this.#places.values()) {
      const score = place.city === city ? 1 : Math.max(placeScore(asked, place.words), withoutCity(asked, place))
      if (score >= placeScoreMin) scores.set(place, score)
    }
    if (this.#placeScores.size >= 500) this.#placeScores.clear()
    this.#placeScores.set(name, scores)
    return scores
  }

  /** Whether a city's name is this one in some spelling. */
  static sameCity(asked: string, city: string): boolean {
    return cityName(asked) === city || likeness(fold(asked), fold(city)) >= 0.8
  }

  /** Cities with homes, the one with most first. */
  cities(): readonly string[] {
    const counts = this.#cityCounts()
    return [...counts.keys()]
      .filter((city) => (counts.get(city) ?? 0) > 0)
      .sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0) || (a < b ? -1 : 1))
  }

  #cityCounts(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>()
    for (const place of this.#places.values()) counts.set(place.city, (counts.get(place.city) ?? 0) + place.count)
    return counts
  }

  /** Localities and cities mentioned in words, best first, one entry a name and city. */
  mentioned(words: string): readonly { kind: 'city' | 'locality'; name: string; city: string; score: number }[] {
    const sentence = placeWords(words).slice(0, 24)
    const found: {
      kind: 'city' | 'locality'
      name: string
      city: string
      score: number
      length: number
      count: number
    }[] = []
    const cities = this.#cityCounts()
    const spoken = isDevanagari(words) ? heardIn(sentence) : undefined
    for (const place of spoken === undefined ? this.#sharingAWord(sentence) : this.#places.values()) {
      if (place.count === 0) continue
      const { score, length } = spoken?.(place.words) ?? placeScoreInText(sentence, place.words)
      if (score >= placeScoreMin)
        found.push({ kind: 'locality', name: place.locality, city: place.city, score, length, count: place.count })
    }
    for (const [city, count] of cities) {
      if (count === 0) continue
      const spelled = sentence.map((word) => (cityName(word) === city ? 1 : likeness(word, fold(city))))
      const named = Math.max(...spelled, spoken?.([fold(city)]).score ?? 0)
      const score = named - 0.004 * (sentence.length - 1)
      if (score >= placeScoreMin) found.push({ kind: 'city', name: city, city, score, length: 1, count })
    }
    return (
      found
        // A name that answers more of the words is meant: «electronic city phase 2», not «electronic city».
        .sort(
          (a, b) =>
            b.score + 0.03 * b.length - a.score - 0.03 * a.length || b.count - a.count || (a.name < b.name ? -1 : 1),
        )
        .map(({ kind, name, city, score }) => ({ kind, name, city, score: Math.round(score * 1000) / 1000 }))
    )
  }

  #place(listing: StoredListing): Place {
    const city = cityName(listing.city)
    const key = `${city}|${placeWords(listing.locality).join(' ')}`
    const held = this.#places.get(key)
    if (held !== undefined) {
      held.count++
      return held
    }
    const place = { city, locality: listing.locality, words: placeWords(listing.locality), count: 1 }
    this.#places.set(key, place)
    this.#placeScores.clear()
    for (const word of new Set([...place.words, place.words.join('')])) this.#know(word, place)
    return place
  }

  #sharingAWord(sentence: readonly string[]): ReadonlySet<Place> {
    const pairs = sentence.map((word, at) => word + (sentence[at + 1] ?? ''))
    const words = [...new Set([...sentence, ...pairs])].filter((word) => word.length > 1)
    const found = new Set<Place>()
    for (const word of words) {
      for (const [known, places] of this.#vocabulary.get(word.charAt(0)) ?? []) {
        if (likeness(word, known) > 0) for (const place of places) found.add(place)
      }
    }
    return found
  }

  #know(word: string, place: Place): void {
    const alike = this.#vocabulary.get(word.charAt(0)) ?? new Map<string, Place[]>()
    this.#vocabulary.set(word.charAt(0), alike)
    const places = alike.get(word)
    if (places === undefined) alike.set(word, [place])
    else places.push(place)
  }
}

/** A name heard in words of another script is a little less sure than one spelled alike. */
const heardScore = 0.97

/** Scores names by how they sound in a sentence of Devanagari. A name of few sounds must also be spelled alike: «पानी» is not Pune. */
function heardIn(
  sentence: readonly string[],
): (name: readonly string[]) => { readonly score: number; readonly length: number } {
  const sounds = sentence.map(soundOf)
  return (name) => {
    const wanted = soundOf(name.join(''))
    for (let length = Math.min(5, sentence.length); length >= 1; length--) {
      for (let start = 0; start + length <= sentence.length; start++) {
        const joined = sounds.slice(start, start + length).join('')
        if (soundOf(joined) !== wanted && joined !== name.map(soundOf).join('')) continue
        const spelled = sentence
          .slice(start, start + length)
          .map(romanised)
          .join('')
        const alike = wanted.length > 2 || (editDistance(spelled, name.join('').replaceAll('w', 'v'), 1) ?? 2) < 2
        if (alike) return { score: heardScore - 0.004 * (sentence.length - length), length }
      }
    }
    return { score: 0, length: 0 }
  }
}

/** `sector 42 gurgaon` asked of Gurugram: the city's own name in the question is no word of the locality. */
function withoutCity(asked: readonly string[], place: Place): number {
  const rest = asked.filter((word) => cityName(word) !== place.city)
  return rest.length === asked.length || rest.length === 0 ? 0 : placeScore(rest, place.words)
}

function indexed(listing: StoredListing, slot: number, place: Place): IndexedListing {
  return {
    id: listing.id,
    version: listing.version,
    slot,
    place,
    purpose: listing.purpose,
    propertyType: listing.propertyType,
    bedrooms: listing.bedrooms,
    bathrooms: listing.bathrooms,
    priceMinor: listing.priceMinor,
    areaSqft: listing.areaSqft,
    furnishing: listing.furnishing,
    amenities: listing.amenities.map(fold),
    twin: `${place.locality}|${listing.society ?? listing.id}|${listing.bedrooms}|${listing.priceMinor}|${listing.areaSqft}`,
    updatedAtMs: listing.updatedAtMs,
  }
}

function textOf(listing: Listing): string {
  return [
    listing.title,
    listing.society ?? '',
    listing.locality,
    listing.amenities.join(' '),
    listing.furnishing ?? '',
    listing.facing ?? '',
    listing.description,
  ].join(' ')
}
