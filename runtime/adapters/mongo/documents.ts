import { randomUUID } from 'node:crypto'
import type { FindOptions } from 'mongodb'
import type {
  CollectionDefinition,
  Condition,
  Document,
  DocumentPage,
  DocumentQuery,
  Documents,
  DocumentWrite,
  Expectation,
  GroupCount,
} from '../../ports/documents.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import { StorageError } from '../../ports/storage-error.ts'
import {
  assertCollection,
  assertExpected,
  assertGroupFields,
  decodeCursor,
  encodeCursor,
  limitOf,
  partsOf,
} from '../document-rules.ts'
import { systemClock } from '../system/clock.ts'
import { MongoConnection, type MongoConnectionOptions } from './connection.ts'
import { Definitions, placeOf } from './definitions.ts'
import {
  allOf,
  cursorAfter,
  type Filter,
  filterOf,
  groupCounts,
  groupStages,
  sortOf,
  stretchesAfter,
} from './document-query.ts'
import { Intents } from './intents.ts'
import { documentIn, type StoredDocument } from './stored-document.ts'
import { isClaimed, uniqueValues } from './unique-values.ts'
import { isUnique, type PlanItem, planWrites } from './write-plan.ts'

const fewKeys = 10
const sweepMs = 60 * 60 * 1000

export interface MongoDocumentsOptions extends MongoConnectionOptions {
  readonly log: Log
  /** The system's unless told. */
  readonly clock?: Clock
}

/**
 * Read models in a database of MongoDB 6 or later, or of FerretDB. While the server is away the store opens all the same, calls reject as
 * `store-unavailable`, and once it is back they go on by themselves. Rejects with `store-unauthorized` when the server refuses us.
 */
export async function openMongoDocuments(options: MongoDocumentsOptions): Promise<Documents> {
  const documents = new MongoDocuments(new MongoConnection(options), options.log, options.clock ?? systemClock())
  try {
    await documents.prepare()
  } catch (error) {
    if (!(error instanceof StorageError) || error.retry === 'never') {
      await documents.close()
      throw error
    }
    options.log.warn('documents can not be reached yet', { reason: error.message })
  }
  return documents
}

/**
 * Owns the connection, what is known of definitions, and this process's place in the list of writes. A write may be seen in part for the
 * milliseconds it takes, and is whole after it, whoever dies (D2).
 */
class MongoDocuments implements Documents {
  readonly #connection: MongoConnection
  readonly #clock: Clock
  readonly #log: Log
  readonly #definitions: Definitions
  readonly #intents: Intents
  #prepared: Promise<void> | undefined
  #sweptAtMs = 0

  constructor(connection: MongoConnection, log: Log, clock: Clock) {
    this.#connection = connection
    this.#clock = clock
    this.#log = log
    this.#definitions = new Definitions(connection)
    this.#intents = new Intents({ connection, clock, log, owner: randomUUID() })
  }

  /** Learns what the server and the database are, and ends what a writer that died has left. */
  prepare(): Promise<void> {
    this.#prepared ??= this.#prepare().catch((error: unknown) => {
      this.#prepared = undefined
      throw error
    })
    return this.#prepared
  }

  async define(collection: CollectionDefinition): Promise<void> {
    assertDefinition(collection)
    await this.prepare()
    const same = () => JSON.stringify(this.#definitions.known(collection.name)) === JSON.stringify(collection)
    if (same()) return
    await this.#intents.alone(async (step) => {
      await this.#definitions.load()
      if (!same()) await this.#definitions.change(collection, step)
    })
    this.#log.debug('collection defined', { collection: collection.name })
  }

  async get(collection: string, key: string): Promise<Document | undefined> {
    await this.#definition(collection)
    const row = await this.#connection.run(() => this.#rows(collection).findOne({ _id: key }))
    return row === null ? undefined : documentIn(row)
  }

  async getMany(collection: string, keys: readonly string[]): Promise<readonly Document[]> {
    await this.#definition(collection)
    if (keys.length === 0) return []
    const rows = await this.#at(collection, [...new Set(keys)])
    const found = new Map(rows.map((row) => [row._id, documentIn(row)]))
    return keys.flatMap((key) => found.get(key) ?? [])
  }

  async write(writes: readonly DocumentWrite[], expecting?: Expectation): Promise<void> {
    if (writes.length === 0) return
    await this.prepare()
    await this.#intents.write(async (number, fresh) => {
      await this.#assertExpected(expecting)
      return this.#plan(writes, number, fresh)
    })
    if (this.#clock.nowMs() - this.#sweptAtMs > sweepMs) await this.#sweep()
  }

  async clear(collection: string, expecting?: Expectation): Promise<void> {
    await this.#definition(collection)
    await this.#intents.write(async () => {
      await this.#assertExpected(expecting)
      return [{ t: 'clear', c: placeOf(collection) }]
    })
  }

  async query(query: DocumentQuery): Promise<DocumentPage> {
    const order = query.order ?? []
    const limit = limitOf(query)
    const where = filterOf(query.where)
    const sort = sortOf(order)
    const stretches =
      query.after === undefined ? [{}] : stretchesAfter(order, decodeCursor(query.after, order.length + 1))
    await this.#definition(query.collection)
    const rows: StoredDocument[] = []
    for (const stretch of await this.#requests(stretches)) {
      const filter = allOf([where, stretch])
      const left = limit + 1 - rows.length
      if (left <= 0) break
      rows.push(
        ...(await this.#connection.run(() =>
          this.#rows(query.collection).find(filter).sort(sort).limit(left).toArray(),
        )),
      )
    }
    const documents = rows.slice(0, limit).flatMap((row) => documentIn(row) ?? [])
    const last = rows[limit - 1]
    if (rows.length <= limit || last === undefined) return { documents }
    return { documents, next: encodeCursor(cursorAfter(order, last)) }
  }

  async count(collection: string, where: readonly Condition[], most?: number): Promise<number> {
    const filter = filterOf(where)
    await this.#definition(collection)
    const limit = most === undefined ? {} : { limit: most }
    return this.#connection.run(() => this.#rows(collection).countDocuments(filter, limit))
  }

  async countBy(
    collection: string,
    fields: readonly string[],
    where: readonly Condition[],
  ): Promise<readonly GroupCount[]> {
    assertGroupFields(fields)
    const stages = groupStages(fields, filterOf(where))
    await this.#definition(collection)
    return groupCounts(
      fields,
      await this.#connection.run(() => this.#rows(collection).aggregate<Filter>(stages).toArray()),
    )
  }

  async close(): Promise<void> {
    await this.#connection.close()
  }

  async #prepare(): Promise<void> {
    const { name } = await this.#connection.traits()
    await this.#definitions.load()
    await this.#intents.settle()
    await this.#sweep()
    this.#log.debug('documents opened', { server: name, database: this.#connection.database })
  }

  async #sweep(): Promise<void> {
    this.#sweptAtMs = this.#clock.nowMs()
    await this.#definitions.sweep(this.#sweptAtMs)
  }

  /** The collection's definition, asked of the database when it is not known here. */
  async #definition(collection: string): Promise<CollectionDefinition> {
    await this.prepare()
    const known = this.#definitions.known(collection)
    if (known !== undefined) return known
    await this.#definitions.load()
    return this.#defined(collection)
  }

  #defined(collection: string): CollectionDefinition {
    const known = this.#definitions.known(collection)
    if (known === undefined) throw new TypeError(`collection ${collection} is not defined`)
    return known
  }

  /** Before a write takes its number: whoever writes in between takes it first, and this is asked again. */
  async #assertExpected(expecting?: Expectation): Promise<void> {
    if (expecting === undefined) return
    const { collection, key } = expecting
    assertExpected(expecting, (await this.get(collection, key))?.revision ?? 0)
  }

  /** Reads what is stored at the keys of the writes, and who holds what they want, and makes the plan of it. */
  async #plan(writes: readonly DocumentWrite[], number: number, fresh: boolean): Promise<readonly PlanItem[]> {
    if (fresh) await this.#definitions.load()
    const byCollection = Map.groupBy(writes, (write) => write.collection)
    const stored = new Map<string, readonly StoredDocument[]>()
    for (const [collection, group] of byCollection)
      stored.set(collection, await this.#stored(await this.#definition(collection), group))
    return planWrites(writes, {
      number,
      nowMs: this.#clock.nowMs(),
      definition: (collection) => this.#defined(collection),
      place: placeOf,
      stored: (collection) => stored.get(collection) ?? [],
    })
  }

  async #stored(
    definition: CollectionDefinition,
    writes: readonly DocumentWrite[],
  ): Promise<readonly StoredDocument[]> {
    const { name, unique = [] } = definition
    const keys = [...new Set(writes.map((write) => write.key))]
    if (!isUnique(definition)) {
      // What stands there is needed, not what it says.
      const rows = await this.#at(name, keys, { projection: { _id: 1, n: 1, r: 1, d: 1 } })
      return rows.map((row) => (row.d === undefined ? { ...row, v: {} } : row))
    }
    const wanted = writes.flatMap((write) => (write.op === 'put' ? [uniqueValues(write.key, write.value, unique)] : []))
    const holders = Object.keys(wanted[0] ?? {}).map((index) => {
      return { [`u.${index}`]: { $in: wanted.map((values) => values[index] ?? '').filter(isClaimed) } }
    })
    return this.#find(name, { $or: [{ _id: { $in: keys } }, ...holders] })
  }

  /** What stands at keys. A server without indexes finds a few of them sooner one by one. */
  async #at(
    collection: string,
    keys: readonly string[],
    options: FindOptions = {},
  ): Promise<readonly StoredDocument[]> {
    const { scansAlways } = await this.#connection.traits()
    const rows = this.#rows(collection)
    if (!scansAlways || keys.length > fewKeys)
      return this.#connection.run(() => rows.find({ _id: { $in: keys } }, options).toArray())
    const found = await this.#connection.run(() => Promise.all(keys.map((_id) => rows.findOne({ _id }, options))))
    return found.filter((row) => row !== null)
  }

  #find(collection: string, filter: Filter): Promise<StoredDocument[]> {
    return this.#connection.run(() => this.#rows(collection).find(filter).toArray())
  }

  /** A server with indexes walks stretch after stretch; one without looks at everything each time, so it is asked once. */
  async #requests(stretches: readonly Filter[]): Promise<readonly Filter[]> {
    if (stretches.length < 2) return stretches
    const { scansAlways } = await this.#connection.traits()
    return scansAlways ? [{ $or: stretches }] : stretches
  }

  #rows(collection: string) {
    return this.#connection.collection<StoredDocument>(placeOf(collection))
  }
}

function assertDefinition({ name, indexes, unique = [], text = [] }: CollectionDefinition): void {
  assertCollection(name)
  for (const field of [...indexes.flat(), ...unique.flat(), ...text]) partsOf(field)
}
