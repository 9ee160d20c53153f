/** A machine's chart as the page draws it: boxes, and one arrow for all transitions between two states. Pure. */
import { catalogue } from '#machines/catalogue.ts'
import { activeIds, chartOf, type Chart, type ChartTransition } from '#machines/chart.ts'
import { isRecord } from '../connection/http.ts'

export interface ChartBox {
  readonly id: string
  readonly name: string
  readonly parent?: string
  readonly final: boolean
  readonly initial: boolean
  /** Work that runs while the state lasts. */
  readonly work: readonly string[]
}

export interface ChartArrow {
  readonly id: string
  readonly from: string
  readonly to: string
  /** What makes it happen, one line each. */
  readonly labels: readonly string[]
}

export interface ChartGraph {
  readonly chart: Chart
  readonly boxes: readonly ChartBox[]
  readonly arrows: readonly ChartArrow[]
}

/** The chart of a kind of actor; absent for one without a machine here. */
export function chartOfKind(kind: string): ChartGraph | undefined {
  const hosted = catalogue.find((each) => each.kind === kind)
  return hosted === undefined ? undefined : graphOf(chartOf(hosted.machine))
}

/** Boxes for all states but the outermost; transitions that only act, or go from the outermost, are not drawn. */
export function graphOf(chart: Chart): ChartGraph {
  const initials = new Set(chart.states.map((state) => state.initial))
  const inside = chart.states.filter((state) => state.parent !== undefined)
  const boxes = inside.map(({ id, label, parent, type, invokes }) => ({
    id,
    name: label,
    final: type === 'final',
    initial: initials.has(id),
    work: invokes,
    ...(parent === undefined || parent === chart.id ? {} : { parent }),
  }))
  const drawn = new Set(boxes.map((box) => box.id))
  const arrows = new Map<string, ChartArrow>()
  for (const transition of chart.transitions) {
    const { from, to } = transition
    if (transition.internal === true || !drawn.has(from) || !drawn.has(to)) continue
    const id = `${from} ${to}`
    const labels = arrows.get(id)?.labels ?? []
    const label = labelOf(transition)
    arrows.set(id, { id, from, to, labels: labels.includes(label) ? labels : [...labels, label] })
  }
  return { chart, boxes, arrows: [...arrows.values()] }
}

function labelOf({ event, guard }: ChartTransition): string {
  return guard === undefined ? event : `${event} [${guard}]`
}

/** The ids of the states that a state value is in, outer ones included. */
export function activeStates(graph: ChartGraph, value: unknown): ReadonlySet<string> {
  return new Set(activeIds(graph.chart, value))
}

/** Every state it has been in, in one of these values. */
export function walkedStates(graph: ChartGraph, values: readonly unknown[]): ReadonlySet<string> {
  return new Set(values.flatMap((value) => activeIds(graph.chart, value)))
}

/** The arrows taken between these values, one after the other: one that leaves a state it was in for one it was not. */
export function passedArrows(graph: ChartGraph, values: readonly unknown[]): ReadonlySet<string> {
  const passed = new Set<string>()
  for (const [index, value] of values.entries()) {
    if (index === 0) continue
    const before = activeStates(graph, values[index - 1])
    const after = activeStates(graph, value)
    for (const { id, from, to } of graph.arrows) {
      if (before.has(from) && !after.has(from) && after.has(to) && !before.has(to)) passed.add(id)
    }
  }
  return passed
}

/** XState's inner names of events in words: `xstate.done.actor.answer` is `answer done`. */
export function eventName(type: string): string {
  const after = /^xstate\.after\.([^.]+)/.exec(type)
  if (after !== null) return `after ${after[1] ?? ''}`
  const outcome = /^xstate\.(done|error)\.actor\.(.+)$/.exec(type)
  if (outcome === null) return type
  return `${outcome[2] ?? ''} ${outcome[1] === 'done' ? 'done' : 'failed'}`
}

/** A state value in words: `open › assistant › idle`; parallel parts beside each other. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return value
  if (!isRecord(value)) return ''
  return Object.entries(value)
    .map(([name, inside]) => [name, valueText(inside)].filter((part) => part !== '').join(' › '))
    .join(' | ')
}
