import { pause } from '#runtime/backoff.ts'
import { RuntimeError } from '#runtime/errors.ts'
import type { NewEvent } from '#runtime/event.ts'
import type { Clock } from '#runtime/ports/clock.ts'
import type { Ephemeral } from '#runtime/ports/ephemeral.ts'
import type { BusDelivery, EventBus } from '#runtime/ports/event-bus.ts'
import type { Log } from '#runtime/ports/log.ts'
import { StorageError } from '#runtime/ports/storage-error.ts'
import type { Runtime } from '#runtime/runtime.ts'
import { leadDefaults } from '#machines/lead-contract.ts'
import { leadCaptured } from '../lead-intake.ts'
import { eventOf } from '../submit.ts'
import { readCapturedLead, type CapturedLead } from './captured-lead.ts'
import type { Reading } from './cloud-event.ts'
import { leadsSubject, leadsTopic, type LeadEventBounds } from './event-names.ts'
import { RateBudget } from './rate-budget.ts'
import { readCloudEvent } from './read-cloud-event.ts'
import { refusalOf } from './refused-message.ts'

/** What one workspace may bring, and how much is under way at once. */
export interface IngressLimits {
  /** Events a workspace may bring a minute; more wait on the bus. */
  readonly perMinute: number
  /** Of those, refused ones: each is kept for a person. */
  readonly refusedPerMinute: number
  /** Events of a workspace being taken in at once, over all gateways. */
  readonly inFlightMax: number
}

export const ingressLimits: IngressLimits = { perMinute: 60_000, refusedPerMinute: 600, inFlightMax: 256 }

export interface IngressOptions {
  readonly bus: EventBus
  readonly runtime: Pick<Runtime, 'send'>
  readonly ephemeral: Pick<Ephemeral, 'limit'>
  readonly clock: Clock
  readonly log: Log
  readonly prefix: string
  readonly bounds: LeadEventBounds
  readonly workspaces: readonly string[]
  readonly limits: IngressLimits
}

/** Counted since the start. */
export interface IngressStats {
  /** Taken in, repeats left out. */
  readonly taken: number
  readonly repeated: number
  /** Kept for a person with the reasons. */
  readonly refused: number
  /** Handed back to the bus to come again. */
  readonly returned: number
  /** Under way now. */
  readonly inFlight: number
}

const ackWaitMs = 30_000
/** An event handed out so often and never finished takes its process down with it, or nobody knows what else: a person has to look. */
const deliveriesMax = 10
const retryMs = { first: 100, most: 10_000 } as const
const beginMs = { first: 500, most: 30_000 } as const

/**
 * Takes leads in from the bus.
 * Owns the subscriptions and the events under way.
 * 1. An event is acknowledged only after it, or its refusal, is durable in the journal.
 * 2. While the journal is busy or away events wait here and hold their places: no more are handed out, and none is given up.
 * 3. What is wrong for good is kept with its reasons; what fails for an unknown reason is handed back, at most `deliveriesMax` times, and then kept.
 */
export class Ingress {
  readonly #options: IngressOptions
  readonly #stopping = new AbortController()
  readonly #rate: RateBudget
  readonly #refusedRate: RateBudget
  readonly #stops: (() => Promise<void>)[] = []
  readonly #underWay = new Map<BusDelivery, Promise<void>>()
  readonly #counts = { taken: 0, repeated: 0, refused: 0, returned: 0 }
  #begun: Promise<void> = Promise.resolve()
  #cancelBeat: () => void = () => {}

  constructor(options: IngressOptions) {
    const { ephemeral, limits } = options
    this.#options = options
    this.#rate = new RateBudget({ ephemeral, perMinute: limits.perMinute })
    this.#refusedRate = new RateBudget({ ephemeral, perMinute: limits.refusedPerMinute })
  }

  /** Begins, and goes on trying while the bus is away. */
  start(): void {
    this.#begun = this.#begin()
    this.#beat()
  }

  /** Takes nothing more; what is being written is finished, the rest goes back to the bus. */
  async stop(): Promise<void> {
    const leave = (): Promise<unknown> => Promise.all(this.#stops.splice(0).map((stop) => stop()))
    // First of all nothing more comes: what goes back must not come here again.
    await leave()
    this.#stopping.abort()
    this.#cancelBeat()
    await this.#begun
    await leave()
    await Promise.all(this.#underWay.values())
  }

  stats(): IngressStats {
    return { ...this.#counts, inFlight: this.#underWay.size }
  }

  async #begin(): Promise<void> {
    const { bus, log, prefix, bounds, workspaces } = this.#options
    const waiting = new Set(workspaces)
    for (let waitMs: number = beginMs.first; ; waitMs = Math.min(waitMs * 2, beginMs.most)) {
      try {
        await bus.define(leadsTopic(prefix, workspaces, bounds))
        for (const workspace of waiting) {
          this.#stops.push(await this.#subscribe(workspace))
          waiting.delete(workspace)
        }
        return
      } catch (error) {
        log.warn('lead events cannot be taken in yet', { reason: String(error), retryMs: waitMs })
        await pause(this.#options.clock, waitMs, this.#stopping.signal)
        if (this.#stopping.signal.aborted) return
      }
    }
  }

  #subscribe(workspace: string): Promise<() => Promise<void>> {
    const { bus, prefix, limits } = this.#options
    const subject = leadsSubject(prefix, workspace)
    const subscription = { name: `leads-of-${workspace}`, topic: 'leads', subject, ackWaitMs }
    return bus.subscribe({ ...subscription, inFlightMax: limits.inFlightMax }, (delivery) => {
      const work = this.#handle(workspace, delivery).finally(() => this.#underWay.delete(delivery))
      this.#underWay.set(delivery, work)
    })
  }

  async #handle(workspace: string, delivery: BusDelivery): Promise<void> {
    try {
      await this.#within(this.#rate, `lead-events/${workspace}`)
      const read = delivery.deliveries > deliveriesMax ? neverFinished(delivery) : readLead(workspace, delivery)
      if (read.ok) await this.#take(workspace, delivery, capturedBy(read.value))
      else await this.#refuse(workspace, delivery, read.reasons)
    } catch (error) {
      if (!(error instanceof Stopped)) {
        const { subject } = delivery
        this.#options.log.error('a lead event could not be handled', { subject, reason: String(error) })
      }
      this.#return(delivery, error instanceof Stopped ? 0 : returnAfterMs(delivery))
    }
  }

  async #take(workspace: string, delivery: BusDelivery, event: NewEvent): Promise<void> {
    try {
      const { duplicate } = await this.#durably(event)
      this.#counts[duplicate ? 'repeated' : 'taken'] += 1
      // 1: not a moment before.
      delivery.acknowledge()
    } catch (error) {
      if (error instanceof Stopped) throw error
      if (!isForGood(error) && delivery.deliveries < deliveriesMax) throw error
      await this.#refuse(workspace, delivery, [`it could not be handled: ${messageIn(error)}`])
    }
  }

  async #refuse(workspace: string, delivery: BusDelivery, reasons: readonly string[]): Promise<void> {
    await this.#within(this.#refusedRate, `lead-events-refused/${workspace}`)
    await this.#durably(refusalOf(delivery, { workspace, reasons }))
    this.#counts.refused += 1
    delivery.acknowledge()
  }

  /** 2: sends until it is durable, or refused for another reason than the state of the journal. */
  async #durably(event: NewEvent): Promise<{ readonly duplicate: boolean }> {
    for (let waitMs: number = retryMs.first; ; waitMs = Math.min(waitMs * 2, retryMs.most)) {
      try {
        return await this.#options.runtime.send(event)
      } catch (error) {
        if (!isPassing(error)) throw error
        await this.#wait(waitMs)
      }
    }
  }

  async #within(budget: RateBudget, key: string): Promise<void> {
    for (let waitMs = await budget.spend(key); waitMs > 0; waitMs = await budget.spend(key)) await this.#wait(waitMs)
  }

  async #wait(ms: number): Promise<void> {
    await pause(this.#options.clock, ms, this.#stopping.signal)
    if (this.#stopping.signal.aborted) throw new Stopped()
  }

  #return(delivery: BusDelivery, afterMs: number): void {
    this.#counts.returned += 1
    delivery.retry(afterMs)
  }

  /** Keeps the places of what is under way. */
  #beat(): void {
    const { clock } = this.#options
    this.#cancelBeat = clock.schedule(clock.nowMs() + ackWaitMs / 3, () => {
      for (const delivery of this.#underWay.keys()) delivery.working()
      this.#beat()
    })
  }
}

/** Thrown by what waits when everything stops. */
class Stopped extends Error {}

function readLead(workspace: string, delivery: BusDelivery): Reading<CapturedLead> {
  const event = readCloudEvent(delivery)
  if (!event.ok) return event
  return readCapturedLead(event.value, { workspace, countryCode: leadDefaults.countryCode })
}

function capturedBy({ to, profile }: CapturedLead): NewEvent {
  const lead = leadCaptured(to, profile, 'event')
  return { ...lead, event: eventOf(lead.event) }
}

function neverFinished({ deliveries }: BusDelivery): Reading<CapturedLead> {
  return { ok: false, reasons: [`it was handed out ${deliveries - 1} times and never finished: look at the logs`] }
}

/** The journal can't take it now. A closed one is a process that is stopping. */
function isPassing(error: unknown): boolean {
  if (error instanceof RuntimeError) return error.retry !== 'never'
  return error instanceof StorageError && (error.retry !== 'never' || error.code === 'store-closed')
}

function isForGood(error: unknown): boolean {
  return error instanceof RuntimeError || error instanceof StorageError
}

function returnAfterMs({ deliveries }: BusDelivery): number {
  return Math.min(1000 * 2 ** deliveries, 60_000)
}

function messageIn(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
