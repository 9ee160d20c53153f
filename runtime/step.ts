import { StateMachine, createActor } from 'xstate'
import type { AnyActorLogic, AnyActorScope, AnyMachineSnapshot, AnyStateMachine, ExecutableActionObject } from 'xstate'
import { parseAddress } from './address.ts'
import type { Address } from './address.ts'
import { RuntimeError } from './errors.ts'
import type { MachineEvent } from './event.ts'
import type { NewFact } from './fact.ts'
import type { Json, JsonObject } from './json.ts'
import { microstepsMax } from './limits.ts'
import { plain } from './plain.ts'
import type { HostedMachine } from './runtime.ts'

/**
 * The only file that knows XState's internals. Pure: a step takes a snapshot and an event, and returns the next snapshot and
 * what the machine asks for, as data. It calls `machine.transition(snapshot, event, scope)` with a scope of its own, which
 * `step.test.ts` holds equal to the public `transition`; the exact version of XState is pinned.
 */
export interface Steppable {
  /** `kind@version`. */
  readonly name: string
  readonly kind: string
  readonly version: number
  readonly hosted: HostedMachine
  /** Sources of invokes and names of actions that can be read from the definition: each needs a handler. */
  readonly asks: readonly string[]
  begin(input: JsonObject): Stepped
  step(from: LiveSnapshot, event: MachineEvent): Stepped
  restore(snapshot: Json): LiveSnapshot
  persist(live: LiveSnapshot): Persisted
}

/** A snapshot in memory. Opaque outside this file. */
export type LiveSnapshot = AnyMachineSnapshot

export interface Stepped {
  readonly live: LiveSnapshot
  readonly done: boolean
  readonly asked: readonly Asked[]
}

export interface Persisted {
  readonly snapshot: Json
  readonly bytes: number
  /** What to keep in memory: the same as what reading `snapshot` back gives. */
  readonly live: LiveSnapshot
}

/** One thing a machine asks of its host, in the order it asked. */
export type Asked =
  | { readonly ask: 'arm'; readonly id?: string; readonly delayMs: number; readonly event: MachineEvent }
  | { readonly ask: 'cancel'; readonly id: string }
  | { readonly ask: 'start'; readonly id: string; readonly name: string; readonly input: Json }
  | { readonly ask: 'stop'; readonly id: string }
  | { readonly ask: 'act'; readonly name: string; readonly input: Json }
  | { readonly ask: 'emit'; readonly fact: NewFact }
  | { readonly ask: 'send'; readonly to: Address; readonly event: MachineEvent }

/** Prepares a machine, refusing one whose behaviour could not survive a restart. Throws `bad-machine` naming machine and action. */
export function prepareMachine(hosted: HostedMachine): Steppable {
  const name = `${hosted.kind}@${hosted.version}`
  if (!(hosted.machine instanceof StateMachine))
    throw new RuntimeError('bad-machine', `${name} is not an XState machine`)
  const given: AnyStateMachine = hosted.machine
  const { sources, actions } = survey(given, name)
  const machine = withInertChildren(given, [...sources, ...Object.keys(given.implementations.actors)])
  const collected: ExecutableActionObject[] = []
  const scope = inertScope(hosted.kind, collected)
  const implementations: { readonly [name: string]: unknown } = machine.implementations.actions

  const finish = (live: LiveSnapshot): Stepped => {
    if (live.status === 'error') throw live.error
    const asked: Asked[] = []
    for (const action of collected) translate(action, implementations, asked)
    return { live, done: live.status === 'done', asked }
  }
  const restore = (snapshot: Json): LiveSnapshot => {
    const live: LiveSnapshot = machine.restoreSnapshot(snapshot as never, scope)
    if (live.status === 'error') throw live.error
    return live
  }

  return {
    name,
    kind: hosted.kind,
    version: hosted.version,
    hosted,
    asks: [...sources, ...actions],
    begin(input) {
      collected.length = 0
      return finish(machine.getInitialSnapshot(scope, input))
    },
    step(from, event) {
      collected.length = 0
      return finish(machine.transition(from, event, scope))
    },
    restore,
    persist(live) {
      const { json, bytes, encoded } = plain(atRest(live), 'snapshot')
      // An encoded error reads back as data: a resident actor must see what a woken one would.
      return { snapshot: json, bytes, live: encoded ? restore(json) : live }
    },
  }
}

/**
 * What `getPersistedSnapshot` gives, as `step.test.ts` holds, in a fifth of its time: there is no walk through the context in search of
 * actors, since `plain` refuses them, and no copying of what is not kept.
 */
function atRest(live: LiveSnapshot): object {
  const children: { [id: string]: object } = {}
  for (const [id, child] of Object.entries<unknown>(live.children)) {
    children[id] = { snapshot: { status: 'active' }, src: field(child, 'src'), ...syncOf(child) }
  }
  const historyValue: { [id: string]: readonly object[] } = {}
  for (const [id, nodes] of Object.entries(live.historyValue)) historyValue[id] = nodes.map((node) => ({ id: node.id }))
  const { status, value, context } = live
  const rest = { status, value, historyValue, context, children }
  return live.output === undefined ? rest : { ...rest, output: live.output }
}

function syncOf(child: unknown): object {
  const systemId = textField(child, 'systemId')
  const syncSnapshot = field(child, '_syncSnapshot')
  return { ...(systemId === undefined ? {} : { systemId }), ...(syncSnapshot === undefined ? {} : { syncSnapshot }) }
}

/** Prefixes of event types that only the host and XState make. */
export function isReserved(type: string): boolean {
  return type.startsWith('xstate.') || type.startsWith('host.')
}

interface Survey {
  /** What invokes and `spawnChild` start. */
  readonly sources: readonly string[]
  /** Named actions that are not XState's own. */
  readonly actions: readonly string[]
}

/** Walks the definition for everything that has to have a name that survives a restart. */
function survey(machine: AnyStateMachine, name: string): Survey {
  const sources = new Set<string>()
  const actions = new Set<string>()
  const implementations: { readonly [name: string]: unknown } = machine.implementations.actions
  const visit = (node: AnyStateMachine['root']): void => {
    for (const definition of node.invoke) {
      const source = definition.src
      if (typeof source !== 'string' || source.startsWith('xstate.invoke.'))
        throw refused(name, node.id, 'an invoke has no named src')
      sources.add(source)
    }
    const transitions = [...node.transitions.values(), node.always ?? []].flat()
    const initial = node.type === 'compound' ? node.initial.actions : []
    for (const action of [...node.entry, ...node.exit, ...initial, ...transitions.flatMap((each) => each.actions)]) {
      const effect = effectOf(action, implementations, (why) => refused(name, node.id, why))
      const spawned = spawnedSource(action, implementations)
      if (spawned !== undefined) sources.add(spawned)
      if (effect !== undefined && effect !== 'send') actions.add(effect)
    }
    for (const child of Object.values(node.states)) visit(child)
  }
  visit(machine.root)
  return { sources: [...sources], actions: [...actions] }
}

/** The name of the effect an action asks for; `undefined` for XState's own. Throws what `refuse` makes of an action that can't be hosted. */
function effectOf(
  action: unknown,
  implementations: { readonly [name: string]: unknown },
  refuse: (why: string) => Error,
): string | undefined {
  const type = typeof action === 'string' ? action : textField(action, 'type')
  const own = typeof action === 'function' ? action : implementations[type ?? '']
  if (isBuiltIn(own)) {
    if (textField(own, 'type') === 'xstate.sendTo')
      throw refuse('sendTo and sendParent reach no address: use raise, or the named action "send"')
    return undefined
  }
  if (typeof action === 'function') {
    const called = action.name === '' ? '(anonymous)' : action.name
    throw refuse(`the action "${called}" is a closure, which has no identity after a restart: give it a name in setup`)
  }
  return type
}

function spawnedSource(action: unknown, implementations: { readonly [name: string]: unknown }): string | undefined {
  const type = typeof action === 'string' ? action : textField(action, 'type')
  const own = typeof action === 'function' ? action : implementations[type ?? '']
  return textField(own, 'type') === 'xstate.spawnChild' ? textField(own, 'src') : undefined
}

function refused(name: string, state: string, why: string): RuntimeError {
  return new RuntimeError('bad-machine', `${name} in state "${state}": ${why}`)
}

function isBuiltIn(action: unknown): boolean {
  return typeof action === 'function' && 'resolve' in action
}

/** Children are only work to ask for, never actors that run here: their logic does nothing and their state is not stored. */
const inert: AnyActorLogic = {
  transition: (snapshot: unknown) => snapshot,
  getInitialSnapshot: () => ({ status: 'active', output: undefined, error: undefined }),
  getPersistedSnapshot: () => ({ status: 'active', output: undefined, error: undefined }),
}

function withInertChildren(machine: AnyStateMachine, sources: readonly string[]): AnyStateMachine {
  const provided: AnyStateMachine = machine.provide({
    actors: Object.fromEntries(sources.map((each) => [each, inert])),
  })
  provided.options = { ...provided.options, maxIterations: microstepsMax }
  return provided
}

/**
 * One scope a machine instead of a throw-away one a step: children register nowhere (or every step would leak), and
 * the only callers of `defer` while nothing is executed are `spawn` in an assign or a context factory, which is refused.
 */
function inertScope(kind: string, collected: ExecutableActionObject[]): AnyActorScope {
  const self = createActor(inert, { id: kind })
  const nothing = (): void => {}
  Object.assign(self.system, { _register: (id: string) => id, _unregister: nothing, _set: nothing })
  Object.assign(self, {
    send: () => {
      throw new Error('a step is pure: self.send reaches nobody, use raise or the named action "send"')
    },
  })
  return {
    self,
    id: kind,
    sessionId: kind,
    system: self.system,
    logger: nothing,
    emit: nothing,
    stopChild: nothing,
    defer: () => {
      throw new Error('spawn inside assign or context asks for work unseen: use invoke or spawnChild')
    },
    actionExecutor: (action) => void collected.push(action),
  }
}

function translate(
  action: ExecutableActionObject,
  implementations: { readonly [name: string]: unknown },
  into: Asked[],
): void {
  const { type, params } = action
  switch (type) {
    case 'xstate.raise':
      if (typeof field(params, 'delay') === 'number') into.push(armed(params))
      return
    case 'xstate.cancel':
      into.push({ ask: 'cancel', id: String(field(params, 'sendId')) })
      return
    case 'xstate.spawnChild':
      into.push(started(params))
      return
    case 'xstate.stopChild':
      if (params !== undefined) into.push({ ask: 'stop', id: String(field(params, 'id')) })
      return
    case 'xstate.emit':
      into.push({ ask: 'emit', fact: factOf(field(params, 'event')) })
      return
    case 'xstate.log':
      return
    case 'xstate.sendTo':
      throw new Error('sendTo and sendParent reach no address: use raise, or the named action "send"')
    case 'send':
      into.push(sent(params))
      return
    default:
      if (action.exec !== undefined && implementations[type] !== action.exec)
        throw new Error(
          `the action "${type}" is a closure, which has no identity after a restart: give it a name in setup`,
        )
      into.push({
        ask: 'act',
        name: type,
        input: params === undefined ? null : plain(params, `params of ${type}`).json,
      })
  }
}

function armed(params: unknown): Asked {
  const id = field(params, 'id')
  const delay = Number(field(params, 'delay'))
  if (!Number.isFinite(delay)) throw new Error(`a delay of ${delay} ms can't be armed`)
  const event = eventOf(field(params, 'event'), 'raised event')
  const delayMs = Math.max(0, delay)
  return { ask: 'arm', ...(typeof id === 'string' ? { id } : {}), delayMs, event }
}

function started(params: unknown): Asked {
  const actor = field(params, 'actorRef')
  const name = field(params, 'src')
  // A dynamic id is an unresolved function in `params.id`; without any id XState makes one up that no replay would repeat.
  if (typeof name !== 'string' || actor === undefined || field(params, 'id') === undefined)
    throw new Error('spawnChild needs a named src and an id')
  const input = field(params, 'input')
  const id = String(field(actor, 'id'))
  return { ask: 'start', id, name, input: input === undefined ? null : plain(input, `input of ${name}`).json }
}

function factOf(value: unknown): NewFact {
  const { type, ...data } = eventOf(value, 'emitted event')
  return { type, data }
}

function sent(params: unknown): Asked {
  const to = parseAddress(String(field(params, 'to')))
  if (to === undefined) throw new Error(`"${String(field(params, 'to'))}" is not an address to send to`)
  if (field(params, 'delayMs') !== undefined) throw new Error('send takes no delay: raise a delayed event, then send')
  const event = eventOf(field(params, 'event'), 'sent event')
  if (isReserved(event.type)) throw new Error(`"${event.type}" belongs to the host and can't be sent`)
  return { ask: 'send', to, event }
}

function eventOf(value: unknown, name: string): MachineEvent {
  const event = plain(value, name).json
  if (typeof textField(event, 'type') !== 'string') throw new TypeError(`${name} has no type`)
  return event as MachineEvent
}

function field(value: unknown, key: string): unknown {
  const holds = (typeof value === 'object' && value !== null) || typeof value === 'function'
  return holds ? (value as { readonly [key: string]: unknown })[key] : undefined
}

function textField(value: unknown, key: string): string | undefined {
  const found = field(value, key)
  return typeof found === 'string' ? found : undefined
}
