import type { JournalLayout } from './journal-layout.ts'
import { readCursor } from './journal-messages.ts'
import type { Found, StreamReads } from './stream-reads.ts'

/** A partition's cursor and the sequence that fences the next write to it. 0 everywhere: never claimed. */
export interface Cursor {
  readonly epoch: number
  readonly position: number
  readonly sequence: number
}

/** What this process knows of the cursors: the newest it has written or read. The stream's own expectation decides. */
export class Cursors {
  readonly #reads: StreamReads
  readonly #layout: JournalLayout
  readonly #known = new Map<number, Cursor>()

  constructor(reads: StreamReads, layout: JournalLayout) {
    this.#reads = reads
    this.#layout = layout
  }

  get(partition: number): Cursor | undefined {
    return this.#known.get(partition)
  }

  set(partition: number, cursor: Cursor): void {
    if (cursor.sequence >= (this.#known.get(partition)?.sequence ?? 0)) this.#known.set(partition, cursor)
  }

  /** What was found in the stream. */
  found(partition: number, found: Found): void {
    this.set(partition, { ...readCursor(found), sequence: found.sequence })
  }

  /** As the stream has it now. */
  async read(partition: number): Promise<Cursor> {
    const found = await this.#reads.lastOnLeader(this.#layout.cursor(partition))
    const cursor =
      found === undefined ? { epoch: 0, position: 0, sequence: 0 } : { ...readCursor(found), sequence: found.sequence }
    this.set(partition, cursor)
    return cursor
  }
}
