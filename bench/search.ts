import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { catalogue } from '#machines/catalogue.ts'
import { importFromFile } from '#rag/import/file.ts'
import { listingProjection } from '#rag/listing-projection.ts'
import type { ListingQuery } from '#rag/listing.ts'
import { createListingSearch } from '#rag/search.ts'
import { idleEffects } from './idle-effects.ts'
import { milliseconds, quantile, spread, thousands, type Figure } from './measure.ts'
import { bareRuntime } from './steps.ts'

const file = resolve(import.meta.dirname, '../../shared/data/listings-bengaluru/Bengaluru_House_Data.csv')

/** Imports the 13,320 real listings, then searches them as the property specialist does. Nothing when the data is not there. */
export async function measureSearch(folder: (name: string) => string): Promise<readonly Figure[]> {
  if (!existsSync(file)) return []
  const { runtime, documents, close } = await bareRuntime(folder('search'), catalogue, {
    effects: idleEffects(),
    projections: [listingProjection],
  })
  const beganMs = performance.now()
  const imported = await importFromFile({
    kind: 'listings',
    file,
    workspace: 'bench',
    runtime,
    signal: new AbortController().signal,
    rejectsFile: `${folder('search-rejects')}/rejects.csv`,
  })
  const importSeconds = (performance.now() - beganMs) / 1000
  const search = createListingSearch({ documents, live: runtime.live, journal: runtime.journal })
  const samples: number[] = []
  for (const query of [...queries(), ...queries()]) await search.search(query)
  for (let round = 0; round < 8; round++) {
    for (const query of queries()) {
      const askedMs = performance.now()
      await search.search(query)
      samples.push(performance.now() - askedMs)
    }
  }
  search.close()
  await close()
  const p99 = quantile(samples, 0.99)
  return [
    {
      what: `Import of ${thousands(imported.rows)} real listings`,
      value: `${thousands(imported.rows / importSeconds)} rows/s`,
      bar: '',
      holds: imported.created + imported.updated + imported.unchanged + imported.rejected === imported.rows,
    },
    {
      what: `Listing search over ${thousands(imported.created)} real listings`,
      value: spread(samples),
      bar: `p99 < ${milliseconds(20)}`,
      holds: p99 < 20,
    },
  ]
}

function queries(): readonly ListingQuery[] {
  const localities = [
    'Whitefield',
    'Electronic City Phase II',
    'Sarjapur Road',
    'Hebbal',
    'HSR Layout',
    'Yelahanka',
    'Rajaji Nagar',
    'Kanakpura Road',
  ]
  return localities.flatMap((locality, place) =>
    [1, 2, 3, 4].flatMap((bedrooms) => [
      {
        workspace: 'bench',
        localities: [locality],
        bedrooms,
        priceMaxMinor: (40 + 20 * bedrooms + place) * 10_000_000,
        limit: 5,
      },
      {
        workspace: 'bench',
        bedrooms,
        text: `${locality} ready to move`,
        priceMaxMinor: 60 * bedrooms * 10_000_000,
        order: 'cheapest' as const,
        limit: 5,
      },
    ]),
  )
}
