import { pause } from './backoff.ts'
import { createLeased, type Leased, type LeasedOptions } from './leased.ts'
import { errorAsJson } from './plain.ts'
import type { Ephemeral } from './ports/ephemeral.ts'
import { createProjector, type Projector, type ProjectorOptions } from './projection.ts'
import { publishProjected } from './projection-checkpoint.ts'

export interface ProjectorProcessOptions
  extends
    Pick<ProjectorOptions, 'journal' | 'documents' | 'projections' | 'clock' | 'log'>,
    Pick<LeasedOptions<Projector>, 'membership' | 'ids'> {
  readonly signals: Pick<Ephemeral, 'publish' | 'subscribe'>
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

/**
 * Projects whenever membership says so. Resolves at once: documents that are away are waited for. A process that lost the lease without
 * knowing repeats what was written, which changes nothing (D3).
 */
export function createProjectorProcess(options: ProjectorProcessOptions): ProjectorProcess {
  const { journal, documents, projections, clock, log, signals } = options
  const leased = createLeased({
    ...options,
    name: 'projector',
    begin: async () => {
      const onProjected = publishProjected.bind(undefined, signals)
      const projector = createProjector({ journal, documents, projections, clock, log, onProjected })
      try {
        await projector.start()
      } catch (error) {
        await projector.stop()
        throw error
      }
      return projector
    },
  })
  return new WatchedProjector(options, leased)
}

/** Looks for rebuilds that are asked for, for as long as it runs. */
class WatchedProjector implements ProjectorProcess {
  readonly #options: ProjectorProcessOptions
  readonly #leased: Leased<Projector>
  readonly #stopping = new AbortController()
  readonly #unsubscribe: () => void
  readonly #looking: Promise<void>

  constructor(options: ProjectorProcessOptions, leased: Leased<Projector>) {
    this.#options = options
    this.#leased = leased
    this.#unsubscribe = options.signals.subscribe(rebuildTopic, () => void this.#look())
    this.#looking = this.#keepLooking()
  }

  stats(): ProjectorStats {
    const projector = this.#leased.current()
    const lag = projector?.lag() ?? { factsLag: 0, behindMs: 0 }
    return { active: projector !== undefined, position: projector?.position() ?? 0, ...lag }
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#unsubscribe()
    await this.#looking
    await this.#leased.stop()
  }

  async #look(): Promise<void> {
    try {
      await this.#leased.current()?.look()
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
