import { openMongo, openMongoArchive } from '#deploy/production.ts'
import { projections } from '#deploy/projections.ts'
import { archiveCollections } from '#runtime/adapters/nats/archive.ts'
import { closeNats, connectNats } from '#runtime/adapters/nats/connection.ts'
import { openNatsJournal } from '#runtime/adapters/nats/journal.ts'
import { openSqliteDocuments } from '#runtime/adapters/sqlite/documents.ts'
import { systemClock } from '#runtime/adapters/system/clock.ts'
import { createSystemIds } from '#runtime/adapters/system/ids.ts'
import type { CollectionDefinition, Document, Documents } from '#runtime/ports/documents.ts'
import type { Journal } from '#runtime/ports/journal.ts'
import type { Log } from '#runtime/ports/log.ts'
import { failuresCollection } from '#runtime/projection-batch.ts'
import { checkpointCollection } from '#runtime/projection-checkpoint.ts'
import { database, partitions, stream, type Cluster } from './cluster.ts'
import { patientDocuments, patientJournal } from './patient.ts'

/** What a judge reads: the servers themselves, past all links. Reads wait for a busy server. */
export interface Evidence {
  readonly journal: Journal
  /** What the cluster keeps in Mongo: read models, and old steps put aside. */
  readonly documents: Documents
  readonly archive: Documents
  /** Steps put aside anew for the judge, whose journal relies on nothing that the cluster keeps in Mongo. */
  readonly archivedAnew: Documents
  close(): Promise<void>
}

const page = 1000

/** Every collection of read models, and of what went wrong with them. */
export const readModelCollections: readonly CollectionDefinition[] = [
  { name: failuresCollection, indexes: [['projection']] },
  ...projections.flatMap(({ collections }) => collections),
]

/** Opens the servers of a cluster for reading. */
export async function openEvidence({ nats, mongo }: Pick<Cluster, 'nats' | 'mongo'>, log: Log): Promise<Evidence> {
  const parts = { clock: systemClock(), ids: createSystemIds(), log, node: 'judge' }
  const url = `${mongo.url}/${database}`
  const archivedAnew = openSqliteDocuments({ file: ':memory:', log })
  const documents = patientDocuments(await openMongo(url, parts))
  const archive = patientDocuments(await openMongoArchive(url, parts))
  for (const each of [{ name: checkpointCollection, indexes: [] }, ...readModelCollections])
    await documents.define(each)
  for (const each of archiveCollections) await archive.define(each)
  const opened = await openJournal(nats, archivedAnew, { archiving: true, log })
  return {
    journal: patientJournal(opened.journal),
    documents,
    archive,
    archivedAnew,
    async close() {
      await opened.close()
      await Promise.all([documents, archive, archivedAnew].map((each) => each.close()))
    },
  }
}

/** Opens the cluster's journal over a connection of its own. */
export async function openJournal(
  { urls }: Cluster['nats'],
  archive: Documents,
  { archiving, log }: { readonly archiving: boolean; readonly log: Log },
): Promise<{ readonly journal: Journal; close(): Promise<void> }> {
  const connection = await connectNats({ servers: urls, name: 'cluster run', log })
  const journal = await openNatsJournal({ connection, stream, partitions, replicas: 3, archive, archiving, log })
  return {
    journal,
    async close() {
      await journal.close()
      await closeNats(connection)
    },
  }
}

/** Every document of a collection, by its key. */
export async function allOf(documents: Documents, collection: string): Promise<ReadonlyMap<string, Document>> {
  const found: Document[] = []
  let after: string | undefined
  do {
    const some = await documents.query({
      collection,
      where: [],
      limit: page,
      ...(after === undefined ? {} : { after }),
    })
    found.push(...some.documents)
    after = some.next
  } while (after !== undefined)
  return new Map(found.map((document) => [document.key, document]))
}
