import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream'
import { delay, nuid, type NatsConnection } from '@nats-io/nats-core'
import type { Address } from '../../address.ts'
import type { EventEnvelope } from '../../event.ts'
import type { Documents } from '../../ports/documents.ts'
import type {
  ActorQuery,
  Appended,
  Claim,
  CommitGroup,
  CommitOutcome,
  DeadLetter,
  Journal,
  JournalListener,
} from '../../ports/journal.ts'
import type { Log } from '../../ports/log.ts'
import { StorageError } from '../../ports/storage-error.ts'
import { assertGroup, holds } from '../journal-rules.ts'
import { ActorHeads, type ActorHead } from './actor-heads.ts'
import { AppendWork } from './append-work.ts'
import { Archive } from './archive.ts'
import { asStorageError } from './batch.ts'
import { ClaimWork } from './claim-work.ts'
import { addressesOf, CommitWork } from './commit-work.ts'
import { Cursors } from './cursors.ts'
import { DeadLetters, SettleWork } from './dead-letters.ts'
import { GroupWriter } from './group-writer.ts'
import { InboxFeed } from './inbox-feed.ts'
import { defaultRetention, JournalLayout, type JournalRetention } from './journal-layout.ts'
import { factsIn, type SequencedStep } from './journal-messages.ts'
import { JournalReads } from './journal-reads.ts'
import { openStream } from './journal-stream.ts'
import { OverdueTimers } from './overdue-timers.ts'
import { StepFeed } from './step-feed.ts'
import { StreamReads } from './stream-reads.ts'

export interface NatsJournalOptions {
  /** Stays the caller's: closing the journal leaves it open. */
  readonly connection: NatsConnection
  readonly stream: string
  readonly partitions: number
  /** Servers that hold the stream, when it is made. */
  readonly replicas: number
  /** Where steps are kept past the stream's retention, and what lists of actors are read from. */
  readonly archive: Documents
  /** Whether this process copies steps into the archive. */
  readonly archiving: boolean
  readonly log: Log
  readonly retention?: JournalRetention
  /** How long one batch may take before its acknowledgement counts as lost. */
  readonly timeoutMs?: number
}

/** Events in one work, so that a large append leaves room in its batch. */
const appendMax = 500

const defaultTimeoutMs = 3000

/**
 * The truth in one JetStream stream, shared by any number of nodes. Positions are stream sequences: they rise, with gaps. Timers are fired by the
 * server, and watched over by us (J20). Throws `StorageError`: `store-unavailable`, `store-unsuitable`, `data-folder-newer`; a `RangeError` for another number of partitions.
 */
export async function openNatsJournal(options: NatsJournalOptions): Promise<Journal> {
  const { connection, stream, partitions, replicas, timeoutMs = defaultTimeoutMs } = options
  try {
    const manager = await jetstreamManager(connection, { timeout: timeoutMs })
    const layout = new JournalLayout(stream, partitions)
    const { num_replicas: copies } = await openStream(manager, { stream, layout, replicas })
    const client = jetstream(connection, { timeout: timeoutMs })
    return new NatsJournal(options, { manager, client, layout, replicated: copies > 1 })
  } catch (error) {
    if (error instanceof RangeError) throw error
    throw asStorageError(error, `the journal ${stream} can not be opened`)
  }
}

interface Parts {
  readonly manager: JetStreamManager
  readonly client: JetStreamClient
  readonly layout: JournalLayout
  readonly replicated: boolean
}

/**
 * Owns the writer, the feeds and the listeners; wires each to the next.
 * 1. Everything is written through one writer, a batch at a time, but for a timer that the server has left lying.
 * 2. What is in memory answers only where it is known to be complete; everything else is asked of the stream.
 * 3. After `close` nothing is written or called back.
 */
class NatsJournal implements Journal {
  readonly partitions: number
  readonly #layout: JournalLayout
  readonly #retention: JournalRetention
  readonly #messageBytesMax: number
  readonly #log: Log
  readonly #cursors: Cursors
  readonly #heads: ActorHeads
  readonly #writer: GroupWriter
  readonly #reads: JournalReads
  readonly #letters: DeadLetters
  readonly #inboxes: InboxFeed
  readonly #steps: StepFeed
  readonly #archive: Archive
  readonly #overdue: OverdueTimers
  readonly #listeners = new Set<JournalListener>()
  /** The newest position of each inbox, and of a step that said facts, that this process knows to be written. */
  readonly #inboxEnds = new Map<number, number>()
  #stepsEnd = 0
  #factsEnd = 0
  #closed = false

  constructor(options: NatsJournalOptions, { manager, client, layout, replicated }: Parts) {
    const { connection, stream, log, timeoutMs = defaultTimeoutMs } = options
    const reads = new StreamReads(manager, stream)
    const pause = (ms: number): Promise<void> => delay(ms)
    this.partitions = layout.partitions
    this.#layout = layout
    this.#retention = options.retention ?? defaultRetention
    this.#messageBytesMax = (connection.info?.max_payload ?? 1024 * 1024) - 4096
    this.#log = log
    this.#cursors = new Cursors(reads, layout)
    this.#heads = new ActorHeads(reads, layout)
    this.#writer = new GroupWriter({ connection, reads, timeoutMs, pause, followed: () => this.#followed() })
    this.#letters = new DeadLetters(reads, layout)
    this.#archive = new Archive({ documents: options.archive, reads, layout, log, pause })
    this.#reads = new JournalReads({ reads, layout, heads: this.#heads, archive: this.#archive, replicated })
    const feed = { client, reads, stream, layout, log, pause }
    this.#inboxes = new InboxFeed({ ...feed, wake: (partition) => this.#tell((each) => each.inbox?.(partition)) })
    this.#steps = new StepFeed({
      ...feed,
      step: (step) => this.#stepped(step),
      facts: () => this.#tell((each) => each.facts?.()),
    })
    this.#overdue = new OverdueTimers({ connection, reads, layout, retention: this.#retention, timeoutMs, log })
    if (!options.archiving) return
    this.#steps.start()
    this.#archive.start()
  }

  async append(events: readonly EventEnvelope[]): Promise<readonly Appended[]> {
    this.#assertOpen()
    const parts: (readonly EventEnvelope[])[] = []
    for (let from = 0; from < events.length; from += appendMax) parts.push(events.slice(from, from + appendMax))
    return (await Promise.all(parts.map((part) => this.#append(part)))).flat()
  }

  async claim(partition: number, node: string): Promise<Claim> {
    this.#assertPartition(partition)
    const before = await this.#cursors.read(partition)
    const work = new ClaimWork(partition, node, {
      cursors: this.#cursors,
      subject: this.#layout.cursor(partition),
      before,
    })
    this.#writer.write(work)
    const claim = await work.claimed
    this.#reached(partition, claim.position)
    this.#inboxes.want(partition)
    this.#overdue.follow(partition)
    return claim
  }

  async read(partition: number, afterPosition: number, limit: number) {
    this.#assertPartition(partition)
    const end = this.#inboxEnds.get(partition) ?? 0
    const known = await this.#inboxes.read(partition, afterPosition, { limit, end })
    const entries = known ?? (await this.#reads.inbox(partition, afterPosition, limit))
    this.#assertOpen()
    this.#reached(partition, entries.at(-1)?.position ?? 0)
    return entries
  }

  async commit(group: CommitGroup): Promise<CommitOutcome> {
    const { claim, steps } = group
    this.#assertPartition(claim.partition)
    const cursor = this.#cursors.get(claim.partition) ?? (await this.#cursors.read(claim.partition))
    if (!holds(claim, cursor)) return { status: 'stale' }
    assertGroup(group, Math.max(claim.position, this.#inboxEnds.get(claim.partition) ?? 0))
    const heads = await this.#heads.of(addressesOf(steps))
    if (!follows(group, heads)) return this.#decidedOnOld(group)
    const work = new CommitWork(group, heads, {
      layout: this.#layout,
      retention: this.#retention,
      cursors: this.#cursors,
      heads: this.#heads,
      messageBytesMax: this.#messageBytesMax,
    })
    this.#writer.write(work)
    this.#askAhead(steps.flatMap(({ sends }) => sends))
    const outcome = await work.outcome
    if (outcome.status === 'committed') this.#written(group, work)
    return outcome
  }

  async load(address: Address) {
    this.#assertOpen()
    return this.#reads.load(address)
  }

  async withEffects(partition: number, after: Address | undefined, limit: number) {
    this.#assertPartition(partition)
    return this.#reads.withEffects(partition, after, limit)
  }

  /** The server fires timers; this looks for what it has left lying, now and then, however often it is called. */
  async fireTimers(nowMs: number, limit: number) {
    this.#assertOpen()
    return this.#overdue.look(nowMs, limit)
  }

  async facts(afterPosition: number, limit: number, address?: Address) {
    this.#assertOpen()
    const known = address === undefined ? await this.#steps.read(afterPosition, limit, this.#factsEnd) : undefined
    return known ?? this.#reads.facts(afterPosition, limit, address)
  }

  async factsEnd() {
    this.#assertOpen()
    return this.#reads.factsEnd()
  }

  async history(address: Address, afterRevision: number, limit: number) {
    this.#assertOpen()
    return this.#reads.history(address, afterRevision, limit)
  }

  async list(query: ActorQuery) {
    this.#assertOpen()
    return this.#archive.list(query, this.#stepsEnd)
  }

  async deadLetters(query: { readonly workspace: string; readonly before?: number; readonly limit: number }) {
    this.#assertOpen()
    return this.#letters.list(query)
  }

  async deadLetter(id: number) {
    this.#assertOpen()
    return this.#letters.get(id)
  }

  async settleDeadLetter(id: number, settlement: NonNullable<DeadLetter['settled']>): Promise<void> {
    this.#assertOpen()
    const work = new SettleWork(this.#layout.settled(id), settlement)
    this.#writer.write(work)
    await work.settled
  }

  watch(listener: JournalListener): () => void {
    this.#listeners.add(listener)
    if (listener.facts !== undefined || listener.steps !== undefined) this.#steps.start()
    return () => void this.#listeners.delete(listener)
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#listeners.clear()
    this.#writer.close()
    this.#overdue.close()
    await Promise.all([this.#inboxes.close(), this.#steps.close(), this.#archive.close()])
  }

  /** Tried twice under one author: an entry that the first try wrote, its acknowledgement lost, is recognised and not written again. */
  async #append(events: readonly EventEnvelope[], author = nuid.next()): Promise<readonly Appended[]> {
    const tools = { layout: this.#layout, retention: this.#retention, author }
    this.#askAhead(events)
    const tryOnce = async (): Promise<readonly Appended[]> => {
      const work = new AppendWork(events, tools)
      this.#writer.write(work)
      return work.appended
    }
    const appended = await tryOnce().catch((error: unknown) => {
      if (!(error instanceof StorageError) || error.code !== 'store-unavailable') throw error
      return tryOnce()
    })
    const partitions = new Set(events.map(({ to }) => this.#layout.partition(to)))
    events.forEach(({ to }, index) => this.#reached(this.#layout.partition(to), appended[index]?.position ?? 0))
    // Those that are followed wake when it is delivered.
    for (const partition of partitions)
      if (!this.#inboxes.follows(partition)) this.#tell((each) => each.inbox?.(partition))
    return appended
  }

  /** Whoever handles them here will want the states of their actors. */
  #askAhead(events: readonly EventEnvelope[]): void {
    for (const { to } of events) if (this.#inboxes.follows(this.#layout.partition(to))) this.#reads.askAhead(to)
  }

  /** A stale owner is told so; a load from a follower that was behind has to be made again. */
  async #decidedOnOld({ claim, steps }: CommitGroup): Promise<CommitOutcome> {
    this.#heads.forget(addressesOf(steps))
    if (!holds(claim, await this.#cursors.read(claim.partition))) return { status: 'stale' }
    throw new StorageError('store-unavailable', `a step of partition ${claim.partition} was decided on an old state`)
  }

  #written({ steps }: CommitGroup, { stepSequences }: CommitWork): void {
    steps.forEach(({ facts }, index) => {
      const sequence = stepSequences[index] ?? 0
      this.#stepsEnd = Math.max(this.#stepsEnd, sequence)
      if (facts.length > 0) this.#factsEnd = Math.max(this.#factsEnd, sequence)
    })
    if (steps.some((step) => step.timersArmed.length > 0)) this.#tell((each) => each.timers?.())
  }

  #stepped(step: SequencedStep): void {
    this.#archive.tell(step)
    const { address, entry } = step
    this.#reads.stepped(address)
    const notice = [{ address, eventId: entry.envelope.id, outcome: entry.outcome, facts: factsIn(step) }]
    this.#tell((each) => each.steps?.(notice))
  }

  /** Callers go on and append again, and entries that were written are delivered, read and decided on. */
  async #followed(): Promise<void> {
    await turn()
    await this.#inboxes.delivered(this.#inboxEnds)
    await turn()
  }

  #reached(partition: number, position: number): void {
    if (position > (this.#inboxEnds.get(partition) ?? 0)) this.#inboxEnds.set(partition, position)
  }

  #tell(tell: (listener: JournalListener) => void): void {
    for (const listener of this.#listeners) {
      try {
        tell(listener)
      } catch (error) {
        this.#log.error('a watcher of the journal threw', { reason: String(error) })
      }
    }
  }

  #assertOpen(): void {
    if (this.#closed) throw new StorageError('store-closed', 'the journal is closed')
  }

  #assertPartition(partition: number): void {
    this.#assertOpen()
    if (!Number.isInteger(partition) || partition < 0 || partition >= this.partitions)
      throw new RangeError(`partition ${partition} is not one of ${this.partitions}`)
  }
}

/** Everything that only waits for promises has gone on. */
function turn(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve))
}

/** Whether each actor's first change in the group comes right after the state that is known of it. */
function follows({ steps }: CommitGroup, heads: ReadonlyMap<Address, ActorHead>): boolean {
  const seen = new Set<Address>()
  return steps.every(({ actor }) => {
    if (actor === undefined || seen.has(actor.address)) return true
    seen.add(actor.address)
    return heads.get(actor.address)?.revision === actor.revision - 1
  })
}
