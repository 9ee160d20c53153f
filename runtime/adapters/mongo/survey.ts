import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Clock } from '../../ports/clock.ts'
import type { CollectionDefinition, Document } from '../../ports/documents.ts'
import { createSystemLog } from '../system/log.ts'
import { MongoConnection } from './connection.ts'
import { Definitions, indexesOf, noneYet, placeOf, type Index } from './definitions.ts'
import { intentsCollection } from './intents.ts'
import { documentIn, type StoredDocument } from './stored-document.ts'

/** The server that answered. */
export interface MongoServerSeen {
  readonly product: 'MongoDB' | 'FerretDB'
  /** Of the product, e.g. `7.0.12`. */
  readonly version: string
  readonly database: string
  readonly kind: 'alone' | 'replica-set' | 'sharded'
  /** Servers of the replica set; 1 for one alone. */
  readonly servers: number
  readonly clock: { readonly remoteMs: number; readonly beforeMs: number; readonly afterMs: number }
}

/** A collection as it was declared, and what of its indexes is not there. */
export interface CollectionSeen {
  readonly definition: CollectionDefinition
  readonly missing: readonly string[]
  /** There under its name, on other fields or not unique. */
  readonly different: readonly string[]
}

/** A write that has been begun and not ended. */
export interface UnfinishedWrite {
  readonly beganAtMs: number
  readonly kind: string
}

/** Looks at a database of documents. Each look rejects with a `StorageError` when it can't be had. */
export interface MongoSurvey {
  server(): Promise<MongoServerSeen>
  /** Writes one document and takes it away again, as every write with a majority. Answers how long the write took, milliseconds. */
  tryWrite(): Promise<number>
  collections(): Promise<readonly CollectionSeen[]>
  /** Every other write waits for it. */
  unfinished(): Promise<UnfinishedWrite | undefined>
  /** As `Documents.get`, also where the collection has not been defined. */
  get(collection: string, key: string): Promise<Document | undefined>
  close(): Promise<void>
}

const hello = z.looseObject({
  localTime: z.date(),
  msg: z.string().optional(),
  setName: z.string().optional(),
  hosts: z.array(z.string()).optional(),
})
const build = z.looseObject({ version: z.string(), ferretdbVersion: z.string().optional() })

/** Makes the survey; it connects with the first look. */
export function openMongoSurvey({ url, clock }: { readonly url: string; readonly clock: Clock }): MongoSurvey {
  const connection = new MongoConnection({ url, log: createSystemLog({ level: 'silent' }) })
  return {
    server: () => surveyServer(connection, clock),
    tryWrite: () => tryWrite(connection),
    collections: () => surveyCollections(connection),
    unfinished: () => surveyWrites(connection),
    get: async (collection, key) => {
      const rows = connection.collection<StoredDocument>(placeOf(collection))
      const row = await connection.run(() => rows.findOne({ _id: key }))
      return row === null ? undefined : documentIn(row)
    },
    close: () => connection.close(),
  }
}

async function surveyServer(connection: MongoConnection, clock: Clock): Promise<MongoServerSeen> {
  const { version, ferretdbVersion } = build.parse(await connection.run((db) => db.command({ buildInfo: 1 })))
  const beforeMs = clock.nowMs()
  const said = hello.parse(await connection.run((db) => db.command({ hello: 1 })))
  const afterMs = clock.nowMs()
  return {
    ...(ferretdbVersion === undefined
      ? { product: 'MongoDB', version }
      : { product: 'FerretDB', version: ferretdbVersion.replace(/^v/, '') }),
    database: connection.database,
    kind: said.msg === 'isdbgrid' ? 'sharded' : said.setName === undefined ? 'alone' : 'replica-set',
    servers: said.hosts?.length ?? 1,
    clock: { remoteMs: said.localTime.getTime(), beforeMs, afterMs },
  }
}

/** In a collection of its own, so that nobody's is touched. */
async function tryWrite(connection: MongoConnection): Promise<number> {
  const rows = connection.collection<{ readonly _id: string }>(`fineacers-doctor.${randomUUID()}`)
  const beganMs = performance.now()
  try {
    await connection.run(() => rows.insertOne({ _id: 'probe' }))
    return performance.now() - beganMs
  } finally {
    await connection.run(() => rows.drop()).catch(() => false)
  }
}

/** Only the last write can be unfinished: the next begins when it has ended. */
async function surveyWrites(connection: MongoConnection): Promise<UnfinishedWrite | undefined> {
  const writes = connection.collection<Write>(intentsCollection)
  const [last] = await connection.run(() => writes.find().sort({ _id: -1 }).limit(1).toArray())
  if (last === undefined || last.state === 'done' || last.state === 'refused') return undefined
  return { beganAtMs: last.atMs, kind: last.kind }
}

interface Write {
  readonly _id: number
  readonly kind: string
  readonly state: string
  readonly atMs: number
}

async function surveyCollections(connection: MongoConnection): Promise<readonly CollectionSeen[]> {
  const definitions = new Definitions(connection)
  await definitions.load()
  const found: CollectionSeen[] = []
  for (const definition of definitions.all()) {
    const rows = connection.collection<StoredDocument>(placeOf(definition.name))
    const there = await connection.run(() => rows.listIndexes().toArray()).catch(noneYet)
    found.push({ definition, ...compared(indexesOf(definition), there) })
  }
  return found
}

function compared(
  wanted: readonly Index[],
  there: readonly { readonly [name: string]: unknown }[],
): Pick<CollectionSeen, 'missing' | 'different'> {
  const found = new Map(there.map((index) => [index['name'], index]))
  const same = ({ name, key, unique = false }: Index): boolean => {
    const index = found.get(name)
    return JSON.stringify([key, unique]) === JSON.stringify([index?.['key'], index?.['unique'] ?? false])
  }
  return {
    missing: wanted.filter(({ name }) => !found.has(name)).map(({ name }) => name),
    different: wanted.filter((index) => found.has(index.name) && !same(index)).map(({ name }) => name),
  }
}
