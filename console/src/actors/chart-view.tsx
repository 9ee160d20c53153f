import {
  BaseEdge,
  Controls,
  EdgeLabelRenderer,
  Handle,
  Position,
  ReactFlow,
  type Edge,
  type EdgeProps,
  type Node,
  type NodeProps,
  type ReactFlowInstance,
} from '@xyflow/react'
import '@xyflow/react/dist/style.css'
import { useEffect, useState } from 'react'
import { useT } from '../ui/context.tsx'
import { Skeleton } from '../ui/states.tsx'
import type { ChartGraph } from './chart-graph.ts'
import { layoutChart, type ChartLayout, type Point } from './chart-layout.ts'

interface ChartProps {
  readonly graph: ChartGraph
  readonly active: ReadonlySet<string>
  readonly walked: ReadonlySet<string>
  /** Arrows that were taken. */
  readonly passed: ReadonlySet<string>
  /** Words for a screen reader: the state it is in. */
  readonly title: string
}

type StateNode = Node<
  { name: string; initial: boolean; final: boolean; outer: boolean; active: boolean; walked: boolean },
  'state'
>
type ArrowEdge = Edge<
  { points: readonly Point[]; labels: readonly string[]; label: Point | undefined; walked: boolean },
  'arrow'
>

const nodeTypes = { state: StateBox }
const edgeTypes = { arrow: Arrow }

/** The drawn chart: the present state lit, the states walked through marked. */
export function ChartView({ graph, active, walked, passed, title }: ChartProps) {
  const t = useT()
  const layout = useLayout(graph)
  const [flow, setFlow] = useState<ReactFlowInstance<StateNode, ArrowEdge>>()
  const near = surroundings(graph, active).join(' ')
  useEffect(() => {
    const nodes = near.split(' ').map((id) => ({ id }))
    void flow?.fitView({ ...fit, nodes })
  }, [flow, near])
  if (layout === undefined) return <Skeleton rows={3} height={80} />
  return (
    <div role="group" aria-label={`${t('actor.chart')}: ${title}`} className="h-full w-full">
      <ReactFlow
        nodes={nodesOf(graph, layout, { active, walked })}
        edges={edgesOf(graph, layout, passed)}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        onInit={setFlow}
        fitView
        fitViewOptions={fit}
        minZoom={0.15}
        proOptions={{ hideAttribution: true }}
      >
        <Controls showInteractive={false} />
      </ReactFlow>
    </div>
  )
}

const fit = { padding: 0.06, maxZoom: 1 } as const

/** Boxes a whole chart may have to be readable at once. */
const readableMax = 12

/** What to show: all of a small chart; of a large one the states beside the one it is in, so that their names can be read. */
function surroundings({ boxes }: ChartGraph, active: ReadonlySet<string>): readonly string[] {
  const inner = boxes.findLast((box) => active.has(box.id) && !boxes.some((each) => each.parent === box.id))
  const { parent } = inner ?? {}
  const shown =
    boxes.length <= readableMax || parent === undefined ? boxes : boxes.filter((box) => box.parent === parent)
  return shown.map((box) => box.id)
}

function useLayout(graph: ChartGraph): ChartLayout | undefined {
  const [layout, setLayout] = useState<ChartLayout>()
  useEffect(() => {
    let current = true
    void layoutChart(graph).then((placed) => (current ? setLayout(placed) : undefined))
    return () => {
      current = false
    }
  }, [graph])
  return layout
}

function nodesOf(graph: ChartGraph, layout: ChartLayout, lit: Pick<ChartProps, 'active' | 'walked'>): StateNode[] {
  const outer = new Set(graph.boxes.map((state) => state.parent))
  return graph.boxes.flatMap((state) => {
    const place = layout.states.find((each) => each.id === state.id)
    if (place === undefined) return []
    return [
      {
        id: state.id,
        type: 'state' as const,
        position: { x: place.x, y: place.y },
        width: place.width,
        height: place.height,
        ...(state.parent === undefined ? {} : { parentId: state.parent }),
        data: {
          name: state.name,
          initial: state.initial,
          final: state.final,
          outer: outer.has(state.id),
          active: lit.active.has(state.id),
          walked: lit.walked.has(state.id),
        },
      },
    ]
  })
}

function edgesOf(graph: ChartGraph, layout: ChartLayout, passed: ReadonlySet<string>): ArrowEdge[] {
  return graph.arrows.flatMap((arrow) => {
    const place = layout.arrows.find((each) => each.id === arrow.id)
    if (place === undefined) return []
    const data = {
      points: place.points,
      labels: arrow.labels,
      label: place.label,
      walked: passed.has(arrow.id),
    }
    return [{ id: arrow.id, source: arrow.from, target: arrow.to, type: 'arrow' as const, data, zIndex: 5 }]
  })
}

function StateBox({ data }: NodeProps<StateNode>) {
  const lit = data.active
    ? data.outer
      ? 'border-accent bg-accent-soft/40'
      : 'border-accent bg-accent text-on-accent font-semibold'
    : ''
  const been = !data.active && data.walked ? `border-accent/60 ${data.outer ? '' : 'bg-surface'}` : ''
  const rest = !data.active && !data.walked ? `border-line-strong text-ink-2 ${data.outer ? '' : 'bg-surface'}` : ''
  return (
    <div
      className={`h-full w-full rounded-box border-[1.5px] px-3 text-[13px] ${data.outer ? 'py-2' : 'flex items-center justify-center'} ${data.final ? 'ring-2 ring-line-strong ring-offset-1' : ''} ${lit} ${been} ${rest}`}
    >
      <Handle type="target" position={Position.Top} className="!invisible" />
      {data.initial ? (
        <span className="mr-1.5 inline-block size-1.5 rounded-full bg-current align-middle" aria-hidden />
      ) : null}
      {data.name}
      <Handle type="source" position={Position.Bottom} className="!invisible" />
    </div>
  )
}

function Arrow({ id, data }: EdgeProps<ArrowEdge>) {
  if (data === undefined || data.points.length === 0) return null
  const path = data.points.map((point, index) => `${index === 0 ? 'M' : 'L'}${point.x},${point.y}`).join(' ')
  const colour = data.walked ? 'var(--color-accent)' : 'var(--color-line-strong)'
  const end = data.points.at(-1)
  const before = data.points.at(-2)
  const angle =
    end === undefined || before === undefined ? 0 : (Math.atan2(end.y - before.y, end.x - before.x) * 180) / Math.PI
  return (
    <>
      <BaseEdge id={id} path={path} style={{ stroke: colour, strokeWidth: data.walked ? 1.8 : 1.2 }} />
      {end === undefined ? null : (
        <path d="M0,0 L-7,-4 L-7,4 Z" fill={colour} transform={`translate(${end.x},${end.y}) rotate(${angle})`} />
      )}
      {data.label === undefined ? null : (
        <EdgeLabelRenderer>
          <div
            style={{ transform: `translate(${data.label.x}px,${data.label.y}px)` }}
            className="absolute z-10 px-1 font-mono text-[10px] leading-[15px] whitespace-pre text-ink-2"
          >
            {data.labels.join('\n')}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  )
}
