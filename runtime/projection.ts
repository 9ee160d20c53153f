import type { Fact } from './fact.ts'
import type { Clock } from './ports/clock.ts'
import type { Documents, DocumentWrite } from './ports/documents.ts'
import type { Journal } from './ports/journal.ts'
import type { Log } from './ports/log.ts'
import { StorageError } from './ports/storage-error.ts'
import type { LiveFeed } from './live.ts'
import { applyBatch, failuresCollection, failureWrite } from './projection-batch.ts'
import {
  checkpointCollection,
  checkpointDelete,
  checkpointWrite,
  generationWrite,
  inTerm,
  readCheckpoint,
  readTerm,
  termWrite,
  type Checkpoint,
  type Projected,
} from './projection-checkpoint.ts'
import type { Projection } from './runtime.ts'

/** Keeps read models up with the facts, and the live stream up with the read models. */
export interface Projector {
  /** Defines collections and begins; goes on by itself from then on. Rejects only when documents can never be used as they are. */
  start(): Promise<void>
  /** Ends after the batch in hand. */
  stop(): Promise<void>
  /** Every fact up to here is in the read models. */
  position(): number
  /** Facts read and not yet written, so at least so many are missing; and how long ago the oldest of them happened. */
  lag(): { readonly factsLag: number; readonly behindMs: number }
  /** Looks whether somebody asked for read models built anew (`generationWrite`), and does so. Rejects when documents can't be read. */
  look(): Promise<void>
  /** Resolves once `position` is reached; rejects with `AbortError` when `signal` ends first or the projector stops. */
  caughtUp(position: number, signal: AbortSignal): Promise<void>
  /** Empties the collections and builds them from the first fact; resolves when they are where they were. */
  rebuild(): Promise<void>
}

export interface ProjectorOptions {
  readonly journal: Journal
  readonly documents: Documents
  readonly projections: readonly Projection[]
  /** The stream that hears of facts once they are projected; absent where other processes follow instead. */
  readonly live?: Pick<LiveFeed, 'deliver' | 'advance' | 'rewind'>
  /** Hears how far read models are, after each write. */
  readonly onProjected?: (projected: Projected) => void
  readonly log: Log
  readonly clock: Clock
}

/** Makes a projector. Nothing happens before `start`. */
export function createProjector(options: ProjectorOptions): Projector {
  return new FactProjector(options)
}

const batchMax = 500
const retryMs = { first: 500, most: 10_000 } as const

interface Waiter {
  readonly position: number
  readonly resolve: () => void
}

/**
 * Owns the checkpoint and the only loop that writes read models.
 * 1. Documents and checkpoint are one write: a crash repeats a batch or does not, never half of it (P1).
 * 2. At most one pass runs; a wake during it makes it look again.
 * 3. Live hears of a fact after its documents are written, in order, once per process (P4).
 * 4. Of several projectors on the same read models the last to take over writes; the others are refused and, if still wanted, take over again (P11).
 */
class FactProjector implements Projector {
  readonly #options: ProjectorOptions
  readonly #waiters = new Set<Waiter>()
  readonly #stopping = new AbortController()
  #position = 0
  #generation = 0
  #term = 0
  /** What has been read and is not written yet. */
  #inHand: readonly Fact[] = []
  /** The last fact that live has heard of. */
  #delivered = 0
  #prepared = false
  #pass: Promise<void> | undefined
  #again = false
  #retryDelayMs: number = retryMs.first
  #unwatch: (() => void) | undefined
  #cancelRetry: (() => void) | undefined
  #rebuildWanted = false

  constructor(options: ProjectorOptions) {
    this.#options = options
  }

  async start(): Promise<void> {
    // While documents are away every new fact would be one more try in vain: the retry looks for all of them.
    const facts = (): void => {
      if (this.#cancelRetry === undefined) this.#wake()
    }
    this.#unwatch = this.#options.journal.watch({ facts })
    try {
      await this.#prepare()
    } catch (error) {
      if (!isPassing(error)) throw error
      this.#retryLater(error)
      return
    }
    this.#wake()
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new DOMException('the projector has stopped', 'AbortError'))
    this.#unwatch?.()
    this.#cancelRetry?.()
    await this.#pass
  }

  position(): number {
    return this.#position
  }

  lag(): { readonly factsLag: number; readonly behindMs: number } {
    const [oldest] = this.#inHand
    const behindMs = oldest === undefined ? 0 : Math.max(0, this.#options.clock.nowMs() - oldest.atMs)
    return { factsLag: this.#inHand.length, behindMs }
  }

  async look(): Promise<void> {
    if (!this.#prepared) return
    const { generation } = await readCheckpoint(this.#options.documents)
    if (generation <= this.#generation) return
    this.#prepared = false
    this.#wake()
  }

  async caughtUp(position: number, signal: AbortSignal): Promise<void> {
    if (this.#prepared && position <= this.#position) return
    const either = AbortSignal.any([signal, this.#stopping.signal])
    either.throwIfAborted()
    await new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        this.#waiters.delete(waiter)
        reject(either.reason instanceof Error ? either.reason : new DOMException('aborted', 'AbortError'))
      }
      const arrive = (): void => {
        either.removeEventListener('abort', leave)
        resolve()
      }
      const waiter = { position, resolve: arrive }
      this.#waiters.add(waiter)
      either.addEventListener('abort', leave, { once: true })
    })
  }

  async rebuild(): Promise<void> {
    const goal = this.#position
    this.#rebuildWanted = true
    this.#prepared = false
    this.#wake()
    await this.caughtUp(goal, this.#stopping.signal)
  }

  #wake(): void {
    if (this.#stopping.signal.aborted) return
    this.#again = true
    this.#pass ??= this.#run().finally(() => {
      this.#pass = undefined
      if (this.#again) this.#wake()
    })
  }

  async #run(): Promise<void> {
    this.#again = false
    try {
      if (!this.#prepared) await this.#prepare()
      while (!this.#stopping.signal.aborted && this.#prepared) {
        const facts = await this.#options.journal.facts(this.#position, batchMax)
        if (facts.length === 0) break
        this.#inHand = facts
        await this.#project(facts)
        this.#inHand = []
        this.#retryDelayMs = retryMs.first
      }
    } catch (error) {
      this.#again = false
      if (isOutdated(error)) this.#prepared = false
      this.#retryLater(error)
    }
  }

  /** Writes a batch; one that the store refuses for good is taken fact by fact, and the fact at fault is set aside. */
  async #project(facts: readonly Fact[]): Promise<void> {
    const { documents, projections, log } = this.#options
    const { writes, failures } = await applyBatch(facts, projections, documents)
    try {
      await this.#write([...writes, this.#checkpointAt(lastOf(facts))])
    } catch (error) {
      if (!isRefusal(error)) throw error
      if (facts.length > 1) return this.#projectOneByOne(facts)
      return this.#projectApart(facts)
    }
    for (const { projection, fact, reason } of failures) {
      log.error('a projection could not take a fact', { projection, position: fact.position, type: fact.type, reason })
    }
    this.#reached(facts)
  }

  async #projectOneByOne(facts: readonly Fact[]): Promise<void> {
    for (const fact of facts) {
      if (this.#stopping.signal.aborted) return
      await this.#project([fact])
    }
  }

  /** A fact that can't be written whole: each projection's part alone, and those refused are set aside. */
  async #projectApart(facts: readonly Fact[]): Promise<void> {
    const { documents, projections, log } = this.#options
    const refused: DocumentWrite[] = []
    for (const projection of projections) {
      try {
        const { writes } = await applyBatch(facts, [projection], documents)
        if (writes.length > 0) await this.#write(writes)
      } catch (error) {
        if (!isRefusal(error)) throw error
        const reason = error.message
        refused.push(...facts.map((fact) => failureWrite({ projection: projection.name, fact, reason })))
        log.error('documents refused a fact', { projection: projection.name, position: lastOf(facts), reason })
      }
    }
    await this.#write([...refused, this.#checkpointAt(lastOf(facts))])
    this.#reached(facts)
  }

  #reached(facts: readonly Fact[]): void {
    this.#position = lastOf(facts)
    for (const fact of facts) {
      if (fact.position <= this.#delivered) continue
      this.#delivered = fact.position
      this.#options.live?.deliver(fact)
    }
    this.#arrived()
  }

  #arrived(): void {
    this.#options.live?.advance(this.#position)
    this.#options.onProjected?.({ generation: this.#generation, position: this.#position })
    if (!this.#prepared) return
    for (const waiter of this.#waiters) {
      if (waiter.position > this.#position) continue
      this.#waiters.delete(waiter)
      waiter.resolve()
    }
  }

  /**
   * Defines the collections and finds the checkpoint; begins from the first fact where that can't be trusted: another set of
   * projections, or a journal that was restored from a backup and ends before what read models have seen.
   */
  async #prepare(): Promise<void> {
    const { documents, projections, journal, log } = this.#options
    await documents.define({ name: checkpointCollection, indexes: [] })
    await documents.define({ name: failuresCollection, indexes: [['projection']] })
    for (const collection of projections.flatMap((projection) => projection.collections)) {
      await documents.define(collection)
    }
    await this.#takeOver()
    const found = await readCheckpoint(documents)
    const end = await journal.factsEnd()
    const reason = this.#whyRebuild(found, end)
    this.#generation = found.generation
    this.#position = found.position
    this.#delivered = found.position > end ? 0 : Math.max(this.#delivered, this.#toldBefore(found, end))
    if (reason !== undefined) {
      log.info('read models are built anew', { reason })
      await this.#beginAnew(found)
    }
    this.#rebuildWanted = false
    this.#prepared = true
    this.#options.live?.rewind(this.#position)
    this.#arrived()
  }

  /** What was told before is not told again; a process that begins within a rebuild tells what is new from then on. */
  #toldBefore({ begun, generation, position }: Checkpoint, end: number): number {
    return begun || generation === 0 || this.#delivered > 0 ? position : end
  }

  #whyRebuild({ generation, begun, position, shape }: Checkpoint, end: number): string | undefined {
    if (position > end) return `the journal ends before fact ${position}`
    if (this.#rebuildWanted || (generation > 0 && !begun)) return 'asked for'
    return !begun || shape === this.#shape() ? undefined : 'the projections have changed'
  }

  /** Names the new generation first, so that a crash half way clears again. */
  async #beginAnew(found: Checkpoint): Promise<void> {
    const { documents, projections } = this.#options
    this.#generation = found.begun || found.generation === 0 ? found.generation + 1 : found.generation
    this.#position = 0
    await this.#write([generationWrite(this.#generation)])
    const collections = projections.flatMap((projection) => projection.collections.map((each) => each.name))
    for (const collection of [failuresCollection, ...collections]) await documents.clear(collection, inTerm(this.#term))
    await this.#write([this.#checkpointAt(0), checkpointDelete(this.#generation - 1)])
  }

  /** 4: from here on whoever projected before is refused. */
  async #takeOver(): Promise<void> {
    const { documents } = this.#options
    const before = await readTerm(documents)
    await documents.write([termWrite(before + 1)], inTerm(before))
    this.#term = before + 1
  }

  async #write(writes: readonly DocumentWrite[]): Promise<void> {
    await this.#options.documents.write(writes, inTerm(this.#term))
  }

  /** What the read models were made of: another set of projections or collections is built anew. */
  #shape(): string {
    return JSON.stringify(this.#options.projections.map(({ name, collections }) => [name, collections]))
  }

  #checkpointAt(position: number): DocumentWrite {
    return checkpointWrite({ generation: this.#generation, position }, this.#shape())
  }

  #retryLater(error: unknown): void {
    if (this.#stopping.signal.aborted) return
    const { clock, log } = this.#options
    log.warn('read models fall behind', { reason: String(error), retryMs: this.#retryDelayMs })
    this.#cancelRetry?.()
    this.#cancelRetry = clock.schedule(clock.nowMs() + this.#retryDelayMs, () => {
      this.#cancelRetry = undefined
      this.#wake()
    })
    this.#retryDelayMs = Math.min(this.#retryDelayMs * 2, retryMs.most)
  }
}

function lastOf(facts: readonly Fact[]): number {
  return facts.at(-1)?.position ?? 0
}

function isPassing(error: unknown): boolean {
  return !(error instanceof StorageError) || error.retry !== 'never'
}

/** A refusal of the rows themselves: the same batch would be refused for ever. */
function isRefusal(error: unknown): error is StorageError {
  return error instanceof StorageError && error.code === 'document-refused'
}

/** Somebody else has taken read models over. */
function isOutdated(error: unknown): boolean {
  return error instanceof StorageError && error.code === 'write-outdated'
}
