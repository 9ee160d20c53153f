import { createHash } from 'node:crypto'
import { partitionOf, partsOf, type Address } from '../../address.ts'
import type { EventId } from '../../event.ts'

/** How long things stay in the stream, milliseconds. */
export interface JournalRetention {
  /** Inbox entries, and with them the memory of event ids; longer than the 8 days of J3. An entry nobody handles for so long is lost. */
  readonly inboxMs: number
  /** Steps with their facts; beyond it the archive has them. */
  readonly stepsMs: number
}

const dayMs = 24 * 60 * 60 * 1000

/** Nine days of inbox, thirty of steps. */
export const defaultRetention: JournalRetention = { inboxMs: 9 * dayMs, stepsMs: 30 * dayMs }

/**
 * The subjects of the journal's one stream, all beneath one prefix. Address parts hold only characters a token allows.
 *
 *     in.<partition>.<guard>                    an inbox entry; its subject follows from receiver and id, so it is also the memory of the id
 *     cursor.<partition>                        the claim on a partition and how far it has been handled
 *     actor.<partition>.<workspace>.<kind>.<id> an actor at rest; never expires
 *     busy.<partition>.<workspace>.<kind>.<id>  there while the actor has effects that have not settled
 *     step.said|quiet.<partition>.<address>     one step with its facts, or without any
 *     timer.<partition>.<guard>                 a schedule that the server turns into an inbox entry
 *     dead.<workspace>.<partition>              the event of a step that failed, was parked or undeliverable
 *     settled.<dead letter>                     how a dead letter was dealt with
 *     void                                      carries a cancellation for which there was no other message; gone in a second
 */
export class JournalLayout {
  readonly prefix: string
  readonly partitions: number

  constructor(stream: string, partitions: number) {
    this.prefix = `journal.${stream}`
    this.partitions = partitions
  }

  partition(address: Address): number {
    return partitionOf(address, this.partitions)
  }

  get all(): string {
    return `${this.prefix}.>`
  }

  inbox(to: Address, id: EventId): string {
    return `${this.prefix}.in.${this.partition(to)}.${guardOf(to, id)}`
  }

  /** All entries of a partition. */
  inboxOf(partition: number): string {
    return `${this.prefix}.in.${partition}.*`
  }

  get inboxes(): string {
    return `${this.prefix}.in.*.*`
  }

  cursor(partition: number): string {
    return `${this.prefix}.cursor.${partition}`
  }

  actor(address: Address): string {
    return `${this.prefix}.actor.${this.#place(address)}`
  }

  busy(address: Address): string {
    return `${this.prefix}.busy.${this.#place(address)}`
  }

  busyOf(partition: number): string {
    return `${this.prefix}.busy.${partition}.>`
  }

  step(address: Address, kind: 'said' | 'quiet' | '*'): string {
    return `${this.prefix}.step.${kind}.${this.#place(address)}`
  }

  /** The steps that said facts, or all. */
  steps(kind: 'said' | '*'): string {
    return `${this.prefix}.step.${kind}.>`
  }

  timer(address: Address, id: string): string {
    return `${this.prefix}.timer.${this.partition(address)}.${guardOf(address, id)}`
  }

  /** All schedules of a partition. */
  timersOf(partition: number): string {
    return `${this.prefix}.timer.${partition}.*`
  }

  dead(address: Address): string {
    return `${this.prefix}.dead.${partsOf(address).workspace}.${this.partition(address)}`
  }

  deadOf(workspace: string): string {
    return `${this.prefix}.dead.${workspace}.*`
  }

  settled(id: number): string {
    return `${this.prefix}.settled.${id}`
  }

  get nowhere(): string {
    return `${this.prefix}.void`
  }

  /** The partition of an inbox subject. */
  partitionIn(subject: string): number {
    const from = this.prefix.length + '.in.'.length
    return Number(subject.slice(from, subject.indexOf('.', from)))
  }

  /** The address at the end of an `actor`, `busy` or `step` subject. */
  addressIn(subject: string): Address {
    const [workspace, kind, id] = subject.split('.').slice(-3)
    return `${workspace}/${kind}/${id}` as Address
  }

  #place(address: Address): string {
    return `${this.partition(address)}.${address.replaceAll('/', '.')}`
  }
}

/** 128 bits of SHA-256 over receiver and id: a token of 22 characters, whatever the id holds. */
function guardOf(address: Address, id: string): string {
  return createHash('sha256').update(`${address}\n${id}`).digest('base64url').slice(0, 22)
}

/** Facts of one step share its sequence; `askedMax` keeps their number below this. */
const factsOfStepMax = 1000

/** The position of a fact: rising over the journal, not without gaps. */
export function factPosition(sequence: number, index: number): number {
  return sequence * factsOfStepMax + index
}

/** The sequence of the step a fact position belongs to. */
export function sequenceOf(position: number): number {
  return Math.floor(position / factsOfStepMax)
}
