import { partsOf } from '#runtime/address.ts'
import type { Projection } from '#runtime/runtime.ts'
import { collections, mediaCollections } from './collections.ts'
import { reduceMedia, type MediaDocument } from './media-document.ts'
import { fromJson, toJson } from './shape.ts'

/** What has become of each file that came with a message: one document each, found by the provider's id that is in the transcript. */
export const mediaProjection: Projection = {
  name: 'media',
  collections: mediaCollections,
  wants: ({ address }) => partsOf(address).kind === 'media',
  async apply(fact, read) {
    const value = await read.get(collections.media, fact.address)
    const before = value === undefined ? undefined : fromJson<MediaDocument>(value)
    if (before !== undefined && before.at >= fact.position) return []
    const after = reduceMedia(before, fact)
    if (after === undefined || after === before) return []
    return [{ op: 'put', collection: collections.media, key: fact.address, revision: after.at, value: toJson(after) }]
  },
}
