import { describe, expect, it } from 'vitest'
import { createMemoryEphemeral } from './adapters/memory/ephemeral.ts'
import { createMemoryJournalStore } from './adapters/memory/journal-store.ts'
import { createMemoryJournal } from './adapters/memory/journal.ts'
import { openSqliteDocuments } from './adapters/sqlite/documents.ts'
import type { Documents } from './ports/documents.ts'
import type { Membership } from './ports/membership.ts'
import { generationWrite, projectedIn, projectedTopic, readCheckpoint } from './projection-checkpoint.ts'
import { createProjectorProcess, rebuildTopic } from './projector-process.ts'
import type { Projection } from './runtime.ts'
import { acceptAndStep, eventTo, lead } from './testing/contracts/journal-material.ts'
import { createManualClock } from './testing/manual-clock.ts'
import { createSeededIds } from './testing/seeded-ids.ts'
import { changingMembership, overriding, silentLog } from './testing/small-host.ts'

/** Counts facts an actor: one taken twice or left out shows. */
const counting: Projection = {
  name: 'counting',
  collections: [{ name: 'counts', indexes: [] }],
  wants: () => true,
  async apply(fact, read) {
    const found = await read.get('counts', fact.address)
    const count = typeof found?.['count'] === 'number' ? found['count'] : 0
    return [
      { op: 'put', collection: 'counts', key: fact.address, revision: fact.position, value: { count: count + 1 } },
    ]
  },
}

class World {
  readonly clock = createManualClock(0)
  readonly store = createMemoryJournalStore(4, 'rising')
  readonly documents = openSqliteDocuments({ file: ':memory:', log: silentLog })
  readonly signals = createMemoryEphemeral({ clock: this.clock })
  readonly positions: number[] = []
  #events = 0

  constructor() {
    this.signals.subscribe(projectedTopic, (message) => void this.positions.push(projectedIn(message)?.position ?? -1))
  }

  process(membership: Membership, documents: Documents = this.documents) {
    const { clock, signals, store } = this
    return createProjectorProcess({
      journal: createMemoryJournal({ partitions: 4, store }),
      documents,
      projections: [counting],
      membership,
      signals,
      clock,
      ids: createSeededIds(1),
      log: silentLog,
    })
  }

  async say(): Promise<number> {
    const journal = createMemoryJournal({ partitions: 4, store: this.store })
    await acceptAndStep(journal, eventTo(lead(1), `e${this.#events++}`), { facts: [{ type: 'noted', data: {} }] })
    await this.clock.settle()
    return this.store.facts.at(-1)?.position ?? 0
  }

  async count(): Promise<unknown> {
    return (await this.documents.get('counts', lead(1)))?.value['count']
  }
}

describe('a projector apart', () => {
  it('[P11] projects only while membership says so, and the next goes on where it stopped', async () => {
    const world = new World()
    const [one, two] = [changingMembership('one', [0]), changingMembership('two', [])]
    const first = world.process(one)
    const second = world.process(two)
    await world.clock.settle()
    const said = await world.say()
    expect(await world.count()).toBe(1)
    expect([first.stats(), second.stats()]).toMatchObject([{ active: true, position: said }, { active: false }])

    one.set([])
    await world.clock.settle()
    await world.say()
    expect(await world.count()).toBe(1)
    two.set([0])
    await world.clock.settle()
    await world.say()
    expect(await world.count()).toBe(3)
    expect([first.stats().active, second.stats().active]).toEqual([false, true])
    await first.stop()
    await second.stop()
  })

  it('[P11] one that lost the lease without knowing does no harm', async () => {
    const world = new World()
    const paused: (() => void)[] = []
    let pausing = false
    const slow = slowed(world.documents, () =>
      pausing ? new Promise<void>((resolve) => paused.push(resolve)) : Promise.resolve(),
    )
    const zombie = world.process(changingMembership('one', [0]), slow)
    await world.clock.settle()
    await world.say()
    pausing = true
    await world.say()
    const successor = world.process(changingMembership('two', [0]))
    await world.clock.settle()
    await world.say()
    expect(await world.count()).toBe(3)
    pausing = false
    for (const wake of paused) wake()
    await world.clock.settle()
    expect(await world.count()).toBe(3)
    await successor.stop()
    await zombie.stop()
  })

  it('[P11] one that slept while read models were built anew changes nothing of them', async () => {
    const world = new World()
    let asleep: PromiseWithResolvers<void> | undefined
    const dreaming = overriding(world.documents, {
      get: async (collection, key) => {
        if (collection === 'counts') await asleep?.promise
        return world.documents.get(collection, key)
      },
    })
    const zombie = world.process(changingMembership('one', [0]), dreaming)
    await world.clock.settle()
    await world.say()
    asleep = Promise.withResolvers()
    await world.say()
    // Its successor has emptied them and not begun to fill them when it wakes and reads.
    let filling: PromiseWithResolvers<void> | undefined
    const building = overriding(world.documents, {
      clear: async (...what) => {
        filling = Promise.withResolvers()
        await world.documents.clear(...what)
      },
      write: async (writes, expecting) => {
        if (writes.some((write) => write.collection === 'counts')) await filling?.promise
        await world.documents.write(writes, expecting)
      },
    })
    await world.documents.write([generationWrite(1)])
    const successor = world.process(changingMembership('two', [0]), building)
    await world.clock.settle()
    asleep.resolve()
    await world.clock.settle()
    filling?.resolve()
    await world.clock.settle()
    await world.say()
    await zombie.stop()
    await world.clock.advance(10_000)
    expect(await world.count()).toBe(3)
    await successor.stop()
  })

  it('[P11] tells every process how far read models are', async () => {
    const world = new World()
    const process = world.process(changingMembership('one', [0]))
    await world.clock.settle()
    const said = [await world.say(), await world.say()]
    expect(world.positions).toEqual([0, ...said])
    await process.stop()
  })

  it('[P7] builds anew when asked from outside, told or not, and says so with a new generation', async () => {
    const world = new World()
    const process = world.process(changingMembership('one', [0]))
    await world.clock.settle()
    const last = await world.say()
    await world.documents.write([{ op: 'put', collection: 'counts', key: 'stray', revision: 1, value: {} }])
    await world.documents.write([generationWrite(1)])
    world.signals.publish(rebuildTopic, null)
    await world.clock.settle()
    expect(await world.documents.get('counts', 'stray')).toBeUndefined()
    expect(await readCheckpoint(world.documents)).toMatchObject({ generation: 1, position: last, begun: true })
    expect(await world.count()).toBe(1)

    await world.documents.write([generationWrite(2)])
    await world.clock.advance(6000)
    expect(await readCheckpoint(world.documents)).toMatchObject({ generation: 2, position: last })
    await process.stop()
  })
})

/** Documents whose writes wait for `before`. */
function slowed(documents: Documents, before: () => Promise<void>): Documents {
  return overriding(documents, {
    write: async (...what) => {
      await before()
      await documents.write(...what)
    },
  })
}
