import { partsOf } from './address.ts'
import type { Address } from './address.ts'
import type { EventEnvelope } from './event.ts'
import type { NewFact } from './fact.ts'
import type { Json, JsonObject } from './json.ts'
import type { MachineRegistry } from './machine-registry.ts'
import { net, type Net } from './netting.ts'
import { errorAsJson, plain } from './plain.ts'
import type { InboxEntry, StepCommit, StepOutcome, StoredActor } from './ports/journal.ts'
import { isReserved, type Asked, type LiveSnapshot, type Steppable, type Stepped } from './step.ts'

/** Lets a failed actor go on; sent by `replayDeadLetter` right before the repaired event. */
export const resumedEvent = 'host.resumed'

/** The outcome of an action: the pending effect is settled and the machine is not stepped. */
export const settledEvent = 'host.effect.settled'

/** An actor in memory. `live` is absent while nothing has been restored, and for an actor that failed before it began. */
export interface Resident {
  readonly stored: StoredActor
  readonly live?: LiveSnapshot
}

export interface Decision {
  readonly commit: StepCommit
  /** The actor afterwards; absent when there is still none. */
  readonly after?: Resident
}

/** What deciding needs besides the actor and its event. Nothing here changes between two calls with the same answer. */
export interface DecisionContext {
  readonly machines: MachineRegistry
  settings(workspace: string): JsonObject
  readonly limits: { readonly snapshotMaxBytes: number; readonly eventMaxBytes: number }
  /** When events sent by this step are accepted, epoch milliseconds. */
  readonly nowMs: number
}

/**
 * One event, one actor, one decision: what to write and who the actor is afterwards. Pure; never throws.
 * The order of the questions is the order of the rules: deliverable, fenced, resumed, settled, parked, done, stepped.
 */
export function decide(context: DecisionContext, entry: InboxEntry, before: Resident | undefined): Decision {
  const { envelope } = entry
  const { kind } = partsOf(envelope.to)
  const machine = before === undefined ? context.machines.newest(kind) : context.machines.named(before.stored.machine)
  if (machine === undefined) {
    const wanted = before === undefined ? `kind ${kind}` : before.stored.machine
    return unchanged(entry, before, { outcome: 'undeliverable', reason: `no machine of ${wanted} is hosted here` })
  }
  if (isFenced(envelope, before?.stored)) return unchanged(entry, before, { outcome: 'fenced' })
  if (before === undefined) return created(context, entry, machine)
  if (envelope.event.type === resumedEvent) return resumed(entry, before)
  const actor = withoutFired(before.stored, envelope)
  if (envelope.event.type === settledEvent) return settled(entry, before, actor)
  if (actor.status === 'failed')
    return unchanged(entry, before, { outcome: 'parked', reason: 'the actor failed before and waits for repair' })
  if (actor.status === 'done') return changed(entry, before, { actor: recorded(actor, envelope, {}) })
  return stepped(context, entry, { machine, actor, before })
}

/** Takes over from history that a step failed, without asking the machine again: it may have been mended since. */
export function failedOnce(
  entry: InboxEntry,
  before: Resident | undefined,
  was: { readonly machine: string; readonly input: JsonObject; readonly reason: string },
): Decision {
  const found = before ?? { stored: { ...unborn(entry.envelope, was.machine), input: was.input } }
  return markedFailed(entry, found, was.reason)
}

/** S5, S6: a timer or completion counts only while the actor waits for exactly that epoch of it. */
function isFenced(envelope: EventEnvelope, actor: StoredActor | undefined): boolean {
  const { timer, effect, event } = envelope
  if (timer !== undefined) return ownTimer(actor, timer.id)?.epoch !== timer.epoch
  if (effect !== undefined) return ownEffect(actor, effect.id)?.epoch !== effect.epoch
  if (event.type === resumedEvent) return actor === undefined
  return isReserved(event.type)
}

function ownTimer(actor: StoredActor | undefined, id: string): { readonly epoch: number } | undefined {
  return actor !== undefined && Object.hasOwn(actor.timers, id) ? actor.timers[id] : undefined
}

function ownEffect(actor: StoredActor | undefined, id: string): { readonly epoch: number } | undefined {
  return actor !== undefined && Object.hasOwn(actor.effects, id) ? actor.effects[id] : undefined
}

/** The fired timer or settled effect is no longer waited for, whatever the step makes of it. */
function withoutFired(actor: StoredActor, envelope: EventEnvelope): StoredActor {
  const { timer, effect } = envelope
  if (timer !== undefined) return { ...actor, timers: without(actor.timers, timer.id) }
  if (effect !== undefined) return { ...actor, effects: without(actor.effects, effect.id) }
  return actor
}

function without<T>(record: { readonly [id: string]: T }, id: string): { readonly [id: string]: T } {
  return Object.fromEntries(Object.entries(record).filter(([each]) => each !== id))
}

function created(context: DecisionContext, entry: InboxEntry, machine: Steppable): Decision {
  const { envelope } = entry
  const bare = unborn(envelope, machine.name)
  try {
    const given = machine.hosted.input(envelope.to, context.settings(partsOf(envelope.to).workspace))
    // As JSON from the start: a replay begins with what the journal kept.
    const input = plain({ ...given, address: envelope.to }, 'input').json
    const actor = { ...bare, input: asObject(input) }
    return stepped(context, entry, { machine, actor, before: { stored: actor } })
  } catch (error) {
    return failed(entry, { stored: bare }, error)
  }
}

function asObject(json: Json): JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as JsonObject) : {}
}

function unborn(envelope: EventEnvelope, machine: string): StoredActor {
  return {
    address: envelope.to,
    machine,
    status: 'active',
    revision: 0,
    snapshot: null,
    input: { address: envelope.to },
    timers: {},
    effects: {},
    createdAtMs: envelope.atMs,
    updatedAtMs: envelope.atMs,
  }
}

function resumed(entry: InboxEntry, before: Resident): Decision {
  const { stored } = before
  const status = stored.status === 'failed' ? 'active' : stored.status
  const facts = stored.status === 'failed' ? [{ type: 'actor-resumed', data: {} }] : []
  return changed(entry, before, { actor: recorded(stored, entry.envelope, { status }), facts })
}

function settled(entry: InboxEntry, before: Resident, actor: StoredActor): Decision {
  const { event } = entry.envelope
  const facts: NewFact[] = []
  if (event['ok'] === false) {
    const { ok: _ok, type: _type, ...data } = event
    facts.push({ type: 'effect-failed', data })
  }
  return changed(entry, before, { actor: recorded(actor, entry.envelope, {}), facts })
}

interface Stepping {
  readonly machine: Steppable
  /** The actor without the timer or effect whose event this is. */
  readonly actor: StoredActor
  readonly before: Resident
}

function stepped(context: DecisionContext, entry: InboxEntry, { machine, actor, before }: Stepping): Decision {
  const { envelope } = entry
  const revision = actor.revision + 1
  try {
    const { live, done, asked } = run(machine, { ...before, stored: actor }, envelope)
    const { id, correlationId = id } = envelope
    const netted = net(actor, asked, { revision, atMs: envelope.atMs, done, cause: { causedBy: id, correlationId } })
    assertSendable(netted, context.limits.eventMaxBytes)
    const persisted = machine.persist(live)
    if (persisted.bytes > context.limits.snapshotMaxBytes)
      throw new Error(`the snapshot has ${persisted.bytes} bytes; ${context.limits.snapshotMaxBytes} is the limit`)
    const after: StoredActor = {
      ...recorded(actor, envelope, { status: done ? 'done' : 'active' }),
      snapshot: persisted.snapshot,
      timers: netted.timers,
      effects: netted.effects,
    }
    return {
      commit: {
        ...asCommit(netted, envelope, { revision, nowMs: context.nowMs }),
        entry,
        outcome: 'applied',
        actor: after,
      },
      after: { stored: after, live: persisted.live },
    }
  } catch (error) {
    return failed(entry, before, error)
  }
}

function assertSendable({ sends }: Net, eventMaxBytes: number): void {
  for (const { to, event } of sends) {
    const { bytes } = plain(event, 'sent event')
    if (bytes > eventMaxBytes)
      throw new Error(`${event.type} to ${to} has ${bytes} bytes; ${eventMaxBytes} is the limit`)
  }
}

/** A new actor begins and takes its first event in one step. A machine that is done at once takes none. */
function run(machine: Steppable, { stored: actor, live }: Resident, envelope: EventEnvelope): Stepped {
  const event = { ...envelope.event, atMs: envelope.atMs, eventId: envelope.id }
  if (actor.snapshot !== null) return machine.step(live ?? machine.restore(actor.snapshot), event)
  const begun = machine.begin(actor.input)
  if (begun.done) return begun
  const first = machine.step(begun.live, event)
  const asked: readonly Asked[] = begun.asked.length === 0 ? first.asked : [...begun.asked, ...first.asked]
  return { ...first, asked }
}

function asCommit(
  netted: Net,
  cause: EventEnvelope,
  at: { readonly revision: number; readonly nowMs: number },
): Omit<StepCommit, 'entry' | 'outcome' | 'actor'> {
  const { timersArmed, timersCancelled, effectsAsked, effectsStopped, facts } = netted
  const sends = netted.sends.map(({ to, event }, index) => ({
    id: sentId(cause.to, at.revision, index),
    to,
    event,
    atMs: at.nowMs,
    from: cause.to,
    causedBy: cause.id,
    correlationId: cause.correlationId ?? cause.id,
  }))
  return { sends, timersArmed, timersCancelled, effectsAsked, effectsStopped, facts }
}

/** The id of an event an actor sends: the same for every repeat of the step that sent it. */
function sentId(address: Address, revision: number, index: number): string {
  return `${address}#${revision}.${index}`
}

/** The actor one revision on: every commit that changes an actor is a step of its own. */
function recorded(
  actor: StoredActor,
  envelope: EventEnvelope,
  change: Partial<Pick<StoredActor, 'status'>>,
): StoredActor {
  return { ...actor, ...change, revision: actor.revision + 1, updatedAtMs: envelope.atMs }
}

function failed(entry: InboxEntry, before: Resident, error: unknown): Decision {
  const { name, message } = errorAsJson(error)
  return markedFailed(entry, before, `${name}: ${message}`)
}

function markedFailed(entry: InboxEntry, before: Resident, reason: string): Decision {
  const { envelope } = entry
  const fact = { type: 'actor-failed', data: { reason, event: envelope.event.type, eventId: envelope.id } }
  // The old snapshot stays, and so does what the actor waits for: a repaired event finds it as it was.
  const actor = recorded(before.stored, envelope, { status: 'failed' })
  const decision = changed(entry, before, { actor, facts: [fact] })
  return { ...decision, commit: { ...decision.commit, outcome: 'failed', reason } }
}

const nothing = {
  sends: [],
  timersArmed: [],
  timersCancelled: [],
  effectsAsked: [],
  effectsStopped: [],
  facts: [],
} as const

function changed(
  entry: InboxEntry,
  before: Resident,
  to: { readonly actor: StoredActor; readonly facts?: readonly NewFact[] },
): Decision {
  return { commit: { ...nothing, ...to, entry, outcome: 'applied' }, after: { ...before, stored: to.actor } }
}

function unchanged(
  entry: InboxEntry,
  before: Resident | undefined,
  why: { readonly outcome: StepOutcome; readonly reason?: string },
): Decision {
  return { commit: { ...nothing, entry, ...why }, ...(before === undefined ? {} : { after: before }) }
}
