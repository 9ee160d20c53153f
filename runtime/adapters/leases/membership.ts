import { pause } from '../../backoff.ts'
import { errorAsJson } from '../../plain.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Ids } from '../../ports/ids.ts'
import type { Log } from '../../ports/log.ts'
import type { Membership } from '../../ports/membership.ts'
import { StorageError } from '../../ports/storage-error.ts'
import type { Lease, LeaseTable } from './lease-table.ts'
import { OtherNodes } from './other-nodes.ts'
import { partitionsOf } from './rendezvous.ts'

export interface LeaseOptions {
  readonly table: LeaseTable
  /** The node's name: its own in its group, and the same after a restart if its partitions should come back to it. */
  readonly node: string
  readonly partitions: number
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly times?: Partial<LeaseTimes>
}

export interface LeaseTimes {
  /** After so long a silence others take a node's partitions. 3,000 when absent. */
  readonly leaseMs: number
  /** Between two renewals. A third of the lease when absent. */
  readonly renewMs: number
  /** How long after its last renewal a node that runs and finds no server keeps what it owns. 12,000 when absent. */
  readonly holdMs: number
}

/** Membership by leases, which also tells who else is alive. */
export interface LeaseMembership extends Membership {
  /** This node has a lease it may go by, whether or not any partition falls to it. */
  holds(): boolean
  /** Every node of the group that is alive, as this one sees it, in order. */
  members(): readonly string[]
}

/** The times of a group whose lease is `leaseMs`. */
export function leaseTimes(times: Partial<LeaseTimes> = {}): LeaseTimes {
  const leaseMs = times.leaseMs ?? 3_000
  return { leaseMs, renewMs: Math.floor(leaseMs / 3), holdMs: 12_000, ...times }
}

/** Takes a lease and resolves when this node knows what it owns. Rejects with the table's error when that can't be reached. */
export async function createLeaseMembership(options: LeaseOptions): Promise<LeaseMembership> {
  const member = new Member(options)
  await member.join()
  return member
}

const none: readonly number[] = []
/** Leaving takes no longer, with or without a server. */
const leaveMs = 1_000
/** A second look, in case the first came too early for what was heard of. */
const lookAgainMs = 100
const readingsMax = 5

/**
 * One node of a group. Owns its lease.
 * 1. A lease ends only in the table: its holder leaves, the server drops it, or another node removes the very revision it saw go silent.
 *    So whoever can still renew was never taken for dead.
 * 2. Nothing is owned from `#trustedUntilMs` on. A renewal followed by a reading moves it; so does, in small steps and not beyond
 *    `holdMs`, a process that finds no server but has run all the time. One that was paused finds it passed and has to ask first.
 * 3. Others are judged only by one that has been renewing for two renewals on end: after an outage all have time to come back.
 * 4. A reading counts only if it shows our own last renewal: then it shows all that was written before.
 * 5. Once left, nothing is written but the removal of our lease.
 * 6. Who finds another process under its own name stays out until that is gone.
 */
class Member implements LeaseMembership {
  readonly node: string
  readonly #options: LeaseOptions
  readonly #times: LeaseTimes
  readonly #holder: string
  readonly #others = new OtherNodes()
  readonly #listeners = new Set<() => void>()
  #partitions: readonly number[] = none
  #told: readonly number[] = none
  /** Our lease's; absent while we hold none. */
  #revision: number | undefined
  #joined = false
  #started = false
  #renewedAtMs = Number.NEGATIVE_INFINITY
  #trustedUntilMs = Number.NEGATIVE_INFINITY
  #renewingSinceMs = 0
  #roundSinceMs: number | undefined
  #again = false
  #soon = false
  #awaySinceMs: number | undefined
  #clashing = false
  #cancelTick = (): void => {}
  #unwatchTable = (): void => {}
  #left = false
  #leaving: Promise<void> | undefined

  constructor(options: LeaseOptions) {
    this.node = options.node
    this.#options = options
    this.#times = leaseTimes(options.times)
    this.#holder = options.ids.next('holder')
  }

  async join(): Promise<void> {
    this.#unwatchTable = this.#options.table.watch({
      heard: (node, what) => this.#heard(node, what),
      back: () => this.#hurry(),
    })
    try {
      while (!(await this.#renewAndLook())) await this.#pause(lookAgainMs)
    } catch (error) {
      this.#unwatchTable()
      throw error
    }
    this.#told = this.owned()
    this.#started = true
    this.#tickIn(this.#times.renewMs)
  }

  holds(): boolean {
    // 2: asked of the clock each time, because a paused process goes on in the middle of anything.
    return !this.#left && this.#nowMs < this.#trustedUntilMs
  }

  owned(): readonly number[] {
    return this.holds() ? this.#partitions : none
  }

  members(): readonly string[] {
    const own = this.#left || this.#revision === undefined ? [] : [this.node]
    return [...own, ...this.#others.names].sort()
  }

  watch(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  leave(): Promise<void> {
    this.#left = true
    this.#leaving ??= this.#leave()
    return this.#leaving
  }

  get #nowMs(): number {
    return this.#options.clock.nowMs()
  }

  #tickIn(ms: number): void {
    this.#cancelTick()
    if (this.#left) return
    this.#cancelTick = this.#options.clock.schedule(this.#nowMs + ms, () => {
      this.#hold()
      this.#tickIn(this.#times.renewMs)
      void this.#run()
    })
  }

  #heard(node: string, what: 'written' | 'removed'): void {
    if (node === this.node) return what === 'removed' ? this.#hurry() : undefined
    const known = this.#others.heard(node, this.#nowMs)
    if (known === (what === 'removed')) this.#hurry()
  }

  /** Something may have changed: looks now, and once more soon. */
  #hurry(): void {
    if (this.#left || !this.#started) return
    this.#soon = true
    void this.#run()
  }

  /** One round at a time; what comes up during one is for the next. */
  async #run(): Promise<void> {
    this.#again = true
    if (this.#roundSinceMs !== undefined) return
    while (this.#again && !this.#left) {
      this.#again = false
      this.#roundSinceMs = this.#nowMs
      await this.#renewAndLook().then(
        () => this.#reached(),
        (error: unknown) => this.#missed(error),
      )
      this.#tell()
    }
    this.#roundSinceMs = undefined
    this.#tickIn(this.#nextLookMs())
    this.#soon = false
  }

  /** False when somebody else holds our name. */
  async #renewAndLook(): Promise<boolean> {
    const sentAtMs = this.#nowMs
    if (!(await this.#renew())) return false
    // 3: counted from the end of a gap.
    if (sentAtMs - this.#renewedAtMs > 1.5 * this.#times.renewMs) this.#renewingSinceMs = this.#nowMs
    this.#renewedAtMs = sentAtMs
    await this.#look()
    // From when it was sent: nobody counts from earlier.
    this.#trustedUntilMs = Math.max(this.#trustedUntilMs, sentAtMs + this.#times.leaseMs)
    return true
  }

  async #renew(): Promise<boolean> {
    const { table } = this.#options
    if (this.#revision === undefined) return this.#takeLease()
    const revision = await table.write(this.node, this.#holder, this.#revision)
    if (revision === undefined) return this.#takeLease()
    this.#revision = revision
    return true
  }

  async #takeLease(): Promise<boolean> {
    const { table, log } = this.#options
    const found = await table.get(this.node)
    if (found?.holder !== this.#holder) {
      // 1: it has ended, and others may have our partitions.
      this.#lapse()
      if (found !== undefined && this.#joined) return this.#clash()
      if (this.#joined) log.warn('the lease had ended: it is taken anew', { node: this.node })
    }
    // 5
    if (this.#left) return false
    const revision = await table.write(this.node, this.#holder, found?.revision ?? 0)
    if (revision === undefined) return false
    this.#revision = revision
    this.#joined = true
    this.#clashing = false
    return true
  }

  #lapse(): void {
    this.#revision = undefined
    this.#trustedUntilMs = Number.NEGATIVE_INFINITY
    this.#tell()
  }

  /** 6 */
  #clash(): false {
    if (!this.#clashing)
      this.#options.log.error('another process has the name of this node, which stays out: give each its own', {
        node: this.node,
      })
    this.#clashing = true
    return false
  }

  async #look(): Promise<void> {
    const leases = await this.#readFresh()
    this.#others.read(
      leases.filter((lease) => lease.node !== this.node),
      this.#nowMs,
    )
    if (this.#nowMs >= this.#judgesFromMs) {
      for (const { name, revision, seenAtMs } of this.#others.silentSince(this.#nowMs - this.#times.leaseMs))
        await this.#evict(name, revision, seenAtMs)
    }
    this.#partitions = partitionsOf(this.node, this.members(), this.#options.partitions)
  }

  /** 4 */
  async #readFresh(): Promise<readonly Lease[]> {
    for (let reading = 1; reading <= readingsMax; reading++) {
      const leases = await this.#options.table.read()
      const own = leases.find((lease) => lease.node === this.node)
      if (own !== undefined && own.revision >= (this.#revision ?? 0)) return leases
      await this.#pause(reading * 10)
    }
    throw new StorageError('store-unavailable', 'the list of leases does not show our own')
  }

  /** 3 */
  get #judgesFromMs(): number {
    return this.#renewingSinceMs + 2 * this.#times.renewMs
  }

  async #evict(name: string, revision: number, seenAtMs: number): Promise<void> {
    const { table, log } = this.#options
    // 5
    if (this.#left) return
    // 1: refused when it has renewed after all.
    if (await table.remove(name, revision)) {
      log.warn('a node has gone silent: its partitions move', { node: name, silentMs: this.#nowMs - seenAtMs })
      this.#others.forget(name)
    } else this.#soon = true
  }

  #nextLookMs(): number {
    const { leaseMs, renewMs } = this.#times
    if (this.#soon) return lookAgainMs
    const oldestAtMs = this.#others.oldestSignAtMs
    if (oldestAtMs === undefined || this.#awaySinceMs !== undefined) return renewMs
    const dueAtMs = Math.max(oldestAtMs + leaseMs, this.#judgesFromMs)
    return Math.min(renewMs, Math.max(lookAgainMs, dueAtMs - this.#nowMs))
  }

  /** 2: the process runs, and the server does not answer. */
  #hold(): void {
    const { renewMs, holdMs } = this.#times
    const nowMs = this.#nowMs
    const unanswered = this.#roundSinceMs !== undefined && nowMs - this.#roundSinceMs >= renewMs / 2
    if (nowMs >= this.#trustedUntilMs || !(this.#awaySinceMs !== undefined || unanswered)) return
    const untilMs = Math.min(nowMs + 2 * renewMs, this.#renewedAtMs + holdMs)
    this.#trustedUntilMs = Math.max(this.#trustedUntilMs, untilMs)
  }

  #reached(): void {
    if (this.#awaySinceMs === undefined) return
    const awayMs = this.#nowMs - this.#awaySinceMs
    this.#options.log.info('the lease is renewed again', { node: this.node, awayMs })
    this.#awaySinceMs = undefined
  }

  #missed(error: unknown): void {
    if (this.#awaySinceMs !== undefined || this.#left) return
    this.#awaySinceMs = this.#nowMs
    const fields = { node: this.node, error: errorAsJson(error) }
    this.#options.log.warn('the lease could not be renewed, and is tried again', fields)
  }

  #tell(): void {
    const owned = this.owned()
    if (owned.length === this.#told.length && owned.every((each, index) => each === this.#told[index])) return
    this.#told = owned
    for (const listener of this.#listeners) {
      try {
        listener()
      } catch (error) {
        this.#options.log.error('a listener to membership failed', { error: errorAsJson(error) })
      }
    }
  }

  async #leave(): Promise<void> {
    this.#cancelTick()
    this.#unwatchTable()
    this.#tell()
    const done = new AbortController()
    // Without a server nobody is kept waiting: the lease runs out by itself.
    await Promise.race([this.#release(), pause(this.#options.clock, leaveMs, done.signal)])
    done.abort()
  }

  async #release(): Promise<void> {
    const { table, log } = this.#options
    try {
      if (this.#revision !== undefined && (await table.remove(this.node, this.#revision))) return
      // A renewal was under way: by now it is in the table.
      const found = await table.get(this.node)
      if (found?.holder === this.#holder) await table.remove(this.node, found.revision)
    } catch (error) {
      log.warn('the lease could not be given back, and will run out', { node: this.node, error: errorAsJson(error) })
    }
  }

  #pause(ms: number): Promise<void> {
    return pause(this.#options.clock, ms, new AbortController().signal)
  }
}
