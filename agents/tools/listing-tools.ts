import type { Listing, ListingQuery, ListingSearch } from '#rag/listing.ts'
import { findPlaces, getListing, searchListings, type ToolListing } from './shapes.ts'
import { jsonObject, toolOf, type Tool } from './tool.ts'

/** Below this a place is spelled too differently to be meant. */
const placeScoreMin = 0.72
const descriptionMax = 600

/** Tools that read listings. */
export function listingTools(search: ListingSearch): readonly Tool[] {
  const places = toolOf(findPlaces, async ({ words }, { workspace }) => {
    const found = await Promise.all(
      words.map(async (each) => ({ words: each, best: (await search.places(workspace, each, 1))[0] })),
    )
    return {
      places: found.flatMap(({ words: asked, best }) =>
        best === undefined || best.score < placeScoreMin ? [] : [{ words: asked, ...best }],
      ),
      cities: (await search.cities(workspace)).slice(0, 12),
    }
  })
  const listings = toolOf(searchListings, async (ask, { workspace }) => {
    const hits = await search.search({ ...queryOf(ask), workspace, limit: ask.limit ?? 5 })
    return { listings: hits.listings.map(toolListing), total: hits.total, relaxed: [...hits.relaxed] }
  })
  const one = toolOf(getListing, async ({ id }, { workspace }) => {
    const listing = await search.get(workspace, id)
    return listing === undefined ? {} : { listing: toolListing(listing) }
  })
  return [places, listings, one]
}

/** A listing as tools show it: without what models have no use for. */
export function toolListing(listing: Listing): ToolListing {
  const { workspace: _workspace, latitude: _latitude, longitude: _longitude, source: _source, ...shown } = listing
  return { ...shown, amenities: [...shown.amenities], description: shown.description.slice(0, descriptionMax) }
}

function queryOf(ask: object): Omit<ListingQuery, 'workspace' | 'limit'> {
  return jsonObject(ask)
}
