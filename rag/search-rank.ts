import type { IndexedListing, ListingIndex } from './listing-index.ts'
import type { ListingQuery } from './listing.ts'
import type { Filtered } from './search-filter.ts'

/** How much each closeness (0 to 1) counts. */
const weights = { text: 0.4, place: 0.25, budget: 0.2, area: 0.1, freshness: 0.05 } as const
/** People who name a most are shown first what uses most of it, not the cheapest shed. */
const budgetUse = 0.9
const freshDays = 30

/** Best first; the same home listed twice counts once among the first. Ties fall by id, so that pages and tests are stable. */
export function rankListings(index: ListingIndex, filtered: Filtered, query: ListingQuery): readonly IndexedListing[] {
  const listings = filtered.listings
  if (query.order === 'cheapest') return twinsLast(sorted(listings, (each) => -each.priceMinor))
  if (query.order === 'largest') return twinsLast(sorted(listings, (each) => each.areaSqft))
  const texts = query.text === undefined ? undefined : index.textScores(query.text)
  const textMost = listings.reduce((most, each) => Math.max(most, texts?.get(each.slot)?.score ?? 0), 0)
  const areaMiddle = median(listings.map((each) => each.areaSqft))
  const newest = listings.reduce((latest, each) => Math.max(latest, each.updatedAtMs), 0)
  return twinsLast(
    sorted(listings, (each) => {
      const text = textMost === 0 ? 0 : (texts?.get(each.slot)?.score ?? 0) / textMost
      const place = filtered.places?.get(each.place) ?? 0
      return (
        weights.text * text +
        weights.place * place +
        weights.budget * budgetCloseness(each.priceMinor, query) +
        weights.area * (each.areaSqft / (each.areaSqft + areaMiddle)) +
        weights.freshness * Math.exp((each.updatedAtMs - newest) / (freshDays * 86_400_000))
      )
    }),
  )
}

function budgetCloseness(priceMinor: number, query: ListingQuery): number {
  if (query.priceMaxMinor === undefined) return 0
  const used = priceMinor / query.priceMaxMinor
  return Math.max(0, 1 - Math.abs(used - budgetUse) * (used > 1 ? 3 : 1))
}

function sorted(
  listings: readonly IndexedListing[],
  score: (each: IndexedListing) => number,
): readonly IndexedListing[] {
  return listings
    .map((each) => ({ each, value: score(each) }))
    .sort((a, b) => b.value - a.value || (a.each.id < b.each.id ? -1 : 1))
    .map(({ each }) => each)
}

function twinsLast(listings: readonly IndexedListing[]): readonly IndexedListing[] {
  const seen = new Set<string>()
  const first: IndexedListing[] = []
  const twins: IndexedListing[] = []
  for (const each of listings) {
    if (seen.has(each.twin)) twins.push(each)
    else first.push(each)
    seen.add(each.twin)
  }
  return [...first, ...twins]
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 1
}
