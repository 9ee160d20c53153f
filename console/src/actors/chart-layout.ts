/** Where the boxes and arrows of a chart go, by ELK. */
import elk from 'elkjs/lib/elk.bundled.js'
import type { ElkNode } from 'elkjs/lib/elk-api.js'
import type { ChartGraph } from './chart-graph.ts'

export interface Point {
  readonly x: number
  readonly y: number
}
export interface PlacedState extends Point {
  readonly id: string
  readonly width: number
  readonly height: number
}
export interface PlacedArrow {
  readonly id: string
  readonly points: readonly Point[]
  readonly label?: Point & { readonly width: number; readonly height: number }
}
export interface ChartLayout {
  readonly states: readonly PlacedState[]
  readonly arrows: readonly PlacedArrow[]
}

const lineHeight = 15

/** Positions of states are within their parent, arrows in the whole drawing. */
export async function layoutChart(graph: ChartGraph): Promise<ChartLayout> {
  const placed = await new elk.default().layout(elkGraph(graph))
  const states: PlacedState[] = []
  const visit = (node: ElkNode): void => {
    for (const child of node.children ?? []) {
      states.push({
        id: child.id,
        x: child.x ?? 0,
        y: child.y ?? 0,
        width: child.width ?? 0,
        height: child.height ?? 0,
      })
      visit(child)
    }
  }
  visit(placed)
  const arrows = (placed.edges ?? []).map((edge) => {
    const points = (edge.sections ?? []).flatMap((section) => [
      section.startPoint,
      ...(section.bendPoints ?? []),
      section.endPoint,
    ])
    const label = edge.labels?.[0]
    const { x = 0, y = 0, width = 0, height = 0 } = label ?? {}
    return { id: edge.id, points, ...(label === undefined ? {} : { label: { x, y, width, height } }) }
  })
  return { states, arrows }
}

function elkGraph(graph: ChartGraph): ElkNode {
  const childrenOf = (parent: string | undefined): ElkNode[] =>
    graph.boxes
      .filter((state) => state.parent === parent)
      .map((state) => {
        const children = childrenOf(state.id)
        const width = Math.max(92, state.name.length * 8 + 32)
        return {
          id: state.id,
          ...(children.length === 0
            ? { width, height: 34 }
            : {
                children,
                layoutOptions: {
                  'elk.padding': '[top=40,left=16,bottom=16,right=16]',
                  'elk.nodeSize.constraints': 'MINIMUM_SIZE',
                  'elk.nodeSize.minimum': `(${width},60)`,
                },
              }),
        }
      })
  return {
    id: graph.chart.id,
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': 'DOWN',
      'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
      'elk.edgeRouting': 'ORTHOGONAL',
      'elk.json.edgeCoords': 'ROOT',
      'elk.layered.spacing.nodeNodeBetweenLayers': '36',
      'elk.spacing.nodeNode': '28',
      'elk.spacing.edgeNode': '14',
      'elk.spacing.edgeLabel': '4',
      'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
    },
    children: childrenOf(undefined),
    edges: graph.arrows.map((arrow) => ({
      id: arrow.id,
      sources: [arrow.from],
      targets: [arrow.to],
      labels: [
        {
          text: arrow.labels.join('\n'),
          width: Math.max(...arrow.labels.map((label) => label.length)) * 6.2 + 8,
          height: arrow.labels.length * lineHeight,
        },
      ],
    })),
  }
}
