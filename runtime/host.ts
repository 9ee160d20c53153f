import { Activation } from './activation.ts'
import type { DecisionContext } from './decide.ts'
import { EffectRunner } from './effect-runner.ts'
import { defaultLimits } from './limits.ts'
import { createLive, type LiveFeed } from './live.ts'
import { createFollower } from './follow.ts'
import { createMachineRegistry } from './machine-registry.ts'
import { Ownership } from './ownership.ts'
import type { PartitionTools } from './partition.ts'
import { createProjector } from './projection.ts'
import { Reception } from './reception.ts'
import type { Runtime, RuntimeLimits, RuntimeOptions, RuntimeStats } from './runtime.ts'
import { createSignalBridge } from './signal-bridge.ts'
import { Tally } from './tally.ts'
import { Timers } from './timers.ts'
import { Turns } from './turns.ts'

/**
 * Starts a durable actor host on the given ports: send → host → activation → step → commit → effect-runner → live. Resolves when
 * this node's partitions are claimed. Throws `bad-machine` and `no-handler` for machines it could not keep its promises to.
 */
export async function createRuntime(options: RuntimeOptions): Promise<Runtime> {
  const host = new Host(options)
  try {
    await host.start()
  } catch (error) {
    await host.stop()
    throw error
  }
  return host.runtime()
}

/** Owns the hops, and wires each to the next. Nothing is decided here. */
class Host {
  readonly #options: RuntimeOptions
  readonly #limits: RuntimeLimits
  readonly #live: LiveFeed
  readonly #tally = new Tally()
  readonly #decision: Omit<DecisionContext, 'nowMs'>
  readonly #feed: Feed
  readonly #activation: Activation
  readonly #reception: Reception
  readonly #runner: EffectRunner
  readonly #timers: Timers
  readonly #ownership: Ownership
  #unwatch: (() => void) | undefined
  #stopping: Promise<void> | undefined

  constructor(options: RuntimeOptions) {
    const { journal, clock, ids, log } = options
    const limits = { ...defaultLimits, ...options.limits }
    const machines = createMachineRegistry(options.machines, options.effects)
    const { signals } = options
    this.#options = options
    this.#limits = limits
    this.#decision = { machines, limits, settings: (workspace) => options.settings(workspace) }
    this.#live = createLive(log, signals && createSignalBridge({ signals, ids }))
    this.#feed = feedOf(options, this.#live)
    this.#activation = new Activation({ journal, clock, residentMax: limits.residentMax, idleMs: limits.idleMs })
    this.#timers = new Timers({ journal, clock, ids, log })
    this.#reception = new Reception({
      journal,
      clock,
      ids,
      log,
      limits,
      machines,
      owns: (partition) => this.#ownership.has(partition),
    })
    this.#runner = new EffectRunner({
      handlers: options.effects,
      clock,
      ids,
      log,
      effectsMax: limits.effectsMax,
      eventMaxBytes: limits.eventMaxBytes,
      owns: (partition) => options.membership.owned().includes(partition),
      complete: (envelope) => this.#reception.intake.append(envelope),
      roomFor: (partitions) => this.#ownership.redrive(partitions),
    })
    this.#ownership = new Ownership(options.membership, this.#partitionTools())
  }

  async start(): Promise<void> {
    this.#unwatch = this.#options.journal.watch({
      inbox: (partition) => this.#ownership.wake(partition),
      timers: () => this.#timers.look(),
    })
    await this.#feed.start()
    await this.#ownership.start()
    this.#timers.look()
  }

  /** What must not be cut off first, while everything still runs that it needs; then no new work, the commits in flight, and what follows from commits. */
  stop(): Promise<void> {
    this.#stopping ??= (async () => {
      const ending = this.#runner.finish()
      if (ending !== undefined) await ending
      this.#reception.stop()
      this.#unwatch?.()
      await this.#timers.stop()
      await this.#ownership.stop()
      this.#runner.close()
      this.#reception.close()
      this.#activation.close()
      // Before read models, which may take their time: the partitions wait for their next owner.
      await this.#options.membership.leave()
      await this.#feed.stop()
    })()
    return this.#stopping
  }

  runtime(): Runtime {
    const { rebuild } = this.#feed
    return this.#reception.runtime({
      live: this.#live,
      stats: () => this.#stats(),
      stop: () => this.stop(),
      ...(rebuild && { rebuild: () => rebuild.call(this.#feed) }),
    })
  }

  #partitionTools(): PartitionTools {
    const { journal, membership, clock, ids, log } = this.#options
    const { intake, waiters } = this.#reception
    return {
      journal,
      clock,
      ids,
      log,
      node: membership.node,
      activation: this.#activation,
      runner: this.#runner,
      timers: this.#timers,
      turns: new Turns(clock),
      groupMax: this.#limits.groupMax,
      decision: this.#decision,
      owns: (partition) => membership.owned().includes(partition),
      claimed: ({ partition, position }) => {
        intake.handled(partition, position)
        // Whoever began to wait before may have been answered by another node.
        waiters.lost(partition)
      },
      committed: (partition, { steps, outcome }) => {
        this.#tally.group(steps, outcome.facts)
        intake.handled(partition, outcome.claim.position)
        waiters.committed(steps, outcome.facts)
      },
      lost: (partition) => {
        intake.release(partition)
        waiters.lost(partition)
      },
    }
  }

  #stats(): RuntimeStats {
    return {
      ...this.#tally.read(this.#feed.position()),
      residentActors: this.#activation.residents,
      pendingEffects: this.#runner.pending,
      // What this process accepted, or what its partitions have read, whoever accepted it: each is a part of what waits.
      inboxLag: Math.max(this.#reception.intake.lag, this.#ownership.inHand),
      loads: this.#activation.loads,
    }
  }
}

/** What feeds the live stream: this process's own projector, or a follower of one elsewhere. */
interface Feed {
  start(): Promise<void>
  stop(): Promise<void>
  position(): number
  readonly rebuild?: () => Promise<void>
}

function feedOf(options: RuntimeOptions, live: LiveFeed): Feed {
  const { journal, documents, clock, log, projections, signals, readModels = 'built-here' } = options
  if (readModels === 'built-here') return createProjector({ journal, documents, projections, live, clock, log })
  return createFollower({ journal, documents, live, clock, log, ...(signals && { signals }) })
}
