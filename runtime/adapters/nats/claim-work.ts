import type { Claim } from '../../ports/journal.ts'
import type { StorageError } from '../../ports/storage-error.ts'
import type { BatchMessage } from './batch.ts'
import type { Cursor, Cursors } from './cursors.ts'
import type { Work, WorkLeft } from './group-writer.ts'
import { readCursor, type StoredCursor } from './journal-messages.ts'
import type { Found } from './stream-reads.ts'

/** Takes a partition: the cursor, written over the one that was last seen. Whoever was faster is seen and written over in turn. */
export class ClaimWork implements Work {
  readonly claimed: Promise<Claim>
  readonly #cursors: Cursors
  readonly #subject: string
  readonly #for: { readonly partition: number; readonly node: string }
  readonly #settle: { resolve(claim: Claim): void; reject(error: StorageError): void }
  #before: Cursor

  constructor(
    partition: number,
    node: string,
    at: { readonly cursors: Cursors; readonly subject: string; readonly before: Cursor },
  ) {
    const { promise, resolve, reject } = Promise.withResolvers<Claim>()
    this.claimed = promise
    this.#settle = { resolve, reject }
    this.#cursors = at.cursors
    this.#subject = at.subject
    this.#before = at.before
    this.#for = { partition, node }
  }

  prepare(): readonly BatchMessage[] {
    // Another claim of this process may have been written since.
    const known = this.#cursors.get(this.#for.partition)
    if (known !== undefined && known.sequence > this.#before.sequence) this.#before = known
    const cursor: StoredCursor = {
      epoch: this.#before.epoch + 1,
      position: this.#before.position,
      node: this.#for.node,
    }
    return [{ subject: this.#subject, data: JSON.stringify(cursor), expect: this.#before.sequence, rollup: true }]
  }

  written(firstSequence: number): WorkLeft {
    const { epoch, position } = this.#before
    const { partition, node } = this.#for
    this.#cursors.set(partition, { epoch: epoch + 1, position, sequence: firstSequence })
    this.#settle.resolve({ partition, node, epoch: epoch + 1, position })
    return 'done'
  }

  conflicted(found: ReadonlyMap<string, Found>): void {
    const there = found.get(this.#subject)
    if (there !== undefined && there.sequence > this.#before.sequence)
      this.#before = { ...readCursor(there), sequence: there.sequence }
  }

  failed(error: StorageError): void {
    this.#settle.reject(error)
  }
}
