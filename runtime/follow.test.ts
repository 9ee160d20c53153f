import { describe, expect, it } from 'vitest'
import { createMemoryEphemeral } from './adapters/memory/ephemeral.ts'
import { createMemoryJournalStore } from './adapters/memory/journal-store.ts'
import { createMemoryJournal } from './adapters/memory/journal.ts'
import { openSqliteDocuments } from './adapters/sqlite/documents.ts'
import { createFollower, followLimits, type FollowLimits } from './follow.ts'
import { createLive } from './live.ts'
import { StorageError } from './ports/storage-error.ts'
import {
  checkpointCollection,
  checkpointWrite,
  generationWrite,
  publishProjected,
  type Projected,
} from './projection-checkpoint.ts'
import { acceptAndStep, eventTo, lead } from './testing/contracts/journal-material.ts'
import { createManualClock } from './testing/manual-clock.ts'
import { overriding, silentLog } from './testing/small-host.ts'

const { graceMs, lookEveryMs, firstLookMs } = followLimits

/** A journal that numbers with gaps, a projector played by the test, and followers of both. */
class World {
  readonly clock = createManualClock(0)
  readonly store = createMemoryJournalStore(4, 'rising')
  readonly journal = createMemoryJournal({ partitions: 4, store: this.store })
  readonly documents = openSqliteDocuments({ file: ':memory:', log: silentLog })
  readonly signals = createMemoryEphemeral({ clock: this.clock })
  /** Whether documents answer; `hanging` never does. */
  documentsAre: 'there' | 'away' | 'hanging' = 'there'
  looks = 0
  #events = 0

  async say(actor: number, texts = 1): Promise<number> {
    const facts = Array.from({ length: texts }, () => ({ type: 'noted', data: {} }))
    await acceptAndStep(this.journal, eventTo(lead(actor), `e${this.#events++}`), { facts })
    await this.clock.settle()
    return this.store.facts.at(-1)?.position ?? 0
  }

  /** Read models are there; `told` whether anybody is told so. */
  async project(position: number, { generation = 0, told = true } = {}): Promise<void> {
    const at: Projected = { generation, position }
    await this.documents.define({ name: checkpointCollection, indexes: [] })
    await this.documents.write([generationWrite(generation), checkpointWrite(at, 'shape')])
    if (told) publishProjected(this.signals, at)
    await this.clock.settle()
  }

  async follow(limits: Partial<FollowLimits> = {}) {
    const live = createLive()
    const heard: number[] = []
    const positions: number[] = []
    const caughtUp: number[] = []
    live.facts('', ({ position }) => {
      heard.push(position)
      positions.push(live.position())
    })
    live.caughtUp(() => void caughtUp.push(live.position()))
    const { journal, clock, signals } = this
    const documents = documentsOf(this)
    const follower = createFollower({ journal, documents, signals, live, clock, log: silentLog, limits })
    const starting = follower.start()
    if (this.documentsAre === 'hanging') await clock.advance(firstLookMs)
    await starting
    await clock.settle()
    return { follower, live, heard, positions, caughtUp }
  }
}

function documentsOf(world: World) {
  return {
    get: async (collection: string, key: string) => {
      world.looks += 1
      if (world.documentsAre === 'hanging') return new Promise<never>(() => undefined)
      if (world.documentsAre === 'away') throw new StorageError('store-unavailable', 'away')
      return world.documents.get(collection, key)
    },
  }
}

describe('following read models that are built elsewhere', () => {
  it('[P9] a fact is told once, in order, when the projector has passed it; then the position moves', async () => {
    const world = new World()
    const { live, heard, positions, follower } = await world.follow()
    const first = await world.say(1, 2)
    const last = await world.say(2)
    expect(heard).toEqual([])
    expect(follower.factsLag()).toBe(3)
    await world.project(first)
    expect(heard).toHaveLength(2)
    expect(live.position()).toBe(first)
    expect(follower.factsLag()).toBe(1)
    await world.project(last)
    await world.project(last)
    expect(heard).toEqual(world.store.facts.map((fact) => fact.position))
    expect(positions).toEqual([0, 0, first])
    expect(live.behind()).toBe(false)
    await follower.stop()
  })

  it('[P9] late read models hold nobody up: after a grace the fact is told, later ones at once, until they have caught up', async () => {
    const world = new World()
    const { live, heard, caughtUp, follower } = await world.follow()
    const first = await world.say(1)
    await world.clock.advance(graceMs - 1)
    expect(heard).toEqual([])
    await world.clock.advance(1)
    expect(heard).toEqual([first])
    expect(live.behind()).toBe(true)
    const second = await world.say(2)
    expect(heard).toEqual([first, second])
    expect(live.position()).toBe(0)
    await world.project(first)
    expect(live.behind()).toBe(true)
    await world.project(second)
    expect(live.behind()).toBe(false)
    expect(caughtUp).toEqual([second])
    await world.say(1)
    expect(heard).toHaveLength(2)
    await follower.stop()
  })

  it('[P9] where nobody tells the position the checkpoint does, and it is read only while something is missing', async () => {
    const world = new World()
    const { live, heard, follower } = await world.follow()
    const before = world.looks
    await world.clock.advance(10 * lookEveryMs)
    expect(world.looks).toBe(before)
    const first = await world.say(1)
    await world.project(first, { told: false })
    await world.clock.advance(graceMs)
    expect(live.behind()).toBe(true)
    await world.clock.advance(lookEveryMs)
    expect(live.behind()).toBe(false)
    expect(live.position()).toBe(first)
    expect(heard).toEqual([first])
    await follower.stop()
  })

  it('[P10] a process begins with what is new, also when documents do not answer, and knows that they may lack something', async () => {
    for (const state of ['away', 'hanging'] as const) {
      const world = new World()
      const before = await world.say(1, 3)
      world.documentsAre = state
      const { live, heard, caughtUp, follower } = await world.follow()
      expect(live.behind()).toBe(true)
      const after = await world.say(2)
      expect(heard).toEqual([after])
      world.documentsAre = 'there'
      await world.project(before)
      expect(live.position()).toBe(before)
      expect(caughtUp).toEqual([])
      await world.project(after)
      expect(caughtUp).toEqual([after])
      await follower.stop()
    }
  })

  it('[P10] one that begins while read models are behind is told when they have what was said before', async () => {
    const world = new World()
    const first = await world.say(1)
    const last = await world.say(1)
    await world.project(first)
    const { live, heard, caughtUp, follower } = await world.follow()
    expect(live.behind()).toBe(true)
    await world.project(last)
    await world.clock.advance(lookEveryMs)
    expect(live.behind()).toBe(false)
    expect(caughtUp).toHaveLength(1)
    expect(heard).toEqual([])
    await follower.stop()
  })

  it('[P9] while read models are built anew they are behind, nothing is told twice, and an old word about them is ignored', async () => {
    const world = new World()
    const { live, heard, follower } = await world.follow()
    const first = await world.say(1)
    const second = await world.say(1)
    await world.project(second)
    await world.project(0, { generation: 1 })
    expect(live.position()).toBe(0)
    expect(live.behind()).toBe(true)
    publishProjected(world.signals, { generation: 0, position: second })
    await world.clock.settle()
    expect(live.position()).toBe(0)
    await world.project(first, { generation: 1 })
    expect(live.position()).toBe(first)
    await world.project(second, { generation: 1 })
    expect(live.behind()).toBe(false)
    expect(heard).toEqual([first, second])
    await follower.stop()
  })

  it('[P9] facts in memory are bounded, and all are told in the end', async () => {
    const world = new World()
    const { heard, follower } = await world.follow({ waitingMax: 10 })
    for (let n = 0; n < 5; n++) await world.say(n, 10)
    await world.project(world.store.facts.at(-1)?.position ?? 0)
    expect(heard).toEqual(world.store.facts.map((fact) => fact.position))
    await follower.stop()
  })

  it('a journal that does not answer for a while is asked again', async () => {
    const world = new World()
    let fails = 0
    const facts = world.journal.facts.bind(world.journal)
    const journal = overriding(world.journal, {
      facts: (after, limit) =>
        fails-- > 0 ? Promise.reject(new StorageError('store-unavailable', 'away')) : facts(after, limit),
    })
    const live = createLive()
    const heard: number[] = []
    live.facts('', ({ position }) => void heard.push(position))
    const { clock, signals } = world
    const follower = createFollower({ journal, documents: world.documents, signals, live, clock, log: silentLog })
    await world.documents.define({ name: checkpointCollection, indexes: [] })
    await follower.start()
    await clock.settle()
    fails = 2
    const first = await world.say(1)
    expect(heard).toEqual([])
    await clock.advance(5000)
    expect(heard).toEqual([first])
    await follower.stop()
  })
})
