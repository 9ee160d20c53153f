import type { Address } from '../address.ts'
import type { EventEnvelope, EventId, MachineEvent } from '../event.ts'
import type { Fact, NewFact } from '../fact.ts'
import type { Json, JsonObject } from '../json.ts'

/**
 * The truth: an ordered inbox a partition, one atomic fenced commit for a group of steps, load by address,
 * durable timers, a feed of facts, and history. Everything else can be rebuilt from it.
 * Its promises are the `J` rules of `runtime/SPEC.md`.
 */
export interface Journal {
  readonly partitions: number

  /** Makes events durable and ordered. An id its actor has been sent within the last 8 days is a duplicate and changes nothing. */
  append(events: readonly EventEnvelope[]): Promise<readonly Appended[]>

  /** Takes a partition for `node`, refusing every earlier claim on it from now on. */
  claim(partition: number, node: string): Promise<Claim>

  /** Events of a partition after a position, oldest first. */
  read(partition: number, afterPosition: number, limit: number): Promise<readonly InboxEntry[]>

  /** All or nothing. `stale` when another claim has been made or the cursor is not where the claim says: nothing was written. */
  commit(group: CommitGroup): Promise<CommitOutcome>

  load(address: Address): Promise<StoredActor | undefined>

  /** Actors of a partition with effects that have not settled, by address after `after`. For driving them again after a claim. */
  withEffects(partition: number, after: Address | undefined, limit: number): Promise<readonly StoredActor[]>

  /** Moves due timers into their inboxes. Tells when the next one is due. A journal whose server fires timers only looks, now and then, for what the server has left lying. */
  fireTimers(nowMs: number, limit: number): Promise<{ readonly fired: number; readonly nextDueAtMs?: number }>

  /** The feed, oldest first. With `address`, only that actor's. */
  facts(afterPosition: number, limit: number, address?: Address): Promise<readonly Fact[]>

  /** Where the feed ends now: no fact so far has a higher position, every later one will. Pruning facts does not move it back. */
  factsEnd(): Promise<number>

  /** The steps of one actor after a revision, oldest first. A page runs on to the end of its last revision, so it may exceed `limit`. */
  history(address: Address, afterRevision: number, limit: number): Promise<readonly HistoryEntry[]>

  /** Actors of a workspace by kind, newest change first, then by address. */
  list(query: ActorQuery): Promise<readonly ActorSummary[]>

  deadLetters(query: {
    readonly workspace: string
    readonly before?: number
    readonly limit: number
  }): Promise<readonly DeadLetter[]>
  deadLetter(id: number): Promise<DeadLetter | undefined>
  /** Marks a dead letter as dealt with; it stays readable. */
  settleDeadLetter(
    id: number,
    settlement: { readonly by: string; readonly atMs: number; readonly how: 'replayed' | 'discarded' },
  ): Promise<void>

  /** Calls back soon after events are appended to a partition or facts committed; may call late, twice, or for nothing. */
  watch(listener: JournalListener): () => void

  close(): Promise<void>
}

export interface JournalListener {
  inbox?(partition: number): void
  facts?(): void
  timers?(): void
  /** Commits of any node, step by step, as they become visible; may come late, twice or not at all. A journal of one process need not tell. */
  steps?(steps: readonly StepNotice[]): void
}

/** What became of one event, for those who wait for it in a process that does not host its actor. */
export interface StepNotice {
  readonly address: Address
  readonly eventId: EventId
  readonly outcome: StepOutcome
  readonly facts: readonly Fact[]
}

export interface Appended {
  readonly id: EventId
  readonly duplicate: boolean
  /** Position in the inbox; for a duplicate, that of the first. */
  readonly position: number
}

/** The right to commit for a partition. `revision` rises with every commit: a paused former owner has an old one. */
export interface Claim {
  readonly partition: number
  readonly node: string
  /** Rises with every claim of the partition. */
  readonly epoch: number
  /** The last position handled. */
  readonly position: number
}

export interface InboxEntry {
  readonly position: number
  readonly envelope: EventEnvelope
}

export interface CommitGroup {
  readonly claim: Claim
  /** The new cursor: every entry up to here is handled by this group or an earlier one. */
  readonly position: number
  readonly steps: readonly StepCommit[]
}

export type CommitOutcome =
  | { readonly status: 'committed'; readonly claim: Claim; readonly facts: readonly Fact[] }
  | { readonly status: 'stale' }

/** `applied`: the machine stepped. `fenced`: a timer or effect of a past epoch. `failed`: the machine threw. `parked`: the actor had failed before. `undeliverable`: no such kind. */
export type StepOutcome = 'applied' | 'fenced' | 'failed' | 'parked' | 'undeliverable'

/** Everything one step writes. */
export interface StepCommit {
  readonly entry: InboxEntry
  readonly outcome: StepOutcome
  /** The actor after the step; absent when it does not change (`fenced`, `parked`, `undeliverable`). */
  readonly actor?: StoredActor
  /** Events to actors, in order; ids are derived from this step, so a repeat is a duplicate. */
  readonly sends: readonly EventEnvelope[]
  readonly timersArmed: readonly Timer[]
  readonly timersCancelled: readonly string[]
  readonly effectsAsked: readonly PendingEffect[]
  readonly effectsStopped: readonly string[]
  readonly facts: readonly NewFact[]
  /** For `failed`, `parked` and `undeliverable`: why. The journal keeps the event as a dead letter. */
  readonly reason?: string
}

export type ActorStatus = 'active' | 'done' | 'failed'

/** An actor at rest. */
export interface StoredActor {
  readonly address: Address
  /** `kind@version` of the machine that made the snapshot. */
  readonly machine: string
  readonly status: ActorStatus
  /** Steps taken, from 1. */
  readonly revision: number
  /** `machine.getPersistedSnapshot(…)`. */
  readonly snapshot: Json
  /** What the machine was started with, so that its history can be replayed from nothing. */
  readonly input: JsonObject
  readonly timers: { readonly [id: string]: Timer }
  readonly effects: { readonly [id: string]: PendingEffect }
  readonly createdAtMs: number
  readonly updatedAtMs: number
}

/** An armed timer. When due, `event` arrives in the actor's own inbox, marked with `id` and `epoch`. */
export interface Timer {
  readonly id: string
  /** The actor's revision when it was armed. */
  readonly epoch: number
  readonly dueAtMs: number
  readonly event: MachineEvent
}

/** Work asked for and not settled. Runs at least once under the key (address, id, epoch). */
export interface PendingEffect {
  readonly id: string
  /** The actor's revision when it was asked for. */
  readonly epoch: number
  /** The handler's name: an invoke's `src` or a named action's type. */
  readonly name: string
  readonly input: Json
  /** An invoke completes with `xstate.done.actor.<id>` or `xstate.error.actor.<id>`; an action only settles. */
  readonly kind: 'invoke' | 'action'
  /** The event whose step asked for it, and its thread: its outcome carries both on. */
  readonly causedBy?: EventId
  readonly correlationId?: string
}

/** One step of an actor, as it was. */
export interface HistoryEntry {
  /** The revision after it; for an outcome that changes nothing, the revision it found. */
  readonly revision: number
  readonly position: number
  readonly envelope: EventEnvelope
  readonly outcome: StepOutcome
  readonly effectsAsked: readonly PendingEffect[]
  readonly effectsStopped: readonly string[]
  readonly timersArmed: readonly Timer[]
  readonly timersCancelled: readonly string[]
  readonly facts: readonly NewFact[]
  readonly sends: readonly { readonly to: Address; readonly type: string; readonly id: EventId }[]
  readonly reason?: string
}

export interface ActorQuery {
  readonly workspace: string
  readonly kind?: string
  readonly status?: ActorStatus
  /** Only actors changed before this, for the next page. */
  readonly beforeMs?: number
  /** With `beforeMs`: also those changed exactly then whose address is greater, so that pages neither overlap nor skip. */
  readonly afterAddress?: Address
  readonly limit: number
}

export interface ActorSummary {
  readonly address: Address
  readonly machine: string
  readonly status: ActorStatus
  readonly revision: number
  readonly updatedAtMs: number
}

export interface DeadLetter {
  readonly id: number
  readonly address: Address
  readonly envelope: EventEnvelope
  readonly reason: string
  readonly atMs: number
  readonly settled?: { readonly by: string; readonly atMs: number; readonly how: 'replayed' | 'discarded' }
}
