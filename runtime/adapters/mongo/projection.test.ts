import { afterAll, describe, expect, it } from 'vitest'
import { createLive } from '../../live.ts'
import type { Documents } from '../../ports/documents.ts'
import type { Log } from '../../ports/log.ts'
import { createProjector, type Projector } from '../../projection.ts'
import type { Projection } from '../../runtime.ts'
import { acceptAndStep, eventTo, lead } from '../../testing/contracts/journal-material.ts'
import { createMemoryJournal } from '../memory/journal.ts'
import { createMemoryJournalStore } from '../memory/journal-store.ts'
import { systemClock } from '../system/clock.ts'
import { MongoBench } from './testing/mongo-bench.ts'

const url = process.env['FINEACERS_TEST_MONGODB']
const never = new AbortController().signal
const log: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const actors = 8

/** Counts facts an actor, and takes away one that is forgotten. */
const counting: Projection = {
  name: 'counting',
  collections: [{ name: 'counts', indexes: [['count']], text: ['name'] }],
  wants: () => true,
  async apply(fact, read) {
    if (fact.type === 'forgotten') return [{ op: 'delete', collection: 'counts', key: fact.address }]
    const found = await read.get('counts', fact.address)
    const count = typeof found?.['count'] === 'number' ? found['count'] : 0
    const value = { count: count + 1, name: `Lead ${fact.address}` }
    return [{ op: 'put', collection: 'counts', key: fact.address, revision: fact.position, value }]
  },
}

describe.skipIf(url === undefined)('a projector over MongoDB', { timeout: 120_000 }, () => {
  const bench = new MongoBench(url ?? 'mongodb://127.0.0.1')
  afterAll(() => bench.close())
  const journal = createMemoryJournal({ partitions: 4, store: createMemoryJournalStore(4) })
  const projectorOn = (documents: Documents): Projector =>
    createProjector({ journal, documents, projections: [counting], live: createLive(), log, clock: systemClock() })
  const say = async (from: number, to: number, type: string): Promise<void> => {
    for (let index = from; index < to; index++) {
      await acceptAndStep(journal, eventTo(lead(index % actors), `e${index}`), { facts: [{ type, data: {} }] })
    }
  }
  const dump = async (documents: Documents) =>
    (await documents.query({ collection: 'counts', where: [], limit: 100 })).documents

  it('[P7] builds anew while others read without an error, and ends the same', async () => {
    const documents = await bench.open()
    const reader = await bench.open(bench.latest())
    const projector = projectorOn(documents)
    await say(0, 64, 'noted')
    await say(64, 66, 'forgotten')
    await projector.start()
    await projector.caughtUp(66, never)
    const before = await dump(reader)
    expect(before).toHaveLength(actors - 2)

    let reads = 0
    const built = new AbortController()
    const reading = (async () => {
      while (!built.signal.aborted) {
        const [page, count] = await Promise.all([dump(reader), reader.countBy('counts', ['count'], [])])
        expect(page.length).toBeLessThanOrEqual(actors)
        expect(count.length).toBeLessThanOrEqual(actors)
        reads += 1
      }
    })()
    await projector.rebuild()
    built.abort()
    await reading
    expect(await dump(reader)).toEqual(before)
    expect(reads).toBeGreaterThan(0)
    await projector.stop()
    await documents.close()
    await reader.close()
  })

  it('[P2] two projectors at once, an old one and its successor, end as one alone would', async () => {
    const stores = [await bench.open(), await bench.open(bench.latest())]
    const projectors = stores.map(projectorOn)
    await Promise.all(projectors.map((projector) => projector.start()))
    await say(100, 164, 'noted')
    await say(164, 166, 'forgotten')
    await say(166, 190, 'noted')
    const end = await journal.factsEnd()
    await Promise.all(projectors.map((projector) => projector.caughtUp(end, never)))
    const alone = await bench.open()
    const single = projectorOn(alone)
    await single.start()
    await single.caughtUp(end, never)
    const [first] = stores
    expect(first === undefined ? [] : await dump(first)).toEqual(await dump(alone))
    for (const projector of [...projectors, single]) await projector.stop()
    for (const store of [...stores, alone]) await store.close()
  })
})
