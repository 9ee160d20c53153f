import type { Address } from '../../address.ts'
import type { EventEnvelope } from '../../event.ts'
import type { CommitGroup, CommitOutcome, StepCommit } from '../../ports/journal.ts'
import { StorageError } from '../../ports/storage-error.ts'
import { holds, isDuplicate } from '../journal-rules.ts'
import { headOf, type ActorHead, type ActorHeads } from './actor-heads.ts'
import { batchMax, type BatchMessage } from './batch.ts'
import { bodyOf, cursorMessage, lastStates, pushedOut, storedSteps } from './commit-messages.ts'
import type { Cursors } from './cursors.ts'
import type { Work, WorkLeft } from './group-writer.ts'
import type { JournalLayout, JournalRetention } from './journal-layout.ts'
import { factsIn, readEntry, type StoredStep } from './journal-messages.ts'
import type { Found } from './stream-reads.ts'

export interface CommitTools {
  readonly layout: JournalLayout
  readonly retention: JournalRetention
  readonly cursors: Cursors
  readonly heads: ActorHeads
  /** Bytes of one message; what is larger is refused with its group. */
  readonly messageBytesMax: number
}

/**
 * One group as a part of a batch: the cursor, the last state of each actor, its steps with their facts, sends, timers and dead letters.
 * 1. The cursor's expectation fences a former owner (J5); each state's expectation fences a step that was decided on an old load.
 * 2. A send that its receiver has is left out; nothing else of the group ever is (J4, J6).
 * 3. A timer that an older firing has pushed out is armed again with the step that firing has become, unless its own has come (J20).
 */
export class CommitWork implements Work {
  readonly outcome: Promise<CommitOutcome>
  /** Of the steps, in order, once they are written. */
  stepSequences: readonly number[] = []
  readonly #group: CommitGroup
  readonly #tools: CommitTools
  readonly #heads: ReadonlyMap<Address, ActorHead>
  readonly #settle: { resolve(outcome: CommitOutcome): void; reject(error: StorageError): void }
  readonly #steps: readonly StoredStep[]
  readonly #body: readonly BatchMessage[]
  /** Subjects of sends that hold a message: the sequence to write after, or that the receiver has had this very event. */
  readonly #sent = new Map<string, number | 'received'>()
  /** 3: each expects the inbox to be without its firing. */
  #pushedOut: readonly BatchMessage[]
  #prepared: readonly BatchMessage[] = []
  #over = false

  /** `heads` are the actors as the group was decided on them. Throws `group-refused` for a group that no batch can hold. */
  constructor(group: CommitGroup, heads: ReadonlyMap<Address, ActorHead>, tools: CommitTools) {
    const { promise, resolve, reject } = Promise.withResolvers<CommitOutcome>()
    this.outcome = promise
    this.#settle = { resolve, reject }
    this.#group = group
    this.#heads = heads
    this.#tools = tools
    this.#steps = storedSteps(group.steps, heads)
    const place = { layout: tools.layout, retention: tools.retention, heads }
    this.#body = bodyOf(group.steps, this.#steps, place)
    this.#pushedOut = pushedOut(group.steps, place)
    assertSize(group, [...this.#body, ...this.#pushedOut], tools)
  }

  prepare(): readonly BatchMessage[] {
    if (this.#over) return []
    const { claim } = this.#group
    const cursor = this.#tools.cursors.get(claim.partition)
    // 1: another claim or commit has been seen since.
    if (cursor === undefined || !holds(claim, cursor)) {
      this.#over = true
      this.#settle.resolve({ status: 'stale' })
      return []
    }
    const first = cursorMessage(this.#group, cursor, this.#tools.layout)
    this.#prepared = [first, ...this.#body, ...this.#pushedOut, ...this.#sends()]
    return this.#prepared
  }

  written(firstSequence: number): WorkLeft {
    const { claim, position, steps } = this.#group
    const { cursors, heads, layout } = this.#tools
    this.#over = true
    cursors.set(claim.partition, { epoch: claim.epoch, position, sequence: firstSequence })
    const sequences = new Map(this.#prepared.map(({ subject }, index) => [subject, firstSequence + index]))
    for (const actor of lastStates(steps).values())
      heads.set(actor.address, headOf(actor, sequences.get(layout.actor(actor.address)) ?? 0))
    // The steps come right after the cursor, in order.
    this.stepSequences = steps.map((_, index) => firstSequence + 1 + index)
    const facts = this.#steps.flatMap((step, index) => factsIn({ ...step, sequence: firstSequence + 1 + index }))
    this.#settle.resolve({ status: 'committed', claim: { ...claim, position }, facts })
    return 'done'
  }

  conflicted(found: ReadonlyMap<string, Found>): void {
    const { claim, steps } = this.#group
    const { layout, cursors } = this.#tools
    const cursor = found.get(layout.cursor(claim.partition))
    if (cursor !== undefined && cursor.sequence > (cursors.get(claim.partition)?.sequence ?? 0))
      return cursors.found(claim.partition, cursor)
    for (const [address, head] of this.#heads) {
      const state = found.get(layout.actor(address))
      if (state === undefined || state.sequence <= head.sequence) continue
      return this.failed(new StorageError('store-unavailable', `a step of ${address} was decided on an old state`))
    }
    this.#pushedOut = this.#pushedOut.filter(({ expectOf }) => expectOf === undefined || !found.has(expectOf))
    for (const send of steps.flatMap((step) => step.sends)) {
      const there = found.get(layout.inbox(send.to, send.id))
      if (there !== undefined && there.sequence > this.#before(there.subject)) this.#received(send, there)
    }
  }

  failed(error: StorageError): void {
    this.#over = true
    // Nobody knows what was written, or what was known was old.
    this.#tools.heads.forget(this.#heads.keys())
    this.#settle.reject(error)
  }

  #received(send: EventEnvelope, there: Found): void {
    const before = isDuplicate(readEntry(there).envelope.atMs, send.atMs) ? 'received' : there.sequence
    this.#sent.set(there.subject, before)
  }

  #before(subject: string): number {
    const before = this.#sent.get(subject) ?? 0
    return before === 'received' ? Number.POSITIVE_INFINITY : before
  }

  #sends(): readonly BatchMessage[] {
    const { layout, retention } = this.#tools
    const messages = new Map<string, BatchMessage>()
    for (const send of this.#group.steps.flatMap((step) => step.sends)) {
      const subject = layout.inbox(send.to, send.id)
      const before = this.#sent.get(subject) ?? 0
      if (before === 'received' || messages.has(subject)) continue
      messages.set(subject, { subject, data: JSON.stringify(send), expect: before, ttlMs: retention.inboxMs })
    }
    return [...messages.values()]
  }
}

function assertSize(
  { claim, steps }: CommitGroup,
  body: readonly BatchMessage[],
  { messageBytesMax }: CommitTools,
): void {
  const why = `commit of partition ${claim.partition}`
  const count = 1 + body.length + steps.reduce((sum, step) => sum + step.sends.length, 0)
  if (count > batchMax)
    throw new StorageError('group-refused', `${why}: ${count} messages, and the server takes ${batchMax} at once`)
  // A character has three bytes at most; counting them is only worth it where that could matter.
  const large = body.find(({ data }) => data.length * 3 > messageBytesMax && Buffer.byteLength(data) > messageBytesMax)
  if (large !== undefined)
    throw new StorageError('group-refused', `${why}: ${large.subject} is larger than the server's max_payload`)
}

/** The receivers of a group, once each. */
export function addressesOf(steps: readonly StepCommit[]): readonly Address[] {
  return [...new Set(steps.map((step) => step.entry.envelope.to))]
}
