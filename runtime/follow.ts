import { pause } from './backoff.ts'
import { Beyond } from './beyond.ts'
import type { Fact } from './fact.ts'
import type { LiveFeed } from './live.ts'
import { errorAsJson } from './plain.ts'
import type { Clock } from './ports/clock.ts'
import type { Documents } from './ports/documents.ts'
import type { Ephemeral } from './ports/ephemeral.ts'
import type { Journal } from './ports/journal.ts'
import type { Log } from './ports/log.ts'
import { projectedIn, projectedTopic, readCheckpoint, type Projected } from './projection-checkpoint.ts'

/** Feeds the live stream of a process whose read models are built elsewhere. */
export interface Follower {
  /** Begins with what is new now. Rejects when the journal does not answer. */
  start(): Promise<void>
  stop(): Promise<void>
  /** Read models are known to be complete up to here. */
  position(): number
  /** Facts seen that read models do not hold yet; at most some thousands. */
  factsLag(): number
}

export interface FollowerOptions {
  readonly journal: Pick<Journal, 'facts' | 'factsEnd' | 'watch'>
  readonly documents: Pick<Documents, 'get'>
  /** Where the projector tells its position; without it, its checkpoint is read. */
  readonly signals?: Pick<Ephemeral, 'subscribe'>
  readonly live: LiveFeed
  readonly clock: Clock
  readonly log: Log
  readonly limits?: Partial<FollowLimits>
}

export interface FollowLimits {
  /** How long a fact waits for its read models before it is told all the same. */
  readonly graceMs: number
  /** How often the checkpoint is read while read models are behind. */
  readonly lookEveryMs: number
  /** How long the start waits for the first look at the checkpoint. */
  readonly firstLookMs: number
  /** Facts that wait at once; the rest stays in the journal. */
  readonly waitingMax: number
}

/** The limits of a follower that is given none. */
export const followLimits: FollowLimits = { graceMs: 250, lookEveryMs: 500, firstLookMs: 1000, waitingMax: 2000 }

/** Makes a follower. Nothing happens before `start`. */
export function createFollower(options: FollowerOptions): Follower {
  return new FactFollower(options)
}

const batchMax = 500
const retryMs = 500

interface Waiting {
  readonly fact: Fact
  readonly untilMs: number
}

/**
 * Reads facts from the journal and tells each once, in order, when the projector has passed it.
 * 1. A fact whose read models are late is told after a grace, and from then on facts are told at once until read models have caught up:
 * with them away everybody goes on talking. `live.behind()` says so.
 * 2. Facts in memory are bounded; the rest waits in the journal.
 * 3. A word about the projector's position may come twice, late or never: a later position wins, one of a newer generation always.
 */
class FactFollower implements Follower {
  readonly #options: FollowerOptions
  readonly #limits: FollowLimits
  readonly #stopping = new AbortController()
  readonly #leaving: (() => void)[] = []
  readonly #beyond = new Beyond()
  readonly #waiting: Waiting[] = []
  #read = 0
  #told = 0
  #projected: Projected = { generation: 0, position: 0 }
  #started = false
  #pass: Promise<void> | undefined
  #again = false
  #cancelGrace: (() => void) | undefined
  #looking: Promise<void> | undefined

  constructor(options: FollowerOptions) {
    this.#options = options
    this.#limits = { ...followLimits, ...options.limits }
  }

  async start(): Promise<void> {
    const { journal, signals } = this.#options
    this.#leaving.push(journal.watch({ facts: () => this.#wake() }))
    const hear = signals?.subscribe(projectedTopic, (message) => this.#hear(projectedIn(message)))
    if (hear !== undefined) this.#leaving.push(hear)
    this.#read = await journal.factsEnd()
    this.#told = this.#read
    await this.#firstLook()
    this.#started = true
    this.#advance()
    this.#wake()
    this.#looking = this.#keepLooking()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#cancelGrace?.()
    for (const leave of this.#leaving.splice(0)) leave()
    await this.#pass
    await this.#looking
  }

  position(): number {
    return this.#projected.position
  }

  factsLag(): number {
    return this.#beyond.count(this.#projected.position)
  }

  #hear(projected: Projected | undefined): void {
    const { generation, position } = this.#projected
    if (projected === undefined || projected.generation < generation) return
    if (projected.generation === generation && projected.position <= position) return
    this.#projected = projected
    // Built anew: what they lack meanwhile is told at once, as when they are late.
    if (projected.position < position) this.#options.live.rewind(projected.position)
    if (!this.#started) return
    this.#tellReady()
    // There is room again for what had to stay in the journal.
    this.#wake()
  }

  #wake(): void {
    if (!this.#started || this.#stopping.signal.aborted) return
    this.#again = true
    this.#pass ??= this.#run().finally(() => {
      this.#pass = undefined
      if (this.#again) this.#wake()
    })
  }

  async #run(): Promise<void> {
    const { journal, clock, log } = this.#options
    this.#again = false
    try {
      while (!this.#stopping.signal.aborted && this.#waiting.length < this.#limits.waitingMax) {
        const facts = await journal.facts(this.#read, batchMax)
        if (facts.length === 0) return
        this.#take(facts)
        this.#tellReady()
      }
    } catch (error) {
      if (this.#stopping.signal.aborted) return
      log.warn('facts could not be read for the live stream', { error: errorAsJson(error) })
      await pause(clock, retryMs, this.#stopping.signal)
      this.#again = true
    }
  }

  #take(facts: readonly Fact[]): void {
    const untilMs = this.#options.clock.nowMs() + this.#limits.graceMs
    for (const fact of facts) {
      this.#waiting.push({ fact, untilMs })
      this.#beyond.add(fact.position)
      this.#read = fact.position
    }
  }

  #tellReady(): void {
    const { clock, live } = this.#options
    const nowMs = clock.nowMs()
    let told = 0
    for (const { fact, untilMs } of this.#waiting) {
      // 1. Late read models hold nobody up.
      if (fact.position > this.#projected.position) {
        if (!live.behind() && untilMs > nowMs) break
        live.setBehind(true)
      }
      told += 1
      this.#told = fact.position
      live.deliver(fact)
    }
    this.#waiting.splice(0, told)
    this.#advance()
    this.#waitForGrace()
  }

  /** The position moves once what lies before it has been told. */
  #advance(): void {
    const { live } = this.#options
    live.advance(Math.min(this.#projected.position, this.#told))
    if (this.#projected.position >= this.#told) live.setBehind(false)
  }

  #waitForGrace(): void {
    const { clock } = this.#options
    this.#cancelGrace?.()
    this.#cancelGrace = undefined
    const [first] = this.#waiting
    if (first === undefined || this.#stopping.signal.aborted) return
    this.#cancelGrace = clock.schedule(first.untilMs, () => {
      this.#tellReady()
      this.#wake()
    })
  }

  /** A checkpoint that can't be read in time is no reason not to begin. */
  async #firstLook(): Promise<void> {
    const enough = new AbortController()
    const look = this.#look().finally(() => enough.abort())
    await Promise.race([look, pause(this.#options.clock, this.#limits.firstLookMs, enough.signal)])
    // Whoever asks for documents now finds some that lack facts.
    this.#options.live.setBehind(await this.#lacksFacts())
  }

  /** The feed may end beyond its last fact, so a position before the end need not be behind. Where that can't be known, it is. */
  async #lacksFacts(): Promise<boolean> {
    const { journal, log } = this.#options
    try {
      return (await journal.facts(this.#projected.position, 1)).length > 0
    } catch (error) {
      log.debug('the journal could not be asked what read models lack', { error: errorAsJson(error) })
      return true
    }
  }

  async #look(): Promise<void> {
    try {
      this.#hear(await readCheckpoint(this.#options.documents))
    } catch (error) {
      this.#options.log.debug('the checkpoint of the read models could not be read', { error: errorAsJson(error) })
    }
  }

  /** 3. Where nobody tells, the checkpoint does; it is read only while something is missing. */
  async #keepLooking(): Promise<void> {
    const { clock, live } = this.#options
    const { signal } = this.#stopping
    for (;;) {
      await pause(clock, this.#limits.lookEveryMs, signal)
      if (signal.aborted) return
      if (!live.behind() && this.factsLag() === 0) continue
      await this.#look()
      await this.#catchUp()
    }
  }

  /** Behind from the start on: what is missing was said before this process began, so no fact told here ends it. */
  async #catchUp(): Promise<void> {
    const { live } = this.#options
    if (live.behind() && this.#waiting.length === 0 && !(await this.#lacksFacts())) live.setBehind(false)
  }
}
