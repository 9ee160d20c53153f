import { BSON } from 'mongodb'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import { StorageError } from '../../ports/storage-error.ts'
import { applyPlan, undoPlan } from './apply-plan.ts'
import type { MongoConnection } from './connection.ts'
import { isDuplicate, whenDamaged } from './storage-errors.ts'
import type { PlanItem } from './write-plan.ts'

/** Why a write is in the list: to change documents, or to have the house to itself while definitions change. */
type Kind = 'documents' | 'definitions'
type State = 'open' | 'undoing' | 'done' | 'refused'

/** Where the list of writes is kept. */
export const intentsCollection = 'intents'

/** A write, from its beginning to its end. The highest number is the last one; all below it are over. */
interface Intent {
  readonly _id: number
  readonly kind: Kind
  readonly state: State
  /** The process that began it. */
  readonly by: string
  /** Raised while its process is at it. */
  readonly beat: number
  readonly atMs: number
  /** The plan, or how many parts it is in. */
  readonly items?: readonly PlanItem[]
  readonly parts?: number
  readonly why?: string
}

interface Part {
  /** `<token>.<index>`: told by the intent's `by` and number, so that nobody else's is read. */
  readonly _id: string
  readonly atMs: number
  readonly items: readonly PlanItem[]
}

export interface IntentsOptions {
  readonly connection: MongoConnection
  readonly clock: Clock
  readonly log: Log
  /** Told of this process alone. */
  readonly owner: string
}

/**
 * How long another's unfinished write may stand still before it is finished by whoever waits, longer where no guard holds what arrives late;
 * and how long one waits at all.
 */
const patienceMs = { still: 2000, stillScanning: 5000, beat: 500, look: 25, busy: 20_000 } as const
/** How often another may come first before a caller is told. */
const triesMax = 100
/** Documents of 16 MB are the most; a plan beyond this goes in parts. */
const planBytesMax = 12 * 1024 * 1024
const documentBytesMax = 16 * 1024 * 1024 - 64 * 1024
/** Ended writes that are remembered, for a process that was away to learn how its own ended. */
const rememberedMax = 64
/** Parts of a plan whose process died before it was begun go after this. */
const orphanMs = 60 * 60 * 1000

/**
 * The list of writes: one at a time over all processes, each announced whole before its first change. Owns what this process knows of the list.
 * 1. A number is taken by inserting it, so one process has it; it is taken only when the one before has ended.
 * 2. An announced write is finished or undone by somebody: its own process, or the next that opens or writes.
 * 3. A plan is made of what is stored after the write before, and holds only if no other came between; else it is made anew.
 * 4. Within the process one is at work at a time.
 */
export class Intents {
  readonly #options: IntentsOptions
  /** The last write that has ended, as far as known; taking the next number proves it. */
  #last: number | undefined
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: IntentsOptions) {
    this.#options = options
  }

  /** Finishes or undoes what a process that is gone has left. */
  async settle(): Promise<void> {
    await this.#inTurn(async () => void (this.#last = await this.#settled()))
  }

  /** Does what `plan` comes to, all or nothing. `plan` is given the number, and is asked again when another write came first. */
  async write(plan: (number: number, fresh: boolean) => Promise<readonly PlanItem[]>): Promise<void> {
    await this.#inTurn(async () => {
      for (let tries = 0; tries < triesMax; tries++) {
        const fresh = this.#last === undefined
        const before = (this.#last ??= await this.#settled())
        const items = await plan(before + 1, fresh)
        if (items.length === 0) return
        const intent = await this.#announce(before + 1, 'documents', items)
        if (intent === undefined) continue
        const refusal = await this.#finish(intent, items)
        if (refusal !== undefined) throw new StorageError('document-refused', refusal)
        return
      }
      throw this.#outrun()
    })
  }

  /** Runs `work` while nobody writes. When it is cut off in the middle nothing of it is finished by others: it must be able to begin anew. */
  async alone(work: (step: () => Promise<void>) => Promise<void>): Promise<void> {
    await this.#inTurn(async () => {
      for (let tries = 0; tries < triesMax; tries++) {
        const before = await this.#settled()
        const intent = await this.#announce(before + 1, 'definitions', [])
        if (intent === undefined) continue
        // When it fails it stays open, and this process ends it before anything else.
        await work(this.#beating(intent)).catch((error: unknown) => {
          throw error instanceof Overtaken ? this.#outrun() : error
        })
        await this.#end(intent, 'done')
        return
      }
      throw this.#outrun()
    })
  }

  #outrun(): StorageError {
    return new StorageError(
      'store-unavailable',
      `other processes were always first in ${this.#options.connection.database}`,
    )
  }

  /** Whoever waits has its turn also when the one before fails. */
  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(async () => {
      try {
        return await work()
      } catch (error) {
        // What became of it is unknown; the list tells.
        this.#last = undefined
        throw error
      }
    })
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  /** The number of the last write once it has ended. Waits for another process that is at it; finishes what one has left. */
  async #settled(): Promise<number> {
    const { clock, connection, log, owner } = this.#options
    const { scansAlways } = await connection.traits()
    const stillMs = scansAlways ? patienceMs.stillScanning : patienceMs.still
    const startMs = clock.nowMs()
    let seen = ''
    let sinceMs = startMs
    for (;;) {
      const last = await this.#latest()
      if (last === undefined) return 0
      if (last.state === 'done' || last.state === 'refused') return last._id
      const nowMs = clock.nowMs()
      const now = `${last._id} ${last.state} ${last.beat}`
      if (now !== seen) sinceMs = nowMs
      seen = now
      if (last.by === owner || nowMs - sinceMs >= stillMs) {
        log.info('a write that was left unfinished is ended', { number: last._id, by: last.by })
        await this.#finish(last, await this.#itemsOf(last))
        continue
      }
      if (nowMs - startMs > patienceMs.busy)
        throw new StorageError('store-unavailable', `another process has been writing for long (${last.by})`)
      await this.#wait(patienceMs.look)
    }
  }

  async #latest(): Promise<Intent | undefined> {
    const { connection } = this.#options
    const found = await connection.run(() => this.#list().find().sort({ _id: -1 }).limit(1).toArray())
    return found[0]
  }

  /** Takes the number. Absent: another process has it. */
  async #announce(number: number, kind: Kind, items: readonly PlanItem[]): Promise<Intent | undefined> {
    const { clock, owner, connection } = this.#options
    const parts = partsOf(items)
    const head = { _id: number, kind, state: 'open' as const, by: owner, beat: 0, atMs: clock.nowMs() }
    const intent: Intent = parts.length === 1 ? { ...head, items } : { ...head, parts: parts.length }
    if (parts.length > 1) await this.#store(intent, parts)
    try {
      await connection.run(() => this.#list().insertOne(intent))
    } catch (error) {
      if (!(error instanceof StorageError) || !isDuplicate(error.cause)) throw error
      this.#last = undefined
      return undefined
    }
    return intent
  }

  async #store(intent: Intent, parts: readonly (readonly PlanItem[])[]): Promise<void> {
    const { connection } = this.#options
    const { atMs } = intent
    await connection.run(() => this.#parts().deleteMany({ atMs: { $lt: atMs - orphanMs } }))
    for (const [index, items] of parts.entries()) {
      const part: Part = { _id: partId(intent, index), atMs, items }
      await connection.run(() => this.#parts().replaceOne({ _id: part._id }, part, { upsert: true }))
    }
  }

  async #itemsOf(intent: Intent): Promise<readonly PlanItem[]> {
    if (intent.parts === undefined) return intent.items ?? []
    const { connection } = this.#options
    const items: PlanItem[] = []
    for (let index = 0; index < intent.parts; index++) {
      const part = await connection.run(() => this.#parts().findOne({ _id: partId(intent, index) }))
      if (part === null) {
        // Another process has ended it meanwhile, or somebody has taken it away.
        if ((await this.#stateOf(intent)) === 'over') return []
        throw new StorageError(
          'documents-corrupt',
          `write ${intent._id} in ${connection.database} lacks a part: ${whenDamaged}`,
        )
      }
      items.push(...part.items)
    }
    return items
  }

  /** Brings an announced write to its end. Answers why it was refused, if it was. */
  async #finish(intent: Intent, items: readonly PlanItem[]): Promise<string | undefined> {
    const { connection } = this.#options
    const work = { connection, number: intent._id, atMs: intent.atMs, items, step: this.#beating(intent) }
    try {
      const refusal = intent.state === 'undoing' ? intent.why : await applyPlan(work)
      if (refusal === undefined) return await this.#end(intent, 'done')
      if (!(await this.#mark(intent, refusal))) return await this.#outcome(intent)
      await undoPlan(work)
      await this.#end(intent, 'refused', refusal)
      return refusal
    } catch (error) {
      if (error instanceof Overtaken) return this.#outcome(intent)
      throw error
    }
  }

  /** From here on nobody goes forward with it. False: it has ended meanwhile. */
  async #mark(intent: Intent, why: string): Promise<boolean> {
    const { connection } = this.#options
    const filter = { _id: intent._id, state: { $in: ['open', 'undoing'] as State[] } }
    const marked = await connection.run(() => this.#list().updateOne(filter, { $set: { state: 'undoing', why } }))
    return marked.matchedCount === 1
  }

  /** Notes the end where it is not noted yet, and forgets writes of long ago. */
  async #end(intent: Intent, state: 'done' | 'refused', why?: string): Promise<undefined> {
    const { connection } = this.#options
    const { _id, kind, by, beat, atMs } = intent
    const over = { _id, kind, state, by, beat, atMs, ...(why === undefined ? {} : { why }) }
    const replaceOne = { filter: { _id, state: { $in: ['open', 'undoing'] as State[] } }, replacement: over }
    await connection.run(() =>
      this.#list().bulkWrite([{ replaceOne }, { deleteMany: { filter: { _id: { $lte: _id - rememberedMax } } } }]),
    )
    if (intent.parts !== undefined) await this.#dropParts(intent, intent.parts)
    this.#last = _id
  }

  async #dropParts(intent: Intent, parts: number): Promise<void> {
    const ids = Array.from({ length: parts }, (_, index) => partId(intent, index))
    await this.#options.connection.run(() => this.#parts().deleteMany({ _id: { $in: ids } }))
  }

  /** Tells others now and then that this process is at it; rejects when they have ended it. */
  #beating(intent: Intent): () => Promise<void> {
    const { clock, connection } = this.#options
    let lastMs = intent.by === this.#options.owner ? intent.atMs : -Infinity
    return async () => {
      if (clock.nowMs() - lastMs < patienceMs.beat) return
      const filter = { _id: intent._id, state: { $in: ['open', 'undoing'] as State[] } }
      const beaten = await connection.run(() => this.#list().updateOne(filter, { $inc: { beat: 1 } }))
      if (beaten.matchedCount === 0) throw new Overtaken()
      lastMs = clock.nowMs()
    }
  }

  /** How a write ended that another process has brought to its end. */
  async #outcome(intent: Intent): Promise<string | undefined> {
    const state = await this.#stateOf(intent)
    if (state === 'over') {
      const found = await this.#find(intent)
      if (found !== null) return found.state === 'refused' ? (found.why ?? 'refused') : undefined
    }
    throw new StorageError('store-unavailable', `what became of write ${intent._id} is not known: write it again`)
  }

  async #stateOf(intent: Intent): Promise<'going' | 'over'> {
    const found = await this.#find(intent)
    return found?.state === 'open' || found?.state === 'undoing' ? 'going' : 'over'
  }

  #find(intent: Intent): Promise<Intent | null> {
    return this.#options.connection.run(() => this.#list().findOne({ _id: intent._id }))
  }

  #list() {
    return this.#options.connection.collection<Intent>(intentsCollection)
  }

  #parts() {
    return this.#options.connection.collection<Part>('intent-parts')
  }

  #wait(forMs: number): Promise<void> {
    const { clock } = this.#options
    return new Promise((resolve) => void clock.schedule(clock.nowMs() + forMs, resolve))
  }
}

/** Thrown within a write that another process has brought to its end. */
class Overtaken extends Error {}

function partId({ by, _id }: Intent, index: number): string {
  return `${by} ${_id} ${index}`
}

/** The items in as few parts as hold them. Throws `document-refused` for a document that none can hold. */
function partsOf(items: readonly PlanItem[]): readonly (readonly PlanItem[])[] {
  const parts: PlanItem[][] = [[]]
  let bytes = 0
  for (const item of items) {
    const size = BSON.calculateObjectSize(item)
    if (size > documentBytesMax)
      throw new StorageError(
        'document-refused',
        `a document of ${item.c}${item.t === 'clear' ? '' : `, ${item.k},`} is larger than 16 MB`,
      )
    bytes += size
    if (bytes > planBytesMax && parts.at(-1)?.length !== 0) {
      parts.push([])
      bytes = size
    }
    parts.at(-1)?.push(item)
  }
  return parts
}
