import type { CollectionDefinition } from '../../ports/documents.ts'
import { StorageError } from '../../ports/storage-error.ts'
import { assertCollection } from '../document-rules.ts'
import type { MongoConnection } from './connection.ts'
import { fieldOf } from './document-query.ts'
import { whenDamaged } from './storage-errors.ts'
import type { StoredDocument } from './stored-document.ts'
import { uniqueName } from './unique-values.ts'
import { rederived } from './write-plan.ts'

interface StoredDefinition {
  readonly _id: string
  readonly version: number
  /** As JSON, so that a definition is the same one or is not. */
  readonly definition: string
}

export interface Index {
  readonly name: string
  readonly key: { readonly [field: string]: 1 }
  readonly unique?: boolean
}

/** Raised when the shape of stored documents changes; the database can then be dropped and is rebuilt from facts. */
const version = 1
const backfillMax = 500
/** Gravestones are kept this long: the longest that a paused writer may sleep and still do no harm. */
const gravestoneMs = 60 * 60 * 1000

/**
 * What collections are, as the database says: also those that another process defined. Owns what is known of it here.
 * Definitions change only while nobody writes (`Intents.alone`), so a write's plan is never made of two.
 */
export class Definitions {
  readonly #connection: MongoConnection
  #known: ReadonlyMap<string, CollectionDefinition> = new Map()

  constructor(connection: MongoConnection) {
    this.#connection = connection
  }

  async load(): Promise<void> {
    const rows = await this.#connection.run(() => this.#stored().find().toArray())
    const newer = rows.find((row) => row.version > version)
    if (newer !== undefined) {
      const message = `documents in ${this.#connection.database} are of version ${newer.version}, this program knows ${version}: start the newer program, or name another database`
      throw new StorageError('data-folder-newer', message)
    }
    this.#known = new Map(rows.map((row) => [row._id, this.#parsed(row)]))
  }

  #parsed({ _id, definition }: StoredDefinition): CollectionDefinition {
    try {
      return JSON.parse(definition) as CollectionDefinition
    } catch (error) {
      const message = `the definition of ${_id} in ${this.#connection.database} is damaged: ${whenDamaged}`
      throw new StorageError('documents-corrupt', message, error)
    }
  }

  /** The definition, where one is known here. Throws a `TypeError` for a name that is not one. */
  known(collection: string): CollectionDefinition | undefined {
    assertCollection(collection)
    return this.#known.get(collection)
  }

  all(): readonly CollectionDefinition[] {
    return [...this.#known.values()]
  }

  /** Makes indexes, words and unique values what the definition says. Nobody may write meanwhile; `step` is called as it goes. */
  async change(definition: CollectionDefinition, step: () => Promise<void>): Promise<void> {
    const before = this.#known.get(definition.name)
    const wanted = indexesOf(definition)
    const missing = await this.#dropIndexes(definition.name, wanted)
    await step()
    if (derives(definition) !== (before === undefined ? undefined : derives(before)))
      await this.#backfill(definition, step)
    for (const { name, key, unique = false } of missing) {
      await step()
      await this.#connection.run(() => this.#documents(definition.name).createIndex({ ...key }, { name, unique }))
    }
    const row: StoredDefinition = { _id: definition.name, version, definition: JSON.stringify(definition) }
    await this.#connection.run(() => this.#stored().replaceOne({ _id: row._id }, row, { upsert: true }))
    this.#known = new Map([...this.#known, [definition.name, definition]])
  }

  /** Takes away gravestones of long ago; not where that means looking at everything. */
  async sweep(nowMs: number): Promise<void> {
    if ((await this.#connection.traits()).scansAlways) return
    for (const { name } of this.all()) {
      await this.#connection.run(() => this.#documents(name).deleteMany({ d: { $lt: nowMs - gravestoneMs } }))
    }
  }

  /** Drops the indexes that the definition does not name, or names otherwise. Answers those that are missing: FerretDB 1 fails over one it has. */
  async #dropIndexes(collection: string, wanted: readonly Index[]): Promise<readonly Index[]> {
    const rows = this.#documents(collection)
    const found = await this.#connection.run(() => rows.listIndexes().toArray()).catch(noneYet)
    const kept = new Set(['_id_'])
    for (const { name, key, unique = false } of found) {
      const index = wanted.find((each) => each.name === name)
      const same = JSON.stringify([index?.key, index?.unique ?? false]) === JSON.stringify([key, unique])
      if (same) kept.add(String(name))
      else if (name !== '_id_') await this.#connection.run(() => rows.dropIndex(String(name)))
    }
    return wanted.filter(({ name }) => !kept.has(name))
  }

  async #backfill(definition: CollectionDefinition, step: () => Promise<void>): Promise<void> {
    const { scansAlways } = await this.#connection.traits()
    for (let after: string | undefined; ;) {
      await step()
      const filter = after === undefined ? {} : { _id: { $gt: after } }
      const rows = await this.#connection.run(() =>
        this.#documents(definition.name).find(filter).sort({ _id: 1 }).limit(backfillMax).toArray(),
      )
      after = rows.at(-1)?._id
      if (after === undefined) return
      const size = scansAlways ? 16 : backfillMax
      for (let from = 0; from < rows.length; from += size) {
        const operations = rows.slice(from, from + size).map((row) => {
          const { _id, ...replacement } = rederived(row, definition)
          return { replaceOne: { filter: scansAlways ? { _id } : { _id, n: row.n }, replacement } }
        })
        await this.#connection.run(() => this.#documents(definition.name).bulkWrite(operations, { ordered: false }))
      }
    }
  }

  #documents(collection: string) {
    return this.#connection.collection<StoredDocument>(placeOf(collection))
  }

  #stored() {
    return this.#connection.collection<StoredDefinition>('definitions')
  }
}

/** A collection's name in the database. */
export function placeOf(collection: string): string {
  assertCollection(collection)
  return `documents.${collection}`
}

/** What of a definition is kept with each document. */
function derives({ text = [], unique = [] }: CollectionDefinition): string {
  return JSON.stringify([text, unique])
}

/** The indexes of a collection. Each ends with the key, so that pages walk it. */
export function indexesOf({ indexes, unique = [], text = [] }: CollectionDefinition): readonly Index[] {
  return [
    ...indexes.map((fields) => ({ name: `i ${fields.join(' ')}`, key: keyOf([...fields.map(fieldOf), '_id']) })),
    ...unique.map((fields) => ({
      name: `u ${uniqueName(fields)}`,
      key: keyOf([`u.${uniqueName(fields)}`]),
      unique: true,
    })),
    ...(text.length > 0 ? [{ name: 'words', key: keyOf(['w']) }] : []),
    { name: 'gravestones', key: keyOf(['d']) },
  ]
}

function keyOf(fields: readonly string[]): { readonly [field: string]: 1 } {
  return Object.fromEntries(fields.map((field) => [field, 1]))
}

/** For a collection that has not been written to. */
export function noneYet(error: unknown): readonly { readonly [name: string]: unknown }[] {
  const cause = error instanceof StorageError ? error.cause : error
  if (cause instanceof Error && 'code' in cause && cause.code === 26) return []
  throw error
}
