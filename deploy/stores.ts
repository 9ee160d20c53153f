import { hostname } from 'node:os'
import { systemClock } from '#runtime/adapters/system/clock.ts'
import { createSystemIds } from '#runtime/adapters/system/ids.ts'
import { createSystemLog } from '#runtime/adapters/system/log.ts'
import { createPatientDocuments } from '#runtime/patient-documents.ts'
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
import type { RuntimeLimits } from '#runtime/runtime.ts'
import type { Config } from './config.ts'
import { embeddedPorts, type EmbeddedPorts } from './embedded.ts'
import {
  openMongo,
  openMongoArchive,
  openMongoFilesAt,
  openNats,
  openRedis,
  type ProductionParts,
} from './production.ts'

/** Everything a process keeps and shares, behind its ports. */
export interface Stores {
  readonly journal: Journal
  readonly documents: Documents
  readonly records: Records
  /** What people send each other: photos, voice notes, documents. */
  readonly files: Files
  readonly ephemeral: Ephemeral
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  /** This process's name among those that share the servers. */
  readonly node: string
  /** Limits that the journal asks for. */
  readonly limits: Partial<RuntimeLimits>
  /** Whether this process has the data folder for itself. */
  readonly holdsFolder: boolean
  /** What other processes work on, too. */
  readonly shared: { readonly journal: boolean; readonly documents: boolean }
  /** Joins a group that shares out partitions; alone where no server is shared. Leave it before the stores are closed. */
  membership(group: string, partitions: number): Promise<HeldMembership>
  /** Messages to and from other systems, where there is a server for them. */
  readonly bus?: EventBus
  /** Whether documents answer, as far as is known without asking. */
  readonly documentsReachable: () => boolean
}

/** Membership that knows whether it is still a member. */
export interface HeldMembership extends Membership {
  holds(): boolean
}

/** Steps of one group on NATS: with what each writes, a batch of 1,000 messages has room for them. */
const natsGroupMax = 160

/**
 * Opens each port on its server where one is named, and embedded where none is. What is opened is put on `closing`, to be closed in the
 * opposite order. `archiving`: whether this process keeps old steps, where the journal's server forgets them. Throws an `Error` that says what is
 * wrong and what to do.
 */
export async function openStores(
  config: Config,
  { closing, archiving }: { readonly closing: AsyncDisposableStack; readonly archiving: boolean },
): Promise<Stores> {
  const parts = processParts(config)
  const embedded = embeddedPorts(config, parts.log)
  const { nats, mongoUrl } = config.servers
  if (nats === undefined) return onFolder(config, { ...parts, embedded, closing })
  const server = await openNats(nats, parts)
  closing.defer(() => server.close())
  // The folder has one owner, whatever of it is used.
  if (mongoUrl === undefined) closing.defer(embedded.holdFolder())
  const { documents, reachable } = await openDocuments(config, { ...parts, embedded, closing })
  const archive = await openArchive(mongoUrl, { ...parts, embedded, closing })
  const journal = await server.journal({ partitions: config.partitions, archive, archiving })
  closing.defer(() => journal.close())
  const records = await server.records()
  closing.defer(() => records.close())
  const bus = server.bus()
  closing.defer(() => bus.close())
  return {
    ...parts,
    journal,
    documents,
    records,
    bus,
    files: await openFiles(config, { ...parts, embedded, closing }),
    ephemeral: await openEphemeral(config, { ...parts, embedded, closing }),
    limits: { groupMax: natsGroupMax },
    holdsFolder: mongoUrl === undefined,
    shared: { journal: true, documents: mongoUrl !== undefined },
    membership: (group, partitions) => server.membership(group, partitions),
    documentsReachable: reachable,
  }
}

/** Only the read models of a house whose journal another process has. Throws an `Error` where they are not on a server. */
export async function openReadModels(config: Config): Promise<Documents> {
  const { mongoUrl } = config.servers
  if (mongoUrl === undefined) throw new Error('MONGODB_URL is not set')
  return openMongo(mongoUrl, processParts(config))
}

function processParts({ logLevel, node }: Config): ProductionParts {
  const ids = createSystemIds()
  const name = node ?? `${hostname().slice(0, 40)}-${ids.next('').slice(-6)}`
  return { clock: systemClock(), ids, log: createSystemLog({ level: logLevel }), node: name }
}

type Opening = ProductionParts & { readonly embedded: EmbeddedPorts; readonly closing: AsyncDisposableStack }

/** The journal in the data folder: first, for it holds the folder, so that a second process stops before it touches anything. */
async function onFolder(config: Config, opening: Opening): Promise<Stores> {
  const { embedded, closing, clock, ids, log, node } = opening
  const journal = embedded.journal()
  closing.defer(() => journal.close())
  const { documents, reachable } = await openDocuments(config, opening)
  const records = embedded.records()
  closing.defer(() => records.close())
  return {
    clock,
    ids,
    log,
    node,
    journal,
    documents,
    records,
    files: await openFiles(config, opening),
    ephemeral: await openEphemeral(config, opening),
    limits: {},
    holdsFolder: true,
    shared: { journal: false, documents: config.servers.mongoUrl !== undefined },
    membership: async (_, partitions) => embedded.membership(node, partitions),
    documentsReachable: reachable,
  }
}

async function openDocuments(
  { servers: { mongoUrl } }: Config,
  opening: Opening,
): Promise<{ readonly documents: Documents; readonly reachable: () => boolean }> {
  const { embedded, closing } = opening
  if (mongoUrl === undefined) {
    const documents = embedded.documents()
    closing.defer(() => documents.close())
    return { documents, reachable: () => true }
  }
  const documents = createPatientDocuments({ ...opening, documents: await openMongo(mongoUrl, opening) })
  closing.defer(() => documents.close())
  return { documents, reachable: () => documents.reachable() }
}

async function openArchive(mongoUrl: string | undefined, opening: Opening): Promise<Documents> {
  const archive =
    mongoUrl === undefined
      ? opening.embedded.archive()
      : createPatientDocuments({ ...opening, documents: await openMongoArchive(mongoUrl, opening) })
  opening.closing.defer(() => archive.close())
  return archive
}

async function openFiles({ servers: { mongoUrl } }: Config, opening: Opening): Promise<Files> {
  const files = mongoUrl === undefined ? await opening.embedded.files() : await openMongoFilesAt(mongoUrl, opening)
  opening.closing.defer(() => files.close())
  return files
}

async function openEphemeral({ house, servers: { redisUrl } }: Config, opening: Opening): Promise<Ephemeral> {
  const { embedded, closing, clock } = opening
  const ephemeral = redisUrl === undefined ? embedded.ephemeral(clock) : await openRedis(redisUrl, house, opening)
  closing.defer(() => ephemeral.close())
  return ephemeral
}
