import { addressOf, partsOf } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { Documents } from '#runtime/ports/documents.ts'
import type { Journal } from '#runtime/ports/journal.ts'
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
/** Facts that are read from the journal at most, where read models are behind, before an index is taken as it is until they have caught up. */
const lateFacts = { pageMax: 500, pagesMax: 40 } as const

/** What a search is made over. */
export interface SearchParts {
  readonly documents: Documents
  readonly live: Pick<Live, 'facts' | 'position' | 'behind'>
  readonly journal: Pick<Journal, 'facts'>
}

interface Loaded {
  readonly index: ListingIndex
  /** Whether it is complete. */
  readonly ready: Promise<boolean>
  readonly stop: () => void
}

/**
 * Search over the read model `listings`. Each workspace is loaded on its first search and kept fresh by the live facts, so a query costs
 * no more than a scan in memory and a fetch of the few that are shown.
 * 1. What is answered is read from the read model at that moment: never a figure from the index alone.
 * 2. A withdrawn listing is never answered by `search`; `get` still knows it, for the claims of the past.
 * 3. Filters are loosened only when nothing passes, and what was loosened is said.
 * 4. What was told before an index began to listen, and is in no document yet, it reads from the journal.
 */
export function createListingSearch(options: SearchParts): ListingSearch & { close(): void } {
  const workspaces = new Map<string, Loaded>()
  const opened = async (workspace: string): Promise<ListingIndex> => {
    const forget = (unfit: Loaded): void => {
      unfit.stop()
      if (workspaces.get(workspace) === unfit) workspaces.delete(workspace)
    }
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
      // Too far behind to be completed: once read models have caught up it is loaded anew.
      if (!(await loaded.ready) && !options.live.behind()) forget(loaded)
    } catch (error) {
      forget(loaded)
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

function open(workspace: string, options: SearchParts): Loaded {
  const index = new ListingIndex()
  const stop = options.live.facts(`${workspace}/listing/`, (fact) => follow(index, fact))
  const ready = async (): Promise<boolean> => {
    const projected = options.live.position()
    await load(index, workspace, options.documents)
    return catchUp(index, { workspace, after: projected, journal: options.journal })
  }
  return { index, stop, ready: ready() }
}

/** 4. Whether it came to the end of what there is. Hearing of a listing twice changes nothing. */
async function catchUp(
  index: ListingIndex,
  {
    workspace,
    after,
    journal,
  }: { readonly workspace: string; readonly after: number; readonly journal: SearchParts['journal'] },
): Promise<boolean> {
  let position = after
  for (let pages = 0; pages < lateFacts.pagesMax; pages++) {
    const facts = await journal.facts(position, lateFacts.pageMax)
    for (const fact of facts) if (fact.address.startsWith(`${workspace}/listing/`)) follow(index, fact)
    if (facts.length < lateFacts.pageMax) return true
    position = facts.at(-1)?.position ?? position
  }
  return false
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
