import type { JsonObject } from '../../json.ts'
import type { CollectionDefinition, DocumentWrite } from '../../ports/documents.ts'
import { StorageError } from '../../ports/storage-error.ts'
import { wordsOf } from './document-words.ts'
import { readStored, storable, type StoredDocument } from './stored-document.ts'
import { isClaimed, uniqueValues, type UniqueValues } from './unique-values.ts'

/**
 * One thing a write does, so told that doing it again does no harm. `before`: what stood there, to put it back. `free`: a document lets go of what
 * unique indexes hold of it, so that another can take it. `row`: a document as it is to be; `known` when there is one at its key already. `clear`: everything that was written before
 * goes.
 */
export type PlanItem =
  | {
      readonly t: 'before'
      readonly c: string
      readonly k: string
      readonly row: StoredDocument | null
      readonly u: UniqueValues
    }
  | { readonly t: 'free'; readonly c: string; readonly k: string; readonly u: UniqueValues }
  | { readonly t: 'row'; readonly c: string; readonly k: string; readonly known: boolean; readonly row: StoredDocument }
  | { readonly t: 'clear'; readonly c: string }

/** What a plan is made of: everything that is stored at the keys of the writes, or holds what they want in a unique index. */
export interface PlanGround {
  /** The number the write will have. */
  readonly number: number
  readonly nowMs: number
  readonly definition: (collection: string) => CollectionDefinition
  /** The collection's name in the database. */
  readonly place: (collection: string) => string
  readonly stored: (collection: string) => readonly StoredDocument[]
}

/**
 * What the writes come to, taken one by one in their order; pure. Throws `document-refused` when one of them takes what another document has in
 * a unique index, or is too large.
 */
export function planWrites(writes: readonly DocumentWrite[], ground: PlanGround): readonly PlanItem[] {
  const collections = [...new Set(writes.map((write) => write.collection))]
  return collections.flatMap((collection) => {
    const plan = new CollectionPlan(collection, ground)
    for (const write of writes) if (write.collection === collection) plan.take(write)
    return plan.items()
  })
}

/** A document while its writes are taken. */
interface Standing {
  readonly stored: StoredDocument | undefined
  readonly revision: number
  readonly value: JsonObject | undefined
  readonly unique: UniqueValues
  readonly changed: boolean
}

/** Owns what the documents of one collection are after the writes taken so far, and who holds what in its unique indexes. */
class CollectionPlan {
  readonly #collection: string
  readonly #ground: PlanGround
  readonly #definition: CollectionDefinition
  readonly #standing = new Map<string, Standing>()
  readonly #holders = new Map<string, string>()

  constructor(collection: string, ground: PlanGround) {
    this.#collection = collection
    this.#ground = ground
    this.#definition = ground.definition(collection)
    for (const stored of ground.stored(collection)) {
      const value = stored.v === undefined ? undefined : {}
      this.#stand(stored._id, { stored, revision: stored.r, value, unique: stored.u ?? {}, changed: false })
    }
  }

  take(write: DocumentWrite): void {
    const { key } = write
    const now = this.#standing.get(key)
    if (write.op === 'delete') {
      if (now?.value === undefined || now.revision > (write.revision ?? Infinity)) return
      const unique = uniqueValues(key, undefined, this.#definition.unique)
      this.#stand(key, { stored: now.stored, revision: write.revision ?? -1, value: undefined, unique, changed: true })
      return
    }
    // D3: a repeat, or a write that comes late, changes nothing.
    if (now !== undefined && now.revision >= write.revision) return
    const unique = uniqueValues(key, write.value, this.#definition.unique)
    this.#stand(key, { stored: now?.stored, revision: write.revision, value: write.value, unique, changed: true })
  }

  items(): readonly PlanItem[] {
    const changed = [...this.#standing].filter(
      ([, { changed, stored, value }]) => changed && (stored ?? value) !== undefined,
    )
    const c = this.#ground.place(this.#collection)
    const befores = changed.map(([k, { stored }]): PlanItem => {
      return { t: 'before', c, k, row: stored ?? null, u: uniqueValues(k, undefined, this.#definition.unique) }
    })
    const freed = changed.flatMap(([k, standing]): PlanItem[] => {
      const lets = Object.entries(standing.stored?.u ?? {}).some(
        ([name, value]) => isClaimed(value) && standing.unique[name] !== value,
      )
      return lets ? [{ t: 'free', c, k, u: uniqueValues(k, undefined, this.#definition.unique) }] : []
    })
    const rows = changed.map(([k, standing]): PlanItem => {
      return { t: 'row', c, k, known: standing.stored !== undefined, row: this.#row(k, standing) }
    })
    return isUnique(this.#definition) ? [...befores, ...freed, ...rows] : rows
  }

  #stand(key: string, next: Standing): void {
    for (const [index, value] of Object.entries(this.#standing.get(key)?.unique ?? {}))
      this.#holders.delete(`${index}\n${value}`)
    this.#standing.set(key, next)
    for (const [index, value] of Object.entries(next.unique)) {
      if (!isClaimed(value)) continue
      const name = `${index}\n${value}`
      const holder = this.#holders.get(name)
      if (holder !== undefined && holder !== key)
        throw refused(`${this.#collection} ${key} has the same ${index} as ${holder}`)
      this.#holders.set(name, key)
    }
  }

  #row(key: string, { revision, value, unique }: Standing): StoredDocument {
    const { number: n, nowMs } = this.#ground
    const u = isUnique(this.#definition) ? { u: unique } : {}
    if (value === undefined) return { _id: key, n, r: revision, ...u, d: nowMs }
    const w = wordsOf(value, this.#definition.text ?? [])
    return { _id: key, n, r: revision, v: storable(value), ...(w.length > 0 ? { w } : {}), ...u }
  }
}

/** A stored row with the words and unique values that a changed definition wants of it. */
export function rederived(row: StoredDocument, definition: CollectionDefinition): StoredDocument {
  const { _id, n, r, v, d } = row
  const value = v === undefined ? undefined : readStored(v)
  const w = value === undefined ? [] : wordsOf(value, definition.text ?? [])
  const u = uniqueValues(_id, value, definition.unique)
  return {
    _id,
    n,
    r,
    ...(v === undefined ? {} : { v }),
    ...(w.length > 0 ? { w } : {}),
    ...(isUnique(definition) ? { u } : {}),
    ...(d === undefined ? {} : { d }),
  }
}

export function isUnique(definition: CollectionDefinition): boolean {
  return (definition.unique ?? []).length > 0
}

function refused(why: string): StorageError {
  return new StorageError('document-refused', why)
}
