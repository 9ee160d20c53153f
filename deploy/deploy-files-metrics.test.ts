import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { gatewayLimits } from '#gateway/config.ts'
import { factsLagMax } from '#gateway/health.ts'
import { processRegistry } from '#gateway/metrics.ts'
import { startTestHouse } from '#gateway/testing/test-house.ts'
import { root, textOf, yamlOf } from './testing/deploy-folder.ts'

const rulesShape = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      interval: z.string().optional(),
      rules: z.array(
        z.union([
          z.strictObject({ record: z.string().regex(/^fineacers:[a-z0-9_:]+$/), expr: z.string() }),
          z.strictObject({
            alert: z.string().regex(/^FineAcers[A-Za-z]+$/),
            expr: z.string(),
            for: z.string().optional(),
            labels: z.strictObject({ severity: z.enum(['warning', 'critical']) }),
            annotations: z.strictObject({ summary: z.string(), runbook: z.string() }),
          }),
        ]),
      ),
    }),
  ),
})

const target = z.object({ expr: z.string().min(1), refId: z.string().regex(/^[A-Z]$/), datasource: z.unknown() })
const dashboardShape = z.object({
  uid: z.string().regex(/^fineacers-[a-z]+$/),
  title: z.string().min(1),
  tags: z.array(z.string()),
  schemaVersion: z.number().int().min(39),
  time: z.object({ from: z.string(), to: z.string() }),
  templating: z.object({
    list: z.array(
      z.object({ name: z.string(), type: z.enum(['datasource', 'query']), definition: z.string().optional() }),
    ),
  }),
  annotations: z.object({ list: z.array(z.unknown()) }),
  panels: z.array(
    z.object({
      id: z.number().int(),
      type: z.enum(['timeseries', 'stat']),
      title: z.string().min(1),
      gridPos: z.object({ x: z.number(), y: z.number(), w: z.number().max(24), h: z.number() }),
      fieldConfig: z.object({ defaults: z.object({ unit: z.string() }), overrides: z.array(z.unknown()) }),
      options: z.record(z.string(), z.unknown()),
      targets: z.array(target).min(1),
    }),
  ),
})

const rules = rulesShape.parse(yamlOf('deploy/prometheus/rules.yaml')[0]).groups.flatMap((group) => group.rules)
const recorded = new Set(rules.flatMap((rule) => ('record' in rule ? [rule.record] : [])))
const alarms = rules.filter((rule) => 'alert' in rule)
const dashboards = globSync('deploy/grafana/*.json', { cwd: root }).map((path) => ({
  path,
  board: dashboardShape.parse(JSON.parse(readFileSync(join(root, path), 'utf8'))),
}))

/** What Prometheus itself makes. */
const ofPrometheus = ['up', 'ALERTS']

/** The names of series in an expression: words that are no function, keyword, label or text. */
function seriesIn(expression: string): readonly string[] {
  const bare = expression
    .replaceAll(/"[^"]*"/g, '')
    .replaceAll(/\{[^}]*\}/g, '')
    .replaceAll(/\[[^\]]*\]/g, '')
    .replaceAll(/\b(?:by|without|on)\s*\([^)]*\)/g, '')
  return [...bare.matchAll(/[a-zA-Z_:][a-zA-Z0-9_:]*/g)]
    .filter((match) => bare[match.index + match[0].length] !== '(' && !/^\d/.test(match[0]))
    .map(([word]) => word)
    .filter(
      (word) => !['and', 'or', 'unless', 'bool', 'sum', 'max', 'min', 'avg', 'without', 'by', 'on'].includes(word),
    )
}

describe('rules and dashboards', () => {
  const registered = new Set<string>()
  beforeAll(async () => {
    for (const name of [...(await metricsOfAGateway()), ...metricsOfAProjector()]) registered.add(name)
  })
  const known = (name: string) =>
    registered.has(name.replace(/_(?:bucket|count|sum)$/, '')) || registered.has(name) || recorded.has(name)

  it('the reading of expressions finds series and nothing else', () => {
    const expression =
      'histogram_quantile(0.5, max by (le) (rate(a_bucket{b="c d",e=~"f"}[5m]))) > 0 and on () g:h:i == 1'
    expect(seriesIn(expression)).toEqual(['a_bucket', 'g:h:i'])
  })

  it('what is registered is what a gateway tells, process and Node included', () => {
    for (const name of ['fineacers_turn_seconds', 'fineacers_runtime_inbox_lag', 'process_open_fds']) {
      expect([...registered]).toContain(name)
    }
    expect(known('fineacers_runtime_inbox_leg')).toBe(false)
  })

  it('rules read only what is registered', () => {
    const wrong = rules.flatMap(({ expr }) =>
      seriesIn(expr).filter((name) => !known(name) && !ofPrometheus.includes(name)),
    )
    expect(wrong).toEqual([])
  })

  it('dashboards read only what is registered or recorded', () => {
    expect(dashboards.map(({ board }) => board.uid).sort()).toEqual([
      'fineacers-gateway',
      'fineacers-leads',
      'fineacers-overview',
      'fineacers-runtime',
    ])
    for (const { path, board } of dashboards) {
      const expressions = [
        ...board.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
        ...board.templating.list.flatMap(({ definition }) =>
          definition === undefined ? [] : [/^label_values\(([^,]+),/.exec(definition)?.[1] ?? 'none'],
        ),
      ]
      const wrong = expressions.flatMap(seriesIn).filter((name) => !known(name) && !ofPrometheus.includes(name))
      expect(wrong, path).toEqual([])
    }
  })

  it('everything our own code counts is on a dashboard or in a rule', () => {
    const text = [textOf('deploy/prometheus/rules.yaml'), ...dashboards.map(({ path }) => textOf(path))].join('\n')
    const unseen = [...registered].filter((name) => name.startsWith('fineacers_') && !text.includes(name))
    expect(unseen).toEqual([])
  })

  it('dashboards have ids, letters and places of their own', () => {
    for (const { path, board } of dashboards) {
      const ids = board.panels.map(({ id }) => id)
      expect(new Set(ids).size, path).toBe(ids.length)
      for (const { targets, title } of board.panels) {
        expect(new Set(targets.map(({ refId }) => refId)).size, title).toBe(targets.length)
      }
      const places = board.panels.map(({ gridPos }) => gridPos)
      const clash = places.filter((a, index) =>
        places.some(
          (b, other) => other > index && a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h,
        ),
      )
      expect(clash, path).toEqual([])
      expect(places.filter(({ x, w }) => x + w > 24)).toEqual([])
      const variables = new Set(board.templating.list.map(({ name }) => name))
      const used = [...textOf(path).matchAll(/\$\{?([a-z]\w*)/g)].map((match) => match[1] ?? '')
      expect(used.filter((name) => !variables.has(name))).toEqual([])
    }
  })

  it('every alarm has its section in the runbook, with three things to do, and every section its alarm', () => {
    const runbook = textOf('deploy/RUNBOOK.md')
    for (const { alert, annotations } of alarms) {
      expect(annotations.runbook).toBe(`RUNBOOK.md#${alert.toLowerCase()}`)
      const [, section = ''] = new RegExp(`^### ${alert}\\n([^#]*)`, 'm').exec(runbook) ?? []
      expect([...section.matchAll(/^[1-3]\. /gm)].length, alert).toBe(3)
    }
    const sections = [...runbook.matchAll(/^### (FineAcers\w+)$/gm)].map((match) => match[1] ?? '')
    expect(new Set(sections)).toEqual(new Set(alarms.map(({ alert }) => alert)))
  })

  it('every alarm and every record of a ratio is tried in rules.test.yaml', () => {
    const tests = textOf('deploy/prometheus/rules.test.yaml')
    const fired = [...tests.matchAll(/alertname: (FineAcers\w+)\n\s+exp_alerts:/g)].map((match) => match[1])
    expect(alarms.map(({ alert }) => alert).filter((alert) => !fired.includes(alert))).toEqual([])
  })

  it('thresholds that stand for a limit of ours follow it', () => {
    const expression = (name: string) => alarms.find(({ alert }) => alert === name)?.expr ?? ''
    expect(expression('FineAcersSocketsNearLimit')).toContain(`> ${gatewayLimits.socketsMax * 0.8}`)
    expect(expression('FineAcersReadModelsBehind')).toContain(`> ${factsLagMax} `)
  })

  it('Prometheus asks every process of compose.yaml, with the labels that the rules use', () => {
    const shape = z.object({
      scrape_configs: z.array(
        z.object({
          job_name: z.string(),
          static_configs: z.array(z.object({ targets: z.array(z.string()), labels: z.object({ role: z.string() }) })),
        }),
      ),
    })
    const [config] = shape.parse(yamlOf('deploy/prometheus/prometheus.yaml')[0]).scrape_configs
    const targets = (config?.static_configs ?? []).flatMap((each) =>
      each.targets.map((address) => `${each.labels.role} ${address}`),
    )
    expect(config?.job_name).toBe('fineacers')
    expect(targets.sort()).toEqual([
      'gateway gateway-1:4600',
      'gateway gateway-2:4600',
      'projector projector:4600',
      'runtime runtime-1:4600',
      'runtime runtime-2:4600',
    ])
  })
})

/** The names at `/metrics` of a whole gateway. */
async function metricsOfAGateway(): Promise<readonly string[]> {
  const house = await startTestHouse()
  try {
    const text = await (await fetch(`http://127.0.0.1:${house.port}/metrics`)).text()
    return [...text.matchAll(/^# TYPE (\S+) /gm)].map((match) => match[1] ?? '')
  } finally {
    await house.stop()
  }
}

/** The names that a projector, which hosts no actors, serves nobody and publishes lead events, tells. */
function metricsOfAProjector(): readonly string[] {
  const registry = processRegistry({
    projector: () => ({ active: true, position: 0, factsLag: 0, behindMs: 0 }),
    leadEvents: () => ({}),
    health: { readiness: async () => ({ status: 'ready', dependencies: {}, factsLag: 0, inboxLag: 0 }) },
  })
  return registry.getMetricsAsArray().map(({ name }) => name)
}
