import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openSqliteDocuments } from './adapters/sqlite/documents.ts'
import { createMemoryJournal } from './adapters/memory/journal.ts'
import { createMemoryJournalStore } from './adapters/memory/journal-store.ts'
import type { JsonObject } from './json.ts'
import { createLive } from './live.ts'
import type { Documents, DocumentWrite } from './ports/documents.ts'
import type { Log } from './ports/log.ts'
import { StorageError } from './ports/storage-error.ts'
import { createProjector } from './projection.ts'
import type { Projection } from './runtime.ts'
import { acceptAndStep, eventTo, lead } from './testing/contracts/journal-material.ts'
import { createManualClock } from './testing/manual-clock.ts'

const never = new AbortController().signal

/** Counts facts an actor, which shows at once when one is left out or taken twice. */
const counting: Projection = {
  name: 'counting',
  collections: [{ name: 'counts', indexes: [], unique: [['nickname']] }],
  wants: (fact) => fact.type !== 'ignored',
  async apply(fact, read) {
    if (fact.type === 'poison') throw new Error('can not take it')
    if (fact.type === 'removed') return [{ op: 'delete', collection: 'counts', key: fact.address }]
    const found = await read.get('counts', fact.address)
    const count = typeof found?.['count'] === 'number' ? found['count'] : 0
    const value = { ...found, ...fact.data, count: count + 1 }
    return [{ op: 'put', collection: 'counts', key: fact.address, revision: fact.position, value }]
  },
}

/** Writes the same document as `counting` from the same facts. */
const naming: Projection = {
  name: 'naming',
  collections: [],
  wants: () => true,
  async apply(fact, read) {
    const value = { ...(await read.get('counts', fact.address)), last: fact.type }
    return [{ op: 'put', collection: 'counts', key: fact.address, revision: fact.position, value }]
  },
}

class World {
  readonly clock = createManualClock(0)
  readonly store = createMemoryJournalStore(4)
  readonly journal = createMemoryJournal({ partitions: 4, store: this.store })
  readonly honest: Documents
  readonly live = createLive()
  readonly delivered: number[] = []
  readonly lines: string[] = []
  #events = 0
  /** Called before each write of documents; throwing refuses it. */
  onWrite: (writes: readonly DocumentWrite[]) => void = () => undefined
  afterWrite: () => void = () => undefined

  constructor(documents: Documents = openSqliteDocuments({ file: ':memory:', log: this.#log() })) {
    this.honest = documents
    this.live.facts('', (fact) => void this.delivered.push(fact.position))
  }

  projector(projections: readonly Projection[] = [counting]) {
    const documents: Documents = {
      define: (collection) => this.honest.define(collection),
      get: (collection, key) => this.honest.get(collection, key),
      getMany: (collection, keys) => this.honest.getMany(collection, keys),
      clear: (...what) => this.honest.clear(...what),
      query: (query) => this.honest.query(query),
      count: (collection, where) => this.honest.count(collection, where),
      countBy: (collection, fields, where) => this.honest.countBy(collection, fields, where),
      close: () => this.honest.close(),
      write: async (writes, expecting) => {
        this.onWrite(writes)
        await this.honest.write(writes, expecting)
        this.afterWrite()
      },
    }
    const { journal, live, clock } = this
    return createProjector({ journal, documents, projections, live, log: this.#log(), clock })
  }

  async say(actor: number, ...types: readonly string[]): Promise<void> {
    const facts = types.map((type) => ({ type, data: type === 'nicknamed' ? { nickname: 'asha' } : {} }))
    await acceptAndStep(this.journal, eventTo(lead(actor), `e${this.#events++}`), { facts })
  }

  async count(actor: number): Promise<JsonObject | undefined> {
    return (await this.honest.get('counts', lead(actor)))?.value
  }

  failures() {
    return this.honest.query({ collection: '_projection-failures', where: [], limit: 10 })
  }

  #log(): Log {
    const quiet = (): void => undefined
    return { debug: quiet, info: quiet, warn: quiet, error: (message) => void this.lines.push(message) }
  }
}

describe('the projector', () => {
  it('[P1] writes documents and checkpoint together, and goes on from there', async () => {
    const world = new World()
    await world.say(1, 'noted', 'noted', 'ignored')
    const first = world.projector()
    await first.start()
    await first.caughtUp(3, never)
    expect(await world.count(1)).toEqual({ count: 2 })
    expect((await world.honest.get('counts', lead(1)))?.revision).toBe(2)
    await first.stop()

    await world.say(1, 'noted')
    const second = world.projector()
    await second.start()
    await second.caughtUp(4, never)
    await world.say(1, 'noted')
    await second.caughtUp(5, never)
    expect(await world.count(1)).toEqual({ count: 4 })
    await second.stop()
  })

  it('[P2] a crash right after the write, or a repeat of everything, changes nothing', async () => {
    const world = new World()
    await world.say(1, 'noted', 'noted')
    await world.say(2, 'noted')
    const first = world.projector()
    await first.start()
    await first.caughtUp(3, never)
    await first.stop()
    await world.honest.write([{ op: 'delete', collection: '_projection', key: 'checkpoint' }])
    await world.say(1, 'noted')
    const second = world.projector()
    await second.start()
    await second.caughtUp(4, never)
    expect(await world.count(1)).toEqual({ count: 3 })
    expect(await world.count(2)).toEqual({ count: 1 })
    await second.stop()
  })

  it('[P2] whenever documents fail or the acknowledgement is lost, the read models end the same', async () => {
    const fact = fc.record({ actor: fc.nat(2), type: fc.constantFrom('noted', 'removed', 'poison', 'ignored') })
    const luck = fc.array(fc.constantFrom('good', 'refused', 'lost'), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(fc.array(fact, { maxLength: 15 }), luck, async (facts, lucks) => {
        const expected = new Map<number, number>()
        for (const { actor, type } of facts) {
          if (type === 'noted') expected.set(actor, (expected.get(actor) ?? 0) + 1)
          if (type === 'removed') expected.delete(actor)
        }
        const world = new World()
        const unlucky = [...lucks]
        let now: string | undefined
        world.onWrite = () => {
          now = unlucky.shift()
          if (now === 'refused') throw new StorageError('store-unavailable', 'down')
        }
        world.afterWrite = () => {
          if (now === 'lost') throw new StorageError('store-unavailable', 'the answer was lost')
        }
        const projector = world.projector()
        await projector.start()
        for (const { actor, type } of facts) await world.say(actor, type)
        for (let round = 0; round < 15; round++) await world.clock.advance(30_000)
        expect(projector.position()).toBe(facts.length)
        for (let actor = 0; actor <= 2; actor++) {
          expect((await world.count(actor))?.['count']).toEqual(expected.get(actor))
        }
        expect(world.delivered).toEqual(facts.map((_, index) => index + 1))
        await projector.stop()
        await world.honest.close()
      }),
      { numRuns: 25, seed: 20260105 },
    )
  })

  it('[P3] reads see the writes of facts before, also of another projection and of the same fact', async () => {
    const world = new World()
    await world.say(1, 'noted', 'ignored', 'noted')
    const projector = world.projector([counting, naming])
    await projector.start()
    await projector.caughtUp(3, never)
    expect(await world.count(1)).toEqual({ count: 2, last: 'noted' })
    await projector.stop()
  })

  it('[P4] live hears of facts after their documents are written, in order, and knows the position', async () => {
    const world = new World()
    const seen: unknown[] = []
    world.live.facts(lead(1), (fact) => seen.push([fact.position, world.live.position()]))
    const written: number[] = []
    world.afterWrite = () => void written.push(world.delivered.length)
    const projector = world.projector()
    await projector.start()
    await world.say(1, 'noted', 'noted')
    await projector.caughtUp(2, never)
    // The taking over, and the batch.
    expect(written).toEqual([0, 0])
    expect(seen).toEqual([
      [1, 0],
      [2, 0],
    ])
    expect(world.live.position()).toBe(2)
    await projector.stop()
  })

  it('[P5] a fact that a projection throws on is set aside with its reason, and the feed goes on', async () => {
    const world = new World()
    await world.say(1, 'noted', 'poison', 'noted')
    const projector = world.projector([counting, naming])
    await projector.start()
    await projector.caughtUp(3, never)
    expect(await world.count(1)).toEqual({ count: 2, last: 'noted' })
    const [failure] = (await world.failures()).documents
    expect(failure?.value).toMatchObject({ projection: 'counting', position: 2, reason: 'can not take it' })
    expect(world.lines).toEqual(['a projection could not take a fact'])
    expect(world.delivered).toEqual([1, 2, 3])
    await projector.stop()
  })

  it('[P5] a fact whose documents the store refuses is set aside too, and its neighbours are not', async () => {
    const world = new World()
    await world.say(1, 'nicknamed', 'noted')
    await world.say(2, 'nicknamed', 'noted')
    const projector = world.projector([counting])
    await projector.start()
    await projector.caughtUp(4, never)
    expect(await world.count(1)).toEqual({ count: 2, nickname: 'asha' })
    expect(await world.count(2)).toEqual({ count: 1 })
    expect((await world.failures()).documents.map((each) => each.key)).toEqual(['counting:3'])
    await projector.stop()
  })

  it('[P6] while documents are down it waits and tries again, longer each time, and then catches up', async () => {
    const world = new World()
    let attempts = 0
    world.onWrite = () => {
      attempts += 1
      throw new StorageError('store-unavailable', 'down')
    }
    await world.say(1, 'noted')
    const projector = world.projector()
    await projector.start()
    await world.clock.advance(120_000)
    expect(attempts).toBeGreaterThan(5)
    expect(attempts).toBeLessThan(20)
    expect(projector.position()).toBe(0)
    world.onWrite = () => undefined
    await world.clock.advance(30_000)
    expect(await world.count(1)).toEqual({ count: 1 })
    await projector.stop()
  })

  it('[P7] rebuilding gives the same read models and says nothing twice', async () => {
    const world = new World()
    await world.say(1, 'noted', 'noted')
    const projector = world.projector()
    await projector.start()
    await projector.caughtUp(2, never)
    await world.honest.write([
      { op: 'put', collection: 'counts', key: lead(1), revision: 900, value: { count: 99 } },
      { op: 'put', collection: 'counts', key: 'stray', revision: 1, value: {} },
    ])
    await projector.rebuild()
    expect(await world.count(1)).toEqual({ count: 2 })
    expect(await world.honest.count('counts', [])).toBe(1)
    await world.say(1, 'noted')
    await projector.caughtUp(3, never)
    expect(world.delivered).toEqual([1, 2, 3])
    await projector.stop()
  })

  it('[P7] other projections, or a journal that ends before the read models, lead to a rebuild by themselves', async () => {
    const world = new World()
    await world.say(1, 'noted')
    const first = world.projector()
    await first.start()
    await first.caughtUp(1, never)
    await first.stop()
    const wider = world.projector([counting, naming])
    await wider.start()
    await wider.caughtUp(1, never)
    expect(await world.count(1)).toEqual({ count: 1, last: 'noted' })
    await wider.stop()

    const restored = new World(world.honest)
    const projector = restored.projector([counting, naming])
    await projector.start()
    await restored.say(2, 'noted')
    await projector.caughtUp(1, never)
    expect(await restored.count(1)).toBeUndefined()
    expect(await restored.count(2)).toEqual({ count: 1, last: 'noted' })
    expect(restored.delivered).toEqual([1])
    await projector.stop()
  })

  it('[P8] waiting ends with the signal, and when the projector stops', async () => {
    const world = new World()
    const projector = world.projector()
    await projector.start()
    const giveUp = new AbortController()
    const waits = [projector.caughtUp(1, giveUp.signal), projector.caughtUp(1, never)]
    giveUp.abort()
    await projector.stop()
    const ends = await Promise.allSettled(waits)
    expect(ends.map((end) => end.status === 'rejected' && end.reason instanceof Error && end.reason.name)).toEqual([
      'AbortError',
      'AbortError',
    ])
  })
})
