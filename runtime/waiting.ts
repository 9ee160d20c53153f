import { partitionOf, type Address } from './address.ts'
import { backoffMs, pause } from './backoff.ts'
import { RuntimeError } from './errors.ts'
import type { EventEnvelope, EventId } from './event.ts'
import type { Fact } from './fact.ts'
import { errorAsJson } from './plain.ts'
import type { Clock } from './ports/clock.ts'
import type { Ids } from './ports/ids.ts'
import type { HistoryEntry, Journal, StepCommit, StepNotice } from './ports/journal.ts'
import type { Log } from './ports/log.ts'
import type { Handled } from './runtime.ts'

export interface WaitersOptions {
  readonly journal: Pick<Journal, 'partitions' | 'history' | 'facts'>
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
}

/** A caller that waits for one event to be handled. */
export interface Waiter {
  readonly handled: Promise<Handled>
  /** Nobody waits any more. */
  leave(): void
}

interface Seat {
  readonly envelope: EventEnvelope
  /** Made only when the journal has to be asked: an aborted signal costs an exception each. */
  left?: AbortController
  resolve(handled: Handled): void
  reject(error: unknown): void
}

const pageMax = 500
const lookBaseMs = 20
/** How long the notice of another node's commit is waited for before the history is asked. */
const noticeMs = 200

/**
 * Callers of `submit`, by event. A commit of this process answers them from memory, one of another node by its notice; when no
 * notice comes, or a partition was lost with the answer in doubt, the journal's history is asked until it knows.
 */
export class Waiters {
  readonly #options: WaitersOptions
  /** Several may wait for the same event: a webhook and its retry, two tabs. */
  readonly #seats = new Map<string, Set<Seat>>()
  #seated = 0

  constructor(options: WaitersOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#seated
  }

  /** Waits for the event; to be called before it is appended, since it may be handled before the append is answered. */
  wait(envelope: EventEnvelope): Waiter {
    const { promise, resolve, reject } = Promise.withResolvers<Handled>()
    const seat: Seat = { envelope, resolve, reject }
    const key = seatKey(envelope.to, envelope.id)
    this.#sit(key, seat)
    const leave = (): void => {
      seat.left?.abort()
      this.#rise(key, seat)
    }
    // A caller that has given up hears nothing more, not even of a stop.
    promise.then(leave, leave)
    return { handled: promise, leave }
  }

  committed(steps: readonly StepCommit[], facts: readonly Fact[]): void {
    if (this.#seated === 0) return
    const said = Map.groupBy(facts, (fact) => seatKey(fact.address, fact.causedBy))
    for (const { entry, outcome } of steps) {
      const key = seatKey(entry.envelope.to, entry.envelope.id)
      this.#answer(key, { duplicate: false, outcome, facts: said.get(key) ?? [] })
    }
  }

  /** What the journal tells of commits of any node. */
  noticed(notices: readonly StepNotice[]): void {
    if (this.#seated === 0) return
    for (const { address, eventId, outcome, facts } of notices) {
      this.#answer(seatKey(address, eventId), { duplicate: false, outcome, facts })
    }
  }

  /** This process can't tell any more: look the event up until the journal knows it. */
  lost(partition: number): void {
    for (const seat of this.#all()) {
      if (partitionOf(seat.envelope.to, this.#options.journal.partitions) === partition) this.#look(seat, 0)
    }
  }

  /** Looks up one event whose partition is another node's, unless a notice tells first. */
  lookUp(envelope: EventEnvelope): void {
    for (const seat of this.#seats.get(seatKey(envelope.to, envelope.id)) ?? []) this.#look(seat, noticeMs)
  }

  close(): void {
    for (const seat of this.#all()) {
      seat.reject(new RuntimeError('stopped', `${seat.envelope.id} to ${seat.envelope.to}`))
    }
    this.#seats.clear()
    this.#seated = 0
  }

  #sit(key: string, seat: Seat): void {
    const beside = this.#seats.get(key)
    if (beside === undefined) this.#seats.set(key, new Set([seat]))
    else beside.add(seat)
    this.#seated += 1
  }

  #rise(key: string, seat: Seat): void {
    const beside = this.#seats.get(key)
    if (beside?.delete(seat) !== true) return
    this.#seated -= 1
    if (beside.size === 0) this.#seats.delete(key)
  }

  #answer(key: string, handled: Handled): void {
    for (const seat of this.#seats.get(key) ?? []) seat.resolve(handled)
  }

  #all(): readonly Seat[] {
    return [...this.#seats.values()].flatMap((seats) => [...seats])
  }

  #look(seat: Seat, afterMs: number): void {
    if (seat.left !== undefined) return
    seat.left = new AbortController()
    void this.#search(seat, seat.left.signal, afterMs)
  }

  async #search(seat: Seat, left: AbortSignal, afterMs: number): Promise<void> {
    const { clock, ids, log, journal } = this.#options
    const { to, id } = seat.envelope
    if (afterMs > 0) await pause(clock, afterMs, left)
    let afterRevision = -1
    for (let tries = 1; !left.aborted; tries++) {
      try {
        const { entry, seen } = await findHandled(journal, { address: to, id, afterRevision })
        if (entry === undefined) {
          // The newest revision may still get entries that change nothing, so it is read again.
          afterRevision = seen - 1
        } else {
          const facts = await factsOfStep(journal, to, entry)
          // A reader that is behind may know the step and not yet what it said.
          if (facts.length === entry.facts.length) {
            seat.resolve({ duplicate: false, outcome: entry.outcome, facts })
            return
          }
        }
      } catch (error) {
        // A notice told meanwhile, and what was asked may be closed by now.
        if (left.aborted) return
        log.warn('the outcome of an event could not be looked up', { address: to, id, error: errorAsJson(error) })
      }
      await pause(clock, Math.min(1000, backoffMs(lookBaseMs, tries, ids.random())), left)
    }
  }
}

interface Sought {
  readonly address: Address
  readonly id: string
  readonly afterRevision: number
}

/** The step that handled an event, and the newest revision looked at. */
async function findHandled(
  journal: Pick<Journal, 'history'>,
  { address, id, afterRevision }: Sought,
): Promise<{ readonly entry?: HistoryEntry; readonly seen: number }> {
  let seen = afterRevision
  for (;;) {
    const page = await journal.history(address, seen, pageMax)
    const entry = page.find((each) => each.envelope.id === id)
    seen = page[page.length - 1]?.revision ?? seen
    if (entry !== undefined) return { entry, seen }
    if (page.length < pageMax) return { seen }
  }
}

async function factsOfStep(
  journal: Pick<Journal, 'facts'>,
  address: Address,
  entry: HistoryEntry,
): Promise<readonly Fact[]> {
  const found: Fact[] = []
  for (let after = 0; found.length < entry.facts.length;) {
    const page = await journal.facts(after, pageMax, address)
    found.push(...page.filter((fact) => fact.revision === entry.revision && fact.causedBy === entry.envelope.id))
    if (page.length < pageMax) break
    after = page[page.length - 1]?.position ?? after
  }
  return found
}

function seatKey(address: Address, id: EventId): string {
  return `${address}\n${id}`
}
