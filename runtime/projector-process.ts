import { backoffMs, pause } from './backoff.ts'
import { errorAsJson } from './plain.ts'
import type { Ephemeral } from './ports/ephemeral.ts'
import type { Ids } from './ports/ids.ts'
import type { Membership } from './ports/membership.ts'
import { createProjector, type Projector, type ProjectorOptions } from './projection.ts'
import { publishProjected } from './projection-checkpoint.ts'

export interface ProjectorProcessOptions extends Pick<
  ProjectorOptions,
  'journal' | 'documents' | 'projections' | 'clock' | 'log'
> {
  /** A group of its own with one partition: whoever owns it projects. */
  readonly membership: Membership
  readonly signals: Pick<Ephemeral, 'publish' | 'subscribe'>
  readonly ids: Ids
}

/** Builds the read models of all processes while this one is the one to do so. */
export interface ProjectorProcess {
  stats(): ProjectorStats
  /** Finishes the batch in hand, then lets another go on. */
  stop(): Promise<void>
}

export interface ProjectorStats {
  /** Whether this process projects now. */
  readonly active: boolean
  readonly position: number
  /** Facts read and not yet written: at least so many are missing. */
  readonly factsLag: number
  /** How long ago the oldest of them happened. */
  readonly behindMs: number
}

/** The topic on which a projector is told that read models are wanted anew. */
export const rebuildTopic = 'rebuild'

/** How often the projector looks for a rebuild that it was not told of. */
const lookEveryMs = 5000
const thePartition = 0
const retryBaseMs = 200

/** Begins to follow membership, and to project whenever it says so. Resolves at once: documents that are away are waited for. */
export function createProjectorProcess(options: ProjectorProcessOptions): ProjectorProcess {
  const watch = new LeasedProjector(options)
  watch.start()
  return watch
}

/**
 * Owns one projector while membership gives it the lease.
 * 1. At most one projector runs in this process; changes are applied one after the other, the last word wins.
 * 2. The lease is let go only after the batch in hand. A process that lost it without knowing repeats what was written, which changes nothing (D3).
 */
class LeasedProjector implements ProjectorProcess {
  readonly #options: ProjectorProcessOptions
  readonly #stopping = new AbortController()
  readonly #leaving: (() => void)[] = []
  #projector: Projector | undefined
  #changing: Promise<void> = Promise.resolve()
  #looking: Promise<void> | undefined
  #stopped: Promise<void> | undefined

  constructor(options: ProjectorProcessOptions) {
    this.#options = options
  }

  start(): void {
    const { membership, signals } = this.#options
    this.#leaving.push(
      membership.watch(() => this.#change()),
      signals.subscribe(rebuildTopic, () => void this.#look()),
    )
    this.#change()
    this.#looking = this.#keepLooking()
  }

  stop(): Promise<void> {
    this.#stopped ??= (async () => {
      this.#stopping.abort()
      for (const leave of this.#leaving.splice(0)) leave()
      await this.#changing
      await this.#looking
      await this.#end()
      await this.#options.membership.leave()
    })()
    return this.#stopped
  }

  stats(): ProjectorStats {
    const projector = this.#projector
    const lag = projector?.lag() ?? { factsLag: 0, behindMs: 0 }
    return { active: projector !== undefined, position: projector?.position() ?? 0, ...lag }
  }

  #change(): void {
    this.#changing = this.#changing.then(() => this.#applyUntilDone())
  }

  async #applyUntilDone(): Promise<void> {
    const { clock, ids, log } = this.#options
    for (let tries = 1; !this.#stopping.signal.aborted; tries++) {
      try {
        return await this.#apply()
      } catch (error) {
        log.error('read models could not be taken over', { tries, error: errorAsJson(error) })
        await this.#end()
        await pause(clock, backoffMs(retryBaseMs, tries, ids.random()), this.#stopping.signal)
      }
    }
  }

  async #apply(): Promise<void> {
    const { journal, documents, projections, clock, log, membership, signals } = this.#options
    const ours = membership.owned().includes(thePartition)
    if (!ours) return this.#end()
    if (this.#projector !== undefined) return
    const projector = createProjector({
      journal,
      documents,
      projections,
      clock,
      log,
      onProjected: (projected) => publishProjected(signals, projected),
    })
    this.#projector = projector
    log.info('this process projects now', { node: membership.node })
    await projector.start()
  }

  async #end(): Promise<void> {
    const projector = this.#projector
    this.#projector = undefined
    await projector?.stop()
  }

  async #look(): Promise<void> {
    try {
      await this.#projector?.look()
    } catch (error) {
      this.#options.log.debug('whether a rebuild is wanted could not be read', { error: errorAsJson(error) })
    }
  }

  async #keepLooking(): Promise<void> {
    const { signal } = this.#stopping
    for (;;) {
      await pause(this.#options.clock, lookEveryMs, signal)
      if (signal.aborted) return
      await this.#look()
    }
  }
}
