import type { InboxEntry } from '../../ports/journal.ts'

/** Entries kept for one partition; a reader further behind reads the file. */
const entriesMax = 4096

/**
 * The newest entries of each partition in memory, so that a host that keeps up never reads back what it has just accepted.
 * 1. For a partition all entries after `after` are here. 2. What a failed transaction put in is dropped with it.
 */
export class InboxTail {
  readonly #partitions: { after: number; entries: InboxEntry[] }[]

  /** Nothing at first: everything up to `lastPosition` is in the file. */
  constructor(partitions: number, lastPosition: number) {
    this.#partitions = Array.from({ length: partitions }, () => ({ after: lastPosition, entries: [] }))
  }

  push(partition: number, entry: InboxEntry): void {
    const tail = this.#partitions[partition]
    if (tail === undefined) return
    tail.entries.push(entry)
    if (tail.entries.length > entriesMax) this.drop(partition, tail.entries[entriesMax / 2]?.position ?? entry.position)
  }

  /** Forgets entries that are handled. */
  drop(partition: number, upToPosition: number): void {
    const tail = this.#partitions[partition]
    if (tail === undefined || upToPosition <= tail.after) return
    tail.after = upToPosition
    const first = tail.entries.findIndex((entry) => entry.position > upToPosition)
    tail.entries = first === -1 ? [] : tail.entries.slice(first)
  }

  /** Forgets everything: from here on the file is asked for positions up to `lastPosition`. */
  reset(lastPosition: number): void {
    for (const tail of this.#partitions) {
      tail.after = lastPosition
      tail.entries = []
    }
  }

  /** Entries after a position, oldest first; undefined when some of them are in the file only. */
  read(partition: number, afterPosition: number, limit: number): readonly InboxEntry[] | undefined {
    const tail = this.#partitions[partition]
    if (tail === undefined || afterPosition < tail.after) return undefined
    const first = tail.entries.findIndex((entry) => entry.position > afterPosition)
    return first === -1 ? [] : tail.entries.slice(first, first + limit)
  }
}
