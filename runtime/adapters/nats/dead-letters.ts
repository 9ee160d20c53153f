import type { DeadLetter } from '../../ports/journal.ts'
import type { StorageError } from '../../ports/storage-error.ts'
import type { BatchMessage } from './batch.ts'
import type { Work, WorkLeft } from './group-writer.ts'
import type { JournalLayout } from './journal-layout.ts'
import { readDeadLetter, readSettlement } from './journal-messages.ts'
import type { StreamReads } from './stream-reads.ts'

/** Dead letters of one workspace looked through; they are meant to be few. */
const scanMax = 20_000

/** Reads dead letters with how they were settled. Their ids are their sequences. */
export class DeadLetters {
  readonly #reads: StreamReads
  readonly #layout: JournalLayout

  constructor(reads: StreamReads, layout: JournalLayout) {
    this.#reads = reads
    this.#layout = layout
  }

  /** Newest first. */
  async list(query: {
    readonly workspace: string
    readonly before?: number
    readonly limit: number
  }): Promise<readonly DeadLetter[]> {
    const { workspace, before = Number.POSITIVE_INFINITY, limit } = query
    const found = await this.#reads.after(0, this.#layout.deadOf(workspace), scanMax)
    const newest = found.filter(({ sequence }) => sequence < before).slice(-limit)
    return this.#withSettlements(newest.map(readDeadLetter).reverse())
  }

  async get(id: number): Promise<DeadLetter | undefined> {
    const found = Number.isSafeInteger(id) && id > 0 ? await this.#reads.at(id) : undefined
    if (found === undefined || !found.subject.startsWith(`${this.#layout.prefix}.dead.`)) return undefined
    return (await this.#withSettlements([readDeadLetter(found)]))[0]
  }

  async #withSettlements(letters: readonly DeadLetter[]): Promise<readonly DeadLetter[]> {
    const settled = await this.#reads.lasts(letters.map(({ id }) => this.#layout.settled(id)))
    return letters.map((letter) => {
      const found = settled.get(this.#layout.settled(letter.id))
      return found === undefined ? letter : { ...letter, settled: readSettlement(found) }
    })
  }
}

/** Marks a dead letter as dealt with. */
export class SettleWork implements Work {
  readonly settled: Promise<void>
  readonly #message: BatchMessage
  readonly #settle: { resolve(): void; reject(error: StorageError): void }

  constructor(subject: string, settlement: NonNullable<DeadLetter['settled']>) {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.settled = promise
    this.#settle = { resolve, reject }
    this.#message = { subject, data: JSON.stringify(settlement), rollup: true }
  }

  prepare(): readonly BatchMessage[] {
    return [this.#message]
  }

  written(): WorkLeft {
    this.#settle.resolve()
    return 'done'
  }

  conflicted(): void {
    // It expects nothing.
  }

  failed(error: StorageError): void {
    this.#settle.reject(error)
  }
}
