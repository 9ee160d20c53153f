/**
 * A host small enough to hold in the hand: steps a machine as a pure function and keeps what a real host would keep, timers,
 * work and what was said. A stage is never changed, so a test can go on from it in two directions.
 *
 * 1. An effect's completion and a timer are dropped unless asked for with the epoch they carry, as the real host does.
 * 2. The snapshot goes through JSON after every step, unless the stage is told not to: exploring hundreds of thousands of steps.
 * 3. Time moves only by `after` and by firing timers.
 */
import { createActor, initialTransition, transition, type AnyMachineSnapshot, type AnyStateMachine } from 'xstate'

export interface StageEvent {
  readonly type: string
  readonly [field: string]: unknown
}

export interface Work {
  readonly id: string
  readonly epoch: number
  readonly name: string
  readonly input: unknown
}

export interface Sent {
  readonly to: string
  readonly event: StageEvent
}

/** An actor on stage, between two steps. */
export interface Stage {
  readonly machine: AnyStateMachine
  readonly snapshot: AnyMachineSnapshot
  readonly atMs: number
  readonly revision: number
  readonly timers: ReadonlyMap<string, { readonly epoch: number; readonly dueAtMs: number; readonly event: StageEvent }>
  readonly work: ReadonlyMap<string, Work>
  /** Everything said so far, oldest first. */
  readonly facts: readonly StageEvent[]
  readonly sends: readonly Sent[]
  /** Named actions other than `send`. */
  readonly asked: readonly Work[]
  /** Whether snapshots go through JSON. */
  readonly stores: boolean
  /** The events it was given, with their times, for replaying. */
  readonly events: readonly StageEvent[]
}

/** An actor before its first event. */
export function onStage(machine: unknown, input: object, atMs = 1_800_000_000_000): Stage {
  const own = machine as AnyStateMachine
  const [snapshot, actions] = initialTransition(own, input)
  const blank: Stage = {
    machine: own,
    snapshot,
    atMs,
    revision: 1,
    timers: new Map(),
    work: new Map(),
    facts: [],
    sends: [],
    asked: [],
    stores: true,
    events: [],
  }
  return commit(blank, snapshot, actions)
}

/** The stage after an event; one that brings its own time moves the clock to it, never back. */
export function after(stage: Stage, event: StageEvent, passedMs = 0): Stage {
  const atMs = Math.max(stage.atMs + passedMs, typeof event['atMs'] === 'number' ? event['atMs'] : 0)
  const stamped = { eventId: `e${stage.revision}`, ...event, atMs }
  const [snapshot, actions] = transition(stage.machine, stage.snapshot, stamped)
  const next = { ...stage, atMs, revision: stage.revision + 1, events: [...stage.events, stamped] }
  return commit(next, snapshot, actions)
}

/** The stage after several events at the same time. */
export function afterAll(stage: Stage, events: readonly StageEvent[]): Stage {
  return events.reduce((each, event) => after(each, event), stage)
}

/** The work of a name that is running; throws when it is not. */
export function running(stage: Stage, name: string): Work {
  const found = [...stage.work.values()].find((each) => each.name === name)
  if (found === undefined)
    throw new Error(`${name} is not running: ${[...stage.work.keys()].join(', ') || 'nothing is'}`)
  return found
}

/** The stage after a piece of work came back. Work the actor has stopped wanting changes nothing. */
export function completed(stage: Stage, work: Work, output: unknown): Stage {
  if (stage.work.get(work.id)?.epoch !== work.epoch) return stage
  return after(settledWork(stage, work), { type: `xstate.done.actor.${work.id}`, output, actorId: work.id })
}

/** The stage after a piece of work failed. */
export function failed(stage: Stage, work: Work, message: string): Stage {
  if (stage.work.get(work.id)?.epoch !== work.epoch) return stage
  const error = { code: 'failed', message }
  return after(settledWork(stage, work), { type: `xstate.error.actor.${work.id}`, error, actorId: work.id })
}

/** The stage after time passed, with every timer that fell due on the way. */
export function waited(stage: Stage, passedMs: number): Stage {
  const until = stage.atMs + passedMs
  let now = stage
  for (;;) {
    const due = [...now.timers]
      .filter(([, timer]) => timer.dueAtMs <= until)
      .sort(([, a], [, b]) => a.dueAtMs - b.dueAtMs)
    const next = due[0]
    if (next === undefined) return { ...now, atMs: until }
    now = fired(now, next[0])
  }
}

/** The stage after one timer fired, whenever it is due. */
export function fired(stage: Stage, id: string): Stage {
  const timer = stage.timers.get(id)
  if (timer === undefined) return stage
  const timers = new Map(stage.timers)
  timers.delete(id)
  return after({ ...stage, timers }, timer.event, Math.max(0, timer.dueAtMs - stage.atMs))
}

/** The stage after a piece of work came back to a host that fences nothing: the machine's own check is all there is. */
export function completedUnfenced(stage: Stage, work: Work, output: unknown): Stage {
  return after(stage, { type: `xstate.done.actor.${work.id}`, output, actorId: work.id })
}

/** Facts of a type, oldest first. */
export function said(stage: Stage, type: string): readonly StageEvent[] {
  return stage.facts.filter((each) => each.type === type)
}

/** Facts, sends and named actions of the steps since another stage. */
export function since(stage: Stage, former: Stage): Pick<Stage, 'facts' | 'sends' | 'asked'> {
  return {
    facts: stage.facts.slice(former.facts.length),
    sends: stage.sends.slice(former.sends.length),
    asked: stage.asked.slice(former.asked.length),
  }
}

/** What the host would store: plain JSON. */
export function persisted(stage: Stage): unknown {
  return JSON.parse(JSON.stringify(stage.machine.getPersistedSnapshot(stage.snapshot)))
}

interface Listed {
  readonly type: string
  readonly params?: unknown
}

function commit(stage: Stage, snapshot: AnyMachineSnapshot, actions: readonly Listed[]): Stage {
  if (snapshot.status === 'error') throw snapshot.error
  if (stage.stores) mustBeJson(snapshot.context, 'context')
  const timers = new Map(stage.timers)
  const work = new Map(stage.work)
  const facts = [...stage.facts]
  const sends = [...stage.sends]
  const asked = [...stage.asked]
  for (const { type, params } of actions) {
    const fields = fieldsOf(params)
    const id = typeof fields['id'] === 'string' ? fields['id'] : ''
    if (type === 'xstate.emit') facts.push(eventOf(fields['event']))
    else if (type === 'send') sends.push({ to: String(fields['to']), event: eventOf(fields['event']) })
    else if (type === 'xstate.cancel') timers.delete(String(fields['sendId']))
    else if (type === 'xstate.raise') {
      if (typeof fields['delay'] !== 'number') continue
      const dueAtMs = stage.atMs + fields['delay']
      timers.set(id, { epoch: stage.revision, dueAtMs, event: eventOf(fields['event']) })
    } else if (type === 'xstate.spawnChild') {
      work.set(id, { id, epoch: stage.revision, name: String(fields['src']), input: jsonOf(fields['input']) })
    } else if (type === 'xstate.stopChild') work.delete(id)
    else
      asked.push({ id: `${stage.revision}.${asked.length}`, epoch: stage.revision, name: type, input: jsonOf(params) })
  }
  return {
    ...stage,
    snapshot: stage.stores ? restored(stage.machine, snapshot) : snapshot,
    timers,
    work,
    facts,
    sends,
    asked,
  }
}

function settledWork(stage: Stage, work: Work): Stage {
  const rest = new Map(stage.work)
  rest.delete(work.id)
  return { ...stage, work: rest }
}

function restored(machine: AnyStateMachine, snapshot: AnyMachineSnapshot): AnyMachineSnapshot {
  const stored: AnyMachineSnapshot = JSON.parse(JSON.stringify(machine.getPersistedSnapshot(snapshot)))
  return createActor(machine, { snapshot: stored }).getSnapshot()
}

function fieldsOf(value: unknown): { readonly [field: string]: unknown } {
  return typeof value === 'object' && value !== null ? Object.fromEntries(entriesOf(value)) : {}
}

/** An actor reference has its id on the instance; spreading it would walk the whole system. */
function entriesOf(value: object): readonly (readonly [string, unknown])[] {
  return 'sessionId' in value && 'id' in value ? [['id', value.id]] : Object.entries(value)
}

function eventOf(value: unknown): StageEvent {
  return jsonOf(value) as StageEvent
}

function jsonOf(value: unknown): unknown {
  mustBeJson(value, '')
  return JSON.parse(JSON.stringify(value))
}

/** An absent field is absent: `undefined`, NaN and the like would not come back from a store as they went in. */
function mustBeJson(value: unknown, path: string): void {
  if (typeof value === 'object' && value !== null) {
    for (const [key, each] of Object.entries(value)) mustBeJson(each, `${path}.${key}`)
  } else if (!(['string', 'boolean'].includes(typeof value) || value === null || Number.isFinite(value))) {
    throw new TypeError(`${path || 'value'} is of type ${typeof value}, which is not JSON`)
  }
}
