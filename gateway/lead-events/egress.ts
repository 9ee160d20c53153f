import { partsOf } from '#runtime/address.ts'
import { pause } from '#runtime/backoff.ts'
import type { Fact } from '#runtime/fact.ts'
import type { Clock } from '#runtime/ports/clock.ts'
import type { BusMessage, EventBus } from '#runtime/ports/event-bus.ts'
import type { Journal } from '#runtime/ports/journal.ts'
import type { Log } from '#runtime/ports/log.ts'
import type { Records } from '#runtime/ports/records.ts'
import { StorageError } from '#runtime/ports/storage-error.ts'
import { factsTopic, type LeadEventBounds } from './event-names.ts'
import { outgoingOf, type Outlet } from './public-facts.ts'
import { writeCloudEvent, type ContentMode } from './write-cloud-event.ts'

export interface EgressOptions extends Outlet {
  readonly bus: EventBus
  readonly journal: Pick<Journal, 'facts' | 'watch'>
  readonly records: Records
  readonly clock: Clock
  readonly log: Log
  readonly bounds: LeadEventBounds
  readonly workspaces: readonly string[]
  readonly mode: ContentMode
}

/** Counted since the start. */
export interface EgressStats {
  readonly published: number
  /** Everything public up to here is on the bus. */
  readonly position: number
  /** Times that publishing had to be tried again. */
  readonly retries: number
  /** Events the bus will never take. */
  readonly unpublishable: number
  /** Age of the oldest fact that is read and not published, milliseconds. */
  readonly behindMs: number
}

type Message = BusMessage & { readonly id: string }

const batchMax = 256
/** Not sooner after the last batch, so that a stream of facts is few large ones: each costs the bus's server as much as a commit. */
const gatherMs = 50
const retryMs = { first: 250, most: 15_000 } as const
/** The place is kept at most this often: what is published again after a crash has the same id. */
const keepEveryMs = 1000
const place = { collection: 'lead-events', key: 'published' } as const

/**
 * Publishes what happened, in the order of the facts.
 * Owns its place in the feed, in records too, and the only loop that moves it.
 * 1. The place moves over a fact only after the bus has it: a bus that is away delays, a crash repeats, nothing is skipped.
 * 2. The place kept is never ahead of the one here.
 * 3. At most one pass runs; a wake during it makes it look again.
 */
export class Egress {
  readonly #options: EgressOptions
  readonly #stopping = new AbortController()
  readonly #counts = { published: 0, retries: 0, unpublishable: 0 }
  #position = 0
  /** When the oldest fact in hand happened. */
  #oldestAtMs: number | undefined
  #publishedAtMs = 0
  #kept = 0
  #keptAtMs = 0
  #ready = false
  #again = false
  #pass: Promise<void> | undefined
  #unwatch: () => void = () => {}

  constructor(options: EgressOptions) {
    this.#options = options
  }

  /** Begins, and goes on trying while bus, journal or records are away. */
  start(): void {
    this.#unwatch = this.#options.journal.watch({ facts: () => this.#wake() })
    this.#wake()
  }

  /** Ends after the batch in hand, and keeps the place. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#unwatch()
    await this.#pass
    await this.#keep().catch((error: unknown) => {
      this.#options.log.warn('the place of the lead events was not kept', { reason: String(error) })
    })
  }

  stats(): EgressStats {
    const { clock } = this.#options
    const behindMs = this.#oldestAtMs === undefined ? 0 : Math.max(0, clock.nowMs() - this.#oldestAtMs)
    return { ...this.#counts, position: this.#position, behindMs }
  }

  #wake(): void {
    if (this.#stopping.signal.aborted) return
    this.#again = true
    this.#pass ??= this.#run().finally(() => {
      this.#pass = undefined
      if (this.#again) this.#wake()
    })
  }

  async #run(): Promise<void> {
    for (let waitMs: number = retryMs.first; ; waitMs = Math.min(waitMs * 2, retryMs.most)) {
      this.#again = false
      try {
        if (!this.#ready) await this.#prepare()
        while (!this.#stopping.signal.aborted && (await this.#publishNext())) waitMs = retryMs.first
        return
      } catch (error) {
        this.#counts.retries += 1
        this.#ready = false
        this.#options.log.warn('lead events are published late', { reason: String(error), retryMs: waitMs })
        await pause(this.#options.clock, waitMs, this.#stopping.signal)
        if (this.#stopping.signal.aborted) return
      }
    }
  }

  /** Makes the topic and finds the place; begins anew where the journal ends before it, as after a restore: readers know the ids. */
  async #prepare(): Promise<void> {
    const { bus, journal, records, prefix, workspaces, bounds, log } = this.#options
    await bus.define(factsTopic(prefix, workspaces, bounds))
    const stored = await records.get(place.collection, place.key)
    const known = typeof stored?.value['position'] === 'number' ? stored.value['position'] : 0
    this.#position = Math.max(this.#position, known)
    this.#kept = Math.max(this.#kept, known)
    if (this.#position > 0 && (await journal.facts(this.#position - 1, 1)).length === 0) {
      log.info('the journal ends before the last lead event: all facts are published again')
      this.#position = 0
    }
    this.#ready = true
  }

  async #publishNext(): Promise<boolean> {
    const facts = await this.#gathered()
    const last = facts.at(-1)
    this.#oldestAtMs = facts[0]?.atMs
    if (last === undefined) {
      await this.#keep()
      return false
    }
    this.#publishedAtMs = this.#options.clock.nowMs()
    await this.#publish(facts.flatMap((fact) => this.#messageOf(fact) ?? []))
    // 1: all of it is on the bus.
    this.#position = last.position
    if (this.#options.clock.nowMs() - this.#keptAtMs >= keepEveryMs) await this.#keep()
    return true
  }

  /** The next facts; few that come right after a batch wait for more. */
  async #gathered(): Promise<readonly Fact[]> {
    const { journal, clock } = this.#options
    const facts = await journal.facts(this.#position, batchMax)
    const waitMs = this.#publishedAtMs + gatherMs - clock.nowMs()
    if (facts.length === 0 || facts.length === batchMax || waitMs <= 0) return facts
    await pause(clock, waitMs, this.#stopping.signal)
    return journal.facts(this.#position, batchMax)
  }

  /** Of workspaces that other systems are told of; a fact of another has no subject. */
  #messageOf(fact: Fact): Message | undefined {
    if (!this.#options.workspaces.includes(partsOf(fact.address).workspace)) return undefined
    const outgoing = outgoingOf(fact, this.#options)
    if (outgoing === undefined) return undefined
    const { subject, event } = outgoing
    return { subject, id: event.id, ...writeCloudEvent(event, this.#options.mode) }
  }

  async #publish(messages: readonly Message[]): Promise<void> {
    try {
      await this.#options.bus.publishAll(messages)
      this.#counts.published += messages.length
    } catch (error) {
      if (!isRefused(error)) throw error
      for (const message of messages) await this.#publishOne(message)
    }
  }

  /** Tried again one that is refused would be refused again, and hold up everything after it. */
  async #publishOne(message: Message): Promise<void> {
    try {
      await this.#options.bus.publish(message)
      this.#counts.published += 1
    } catch (error) {
      if (!isRefused(error)) throw error
      this.#counts.unpublishable += 1
      const { subject, id } = message
      this.#options.log.error('the bus takes no such lead event', { subject, id, reason: error.message })
    }
  }

  async #keep(): Promise<void> {
    const { records, clock } = this.#options
    this.#keptAtMs = clock.nowMs()
    const position = this.#position
    if (position === this.#kept) return
    const stored = await records.get(place.collection, place.key)
    const known = typeof stored?.value['position'] === 'number' ? stored.value['position'] : 0
    // 2: somebody else may have gone further, before this process lost its turn.
    if (known === position || (known > position && known !== this.#kept)) return
    const revision = await records.put(place.collection, place.key, { position }, stored?.revision ?? 0)
    if (revision !== undefined) this.#kept = position
  }
}

function isRefused(error: unknown): error is StorageError {
  return error instanceof StorageError && error.code === 'message-refused'
}
