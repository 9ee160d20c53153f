import { partsOf } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { JsonObject } from '#runtime/json.ts'
import type { CollectionDefinition } from '#runtime/ports/documents.ts'
import type { Projection } from '#runtime/runtime.ts'

/** Listings by address. `withdrawn` ones stay, so that a claim of the past can still be read. */
export const listingCollection: CollectionDefinition = {
  name: 'listings',
  indexes: [['workspace'], ['workspace', 'city'], ['workspace', 'locality'], ['workspace', 'priceMinor']],
  text: ['title', 'locality', 'society', 'description'],
}

/** Facts of listing actors → one document each in `listings`, keyed by the actor's address. */
export const listingProjection: Projection = {
  name: 'listings',
  collections: [listingCollection],
  wants: (fact) =>
    (fact.type === 'listing-changed' || fact.type === 'listing-withdrawn') && partsOf(fact.address).kind === 'listing',
  apply: async (fact, read) => {
    const value =
      fact.type === 'listing-changed'
        ? documentOf(fact)
        : withdrawn(await read.get(listingCollection.name, fact.address))
    if (value === undefined) return []
    return [{ op: 'put', collection: listingCollection.name, key: fact.address, revision: fact.revision, value }]
  },
}

/** The document a `listing-changed` fact leads to. */
export function documentOf(fact: Fact): JsonObject {
  const { workspace, id } = partsOf(fact.address)
  const content = fact.data['content']
  const version = fact.data['version']
  return {
    ...(typeof content === 'object' && content !== null && !Array.isArray(content) ? (content as JsonObject) : {}),
    id,
    workspace,
    version: typeof version === 'number' ? version : fact.revision,
    updatedAtMs: fact.atMs,
    withdrawn: false,
  }
}

function withdrawn(document: JsonObject | undefined): JsonObject | undefined {
  return document === undefined ? undefined : { ...document, withdrawn: true }
}
