import type { Address } from './address.ts'
import type { NewEvent } from './event.ts'
import type { Fact } from './fact.ts'
import type { Json, JsonObject } from './json.ts'
import type { Clock } from './ports/clock.ts'
import type { CollectionDefinition, Documents, DocumentWrite } from './ports/documents.ts'
import type { Ephemeral } from './ports/ephemeral.ts'
import type { Ids } from './ports/ids.ts'
import type { Appended, HistoryEntry, Journal, StepOutcome, StoredActor } from './ports/journal.ts'
import type { Log } from './ports/log.ts'
import type { Membership } from './ports/membership.ts'

/** What the rest of the house sees of the actor host. */
export interface Runtime {
  /** Durable when it resolves; handled soon after. */
  send(event: NewEvent): Promise<Appended>
  /** Durable and handled when it resolves. A duplicate answers at once with no facts. Rejects with `AbortError` when `signal` ends first: the event stays durable. */
  submit(event: NewEvent, signal: AbortSignal): Promise<Handled>
  inspect(address: Address): Promise<StoredActor | undefined>
  /** Steps of an actor with the state each one led to, recomputed by replay. Throws `history-diverged` if replay and journal differ. */
  timeline(
    address: Address,
    window: { readonly afterRevision: number; readonly limit: number },
  ): Promise<readonly Instant[]>
  /** Puts a dead letter back into its actor's inbox, with a repaired event where given, and lets a failed actor go on. */
  replayDeadLetter(id: number, replay: { readonly by: string; readonly event?: JsonObject }): Promise<Appended>
  readonly journal: Journal
  readonly live: Live
  stats(): RuntimeStats
  /** Builds the read models anew from the first fact while everything goes on; absent where they are built elsewhere. */
  readonly rebuild?: () => Promise<void>
  /** Stops taking work, finishes the commit in flight, aborts effects (they run again on the next start). */
  stop(): Promise<void>
}

export interface Handled {
  readonly duplicate: boolean
  readonly outcome: StepOutcome
  /** What the step said happened. A refusal of a command is a fact of type `command-refused`. */
  readonly facts: readonly Fact[]
}

/** One instant of an actor: a step and the state after it. */
export interface Instant extends HistoryEntry {
  /** State value as XState prints it, for example `{ open: 'assistant' }`. */
  readonly value: Json
  readonly context: Json
}

/** The stream of what happened, after read models know it or, when they are `behind`, at once. Frames of one address come in order. */
export interface Live {
  /** Facts whose address begins with `prefix` (`acme/` or a whole address), as they are projected. */
  facts(prefix: string, listener: (fact: Fact) => void): () => void
  /** Lossy signals beside the facts: typing, drafts forming, presence. */
  publish(topic: string, message: Json): void
  subscribe(topic: string, listener: (message: Json) => void): () => void
  /** The position up to which read models are known to be complete. It goes back only when they are built anew. */
  position(): number
  /** Whether facts are told before read models know them, because those have fallen behind. */
  behind(): boolean
  /** Calls back when read models have caught up after having been behind: what was read of them meanwhile is old. */
  caughtUp(listener: () => void): () => void
}

export interface RuntimeStats {
  readonly steps: number
  readonly commits: number
  readonly residentActors: number
  readonly pendingEffects: number
  /** Events not yet handled that this process knows of: at least so many wait. */
  readonly inboxLag: number
  /** Facts that read models do not hold yet, of those this process knows of; saturates at some thousands. */
  readonly factsLag: number
  readonly fenced: number
  readonly failed: number
  readonly loads: number
}

/** A machine the host can run. `machine` is an XState v5 machine; only `step.ts` looks inside it. */
export interface HostedMachine {
  readonly kind: string
  /** Rises when an old snapshot or history would not replay under the new definition. */
  readonly version: number
  readonly machine: unknown
  /** The machine's input for a new actor: pure, from the address and the workspace's settings. */
  input(address: Address, settings: JsonObject): JsonObject
}

/** Does the work of one effect name. Throwing means failure; the runner retries as `policy` says. */
export interface EffectHandler {
  readonly policy: EffectPolicy
  run(request: EffectRequest, context: EffectContext): Promise<Json>
}

export interface EffectPolicy {
  readonly timeoutMs: number
  readonly attemptsMax: number
  readonly backoffMs: number
  /** At most this many of the name at once in one process. */
  readonly concurrency: number
  /** When the host stops, an attempt under way may take so long to end. Absent for work that may be cut off and begun again. */
  readonly finishMs?: number
}

export interface EffectRequest {
  readonly address: Address
  readonly id: string
  readonly epoch: number
  readonly name: string
  readonly input: Json
  /** `address#id#epoch`: the same for every attempt. */
  readonly key: string
}

export interface EffectContext {
  /** Ends when the actor stops the work, its time is up or the host stops. */
  readonly signal: AbortSignal
  readonly attempt: number
  /** Whether the actor still wants this work, read now. Ask right before a call that can't be taken back. */
  wanted(): boolean
}

/** Turns facts into documents. Pure but for reading what it has written: the same facts give the same documents. */
export interface Projection {
  readonly name: string
  readonly collections: readonly CollectionDefinition[]
  /** Whether it wants this fact; cheap. */
  wants(fact: Fact): boolean
  /** The writes this fact leads to. `read` sees the writes of facts before it. */
  apply(fact: Fact, read: ProjectionReads): Promise<readonly DocumentWrite[]>
}

export interface ProjectionReads {
  get(collection: string, key: string): Promise<JsonObject | undefined>
}

/** Everything `createRuntime` (host.ts) is made of. */
export interface RuntimeOptions {
  readonly journal: Journal
  readonly documents: Documents
  readonly membership: Membership
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly machines: readonly HostedMachine[]
  /** Settings of a workspace, copied into each new actor's input. */
  settings(workspace: string): JsonObject
  readonly effects: { readonly [name: string]: EffectHandler }
  /** Where read models are built: here, or by a projector apart (`projector-process.ts`) that the live stream follows. Here when absent. */
  readonly readModels?: 'built-here' | 'followed'
  /** What is built here. */
  readonly projections: readonly Projection[]
  /** Carries drafts, alerts and the projector's position between processes. Absent: this process is the only one. */
  readonly signals?: Pick<Ephemeral, 'publish' | 'subscribe'>
  readonly limits?: Partial<RuntimeLimits>
}

export interface RuntimeLimits {
  /** Steps in one commit group. */
  readonly groupMax: number
  /** Actors kept in memory; the least recently used leave first. */
  readonly residentMax: number
  /** An actor idle this long leaves memory. */
  readonly idleMs: number
  /** Bytes of one event as JSON. */
  readonly eventMaxBytes: number
  /** Bytes of one snapshot as JSON; a step beyond it fails. */
  readonly snapshotMaxBytes: number
  /** Effects running at once in the process. */
  readonly effectsMax: number
  /** Events accepted by this process and not handled yet; beyond it `send` and `submit` reject as `busy`. */
  readonly queueMax: number
}
