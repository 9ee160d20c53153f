import { addressOf, partsOf } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { Documents } from '#runtime/ports/documents.ts'
import type { Live } from '#runtime/runtime.ts'
import { ListingIndex, type IndexedListing } from './listing-index.ts'
import { documentOf, listingCollection } from './listing-projection.ts'
import { readListing } from './listing-schema.ts'
import type { Listing, ListingHits, ListingQuery, ListingSearch } from './listing.ts'
import { filterListings, type Filtered } from './search-filter.ts'
import { rankListings } from './search-rank.ts'

const pageSize = 1000
/** Workspaces held in memory; the least recently searched leaves first. */
const workspacesMax = 64
const limitMax = 100

interface Loaded {
  readonly index: ListingIndex
  readonly ready: Promise<void>
  readonly stop: () => void
}

/**
 * Search over the read model `listings`. Each workspace is loaded on its first search and kept fresh by the live facts, so a query costs
 * no more than a scan in memory and a fetch of the few that are shown.
 * 1. What is answered is read from the read model at that moment: never a figure from the index alone.
 * 2. A withdrawn listing is never answered by `search`; `get` still knows it, for the claims of the past.
 * 3. Filters are loosened only when nothing passes, and what was loosened is said.
 */
export function createListingSearch(options: {
  readonly documents: Documents
  readonly live: Pick<Live, 'facts'>
}): ListingSearch & { close(): void } {
  const workspaces = new Map<string, Loaded>()
  const opened = async (workspace: string): Promise<ListingIndex> => {
    let loaded = workspaces.get(workspace)
    if (loaded?.index.wasteful === true) {
      loaded.stop()
      loaded = undefined
    }
    loaded ??= open(workspace, options)
    workspaces.delete(workspace)
    workspaces.set(workspace, loaded)
    evict(workspaces)
    try {
      await loaded.ready
    } catch (error) {
      loaded.stop()
      workspaces.delete(workspace)
      throw error
    }
    return loaded.index
  }
  return {
    search: async (query) => find(await opened(query.workspace), query, options.documents),
    get: async (workspace, id) => {
      const address = parsedAddress(workspace, id)
      if (address === undefined) return undefined
      const document = await options.documents.get(listingCollection.name, address)
      return document === undefined ? undefined : publicListing(document.value)
    },
    places: async (workspace, words, limit) => (await opened(workspace)).mentioned(words).slice(0, limit),
    cities: async (workspace) => (await opened(workspace)).cities(),
    count: async (workspace) => (await opened(workspace)).size,
    close: () => {
      for (const loaded of workspaces.values()) loaded.stop()
      workspaces.clear()
    },
  }
}

function open(
  workspace: string,
  options: { readonly documents: Documents; readonly live: Pick<Live, 'facts'> },
): Loaded {
  const index = new ListingIndex()
  const stop = options.live.facts(`${workspace}/listing/`, (fact) => follow(index, fact))
  return { index, stop, ready: load(index, workspace, options.documents) }
}

async function load(index: ListingIndex, workspace: string, documents: Documents): Promise<void> {
  let after: string | undefined
  do {
    const page = await documents.query({
      collection: listingCollection.name,
      where: [{ field: 'workspace', op: '=', value: workspace }],
      limit: pageSize,
      ...(after === undefined ? {} : { after }),
    })
    for (const { value } of page.documents) {
      const listing = readListing(value)
      if (listing === undefined) continue
      if (value['withdrawn'] === true) index.remove(listing.id, listing.version)
      else index.put(listing)
    }
    after = page.next
  } while (after !== undefined)
}

function follow(index: ListingIndex, fact: Fact): void {
  if (fact.type === 'listing-changed') {
    const listing = readListing(documentOf(fact))
    if (listing !== undefined) index.put(listing)
  } else if (fact.type === 'listing-withdrawn') {
    const version = fact.data['version']
    index.remove(partsOf(fact.address).id, typeof version === 'number' ? version : 0)
  }
}

async function find(index: ListingIndex, query: ListingQuery, documents: Documents): Promise<ListingHits> {
  const filtered = filterListings(index, query)
  const limit = Math.min(Math.max(0, query.limit), limitMax)
  const shown = rankListings(index, filtered, { ...query, limit })
  const listings = await fetchAll(shown, query.workspace, documents)
  return { listings, total: filtered.listings.length, relaxed: relaxedOf(filtered) }
}

async function fetchAll(
  shown: readonly IndexedListing[],
  workspace: string,
  documents: Documents,
): Promise<readonly Listing[]> {
  const keys = shown.map((each) => addressOf(workspace, 'listing', each.id))
  const found = new Map(
    (await documents.getMany(listingCollection.name, keys)).map((document) => [document.key, document.value]),
  )
  return keys.flatMap((key) => {
    const value = found.get(key)
    if (value === undefined || value['withdrawn'] === true) return []
    const listing = publicListing(value)
    return listing === undefined ? [] : [listing]
  })
}

function relaxedOf(filtered: Filtered): ListingHits['relaxed'] {
  return filtered.listings.length === 0 ? [] : filtered.relaxed
}

function publicListing(value: unknown): Listing | undefined {
  const stored = readListing(value)
  if (stored === undefined) return undefined
  const { updatedAtMs: _, ...listing } = stored
  return listing
}

function parsedAddress(workspace: string, id: string): string | undefined {
  try {
    return addressOf(workspace, 'listing', id)
  } catch {
    return undefined
  }
}

function evict(workspaces: Map<string, Loaded>): void {
  const oldest = workspaces.keys().next().value
  if (workspaces.size <= workspacesMax || oldest === undefined) return
  workspaces.get(oldest)?.stop()
  workspaces.delete(oldest)
}
