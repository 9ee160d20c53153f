import { backoffMs, pause } from './backoff.ts'
import { errorAsJson } from './plain.ts'
import type { Clock } from './ports/clock.ts'
import type { Ids } from './ports/ids.ts'
import type { Log } from './ports/log.ts'
import type { Membership } from './ports/membership.ts'

export interface LeasedOptions<Work extends LeasedWork> {
  /** What is done, for the log. */
  readonly name: string
  /** A group of its own with one partition: whoever owns it does the work. */
  readonly membership: Membership
  /** Begins the work. A rejection is tried again later. */
  readonly begin: () => Promise<Work>
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
}

/** Work that goes on by itself until it is stopped. */
export interface LeasedWork {
  stop(): Promise<void>
}

/** Work that one process at a time does for all. */
export interface Leased<Work extends LeasedWork> {
  /** The work while this process is the one that does it. */
  current(): Work | undefined
  /** Finishes what is in hand, then lets another go on. */
  stop(): Promise<void>
}

const retryBaseMs = 200
const retryMaxMs = 5000
const thePartition = 0

/** Begins to follow membership, and to do the work whenever it says so. Resolves at once. */
export function createLeased<Work extends LeasedWork>(options: LeasedOptions<Work>): Leased<Work> {
  const leased = new OneOfMany(options)
  leased.start()
  return leased
}

/**
 * Owns the work while membership gives it to this process.
 * 1. At most one runs in this process; changes are applied one after the other, the last word wins.
 * 2. The lease is let go only after what is in hand. A process may lose it without knowing: the work has to bear being done twice.
 */
class OneOfMany<Work extends LeasedWork> implements Leased<Work> {
  readonly #options: LeasedOptions<Work>
  readonly #stopping = new AbortController()
  #work: Work | undefined
  #changing: Promise<void> = Promise.resolve()
  #unwatch: (() => void) | undefined
  #stopped: Promise<void> | undefined

  constructor(options: LeasedOptions<Work>) {
    this.#options = options
  }

  start(): void {
    this.#unwatch = this.#options.membership.watch(() => this.#change())
    this.#change()
  }

  current(): Work | undefined {
    return this.#work
  }

  stop(): Promise<void> {
    this.#stopped ??= (async () => {
      this.#stopping.abort()
      this.#unwatch?.()
      await this.#changing
      await this.#end()
      await this.#options.membership.leave()
    })()
    return this.#stopped
  }

  #change(): void {
    this.#changing = this.#changing.then(() => this.#applyUntilDone())
  }

  async #applyUntilDone(): Promise<void> {
    const { clock, ids, log, name } = this.#options
    for (let tries = 1; !this.#stopping.signal.aborted; tries++) {
      try {
        return await this.#apply()
      } catch (error) {
        log.error('work for all could not be begun', { name, tries, error: errorAsJson(error) })
        const waitMs = Math.min(retryMaxMs, backoffMs(retryBaseMs, tries, ids.random()))
        await pause(clock, waitMs, this.#stopping.signal)
      }
    }
  }

  async #apply(): Promise<void> {
    const { membership, begin, log, name } = this.#options
    if (!membership.owned().includes(thePartition)) return this.#end()
    if (this.#work !== undefined) return
    log.info('this process does the work for all', { name, node: membership.node })
    this.#work = await begin()
  }

  async #end(): Promise<void> {
    const work = this.#work
    this.#work = undefined
    await work?.stop()
  }
}
