import { isPlainlyComplete } from '#agents/completeness.ts'
import { catalogue } from '#machines/catalogue.ts'
import { createMemoryFiles } from '#runtime/adapters/memory/files.ts'
import { createMemoryEphemeral } from '#runtime/adapters/memory/ephemeral.ts'
import { createMemoryJournalStore } from '#runtime/adapters/memory/journal-store.ts'
import { createMemoryJournal } from '#runtime/adapters/memory/journal.ts'
import { createSingleMembership } from '#runtime/adapters/single/membership.ts'
import { openSqliteDocuments } from '#runtime/adapters/sqlite/documents.ts'
import { openSqliteRecords } from '#runtime/adapters/sqlite/records.ts'
import { systemClock } from '#runtime/adapters/system/clock.ts'
import { createSystemIds } from '#runtime/adapters/system/ids.ts'
import { createRuntimeClient } from '#runtime/client.ts'
import { createRuntime } from '#runtime/host.ts'
import type { Documents } from '#runtime/ports/documents.ts'
import { StorageError } from '#runtime/ports/storage-error.ts'
import { createProjectorProcess, type ProjectorProcess } from '#runtime/projector-process.ts'
import type { EffectHandler, Runtime } from '#runtime/runtime.ts'
import { createTransmitEffect } from '../channels/transmit.ts'
import { createWidgetChannel } from '../channels/widget.ts'
import { createDeliverEffect } from '../deliver.ts'
import { refusedEventsProjection } from '../lead-events/refused-projection.ts'
import { accountProjection } from '../read-models/account-projection.ts'
import { mediaProjection } from '../read-models/media-projection.ts'
import { outgoingProjection } from '../read-models/outgoing-projection.ts'
import { peopleProjection } from '../read-models/people-projection.ts'
import { salesProjection } from '../read-models/sales-projection.ts'
import { spendProjection } from '../read-models/spend-projection.ts'
import { teamProjection } from '../read-models/team-projection.ts'
import { createGateway, type Gateway } from '../server.ts'
import type { TestDoor } from './test-house.ts'
import { assistantEffects, createTestLog, noConnections, noListings, testConfig } from './test-house.ts'

/** A house of several processes, played by one: a host, a projector and two gateways that share nothing but their stores. */
export interface ApartHouse {
  readonly doors: readonly [ApartDoor, ApartDoor]
  readonly projector: ProjectorProcess
  readonly documents: Documents
  /** Takes the read models' store away or brings it back. */
  documentsAre(state: 'there' | 'away'): void
  stop(): Promise<void>
}

export interface ApartDoor extends TestDoor {
  readonly runtime: Runtime
  readonly gateway: Gateway
}

const partitions = 4

/** Starts a house of several processes on free ports. Positions rise with gaps, as a server's do. */
export async function startApartHouse(): Promise<ApartHouse> {
  const clock = systemClock()
  const log = createTestLog([])
  const store = createMemoryJournalStore(partitions, 'rising')
  const stored = openSqliteDocuments({ file: ':memory:', log })
  const records = openSqliteRecords({ file: ':memory:' })
  const ephemeral = createMemoryEphemeral({ clock })
  const files = createMemoryFiles()
  let away = false
  const documents = standingIn(stored, () => away)
  const stores = () => {
    const journal = createMemoryJournal({ partitions, store })
    return { journal, documents, signals: ephemeral, clock, ids: createSystemIds(), log }
  }
  const made: { runtime?: Runtime } = {}
  const deliver = createDeliverEffect({
    channels: [createWidgetChannel()],
    runtime: () => made.runtime ?? (Promise.reject(new Error('not made')) as never),
    log,
  })
  const transmit = createTransmitEffect({
    senders: {},
    runtime: () => made.runtime ?? (Promise.reject(new Error('not made')) as never),
    log,
  })
  const runtime = await createRuntime({
    ...stores(),
    membership: createSingleMembership({ node: 'host', partitions }),
    machines: catalogue,
    settings: () => ({}),
    effects: { ...assistantEffects({}), deliver, transmit, 'fetch-lead': neverRead, 'keep-media': neverRead },
    readModels: 'followed',
    projections: [],
  })
  made.runtime = runtime
  const projector = createProjectorProcess({
    ...stores(),
    projections: [
      salesProjection,
      outgoingProjection,
      peopleProjection,
      accountProjection,
      spendProjection,
      mediaProjection,
      teamProjection,
      refusedEventsProjection,
    ],
    membership: createSingleMembership({ node: 'projector', partitions: 1 }),
  })
  const openDoor = async (): Promise<ApartDoor> => {
    const parts = stores()
    const client = await createRuntimeClient({ ...parts, machines: catalogue })
    const gateway = await createGateway({
      ...parts,
      runtime: client,
      records,
      ephemeral,
      files,
      search: noListings,
      connections: noConnections,
      config: testConfig({}),
      isComplete: isPlainlyComplete,
      documentsReachable: () => !away,
    })
    const { port } = await gateway.listen(0, '127.0.0.1')
    return { runtime: client, gateway, port, records, clock, ids: parts.ids }
  }
  const doors = [await openDoor(), await openDoor()] as const
  return {
    doors,
    projector,
    documents: stored,
    documentsAre: (state) => void (away = state === 'away'),
    async stop() {
      for (const door of doors) {
        await door.gateway.close()
        await door.runtime.stop()
      }
      await projector.stop()
      await runtime.stop()
      for (const each of [stored, records, ephemeral]) await each.close()
    },
  }
}

/** Nobody sends a form or a file to such a house. */
const neverRead: EffectHandler = {
  policy: { timeoutMs: 1000, attemptsMax: 1, backoffMs: 10, concurrency: 1 },
  run: async () => ({ outcome: 'missing', reason: 'there are no Pages here' }),
}

/** The documents, or while they are away a refusal of everything. */
function standingIn(documents: Documents, isAway: () => boolean): Documents {
  return new Proxy(documents, {
    get(target, key) {
      const own: unknown = Reflect.get(target, key)
      if (typeof own !== 'function') return own
      if (isAway()) return async () => Promise.reject(new StorageError('store-unavailable', 'taken away by the test'))
      return own.bind(target)
    },
  })
}
