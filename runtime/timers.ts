import { backoffMs } from './backoff.ts'
import { errorAsJson } from './plain.ts'
import type { Clock } from './ports/clock.ts'
import type { Ids } from './ports/ids.ts'
import type { Journal } from './ports/journal.ts'
import type { Log } from './ports/log.ts'

export interface TimersOptions {
  readonly journal: Pick<Journal, 'fireTimers'>
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
}

/** Timers moved in one go; a restart after a long stop takes many such goes without holding up the rest. */
const fireMax = 500

/**
 * Fires durable timers when they are due. Owns one wake-up of the clock.
 * 1. There is a wake-up at or before the earliest due time this process knows of.
 * 2. One call of `fireTimers` at a time; a time that becomes due meanwhile is looked at right after.
 */
export class Timers {
  readonly #options: TimersOptions
  #wakeAtMs = Number.POSITIVE_INFINITY
  #cancel: (() => void) | undefined
  #firing: Promise<void> | undefined
  #again = false
  #stopped = false
  #failures = 0

  constructor(options: TimersOptions) {
    this.#options = options
  }

  /** A timer due at `dueAtMs` has been armed, by a commit of ours or of another node. */
  dueAt(dueAtMs: number): void {
    if (this.#stopped || dueAtMs >= this.#wakeAtMs) return
    this.#cancel?.()
    this.#wakeAtMs = dueAtMs
    this.#cancel = this.#options.clock.schedule(dueAtMs, () => this.look())
  }

  /** Looks now. */
  look(): void {
    if (this.#stopped) return
    this.#forgetWake()
    this.#again = true
    this.#firing ??= this.#fire().finally(() => {
      this.#firing = undefined
    })
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#forgetWake()
    await this.#firing
  }

  async #fire(): Promise<void> {
    const { journal, clock, ids, log } = this.#options
    while (this.#again && !this.#stopped) {
      this.#again = false
      try {
        const { nextDueAtMs } = await journal.fireTimers(clock.nowMs(), fireMax)
        this.#failures = 0
        if (nextDueAtMs !== undefined) this.dueAt(nextDueAtMs)
      } catch (error) {
        this.#failures += 1
        log.warn('timers could not be fired', { error: errorAsJson(error) })
        this.dueAt(clock.nowMs() + backoffMs(200, this.#failures, ids.random()))
      }
    }
  }

  #forgetWake(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#wakeAtMs = Number.POSITIVE_INFINITY
  }
}
