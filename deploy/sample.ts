import { addressOf } from '#runtime/address.ts'
import type { JsonObject } from '#runtime/json.ts'
import { StorageError } from '#runtime/ports/storage-error.ts'
import type { Runtime } from '#runtime/runtime.ts'
import { canonical, digest } from '#rag/import/keys.ts'
import { sampleListings } from '#rag/sample.ts'
import type { ListingContents, ListingSearch } from '#rag/listing.ts'

const seed = 2026

/** Puts the sample workspace's listings in when it has none: the same homes on every machine. Running it again changes nothing. */
export async function loadSample(house: {
  readonly runtime: Runtime
  readonly search: ListingSearch
  readonly workspace: string
  readonly say: (line: string) => void
}): Promise<void> {
  const { runtime, workspace } = house
  if ((await homesIn(house)) > 0) return
  const homes = sampleListings(seed)
  house.say(`Loading the sample workspace: ${homes.length} homes in six cities`)
  await putHomes(runtime, workspace, homes)
}

/** Puts homes in. The same again changes nothing. */
export async function putHomes(runtime: Runtime, workspace: string, homes: readonly ListingContents[]): Promise<void> {
  await Promise.all(
    homes.map((content) => {
      const to = addressOf(workspace, 'listing', content.source.reference)
      const plain: JsonObject = JSON.parse(JSON.stringify(content))
      const event = { type: 'listing.put', content: plain, hash: digest(canonical(plain), 32), source: 'sample' }
      return runtime.submit({ to, event, id: `sample:${content.source.reference}` }, AbortSignal.timeout(60_000))
    }),
  )
}

/** How many there are. Read models that are away say nothing of it, and a house that has served before has its homes. */
async function homesIn(house: { readonly search: ListingSearch; readonly workspace: string }): Promise<number> {
  try {
    return await house.search.count(house.workspace)
  } catch (error) {
    if (error instanceof StorageError && error.code === 'store-unavailable') return Infinity
    throw error
  }
}
