import { type AnyBulkWriteOperation, MongoBulkWriteError } from 'mongodb'
import { StorageError } from '../../ports/storage-error.ts'
import type { MongoConnection } from './connection.ts'
import { isRefusal, whenDamaged } from './storage-errors.ts'
import type { StoredDocument } from './stored-document.ts'
import type { PlanItem } from './write-plan.ts'

export interface PlanWork {
  readonly connection: MongoConnection
  /** The number of the write, and when it began. */
  readonly number: number
  readonly atMs: number
  readonly items: readonly PlanItem[]
  /** Called before every request; rejects to end the work. */
  readonly step: () => Promise<void>
}

/** Documents a request; the driver divides what is too large for one. */
const requestMax = { usual: 1000, scanning: 16, clear: 5000 } as const

/** A change of one document: only where nothing of a later write stands, `$lt`, or also over this write's own, `$lte`. */
interface Change {
  readonly c: string
  readonly k: string
  readonly how: 'insert' | 'replace' | 'upsert' | 'free'
  readonly guard: '$lt' | '$lte'
  readonly fields: Omit<StoredDocument, '_id'> | Pick<StoredDocument, 'u'>
}

/**
 * Does what the plan says, whatever of it was done before, by whomever. Every change is guarded by the number, so that work which comes late
 * changes nothing a later write has made. Answers why an index refuses it, if one does; then some of it stands.
 */
export async function applyPlan(work: PlanWork): Promise<string | undefined> {
  const unique = new Set(itemsOf(work, 'before').map(({ c }) => c))
  const rows = itemsOf(work, 'row').map(changeOf)
  for (const { c } of itemsOf(work, 'clear')) await clear(work, c)
  await perform(work, itemsOf(work, 'free').map(freed('$lt')))
  // Those that may be refused come first, so that there is little to undo.
  const refusal = await perform(
    work,
    rows.filter(({ c }) => unique.has(c)),
  )
  if (refusal !== undefined) return refusal
  return perform(
    work,
    rows.filter(({ c }) => !unique.has(c)),
  )
}

/** Puts back what stood before, under the number of the write, so that nothing of it can still arrive. */
export async function undoPlan(work: PlanWork): Promise<void> {
  const befores = itemsOf(work, 'before')
  await perform(work, befores.map(freed('$lte')))
  const restored = befores.map(({ c, k, row, u }): Change => {
    const { _id, ...fields } = row ?? { _id: k, r: -1, u, d: work.atMs }
    return { c, k: _id, how: 'upsert', guard: '$lte', fields: { ...fields, n: work.number } }
  })
  const refusal = await perform(work, restored)
  if (refusal === undefined) return
  throw new StorageError('documents-corrupt', `write ${work.number} can't be undone (${refusal}): ${whenDamaged}`)
}

/** Deletes what earlier writes have made, some at a time, so that others get their turn and no request takes long. */
async function clear({ connection, number, step }: PlanWork, collection: string): Promise<void> {
  const rows = connection.collection<StoredDocument>(collection)
  const older = { n: { $lt: number } }
  for (;;) {
    await step()
    const some = await connection.run(() =>
      rows
        .find(older, { projection: { _id: 1 } })
        .limit(requestMax.clear)
        .toArray(),
    )
    if (some.length === 0) return
    await connection.run(() => rows.deleteMany({ _id: { $in: some.map((row) => row._id) }, ...older }))
  }
}

function freed(guard: '$lt' | '$lte') {
  return ({ c, k, u }: Of<'free'> | Of<'before'>): Change => ({ c, k, how: 'free', guard, fields: { u } })
}

function changeOf({ c, k, known, row }: Of<'row'>): Change {
  const { _id, ...fields } = row
  // What is known may be a gravestone that goes meanwhile.
  return { c, k, how: known ? 'upsert' : 'insert', guard: '$lt', fields }
}

type Of<Kind extends PlanItem['t']> = Extract<PlanItem, { readonly t: Kind }>

function itemsOf<Kind extends PlanItem['t']>({ items }: PlanWork, kind: Kind): readonly Of<Kind>[] {
  return items.filter((item): item is Of<Kind> => item.t === kind)
}

/** Sends changes, those of a collection together. Answers a refusal, unless it is of a key found there that this write or a later one made. */
async function perform(work: PlanWork, changes: readonly Change[]): Promise<string | undefined> {
  for (const [collection, group] of Map.groupBy(changes, ({ c }) => c)) {
    const refused = await send(work, collection, group)
    if (refused.length === 0) continue
    // Once more, in place of what is older. Then the key must be there, or it was not the key that was refused.
    const again = refused.map(({ change }): Change => (change.how === 'free' ? change : { ...change, how: 'replace' }))
    const still = await send(work, collection, again)
    const why = still[0]?.why ?? (await missing(work, collection, refused))
    if (why !== undefined) return why
  }
  return undefined
}

interface Refused {
  readonly change: Change
  readonly why: string
}

async function missing(
  { connection }: PlanWork,
  collection: string,
  refused: readonly Refused[],
): Promise<string | undefined> {
  const keys = refused.map(({ change }) => change.k)
  const rows = connection.collection<StoredDocument>(collection)
  const found = await connection.run(() => rows.find({ _id: { $in: keys } }, { projection: { _id: 1 } }).toArray())
  const there = new Set(found.map((row) => row._id))
  return refused.find(({ change }) => !there.has(change.k))?.why
}

async function send(work: PlanWork, collection: string, changes: readonly Change[]): Promise<readonly Refused[]> {
  const { connection, number, step } = work
  const { scansAlways } = await connection.traits()
  const refused: Refused[] = []
  for (const request of requestsOf(changes, scansAlways)) {
    await step()
    const operations = request.map((change) => operationOf(change, number, scansAlways))
    await connection.run(async () => {
      try {
        await connection.collection<StoredDocument>(collection).bulkWrite(operations, { ordered: false })
      } catch (error) {
        if (!isRefusal(error)) throw error
        refused.push(...refusedIn(error, request))
      }
    })
  }
  return refused
}

/** FerretDB 1 has few places for updates (see `ServerTraits`); inserts are one request to it, whatever their number. */
function requestsOf(changes: readonly Change[], scansAlways: boolean): readonly (readonly Change[])[] {
  if (!scansAlways) return chunks(changes, requestMax.usual)
  const { inserts = [], updates = [] } = Object.groupBy(changes, ({ how }) =>
    how === 'insert' ? 'inserts' : 'updates',
  )
  return [...chunks(inserts, requestMax.usual), ...chunks(updates, requestMax.scanning)]
}

/** FerretDB 1 finds a document quickly by its key alone, so there nothing guards but that a process looks before each request. */
function operationOf(change: Change, number: number, scansAlways: boolean): AnyBulkWriteOperation<StoredDocument> {
  const { k, how, guard, fields } = change
  const filter = scansAlways ? { _id: k } : { _id: k, n: { [guard]: number } }
  if (how === 'free') return { updateOne: { filter, update: { $set: { u: fields.u ?? {} } } } }
  const replacement = fields as Omit<StoredDocument, '_id'>
  if (how === 'insert') return { insertOne: { document: { _id: k, ...replacement } } }
  return { replaceOne: { filter, replacement, upsert: how === 'upsert' } }
}

function refusedIn(error: unknown, request: readonly Change[]): readonly Refused[] {
  const why = error instanceof Error ? error.message : String(error)
  const told = error instanceof MongoBulkWriteError ? [error.writeErrors].flat() : []
  const changes = told.map(({ index }) => request[index]).filter((each) => each !== undefined)
  // FerretDB 1 does not tell which update it refused.
  return (changes.length > 0 ? changes : request).map((change) => ({ change, why }))
}

function chunks<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )
}
