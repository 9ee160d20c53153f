/**
 * Draws every machine of the catalogue into `pictures/<kind>.svg`: `node machines/draw.ts`. Laid out by elkjs; the picture carries
 * its chart's fingerprint, and a test holds it against the machine.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ElkConstructor, { type ElkExtendedEdge, type ElkNode } from 'elkjs/lib/elk.bundled.js'
import { catalogue } from './catalogue.ts'
import { chartHash, chartOf, type Chart, type ChartState, type ChartTransition } from './chart.ts'

const charWidth = 6.6
const lineHeight = 15
const style = `
  svg { color-scheme: light dark; --ink: #1f2328; --soft: #656d76; --line: #8c959f; --box: #ffffff; --group: #f6f8fa; --edge: #d0d7de; --work: #6f42c1; }
  @media (prefers-color-scheme: dark) { svg { --ink: #e6edf3; --soft: #9198a1; --line: #6e7681; --box: #161b22; --group: #0d1117; --edge: #30363d; --work: #b392f0; } }
  .page { fill: var(--group) } .box { fill: var(--box); stroke: var(--edge) } .group { fill: var(--group); stroke: var(--edge) } .region { stroke-dasharray: 5 4 }
  text { font: 11px ui-monospace, SFMono-Regular, Menlo, monospace; fill: var(--soft) } .name { font: 600 13px system-ui, sans-serif; fill: var(--ink) }
  .work { fill: var(--work) } .edge { fill: none; stroke: var(--line); stroke-width: 1.1 } .head { fill: var(--line) } .plate { fill: var(--group); opacity: .85 } .start { fill: var(--ink) }
`

/** The picture of a chart. */
export async function drawn(chart: Chart, title: string): Promise<string> {
  const elk = new ElkConstructor.default()
  const page: ElkNode = { id: 'page', layoutOptions: options, children: nodesIn(chart), edges: edgesOf(chart) }
  const root: ElkNode = await elk.layout(page)
  const width = Math.ceil((root.width ?? 0) + 8)
  const height = Math.ceil((root.height ?? 0) + 8)
  const states = new Map(chart.states.map((each) => [each.id, each]))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-4 -4 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}" data-chart="${chartHash(chart)}">`,
    `<title>${escaped(title)}</title><style>${style}</style>`,
    '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path class="head" d="M0 0 8 4 0 8z"/></marker></defs>',
    `<rect class="page" x="-4" y="-4" width="${width}" height="${height}" rx="8"/>`,
    ...boxes(root, states),
    ...(root.edges ?? []).map(arrow),
    '</svg>',
    '',
  ].join('\n')
}

const options = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.json.edgeCoords': 'ROOT',
  'elk.json.shapeCoords': 'ROOT',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.layered.spacing.nodeNodeBetweenLayers': '34',
  'elk.layered.spacing.edgeNodeBetweenLayers': '18',
  'elk.spacing.nodeNode': '26',
  'elk.spacing.edgeLabel': '4',
  'elk.padding': '[top=12,left=12,bottom=12,right=12]',
}

function nodesIn(chart: Chart): ElkNode[] {
  const childrenOf = (parent: string): ElkNode[] =>
    chart.states
      .filter((each) => each.parent === parent)
      .map((each) => {
        const children = childrenOf(each.id)
        const text = [each.label, ...each.invokes.map((work) => `runs ${work}`)]
        const width = Math.max(70, ...text.map((line) => line.length * 8 + 22))
        if (children.length === 0) return { id: each.id, width, height: 18 + text.length * lineHeight }
        const layoutOptions = {
          'elk.padding': '[top=36,left=14,bottom=14,right=14]',
          'elk.nodeSize.constraints': 'MINIMUM_SIZE',
          'elk.nodeSize.minimum': `(${width},60)`,
        }
        return { id: each.id, children, layoutOptions }
      })
  const [root] = chart.states
  if (root === undefined) return []
  return [
    {
      id: root.id,
      children: childrenOf(root.id),
      layoutOptions: { 'elk.padding': '[top=36,left=14,bottom=14,right=14]' },
    },
  ]
}

/** One arrow for all that leads from one state to another; what only acts is not drawn. */
function edgesOf(chart: Chart): ElkExtendedEdge[] {
  const groups = Map.groupBy(
    chart.transitions.filter((each) => each.internal !== true && each.from !== each.to),
    (each) => `${each.from} → ${each.to}`,
  )
  return [...groups].map(([id, group]) => {
    const lines = [...new Set(group.map(label))]
    const width = Math.max(...lines.map((line) => line.length * charWidth)) + 6
    const [{ from, to } = { from: '', to: '' }] = group
    return {
      id,
      sources: [from],
      targets: [to],
      labels: [{ id: `${id}/label`, text: lines.join('\n'), width, height: lines.length * lineHeight }],
    }
  })
}

function label({ event, guard }: ChartTransition): string {
  return guard === undefined ? event : `${event} [${guard}]`
}

function boxes(node: ElkNode, states: ReadonlyMap<string, ChartState>): readonly string[] {
  return (node.children ?? []).flatMap((child) => {
    const { x = 0, y = 0, width = 0, height = 0 } = child
    const state = states.get(child.id)
    if (state === undefined) return []
    const isRegion = states.get(state.parent ?? '')?.type === 'parallel'
    const kind = `${state.type === 'atomic' ? 'box' : 'group'}${isRegion ? ' region' : ''}`
    const isFirst = states.get(state.parent ?? '')?.initial === state.id
    return [
      `<g data-state="${escaped(state.id)}"><rect class="${kind}" x="${x}" y="${y}" width="${width}" height="${height}" rx="7"/>`,
      isFirst ? `<circle class="start" cx="${x + 10}" cy="${y + 14}" r="3"/>` : '',
      `<text class="name" x="${x + (isFirst ? 18 : 10)}" y="${y + 19}">${escaped(state.label)}</text>`,
      ...state.invokes.map(
        (work, index) =>
          `<text class="work" x="${x + 10}" y="${y + 35 + index * lineHeight}">runs ${escaped(work)}</text>`,
      ),
      '</g>',
      ...boxes(child, states),
    ].filter((line) => line !== '')
  })
}

function arrow(edge: ElkExtendedEdge): string {
  const [section] = edge.sections ?? []
  if (section === undefined) return ''
  const points = [section.startPoint, ...(section.bendPoints ?? []), section.endPoint]
  const path = points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join(' ')
  const labels = (edge.labels ?? []).map(({ x = 0, y = 0, width = 0, height = 0, text = '' }) => {
    const lines = text.split('\n').map((line, index) => {
      return `<text x="${round(x + 3)}" y="${round(y + 11 + index * lineHeight)}">${escaped(line)}</text>`
    })
    return `<rect class="plate" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"/>${lines.join('')}`
  })
  return `<path class="edge" d="${path}" marker-end="url(#head)"/>${labels.join('')}`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

if (import.meta.main) {
  const folder = fileURLToPath(new URL('./pictures/', import.meta.url))
  mkdirSync(folder, { recursive: true })
  for (const { kind, title, machine } of catalogue) {
    writeFileSync(`${folder}${kind}.svg`, await drawn(chartOf(machine), `State chart of ${title}`))
  }
}
