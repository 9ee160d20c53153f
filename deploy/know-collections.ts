import { defineCollections } from './projections.ts'
import type { Stores } from './stores.ts'

/** Makes sure that this process finds the read models' collections, whether or not a projector has ever run. */
export async function knowCollections(stores: Stores, closing: AsyncDisposableStack): Promise<void> {
  const closed = new AbortController()
  closing.defer(() => closed.abort())
  await defineCollections({ ...stores, signal: closed.signal })
}
