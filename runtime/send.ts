import { parseAddress, partitionOf } from './address.ts'
import { RuntimeError } from './errors.ts'
import type { EventEnvelope, MachineEvent, NewEvent } from './event.ts'
import { eventIdMaxLength } from './limits.ts'
import { plain } from './plain.ts'
import type { Clock } from './ports/clock.ts'
import type { Ids } from './ports/ids.ts'
import type { Appended, Journal } from './ports/journal.ts'
import { isReserved } from './step.ts'

export interface IntakeOptions {
  readonly journal: Pick<Journal, 'append' | 'partitions'>
  readonly clock: Clock
  readonly ids: Ids
  readonly eventMaxBytes: number
  readonly queueMax: number
  /** Whether this process handles the partition: only then can it tell when an event has been handled. */
  owns(partition: number): boolean
}

interface Waiting {
  readonly envelope: EventEnvelope
  resolve(appended: Appended): void
  reject(error: unknown): void
}

/** Events in one append. */
const appendMax = 512

/**
 * The way in: checks an event, then appends it together with whatever else arrived while the last append was in flight.
 * 1. One append at a time, in the order of arrival.
 * 2. Events accepted and not handled are bounded; beyond it callers from outside are refused as `busy`, the host's own never.
 */
export class Intake {
  readonly #options: IntakeOptions
  readonly #waiting: Waiting[] = []
  readonly #backlog: Backlog
  #flushing = false
  #stopped = false

  constructor(options: IntakeOptions) {
    this.#options = options
    this.#backlog = new Backlog()
  }

  /** Events accepted by this process and not handled yet. */
  get lag(): number {
    return this.#waiting.length + this.#backlog.size
  }

  /** Checks an event from outside and gives it an envelope. Throws `bad-event`, `reserved-event`, `event-too-large`, `busy` or `stopped`. */
  accept(event: NewEvent): EventEnvelope {
    const { clock, ids, queueMax, eventMaxBytes } = this.#options
    this.#assertRunning()
    if (parseAddress(event.to) === undefined) throw new RuntimeError('bad-event', `"${event.to}" is not an address`)
    if (this.lag >= queueMax) throw new RuntimeError('busy', `${this.lag} events before one to ${event.to}`)
    const id = event.id ?? ids.next('ev')
    if (id.length === 0 || id.length > eventIdMaxLength)
      throw new RuntimeError('bad-event', `an event id of ${id.length} characters to ${event.to}`)
    const machineEvent = checkEvent(event.event, { to: event.to, eventMaxBytes })
    const correlation = event.correlationId === undefined ? {} : { correlationId: event.correlationId }
    return { id, to: event.to, event: machineEvent, atMs: clock.nowMs(), ...correlation }
  }

  /** Durable when it resolves. */
  append(envelope: EventEnvelope): Promise<Appended> {
    return new Promise((resolve, reject) => {
      this.#assertRunning()
      this.#waiting.push({ envelope, resolve, reject })
      if (this.#flushing) return
      this.#flushing = true
      // A microtask later, so that everything sent in this turn shares the append.
      queueMicrotask(() => void this.#flush())
    })
  }

  /** Everything in the partition up to the position has been handled. */
  handled(partition: number, position: number): void {
    this.#backlog.handled(partition, position)
  }

  /** The partition belongs to somebody else now. */
  release(partition: number): void {
    this.#backlog.release(partition)
  }

  stop(): void {
    this.#stopped = true
  }

  #assertRunning(): void {
    if (this.#stopped) throw new RuntimeError('stopped', 'no event is accepted')
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, appendMax)
      try {
        const appended = await this.#options.journal.append(batch.map((each) => each.envelope))
        batch.forEach((each, index) => this.#answer(each, appended[index]))
      } catch (error) {
        for (const each of batch) each.reject(error)
      }
    }
    this.#flushing = false
  }

  #answer(waiting: Waiting, appended: Appended | undefined): void {
    const { to, id } = waiting.envelope
    if (appended === undefined) return waiting.reject(new Error(`the journal gave no answer for ${id} to ${to}`))
    const partition = partitionOf(to, this.#options.journal.partitions)
    if (!appended.duplicate && this.#options.owns(partition)) this.#backlog.add(partition, appended.position)
    waiting.resolve(appended)
  }
}

/** An event's content, checked: plain JSON with a type that is not the host's, within the limit. */
export function checkEvent(event: unknown, at: { readonly to: string; readonly eventMaxBytes: number }): MachineEvent {
  const { json, bytes } = plainEvent(event, at.to)
  if (bytes > at.eventMaxBytes)
    throw new RuntimeError('event-too-large', `${bytes} bytes to ${at.to}, over ${at.eventMaxBytes}`)
  if (isReserved(json.type)) throw new RuntimeError('reserved-event', `"${json.type}" to ${at.to}`)
  return json
}

function plainEvent(event: unknown, to: string): { readonly json: MachineEvent; readonly bytes: number } {
  try {
    const { json, bytes } = plain(event, 'event')
    if (!isMachineEvent(json) || json.type === '' || json.type === '*') throw new TypeError('event has no type')
    return { json, bytes }
  } catch (error) {
    throw new RuntimeError('bad-event', `to ${to}: ${error instanceof Error ? error.message : 'not readable'}`, error)
  }
}

function isMachineEvent(json: unknown): json is MachineEvent {
  return typeof json === 'object' && json !== null && 'type' in json && typeof json.type === 'string'
}

/** Positions accepted and not handled, a partition. */
class Backlog {
  readonly #positions = new Map<number, number[]>()
  readonly #handledTo = new Map<number, number>()
  size = 0

  add(partition: number, position: number): void {
    // The append may be answered after its event has been handled.
    if (position <= (this.#handledTo.get(partition) ?? -1)) return
    const positions = this.#positions.get(partition) ?? []
    this.#positions.set(partition, positions)
    positions.push(position)
    this.size += 1
  }

  handled(partition: number, position: number): void {
    this.#handledTo.set(partition, position)
    const positions = this.#positions.get(partition)
    if (positions === undefined) return
    const left = positions.findIndex((each) => each > position)
    this.size -= positions.splice(0, left === -1 ? positions.length : left).length
  }

  release(partition: number): void {
    this.size -= this.#positions.get(partition)?.length ?? 0
    this.#positions.delete(partition)
    this.#handledTo.delete(partition)
  }
}
