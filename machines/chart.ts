/** A machine's chart as plain data, for drawing it: pure, the same for the picture, the console and the tests. */
import type { AnyStateMachine, AnyStateNode } from 'xstate'

export interface ChartState {
  /** XState's own id, such as `conversation.open.assistant`. */
  readonly id: string
  /** Absent for the root. */
  readonly parent?: string
  readonly type: 'atomic' | 'compound' | 'parallel' | 'final' | 'history'
  /** The last part of the id. */
  readonly label: string
  /** Names of the work that runs while the state lasts. */
  readonly invokes: readonly string[]
  /** The child entered first, by id. */
  readonly initial?: string
}

export interface ChartTransition {
  readonly id: string
  readonly from: string
  /** The state itself when the transition goes nowhere. */
  readonly to: string
  /** In words: an event's type, `always`, `after burstWindow`, `route done`, `route failed`. */
  readonly event: string
  readonly guard?: string
  readonly actions: readonly string[]
  /** It only acts: no state is left. */
  readonly internal?: true
}

export interface Chart {
  readonly id: string
  readonly states: readonly ChartState[]
  readonly transitions: readonly ChartTransition[]
}

/** The chart of an XState machine. Order follows the definition, so the same machine gives the same chart. */
export function chartOf(machine: unknown): Chart {
  const root: AnyStateNode = (machine as AnyStateMachine).root
  const nodes = withDescendants(root)
  return { id: root.id, states: nodes.map(stateOf), transitions: nodes.flatMap(transitionsOf) }
}

/** The ids of all states a value is in, for lighting them: `{ open: 'queued' }` gives `m`, `m.open`, `m.open.queued`. */
export function activeIds(chart: Chart, value: unknown): readonly string[] {
  const within = (parent: string, part: unknown): readonly string[] => {
    if (typeof part === 'string') return [`${parent}.${part}`]
    if (typeof part !== 'object' || part === null) return []
    return Object.entries(part).flatMap(([key, inner]) => [`${parent}.${key}`, ...within(`${parent}.${key}`, inner)])
  }
  return [chart.id, ...within(chart.id, value)]
}

/** A fingerprint of a chart (FNV-1a, 32 bits, hex): a picture that carries another one is out of date. */
export function chartHash(chart: Chart): string {
  const text = JSON.stringify(chart)
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}

function withDescendants(node: AnyStateNode): readonly AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap(withDescendants)]
}

function stateOf(node: AnyStateNode): ChartState {
  const initial = node.type === 'compound' ? node.initial.target[0]?.id : undefined
  return {
    id: node.id,
    ...(node.parent === undefined ? {} : { parent: node.parent.id }),
    type: node.type,
    label: node.key,
    invokes: node.invoke.map((each) => (typeof each.src === 'string' ? each.src : each.id)),
    ...(initial === undefined ? {} : { initial }),
  }
}

function transitionsOf(node: AnyStateNode): readonly ChartTransition[] {
  const all = [...node.transitions.values()].flat()
  return [...all, ...(node.always ?? [])].map((each, index) => {
    const target = each.target?.[0]
    return {
      id: `${node.id}#${index}`,
      from: node.id,
      to: target?.id ?? node.id,
      event: eventName(each.eventType, node.id),
      ...(each.guard === undefined ? {} : { guard: nameOf(each.guard) }),
      actions: each.actions.map(nameOf),
      ...(target === undefined ? { internal: true as const } : {}),
    }
  })
}

function eventName(type: string, id: string): string {
  if (type === '') return 'always'
  const done = 'xstate.done.actor.'
  const failed = 'xstate.error.actor.'
  if (type.startsWith(done)) return `${type.slice(done.length)} done`
  if (type.startsWith(failed)) return `${type.slice(failed.length)} failed`
  if (type.startsWith('xstate.after.')) return `after ${type.slice('xstate.after.'.length).replace(`.${id}`, '')}`
  return type
}

/** Names of guards and actions; one with parameters says them. */
function nameOf(thing: unknown): string {
  if (typeof thing === 'string') return thing
  if (typeof thing !== 'object' || thing === null || !('type' in thing)) return 'inline'
  const params = 'params' in thing && typeof thing.params === 'object' ? Object.values(thing.params ?? {}) : []
  return [String(thing.type), ...params.map(String)].join(' ')
}
