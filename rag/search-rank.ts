import type { IndexedListing, ListingIndex } from './listing-index.ts'
import type { ListingQuery } from './listing.ts'
import type { Filtered } from './search-filter.ts'

/** How much each closeness (0 to 1) counts. */
const weights = { text: 0.4, place: 0.25, budget: 0.2, area: 0.1, freshness: 0.05 } as const
/** People who name a most are shown first what uses most of it, not the cheapest shed. */
const budgetUse = 0.9
const freshDays = 30

/** More than are shown are ranked, so that a twin can give way. */
const spare = 40

/** The best `limit`, best first; the same home listed twice counts once. Ties fall by id, so that pages and tests are stable. */
export function rankListings(index: ListingIndex, filtered: Filtered, query: ListingQuery): readonly IndexedListing[] {
  const score = scoring(index, filtered, query)
  return twinsLast(best(filtered.listings, score, query.limit + spare)).slice(0, query.limit)
}

function scoring(
  index: ListingIndex,
  { listings, places }: Filtered,
  query: ListingQuery,
): (each: IndexedListing) => number {
  if (query.order === 'cheapest') return (each) => -each.priceMinor
  if (query.order === 'largest') return (each) => each.areaSqft
  const texts = query.text === undefined ? undefined : index.textScores(query.text)
  let textMost = 0
  let areaSum = 0
  let newest = 0
  for (const each of listings) {
    textMost = Math.max(textMost, texts?.[each.slot] ?? 0)
    areaSum += each.areaSqft
    newest = Math.max(newest, each.updatedAtMs)
  }
  const areaMean = areaSum / Math.max(1, listings.length)
  return (each) =>
    weights.text * (textMost === 0 ? 0 : (texts?.[each.slot] ?? 0) / textMost) +
    weights.place * (places?.get(each.place) ?? 0) +
    weights.budget * budgetCloseness(each.priceMinor, query) +
    weights.area * (each.areaSqft / (each.areaSqft + areaMean)) +
    weights.freshness * Math.exp((each.updatedAtMs - newest) / (freshDays * 86_400_000))
}

function budgetCloseness(priceMinor: number, query: ListingQuery): number {
  if (query.priceMaxMinor === undefined) return 0
  const used = priceMinor / query.priceMaxMinor
  return Math.max(0, 1 - Math.abs(used - budgetUse) * (used > 1 ? 3 : 1))
}

interface Scored {
  readonly each: IndexedListing
  readonly value: number
}

/** The best `count` of many without sorting them all: those that can't enter are dropped as they come. */
function best(
  listings: readonly IndexedListing[],
  score: (each: IndexedListing) => number,
  count: number,
): readonly IndexedListing[] {
  let kept: Scored[] = []
  let least = -Infinity
  const cut = (): void => {
    kept = kept.sort(byScore).slice(0, count)
    least = kept.length < count ? -Infinity : (kept.at(-1)?.value ?? -Infinity)
  }
  for (const each of listings) {
    const value = score(each)
    if (value < least) continue
    kept.push({ each, value })
    if (kept.length >= count * 4) cut()
  }
  cut()
  return kept.map(({ each }) => each)
}

function byScore(a: Scored, b: Scored): number {
  return b.value - a.value || (a.each.id < b.each.id ? -1 : 1)
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
