import { createFollower, type Follower, type FollowLimits } from './follow.ts'
import { defaultLimits } from './limits.ts'
import { createLive } from './live.ts'
import { createMachineRegistry } from './machine-registry.ts'
import { Reception } from './reception.ts'
import type { Runtime, RuntimeOptions } from './runtime.ts'
import { createSignalBridge } from './signal-bridge.ts'

/** What a process needs that talks to actors and hosts none. */
export interface RuntimeClientOptions extends Pick<
  RuntimeOptions,
  'journal' | 'documents' | 'clock' | 'ids' | 'log' | 'machines' | 'signals' | 'limits'
> {
  readonly follow?: Partial<FollowLimits>
}

/**
 * The runtime as a gateway of its own process sees it: what it sends is appended to the journal and handled by whoever hosts the actor.
 * Resolves once the live stream has begun. Rejects when the journal does not answer, and with `bad-machine`.
 */
export async function createRuntimeClient(options: RuntimeClientOptions): Promise<Runtime> {
  const { journal, documents, clock, ids, log, signals, follow } = options
  const live = createLive(log, signals && createSignalBridge({ signals, ids }))
  const follower = createFollower({
    journal,
    documents,
    live,
    clock,
    log,
    ...(signals && { signals }),
    ...(follow && { limits: follow }),
  })
  const reception = new Reception({
    journal,
    clock,
    ids,
    log,
    limits: { ...defaultLimits, ...options.limits },
    machines: createMachineRegistry(options.machines),
    owns: () => false,
  })
  const stop = async (): Promise<void> => {
    reception.stop()
    reception.close()
    await follower.stop()
  }
  try {
    await follower.start()
  } catch (error) {
    await stop()
    throw error
  }
  return reception.runtime({ live, stop, stats: () => statsOf(reception, follower) })
}

/** Nothing is stepped or committed here: those figures are the hosts' own. */
function statsOf(reception: Reception, follower: Follower): ReturnType<Runtime['stats']> {
  const hosted = { steps: 0, commits: 0, residentActors: 0, pendingEffects: 0, fenced: 0, failed: 0, loads: 0 }
  return { ...hosted, inboxLag: reception.intake.lag, factsLag: follower.factsLag() }
}
