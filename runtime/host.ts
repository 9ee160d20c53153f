import { Activation } from './activation.ts'
import { partitionOf } from './address.ts'
import { replayDeadLetter } from './dead-letters.ts'
import type { DecisionContext } from './decide.ts'
import { EffectRunner } from './effect-runner.ts'
import { RuntimeError } from './errors.ts'
import type { NewEvent } from './event.ts'
import { defaultLimits } from './limits.ts'
import { createLive, type LiveFeed } from './live.ts'
import { createMachineRegistry } from './machine-registry.ts'
import { Ownership } from './ownership.ts'
import type { PartitionTools } from './partition.ts'
import { createProjector } from './projection.ts'
import { timeline } from './replay.ts'
import type { Handled, Runtime, RuntimeLimits, RuntimeOptions, RuntimeStats } from './runtime.ts'
import { Intake } from './send.ts'
import { Tally } from './tally.ts'
import { Timers } from './timers.ts'
import { Turns } from './turns.ts'
import { Waiters } from './waiting.ts'

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
  readonly #projector: ReturnType<typeof createProjector>
  readonly #activation: Activation
  readonly #intake: Intake
  readonly #waiters: Waiters
  readonly #runner: EffectRunner
  readonly #timers: Timers
  readonly #ownership: Ownership
  #unwatch: (() => void) | undefined
  #stopping: Promise<void> | undefined

  constructor(options: RuntimeOptions) {
    const { journal, clock, ids, log } = options
    const limits = { ...defaultLimits, ...options.limits }
    const machines = createMachineRegistry(options.machines, options.effects)
    this.#options = options
    this.#limits = limits
    this.#decision = { machines, limits, settings: (workspace) => options.settings(workspace) }
    this.#live = createLive(log)
    this.#projector = createProjector({ ...options, live: this.#live })
    this.#activation = new Activation({ journal, clock, residentMax: limits.residentMax, idleMs: limits.idleMs })
    this.#timers = new Timers({ journal, clock, ids, log })
    this.#waiters = new Waiters({ journal, clock, ids, log })
    this.#intake = new Intake({
      journal,
      clock,
      ids,
      eventMaxBytes: limits.eventMaxBytes,
      queueMax: limits.queueMax,
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
      complete: (envelope) => this.#intake.append(envelope),
      roomFor: (partitions) => this.#ownership.redrive(partitions),
    })
    this.#ownership = new Ownership(options.membership, this.#partitionTools())
  }

  async start(): Promise<void> {
    this.#unwatch = this.#options.journal.watch({
      inbox: (partition) => this.#ownership.wake(partition),
      timers: () => this.#timers.look(),
    })
    await this.#projector.start()
    await this.#ownership.start()
    this.#timers.look()
  }

  /** No new work first, then the commits in flight, then everything that follows from commits. */
  stop(): Promise<void> {
    this.#stopping ??= (async () => {
      this.#intake.stop()
      this.#unwatch?.()
      await this.#timers.stop()
      await this.#ownership.stop()
      this.#runner.close()
      this.#waiters.close()
      this.#activation.close()
      await this.#projector.stop()
      await this.#options.membership.leave()
    })()
    return this.#stopping
  }

  runtime(): Runtime {
    const { journal, clock } = this.#options
    const { eventMaxBytes } = this.#limits
    return {
      journal,
      live: this.#live,
      send: async (event) => this.#intake.append(this.#intake.accept(event)),
      submit: (event, signal) => this.#submit(event, signal),
      inspect: (address) => journal.load(address),
      timeline: (address, window) => timeline({ journal, context: this.#decision }, address, window),
      replayDeadLetter: (id, replay) =>
        replayDeadLetter(
          { journal, clock, eventMaxBytes, append: (envelope) => this.#intake.append(envelope) },
          id,
          replay,
        ),
      stats: () => this.#stats(),
      stop: () => this.stop(),
    }
  }

  #partitionTools(): PartitionTools {
    const { journal, membership, clock, ids, log } = this.#options
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
      claimed: (claim) => this.#intake.handled(claim.partition, claim.position),
      committed: (partition, { steps, outcome }) => {
        this.#tally.group(steps, outcome.facts)
        this.#intake.handled(partition, outcome.claim.position)
        this.#waiters.committed(steps, outcome.facts)
      },
      lost: (partition) => {
        this.#intake.release(partition)
        this.#waiters.lost(partition)
      },
    }
  }

  async #submit(event: NewEvent, signal: AbortSignal): Promise<Handled> {
    if (this.#waiters.size >= this.#limits.queueMax)
      throw new RuntimeError('busy', `${this.#waiters.size} callers before one to ${event.to}`)
    const envelope = this.#intake.accept(event)
    const waiter = this.#waiters.wait(envelope)
    try {
      const appended = await untilAborted(this.#intake.append(envelope), signal)
      if (appended.duplicate) return { duplicate: true, outcome: 'applied', facts: [] }
      const partition = partitionOf(event.to, this.#options.journal.partitions)
      if (!this.#ownership.has(partition)) this.#waiters.lookUp(envelope)
      return await untilAborted(waiter.handled, signal)
    } finally {
      waiter.leave()
    }
  }

  #stats(): RuntimeStats {
    return {
      ...this.#tally.read(this.#projector.position()),
      residentActors: this.#activation.residents,
      pendingEffects: this.#runner.pending,
      inboxLag: this.#intake.lag,
      loads: this.#activation.loads,
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
