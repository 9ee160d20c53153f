import type { JetStreamClient } from '@nats-io/jetstream'
import type { InboxEntry } from '../../ports/journal.ts'
import type { Log } from '../../ports/log.ts'
import { Arrivals } from './arrivals.ts'
import { followStream } from './follow-stream.ts'
import type { JournalLayout } from './journal-layout.ts'
import { readEntry } from './journal-messages.ts'
import type { Found, StreamReads } from './stream-reads.ts'

export interface InboxFeedOptions {
  readonly client: JetStreamClient
  readonly reads: StreamReads
  readonly stream: string
  readonly layout: JournalLayout
  readonly log: Log
  /** A partition has something new, or may have. */
  readonly wake: (partition: number) => void
  readonly pause: (ms: number) => Promise<void>
}

interface Tail {
  /** The tail is complete after this position. */
  from: number
  entries: InboxEntry[]
  /** The newest position delivered. */
  end: number
}

/** Entries of one partition kept for a host that keeps up; one far behind asks the stream. */
const tailMax = 4000

/** How long an entry that has been acknowledged may take to be delivered before the stream is asked instead. */
const deliveryMs = 10

/** How long a delivery takes, as a rule. */
const promptMs = 2

const retryMs = 500

/**
 * The newest inbox entries of the partitions this process has claimed, delivered by one ordered consumer.
 * Owns the tails. 1. A tail holds every entry after its `from`. 2. Whoever reads before that asks the stream. 3. After each new consumer all
 * its partitions are woken, for what came while there was none.
 */
export class InboxFeed {
  readonly #options: InboxFeedOptions
  readonly #tails = new Map<number, Tail>()
  readonly #wanted = new Set<number>()
  readonly #arrivals: Arrivals
  #stop: (() => Promise<void>) | undefined
  #generation = 0
  #changing: Promise<void> | undefined
  #changed = false
  #closed = false

  constructor(options: InboxFeedOptions) {
    this.#options = options
    this.#arrivals = new Arrivals(options.pause)
  }

  /** Delivers the partition from now on. */
  want(partition: number): void {
    if (this.#closed || this.#wanted.has(partition)) return
    this.#wanted.add(partition)
    this.#changed = true
    this.#changing ??= this.#change().finally(() => {
      this.#changing = undefined
    })
  }

  /** Whether what comes to the partition is delivered here. */
  follows(partition: number): boolean {
    return this.#tails.has(partition)
  }

  /** Entries after a position, where the tail has them all; `undefined`: ask the stream. `end` is the newest position known to be there. */
  async read(
    partition: number,
    afterPosition: number,
    { limit, end }: { readonly limit: number; readonly end: number },
  ): Promise<readonly InboxEntry[] | undefined> {
    const tail = this.#tails.get(partition)
    if (tail === undefined || afterPosition < tail.from) return undefined
    if (tail.end < end && !(await this.#arrivals.within(deliveryMs, () => tail.end >= end))) return undefined
    if (afterPosition < tail.from || this.#tails.get(partition) !== tail) return undefined
    const first = firstAfter(tail.entries, afterPosition)
    if (first > 0) forget(tail, first)
    return tail.entries.slice(0, limit)
  }

  /** Resolves when everything up to the ends of its partitions has been delivered, or soon. */
  async delivered(ends: ReadonlyMap<number, number>): Promise<void> {
    const isThere = (): boolean =>
      [...this.#tails].every(([partition, tail]) => tail.end >= (ends.get(partition) ?? 0)) || this.#closed
    await this.#arrivals.within(promptMs, isThere)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#generation += 1
    this.#arrivals.arrived()
    await this.#changing
    await this.#stop?.()
  }

  async #change(): Promise<void> {
    const { pause, log } = this.#options
    // Claims come in a row: one consumer for all of them.
    await pause(1)
    while (this.#changed && !this.#closed) {
      this.#changed = false
      try {
        await this.#follow()
      } catch (error) {
        log.warn('inboxes can not be followed yet', { reason: String(error) })
        this.#changed = true
        await pause(retryMs)
      }
    }
  }

  async #follow(): Promise<void> {
    const { client, reads, stream, layout } = this.#options
    const generation = ++this.#generation
    const partitions = [...this.#wanted]
    const last = await reads.lastSequence()
    const whole = partitions.length === layout.partitions
    const before = this.#stop
    for (const partition of partitions) this.#tails.set(partition, { from: last, entries: [], end: last })
    this.#stop = await followStream(client, {
      stream,
      filter: whole ? layout.inboxes : partitions.map((partition) => layout.inboxOf(partition)),
      from: last + 1,
      onFound: (found) => {
        if (generation === this.#generation) this.#take(found)
      },
      onResumed: () => this.#wakeAll(partitions),
    })
    await before?.()
  }

  #take(found: Found): void {
    const { layout, wake } = this.#options
    const partition = layout.partitionIn(found.subject)
    const tail = this.#tails.get(partition)
    if (tail === undefined) return
    tail.entries.push(readEntry(found))
    tail.end = found.sequence
    if (tail.entries.length > tailMax) forget(tail, tailMax / 2)
    this.#arrivals.arrived()
    wake(partition)
  }

  #wakeAll(partitions: readonly number[]): void {
    for (const partition of partitions) this.#options.wake(partition)
  }
}

function forget(tail: Tail, count: number): void {
  tail.from = tail.entries[count - 1]?.position ?? tail.from
  tail.entries.splice(0, count)
}

/** The index of the first entry after a position. */
function firstAfter(entries: readonly InboxEntry[], position: number): number {
  const index = entries.findIndex((entry) => entry.position > position)
  return index === -1 ? entries.length : index
}
