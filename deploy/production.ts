import type { Clock } from '#runtime/ports/clock.ts'
import type { Documents } from '#runtime/ports/documents.ts'
import type { Ephemeral } from '#runtime/ports/ephemeral.ts'
import type { Files } from '#runtime/ports/files.ts'
import type { EventBus } from '#runtime/ports/event-bus.ts'
import type { Ids } from '#runtime/ports/ids.ts'
import type { Journal } from '#runtime/ports/journal.ts'
import type { Log } from '#runtime/ports/log.ts'
import type { Membership } from '#runtime/ports/membership.ts'
import type { Records } from '#runtime/ports/records.ts'
import { defaultHouse, type NatsSettings } from './config.ts'

/** What every production adapter is given. */
export interface ProductionParts {
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly node: string
}

/** Everything that is kept on NATS, over one connection. */
export interface NatsPorts {
  journal(options: {
    readonly partitions: number
    readonly archive: Documents
    readonly archiving: boolean
  }): Promise<Journal>
  records(): Promise<Records>
  membership(group: string, partitions: number): Promise<Membership & { holds(): boolean }>
  bus(): EventBus
  close(): Promise<void>
}

/** The key-value buckets that go with a journal's stream. */
export function bucketsOf(stream: string): { readonly records: string; readonly members: string } {
  return { records: `${stream}_records`, members: `${stream}_members` }
}

// Each client is loaded only where its server is named: they cost a start some tenths of a second.

/** Connects to NATS, waiting for it up to a minute. Rejects with a `StorageError` that says what is wrong and what to do. */
export async function openNats(settings: NatsSettings, parts: ProductionParts): Promise<NatsPorts> {
  const { urls, credentialsFile, replicas, stream } = settings
  const { clock, ids, log, node } = parts
  const [
    { closeNats, connectNats },
    { openNatsJournal },
    { openNatsRecords },
    { createNatsMembership },
    { openNatsEventBus },
  ] = await Promise.all([
    import('#runtime/adapters/nats/connection.ts'),
    import('#runtime/adapters/nats/journal.ts'),
    import('#runtime/adapters/nats/records.ts'),
    import('#runtime/adapters/nats/membership.ts'),
    import('#runtime/adapters/nats/event-bus.ts'),
  ])
  const name = `fineacers ${node}`
  const login = credentialsFile === undefined ? {} : { credentialsFile }
  const connection = await connectNats({ servers: urls, name, log, ...login })
  const shared = { connection, replicas, clock, ids, log }
  const buckets = bucketsOf(stream)
  return {
    journal: (options) => openNatsJournal({ ...options, connection, stream, replicas, log }),
    records: () => openNatsRecords({ ...shared, bucket: buckets.records }),
    membership: (group, partitions) =>
      createNatsMembership({ ...shared, bucket: buckets.members, group, node, partitions }),
    bus: () => openNatsEventBus({ connection, replicas, prefix: stream, clock, log }),
    close: () => closeNats(connection),
  }
}

/** Opens read models on MongoDB or FerretDB; a server that is away is waited for by each call. */
export async function openMongo(url: string, { clock, log }: ProductionParts): Promise<Documents> {
  const { openMongoDocuments } = await import('#runtime/adapters/mongo/documents.ts')
  return openMongoDocuments({ url, clock, log })
}

/** Opens a database of its own for files: that of the read models may be dropped at any time, and nothing makes a file anew. */
export async function openMongoFilesAt(url: string, { log }: ProductionParts): Promise<Files> {
  const [{ openMongoFiles }, { databaseOf }] = await Promise.all([
    import('#runtime/adapters/mongo/files.ts'),
    import('#runtime/adapters/mongo/connection.ts'),
  ])
  return openMongoFiles({ url, log, database: `${databaseOf(url)}-files` })
}

/** Opens a database beside that of the read models: writes of one database wait for each other, and read models must not wait for old steps being copied. */
export async function openMongoArchive(url: string, { clock, log }: ProductionParts): Promise<Documents> {
  const [{ openMongoDocuments }, { databaseOf }] = await Promise.all([
    import('#runtime/adapters/mongo/documents.ts'),
    import('#runtime/adapters/mongo/connection.ts'),
  ])
  return openMongoDocuments({ url, clock, log, database: `${databaseOf(url)}-archive` })
}

/** Opens the ephemeral store on Redis or Valkey; one that is away refuses until it is back. Houses of other names know nothing of each other on one server. */
export async function openRedis(url: string, house: string, { clock, log }: ProductionParts): Promise<Ephemeral> {
  const { openRedisEphemeral } = await import('#runtime/adapters/redis/ephemeral.ts')
  const own = house === defaultHouse ? {} : { prefix: `fineacers:${house}:` }
  return openRedisEphemeral({ url, clock, log, ...own })
}
