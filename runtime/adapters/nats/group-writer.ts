import type { NatsConnection } from '@nats-io/nats-core'
import { StorageError } from '../../ports/storage-error.ts'
import { asStorageError, batchMax, publishBatch, type BatchMessage } from './batch.ts'
import type { Found, StreamReads } from './stream-reads.ts'

export type WorkLeft = 'done' | 'again'

/** Something to be written with one batch, whole or not at all. */
export interface Work {
  /** What to write now. None: it has come to nothing, and whoever waits has been told. */
  prepare(): readonly BatchMessage[]
  /** `again` where something is left that had to wait for what was written now. */
  written(firstSequence: number): WorkLeft
  /** Some of its expectations do not hold; here is what the stream has. The work changes what it asks for, or gives up. */
  conflicted(found: ReadonlyMap<string, Found>): void
  failed(error: StorageError): void
}

export interface GroupWriterOptions {
  readonly connection: NatsConnection
  readonly reads: StreamReads
  readonly timeoutMs: number
  /** Waits between two tries when the reads do not yet show what the server refused. */
  readonly pause: (ms: number) => Promise<void>
  /** Resolves once what the last batch brought has been given to whoever decides on it, or has not come for too long. */
  readonly followed: () => Promise<void>
}

interface Placed {
  readonly work: Work
  readonly messages: readonly BatchMessage[]
  readonly offset: number
}

/** Bytes of one batch, so that a slow link is not held up by one group. */
const batchBytesMax = 8 * 1024 * 1024

/** Messages of a batch that costs the server more to begin than to write: a few milliseconds however few there are. */
const smallMax = 128

/** Tries to explain a refusal by what a lagging follower shows. */
const explainMax = 40

/**
 * One batch at a time, as large as what has queued up meanwhile: more in flight make JetStream slower, not faster.
 * Owns the queue of works.
 * 1. Works are written in the order they came, each whole in one batch.
 * 2. Two works that touch the same fenced subject never share a batch: the second sees what became of the first.
 * 3. A refused batch wrote nothing: works whose expectations hold are written again, the others are told what is there.
 * 4. A batch refused for what is in it is taken apart, so that a bad work harms nobody else.
 * 5. After a small batch it waits a moment for what follows from it: one batch more for the steps alone would keep everybody waiting longer.
 */
export class GroupWriter {
  readonly #options: GroupWriterOptions
  #queue: Work[] = []
  #running = false
  #closed = false
  /** So many batches take one work each. */
  #apart = 0
  #unexplained = 0

  constructor(options: GroupWriterOptions) {
    this.#options = options
  }

  write(work: Work): void {
    if (this.#closed) return work.failed(closed())
    this.#queue.push(work)
    if (this.#running) return
    this.#running = true
    // A microtask later, so that what is asked for in this turn shares the batch.
    queueMicrotask(() => void this.#run())
  }

  close(): void {
    this.#closed = true
    for (const work of this.#queue) work.failed(closed())
    this.#queue = []
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#next()
      if (batch.length > 0) await this.#publish(batch)
      // 5
      if (batch.reduce((sum, { messages }) => sum + messages.length, 0) < smallMax) await this.#options.followed()
    }
    this.#running = false
  }

  #next(): readonly Placed[] {
    const batch: Placed[] = []
    const fenced = new Set<string>()
    let [count, bytes, taken] = [0, 0, 0]
    for (const work of this.#queue) {
      if (this.#apart > 0 && batch.length > 0) break
      const messages = prepared(work)
      const size = messages.reduce((sum, { data }) => sum + data.length, 0)
      const fits = count + messages.length <= batchMax && bytes + size <= batchBytesMax
      // 2: it waits for the batch after this one.
      if (batch.length > 0 && (!fits || messages.some(({ subject }) => fenced.has(subject)))) break
      taken += 1
      if (messages.length === 0) continue
      batch.push({ work, messages, offset: count })
      for (const message of messages) if (isFenced(message)) fenced.add(message.subject)
      count += messages.length
      bytes += size
    }
    this.#queue.splice(0, taken)
    if (this.#apart > 0) this.#apart -= 1
    return batch
  }

  async #publish(batch: readonly Placed[]): Promise<void> {
    const { connection, timeoutMs } = this.#options
    try {
      const outcome = await publishBatch(
        connection,
        batch.flatMap(({ messages }) => messages),
        timeoutMs,
      )
      if (outcome.status === 'refused') return await this.#explain(batch, outcome.found)
      this.#unexplained = 0
      const left = batch.filter(({ work, offset }) => work.written(outcome.firstSequence + offset) === 'again')
      this.#again(left)
    } catch (error) {
      const failure = asStorageError(error, 'the journal could not be written')
      if (failure.code !== 'group-refused' || batch.length === 1) return fail(batch, failure)
      // 4: nobody knows whose message it was.
      this.#apart = batch.length
      this.#again(batch)
    }
  }

  /** 3: asks the stream what it has where the batch expected something, and tells the works it concerns. */
  async #explain(batch: readonly Placed[], sequence: number): Promise<void> {
    const { reads, pause } = this.#options
    const subjects = batch.flatMap(({ messages }) => messages.filter(isExpecting).map(expectedOf))
    const found = new Map(await reads.lasts(subjects))
    const named = sequence > 0 ? await reads.atOnLeader(sequence) : undefined
    // A follower may be behind the leader that refused.
    if (named !== undefined && (found.get(named.subject)?.sequence ?? 0) < named.sequence)
      found.set(named.subject, named)
    const conflicted = batch.filter(({ messages }) => messages.some((message) => !holds(message, found)))
    for (const { work } of conflicted) work.conflicted(found)
    if (conflicted.length > 0) this.#unexplained = 0
    else if (++this.#unexplained > explainMax)
      return fail(batch, new StorageError('store-unavailable', 'the journal refuses a batch and does not show why'))
    else await pause(10)
    this.#again(batch)
  }

  #again(batch: readonly Placed[]): void {
    if (this.#closed) return fail(batch, closed())
    this.#queue.unshift(...batch.map(({ work }) => work))
  }
}

function prepared(work: Work): readonly BatchMessage[] {
  try {
    return work.prepare()
  } catch (error) {
    work.failed(asStorageError(error, 'a write could not be prepared'))
    return []
  }
}

/** Less than is expected is only a follower that is behind. */
function holds(message: BatchMessage, found: ReadonlyMap<string, Found>): boolean {
  const { expect } = message
  return expect === undefined || (found.get(expectedOf(message))?.sequence ?? 0) <= expect
}

function expectedOf({ subject, expectOf }: BatchMessage): string {
  return expectOf ?? subject
}

function isExpecting({ expect }: BatchMessage): boolean {
  return expect !== undefined
}

/** Another write to its subject in the same batch would be refused, or lose its order. */
function isFenced({ expect, expectOf, rollup, schedule }: BatchMessage): boolean {
  return (expect !== undefined && expectOf === undefined) || rollup === true || schedule !== undefined
}

function fail(batch: readonly Placed[], error: StorageError): void {
  for (const { work } of batch) work.failed(error)
}

function closed(): StorageError {
  return new StorageError('store-closed', 'the journal is closed')
}
