import { partitionOf } from './address.ts'
import { replayDeadLetter } from './dead-letters.ts'
import { RuntimeError } from './errors.ts'
import type { NewEvent } from './event.ts'
import type { MachineRegistry } from './machine-registry.ts'
import type { Clock } from './ports/clock.ts'
import type { Ids } from './ports/ids.ts'
import type { Journal } from './ports/journal.ts'
import type { Log } from './ports/log.ts'
import { timeline } from './replay.ts'
import type { Handled, Runtime, RuntimeLimits } from './runtime.ts'
import { Intake } from './send.ts'
import { Waiters } from './waiting.ts'

export interface ReceptionOptions {
  readonly journal: Journal
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly limits: RuntimeLimits
  readonly machines: MachineRegistry
  /** Whether this process handles the partition. */
  readonly owns: (partition: number) => boolean
}

/**
 * What callers of a runtime meet, whether its process hosts actors (`host.ts`) or not (`client.ts`): sends, waits, looks and replays.
 * Owns the intake and those who wait. Notices of other nodes' commits are listened to from the first caller who needs one.
 */
export class Reception {
  readonly intake: Intake
  readonly waiters: Waiters
  readonly #options: ReceptionOptions
  #unwatch: (() => void) | undefined

  constructor(options: ReceptionOptions) {
    const { journal, clock, ids, log, limits, owns } = options
    this.#options = options
    this.waiters = new Waiters({ journal, clock, ids, log })
    this.intake = new Intake({
      journal,
      clock,
      ids,
      owns,
      eventMaxBytes: limits.eventMaxBytes,
      queueMax: limits.queueMax,
    })
  }

  /** The runtime as the rest of the house sees it; `rest` is what the process itself knows. */
  runtime(rest: Pick<Runtime, 'live' | 'stats' | 'stop' | 'rebuild'>): Runtime {
    const { journal, clock, limits, machines } = this.#options
    const { eventMaxBytes } = limits
    const append = this.intake.append.bind(this.intake)
    return {
      ...rest,
      journal,
      send: async (event) => append(this.intake.accept(event)),
      submit: (event, signal) => this.#submit(event, signal),
      inspect: (address) => journal.load(address),
      timeline: (address, window) => timeline({ journal, context: { machines, limits } }, address, window),
      replayDeadLetter: (id, replay) => replayDeadLetter({ journal, clock, eventMaxBytes, append }, id, replay),
    }
  }

  /** Takes no more events; those in flight and those who wait go on. */
  stop(): void {
    this.intake.stop()
  }

  /** Answers whoever still waits with `stopped`. */
  close(): void {
    this.#unwatch?.()
    this.waiters.close()
  }

  async #submit(event: NewEvent, signal: AbortSignal): Promise<Handled> {
    const { journal, limits, owns } = this.#options
    if (this.waiters.size >= limits.queueMax)
      throw new RuntimeError('busy', `${this.waiters.size} callers before one to ${event.to}`)
    const envelope = this.intake.accept(event)
    const partition = partitionOf(event.to, journal.partitions)
    // Before the append: the event may be handled before that is answered.
    if (!owns(partition)) this.#unwatch ??= journal.watch({ steps: (steps) => this.waiters.noticed(steps) })
    const waiter = this.waiters.wait(envelope)
    try {
      const appended = await untilAborted(this.intake.append(envelope), signal)
      if (appended.duplicate) return { duplicate: true, outcome: 'applied', facts: [] }
      if (!owns(partition)) this.waiters.lookUp(envelope)
      return await untilAborted(waiter.handled, signal)
    } finally {
      waiter.leave()
    }
  }
}

/** The promise, or an `AbortError` when the signal ends first. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const refuse = (): void =>
      reject(new DOMException('waiting was given up; what was accepted stays durable', 'AbortError'))
    if (signal.aborted) refuse()
    signal.addEventListener('abort', refuse)
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', refuse))
  })
}
