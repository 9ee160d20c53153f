import { refusedEventsProjection } from '#gateway/lead-events/refused-projection.ts'
import { outgoingProjection } from '#gateway/read-models/outgoing-projection.ts'
import { peopleProjection } from '#gateway/read-models/people-projection.ts'
import { salesProjection } from '#gateway/read-models/sales-projection.ts'
import { teamProjection } from '#gateway/read-models/team-projection.ts'
import { listingProjection } from '#rag/listing-projection.ts'
import { openSqliteDocuments } from '../../adapters/sqlite/documents.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Document, Documents } from '../../ports/documents.ts'
import type { Ids } from '../../ports/ids.ts'
import type { Journal } from '../../ports/journal.ts'
import { StorageError } from '../../ports/storage-error.ts'
import { createLive } from '../../live.ts'
import { createProjector, type Projector } from '../../projection.ts'
import { silentLog } from '../small-host.ts'
import type { Faults } from './faults.ts'
import { createMortal, type Mortal } from './mortal.ts'

export interface ProjectorsOptions {
  readonly clock: Clock
  readonly ids: Ids
  readonly documents: Documents
  /** The journal as one more process sees it. */
  readonly journal: () => Journal
  readonly faults: () => Faults
}

/** Projectors on one store of documents: one at a time, but for zombies. */
export interface Projectors {
  /** Every document there is now, by collection and key. */
  readModels(): Promise<ReadonlyMap<string, string>>
  readonly counts: { zombies: number; rebuilds: number }
  stop(): Promise<void>
}

const projections = [
  salesProjection,
  outgoingProjection,
  peopleProjection,
  teamProjection,
  refusedEventsProjection,
  listingProjection,
]
const sleepsWithinMs = 6_000
const zombieWorksWithinMs = 2_000

interface Seat {
  readonly mortal: Mortal
  readonly projector: Projector
}

/**
 * Owns whoever projects into the documents. A projector struck at a call dies, or sleeps while a successor begins and
 * wakes in the middle of what it was doing: it goes on until it hears, seconds later, that it has lost its lease.
 */
export function createProjectors(options: ProjectorsOptions): Projectors {
  const { clock, ids, documents } = options
  const counts = { zombies: 0, rebuilds: 0 }
  const within = (ms: number): number => Math.floor(ids.random() * ms)
  const later = (ms: number, run: () => void): void => void clock.schedule(clock.nowMs() + ms, run)
  let active: Seat | undefined

  const strike = (mortal: Mortal): void => {
    if (active?.mortal !== mortal || ids.random() >= options.faults().crash * 5) return
    const asleep = active
    if (ids.random() < 0.3) mortal.kill()
    else {
      counts.zombies += 1
      mortal.pause()
      later(within(sleepsWithinMs), () => {
        mortal.resume()
        later(within(zombieWorksWithinMs), () => void asleep.projector.stop())
      })
    }
    begin()
  }
  const begin = (): void => {
    const mortal = createMortal({ journal: options.journal(), clock }, strike)
    const projector = createProjector({
      journal: mortal.journal,
      documents: distantDocuments(documents, mortal, () => ids.random() < options.faults().refusedWrite),
      projections,
      live: createLive(),
      log: silentLog,
      clock: mortal.clock,
    })
    active = { mortal, projector }
    void projector.start()
  }
  const eachSecond = (): void => {
    if (options.faults().rebuild === 0) return
    if (ids.random() < options.faults().rebuild) {
      counts.rebuilds += 1
      // Who rebuilds may be struck meanwhile: whoever comes next goes on with it.
      void active?.projector.rebuild().catch(() => {})
    }
    later(1_000, eachSecond)
  }
  begin()
  eachSecond()
  return {
    counts,
    readModels: () => dump(documents),
    async stop() {
      await active?.projector.stop()
    },
  }
}

/** The documents that a journal's facts alone lead to. */
export async function rebuilt(journal: Journal, clock: Clock): Promise<ReadonlyMap<string, string>> {
  const documents = openSqliteDocuments({ file: ':memory:', log: silentLog })
  const projector = createProjector({
    journal,
    documents,
    projections,
    live: createLive(),
    log: silentLog,
    clock,
  })
  await projector.start()
  const facts = await journal.facts(0, Number.MAX_SAFE_INTEGER)
  await projector.caughtUp(facts.at(-1)?.position ?? 0, new AbortController().signal)
  await projector.stop()
  const all = await dump(documents)
  await documents.close()
  return all
}

/** Documents as a process reaches them: it may die or sleep around each call, a write may be refused or its answer lost. */
export function distantDocuments(
  documents: Documents,
  { pass }: Pick<Mortal, 'pass'>,
  strikes: () => boolean,
): Documents {
  const write: Documents['write'] = async (...what) => {
    if (strikes()) throw new StorageError('store-unavailable', 'the documents refused (injected)')
    await documents.write(...what)
    if (strikes()) throw new StorageError('store-unavailable', 'the documents lost the acknowledgement (injected)')
  }
  return {
    define: (collection) => pass(() => documents.define(collection)),
    get: (collection, key) => pass(() => documents.get(collection, key)),
    getMany: (collection, keys) => pass(() => documents.getMany(collection, keys)),
    clear: (...what) => pass(() => documents.clear(...what)),
    query: (query) => pass(() => documents.query(query)),
    count: (collection, where) => pass(() => documents.count(collection, where)),
    countBy: (collection, fields, where) => pass(() => documents.countBy(collection, fields, where)),
    write: (...what) => pass(() => write(...what)),
    close: () => Promise.resolve(),
  }
}

async function dump(documents: Documents): Promise<ReadonlyMap<string, string>> {
  const all = new Map<string, string>()
  for (const { name } of projections.flatMap((projection) => projection.collections)) {
    for (const document of await everything(documents, name))
      all.set(`${name} ${document.key}`, `${document.revision} ${JSON.stringify(document.value)}`)
  }
  return all
}

async function everything(documents: Documents, collection: string): Promise<readonly Document[]> {
  const found: Document[] = []
  for (let after: string | undefined; ;) {
    const page = await documents.query({
      collection,
      where: [],
      limit: 500,
      ...(after === undefined ? {} : { after }),
    })
    found.push(...page.documents)
    if (page.next === undefined) return found
    after = page.next
  }
}
