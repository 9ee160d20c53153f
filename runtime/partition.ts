import type { Activation } from './activation.ts'
import type { Address } from './address.ts'
import { backoffMs, pause } from './backoff.ts'
import { commitGroup, type GroupResult } from './commit.ts'
import { resumedEvent, type DecisionContext } from './decide.ts'
import type { EffectRunner } from './effect-runner.ts'
import { errorAsJson } from './plain.ts'
import type { Clock } from './ports/clock.ts'
import type { Ids } from './ports/ids.ts'
import type { Claim, InboxEntry, Journal, PendingEffect, StoredActor } from './ports/journal.ts'
import type { Log } from './ports/log.ts'
import { StorageError } from './ports/storage-error.ts'
import type { Timers } from './timers.ts'
import type { Turns } from './turns.ts'

/** What the loops of all partitions share. */
export interface PartitionTools {
  readonly journal: Journal
  readonly node: string
  readonly activation: Activation
  readonly runner: EffectRunner
  readonly timers: Timers
  readonly turns: Turns
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly groupMax: number
  readonly decision: Omit<DecisionContext, 'nowMs'>
  /** Whether membership still gives this partition to this node. */
  owns(partition: number): boolean
  committed(partition: number, group: CommittedGroup): void
  /** Claimed, again or for the first time: everything up to the claim's position has been handled by somebody. */
  claimed(claim: Claim): void
  lost(partition: number): void
}

export type CommittedGroup = GroupResult & { readonly outcome: { readonly status: 'committed' } }

/** Actors with pending effects fetched in one go. */
const redriveMax = 100
const retryBaseMs = 50
/** However often it had to be claimed again: whoever is right must not keep events waiting once the other has gone. */
const retryMaxMs = 1_000
/** A claim that lasted so long was no quarrel. */
const steadyMs = 5_000
/** Tries it counts for when membership has taken back its word without telling. */
const triesUnowned = 3

/**
 * One partition while this process owns it: read, decide, commit, and only then act. Owns the claim.
 * 1. One group at a time: what queues up while a commit is in flight goes into the next.
 * 2. A stale owner never commits: when refused it forgets everything and asks membership.
 * 3. After an error nobody knows what was written: residents and effects are dropped and the partition is claimed and read again.
 * 4. A group the journal refuses for what is in it is tried step by step, and the step at fault fails.
 * 5. Two nodes that both believe take it from each other less and less often: each waits longer after every claim that did not last.
 * 6. Only `stop` ends it: membership may take back its word and give it again without telling.
 * 7. Pending effects are fetched between two groups, never during one, so that none is started that a group has just stopped.
 */
export class Partition {
  readonly #partition: number
  readonly #tools: PartitionTools
  readonly #stopped = new AbortController()
  #claim: Claim | undefined
  #failures = 0
  #refusals = 0
  #claimedAtMs = 0
  #dirty = true
  #inHand = 0
  #wakeIdle: (() => void) | undefined
  /** The next page of actors whose effects have to be fetched; `undefined` when all have been. */
  #redriveFrom: { readonly after?: Address } | undefined
  #running: Promise<void> | undefined
  /** Steps up to here are committed one by one. */
  #carefulTo = -1
  #refused: { readonly position: number; readonly reason: string } | undefined

  constructor(partition: number, tools: PartitionTools) {
    this.#partition = partition
    this.#tools = tools
  }

  /** Claims the partition and begins. Rejects when the first claim fails. */
  async start(): Promise<void> {
    await this.#takeClaim()
    this.#running = this.#loop()
  }

  /** It has been stopped, and handles no group after the one in flight. */
  get ended(): boolean {
    return this.#stopped.signal.aborted
  }

  /** Events read and not yet handled. */
  get inHand(): number {
    return this.#inHand
  }

  /** There may be something to read. */
  wake(): void {
    this.#dirty = true
    this.#wakeIdle?.()
  }

  /** There is room for effects that had to stay in the journal. */
  redrive(): void {
    this.#redriveFrom ??= {}
    this.wake()
  }

  /** Finishes the group in flight, then lets go. */
  async stop(): Promise<void> {
    this.#stopped.abort()
    this.wake()
    await this.#running
    this.#letGo()
  }

  async #loop(): Promise<void> {
    const { turns } = this.#tools
    turns.begin()
    while (!this.#stopped.signal.aborted) {
      try {
        await this.#round()
        this.#failures = 0
      } catch (error) {
        await this.#recover(error)
      }
      await turns.between()
    }
    turns.end()
  }

  async #round(): Promise<void> {
    const { journal, groupMax } = this.#tools
    const claim = this.#claim ?? (await this.#takeClaim())
    // 6
    if (claim === undefined) return this.#wait(triesUnowned)
    this.#dirty = false
    const limit = claim.position < this.#carefulTo ? 1 : groupMax
    const entries = await journal.read(this.#partition, claim.position, limit)
    this.#inHand = entries.length
    if (entries.length > 0) await this.#handle(claim, entries)
    this.#inHand = 0
    // The backlog first: outcomes that are already in the inbox settle effects that need not run again.
    if (entries.length < limit && this.#redriveFrom !== undefined) return this.#redrivePage(this.#redriveFrom)
    if (entries.length === 0) await this.#idle()
  }

  async #takeClaim(): Promise<Claim | undefined> {
    const { journal, node, clock } = this.#tools
    if (!this.#tools.owns(this.#partition)) return undefined
    const claim = await journal.claim(this.#partition, node)
    this.#claim = claim
    this.#claimedAtMs = clock.nowMs()
    this.#redriveFrom = {}
    this.#tools.claimed(claim)
    return claim
  }

  async #handle(claim: Claim, entries: readonly InboxEntry[]): Promise<void> {
    const { journal, activation, decision, clock } = this.#tools
    const context = { ...decision, nowMs: clock.nowMs() }
    const refused = this.#refused === undefined ? {} : { refused: this.#refused }
    const group = await commitGroup({ journal, activation, context, ...refused }, claim, entries).catch(
      (error: unknown) => {
        if (isRefusal(error)) this.#blame(entries, error)
        throw error
      },
    )
    if (isCommitted(group)) return this.#committed(group)
    this.#tools.log.warn('partition was taken over', { partition: this.#partition, epoch: claim.epoch })
    this.#letGo()
    // 5
    const lastedMs = clock.nowMs() - this.#claimedAtMs
    this.#refusals = lastedMs < steadyMs ? this.#refusals + 1 : 1
    await this.#wait(this.#refusals)
  }

  #committed(group: CommittedGroup): void {
    const { activation, runner, timers } = this.#tools
    this.#claim = group.outcome.claim
    activation.keep(group.after)
    for (const { entry, effectsStopped, timersArmed } of group.steps) {
      const { to, effect } = entry.envelope
      if (effect !== undefined) runner.settle(to, effect)
      for (const id of effectsStopped) runner.stop(to, id)
      for (const timer of timersArmed) timers.dueAt(timer.dueAtMs)
    }
    for (const { entry, effectsAsked } of group.steps) {
      const resumed = entry.envelope.event.type === resumedEvent
      if (effectsAsked.length === 0 && !resumed) continue
      // What the whole group left pending: an effect asked for and stopped in one group never runs.
      const actor = group.after.get(entry.envelope.to)?.stored
      if (actor === undefined) continue
      this.#drive(actor, resumed ? undefined : effectsAsked)
    }
    this.#tools.committed(this.#partition, group)
  }

  #blame(entries: readonly InboxEntry[], error: StorageError): void {
    const [first, last] = [entries[0], entries[entries.length - 1]]
    if (first === undefined || last === undefined) return
    if (first === last) this.#refused = { position: first.position, reason: `the journal refused it: ${error.message}` }
    else this.#carefulTo = last.position
  }

  /** Starts what the actor has pending, or of that only what was just `asked`: older ones may have an outcome in the inbox. */
  #drive(actor: StoredActor, asked?: readonly PendingEffect[]): boolean {
    const wanted = wantedEffects(actor).filter(
      (effect) => asked === undefined || asked.some((each) => each.id === effect.id && each.epoch === effect.epoch),
    )
    return wanted.map((effect) => this.#tools.runner.ask(actor.address, effect, this.#partition)).every(Boolean)
  }

  async #redrivePage({ after }: { readonly after?: Address }): Promise<void> {
    const actors = await this.#tools.journal.withEffects(this.#partition, after, redriveMax)
    const last = actors[actors.length - 1]
    this.#redriveFrom = last === undefined ? undefined : { after: last.address }
    // Without room the runner asks again for the whole partition later.
    if (!actors.every((actor) => this.#drive(actor))) this.#redriveFrom = undefined
  }

  async #idle(): Promise<void> {
    if (this.#dirty || this.#stopped.signal.aborted) return
    this.#tools.turns.end()
    await new Promise<void>((resolve) => {
      this.#wakeIdle = resolve
    })
    this.#wakeIdle = undefined
    this.#tools.turns.begin()
  }

  async #recover(error: unknown): Promise<void> {
    this.#failures += 1
    this.#tools.log.error('partition will be claimed again', {
      partition: this.#partition,
      failures: this.#failures,
      error: errorAsJson(error),
    })
    this.#letGo()
    // The first time at once: a lost acknowledgement needs no waiting.
    if (this.#failures > 1) await this.#wait(this.#failures)
  }

  async #wait(tries: number): Promise<void> {
    const { clock, ids } = this.#tools
    const waitMs = Math.min(retryMaxMs, backoffMs(retryBaseMs, tries, ids.random()))
    await pause(clock, waitMs, this.#stopped.signal)
  }

  #letGo(): void {
    this.#claim = undefined
    this.#inHand = 0
    this.#tools.activation.forget(this.#partition)
    this.#tools.runner.release(this.#partition)
    this.#tools.lost(this.#partition)
  }
}

/** A failed actor keeps its promises to the world outside, and starts no work whose outcome it could not take. */
function wantedEffects(actor: StoredActor): readonly PendingEffect[] {
  const pending = Object.values(actor.effects)
  return actor.status === 'failed' ? pending.filter((effect) => effect.kind === 'action') : pending
}

function isRefusal(error: unknown): error is StorageError {
  return error instanceof StorageError && error.code === 'group-refused'
}

function isCommitted(group: GroupResult): group is CommittedGroup {
  return group.outcome.status === 'committed'
}
