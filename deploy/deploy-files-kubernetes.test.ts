import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { settingNames } from './config.ts'
import {
  containerOf,
  finds,
  knownCommands,
  knownVariables,
  kustomization,
  manifests,
  root,
  textOf,
  variablesOf,
  workloadsOf,
  yamlOf,
} from './testing/deploy-folder.ts'
import { manifestShape, type Manifest } from './testing/kubernetes-shapes.ts'

const all = manifests()
const pods = workloadsOf(all)
const ours = pods.filter(({ kind }) => kind === 'Deployment')

function of<K extends Manifest['kind']>(kind: K): readonly Extract<Manifest, { kind: K }>[] {
  return all.filter((each): each is Extract<Manifest, { kind: K }> => each.kind === kind)
}

const named = (name: string) => {
  const found = pods.find(({ metadata }) => metadata.name === name)
  if (found === undefined) throw new Error(`there is no ${name}`)
  return found
}
const variablesIn = (text: string) => [...text.matchAll(/\$\(([A-Z_]+)\)/g)].map((match) => match[1] ?? '')

describe('the Kubernetes manifests', () => {
  it('are exactly what Kubernetes knows: a misspelt or misplaced field is refused', () => {
    expect(all.length).toBeGreaterThan(15)
    const [deployment] = of('Deployment')
    const wrong: unknown = { ...deployment, spec: { ...deployment?.spec, replica: 2 } }
    expect(manifestShape.safeParse(wrong).success).toBe(false)
  })

  it('name files that are there, and every manifest in the folder is named', () => {
    const { resources = [], configMapGenerator } = kustomization('deploy/kubernetes')
    const missing = resources.filter((resource) => !existsSync(join(root, 'deploy/kubernetes', resource)))
    expect(missing).toEqual([])
    const apart = ['kustomization.yaml', 'prometheus-adapter-rules.yaml']
    const there = globSync('*.yaml', { cwd: join(root, 'deploy/kubernetes') }).filter((file) => !apart.includes(file))
    expect(there.filter((file) => !resources.includes(file))).toEqual([])
    for (const each of configMapGenerator) {
      const files = 'envs' in each ? each.envs : each.files
      expect(files.filter((file) => !existsSync(join(root, 'deploy/kubernetes', file)))).toEqual([])
    }
  })

  it('name each thing once', () => {
    const names = manifests().map(({ kind, metadata }) => `${kind} ${metadata.name}`)
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  })

  it('have selectors that find their own pods and nobody else’s', () => {
    for (const each of pods) {
      const { selector, template } = each.spec
      expect(finds(selector.matchLabels, template.metadata.labels), each.metadata.name).toBe(true)
      const others = pods.filter((other) => other.metadata.name !== each.metadata.name)
      expect(others.filter((other) => finds(selector.matchLabels, other.spec.template.metadata.labels))).toEqual([])
    }
  })

  it('have services, budgets, spreads and policies that select pods which exist', () => {
    const labelSets = pods.map(({ spec }) => spec.template.metadata.labels)
    const selectors = [
      ...of('Service').map(({ spec }) => spec.selector),
      ...of('PodDisruptionBudget').map(({ spec }) => spec.selector.matchLabels),
      ...pods.flatMap(({ spec }) =>
        spec.template.spec.topologySpreadConstraints.map(({ labelSelector }) => labelSelector.matchLabels),
      ),
      ...of('NetworkPolicy').flatMap(({ spec }) => [
        spec.podSelector.matchLabels ?? {},
        ...[...(spec.ingress ?? []).map(({ from }) => from), ...(spec.egress ?? []).map(({ to = [] }) => to)]
          .flat()
          .flatMap((peer) => ('podSelector' in peer ? [peer.podSelector.matchLabels] : [])),
      ]),
    ]
    expect(selectors.filter((selector) => !labelSets.some((labels) => finds(selector, labels)))).toEqual([])
    expect(
      of('PodDisruptionBudget')
        .map(({ metadata }) => metadata.name)
        .sort(),
    ).toEqual(pods.map(({ metadata }) => metadata.name).sort())
  })

  it('run one command each, which the command line knows', () => {
    expect(ours.map((each) => containerOf(each).args)).toEqual([['runtime'], ['gateway'], ['projector']])
    for (const each of ours) expect(knownCommands()).toContain(containerOf(each).args[0])
  })

  it('set no variable that nobody reads', () => {
    const known = knownVariables()
    const settings = variablesOf('deploy/kubernetes/settings.env').all
    expect([...settings].filter((name) => !known.has(name))).toEqual([])
    for (const each of ours) {
      const { env } = containerOf(each)
      const usedByOthers = new Set(env.flatMap((entry) => ('value' in entry ? variablesIn(entry.value) : [])))
      const idle = env.filter(({ name }) => !known.has(name) && !usedByOthers.has(name))
      expect(idle.map(({ name }) => name)).toEqual([])
    }
  })

  it('use a variable in another only after it is defined, as Kubernetes wants', () => {
    for (const each of pods) {
      const before = new Set<string>()
      for (const entry of containerOf(each).env) {
        if ('value' in entry) expect(variablesIn(entry.value).filter((name) => !before.has(name))).toEqual([])
        before.add(entry.name)
      }
    }
  })

  it('hold no secret: every password and every address with one comes from a Secret', () => {
    for (const each of pods) {
      for (const entry of containerOf(each).env) {
        if (/PASSWORD|KEY|MONGODB_URL|REDIS_URL/.test(entry.name))
          expect(entry).toHaveProperty('valueFrom.secretKeyRef')
        if ('value' in entry) expect(entry.value).not.toMatch(/:\/\/[^$\s"]*:[^$(\s"]+@/)
      }
    }
    expect([...variablesOf('deploy/kubernetes/settings.env').all].filter((name) => /PASSWORD|KEY/.test(name))).toEqual(
      [],
    )
  })

  it('take every secret and every key of one that README.md tells to make', () => {
    const readme = textOf('deploy/kubernetes/README.md')
    const used = pods
      .flatMap((each) => containerOf(each).env)
      .flatMap((entry) =>
        'valueFrom' in entry && 'secretKeyRef' in entry.valueFrom ? [entry.valueFrom.secretKeyRef] : [],
      )
    for (const { name, key } of used) {
      const [, command = ''] = new RegExp(`create secret generic ${name} ((?:.*\\\\\\n)*.*)`).exec(readme) ?? []
      expect(command, `${name}/${key}`).toContain(`--from-literal=${key}=`)
    }
    for (const { spec } of of('Ingress')) {
      for (const { secretName } of spec.tls) expect(readme).toContain(`create secret tls ${secretName} `)
    }
  })

  it('probe ports that are there, and paths that the gateway has', () => {
    const routes = textOf('gateway/http/system-routes.ts')
    for (const each of pods) {
      const container = containerOf(each)
      const ports = container.ports.map(({ name }) => name)
      const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe]
      expect(probes.filter(({ httpGet }) => !ports.includes(String(httpGet.port)))).toEqual([])
      if (each.kind === 'Deployment') {
        expect(probes.filter(({ httpGet }) => !routes.includes(`url: '${httpGet.path}'`))).toEqual([])
        expect(container.livenessProbe.httpGet.path).toBe('/health/live')
        expect(container.readinessProbe.httpGet.path).toBe('/health/ready')
      }
    }
  })

  it('listen where the image listens and mount what the image writes', () => {
    const image = textOf('deploy/container/Dockerfile')
    for (const each of ours) {
      const container = containerOf(each)
      expect(image).toContain(`PORT=${container.ports[0]?.containerPort ?? 0}`)
      const mounted = container.volumeMounts.map(({ mountPath }) => mountPath).sort()
      expect(image).toContain(`VOLUME ${JSON.stringify(mounted).replaceAll(',', ', ')}`)
      expect(image).toContain(`USER ${each.spec.template.spec.securityContext.runAsUser}:`)
    }
  })

  it('mount volumes that are declared', () => {
    for (const each of pods) {
      const claims =
        each.kind === 'StatefulSet' ? each.spec.volumeClaimTemplates.map(({ metadata }) => metadata.name) : []
      const declared = [...each.spec.template.spec.volumes.map(({ name }) => name), ...claims]
      expect(
        containerOf(each)
          .volumeMounts.map(({ name }) => name)
          .sort(),
      ).toEqual(declared.sort())
    }
  })

  it('take their configuration from maps that are made', () => {
    const made = ['deploy/kubernetes', 'deploy/nats'].flatMap((folder) => kustomization(folder).configMapGenerator)
    const names = made.map(({ name }) => name)
    const used = pods.flatMap((each) => [
      ...(containerOf(each).envFrom ?? []).flatMap((from) => ('configMapRef' in from ? [from.configMapRef.name] : [])),
      ...each.spec.template.spec.volumes.flatMap((volume) => ('configMap' in volume ? [volume.configMap.name] : [])),
    ])
    expect([...new Set(used)].sort()).toEqual([...names].sort())
  })

  it('leave room for the heap below the limit of memory', () => {
    const mebibytes = (quantity = '') => Number.parseInt(quantity, 10) * (quantity.endsWith('Gi') ? 1024 : 1)
    for (const each of ours) {
      const { env, resources } = containerOf(each)
      const options = env.find(({ name }) => name === 'NODE_OPTIONS')
      const heap = Number(
        /--max-old-space-size=(\d+)/.exec(options !== undefined && 'value' in options ? options.value : '')?.[1],
      )
      expect(heap / mebibytes(resources.limits?.memory)).toBeGreaterThan(0.5)
      expect(heap / mebibytes(resources.limits?.memory)).toBeLessThan(0.75)
    }
  })

  it('scale deployments that exist, within the partitions, and on a metric that the adapter makes', () => {
    const adapter = z
      .object({ rules: z.array(z.object({ seriesQuery: z.string(), name: z.object({ as: z.string() }) })) })
      .parse(yamlOf('deploy/kubernetes/prometheus-adapter-rules.yaml')[0])
    const partitions = Number(settingNames().find(({ name }) => name === 'FINEACERS_PARTITIONS')?.byDefault)
    for (const { spec } of of('HorizontalPodAutoscaler')) {
      const target = named(spec.scaleTargetRef.name)
      expect(target.kind).toBe(spec.scaleTargetRef.kind)
      expect(target.spec.replicas, 'the autoscaler says how many').toBeUndefined()
      if (target.metadata.name === 'runtime') expect(spec.maxReplicas).toBeLessThanOrEqual(partitions)
      const metrics = spec.metrics.flatMap((metric) => (metric.type === 'Pods' ? [metric.pods.metric.name] : []))
      expect(metrics.filter((metric) => !adapter.rules.some(({ name }) => name.as === metric))).toEqual([])
    }
  })

  it('let in at the ingress every route but metrics and health', () => {
    const paths = of('Ingress').flatMap(({ spec }) => spec.rules.flatMap(({ http }) => http.paths))
    const reached = (url: string) =>
      paths.some(({ path, pathType }) => url === path || (pathType === 'Prefix' && url.startsWith(`${path}/`)))
    const routes = routesOfTheGateway()
    expect(routes.length).toBeGreaterThan(12)
    expect(routes.filter((url) => !reached(url))).toEqual(['/metrics', '/health/live', '/health/ready'])
    const pages = ['/', '/demo.js', '/demo.css', '/icon.svg', '/console/index.html', '/widget/loader.js', '/socket.io/']
    expect(pages.filter((url) => !reached(url))).toEqual([])
    for (const { backend } of paths) {
      const [service] = of('Service').filter(({ metadata }) => metadata.name === backend.service.name)
      expect(service?.spec.ports.map(({ name }) => name)).toContain(backend.service.port.name)
    }
  })

  it('refuse everybody, then let each role reach its servers and nothing else', () => {
    const policies = of('NetworkPolicy')
    const [nobody] = policies.filter(({ spec }) => spec.ingress === undefined && spec.egress === undefined)
    expect(nobody?.spec.podSelector).toEqual({})
    expect(nobody?.spec.policyTypes).toEqual(['Ingress', 'Egress'])
    const mayReach = (from: string, port: number) =>
      policies.some(
        ({ spec }) =>
          finds(spec.podSelector.matchLabels ?? {}, named(from).spec.template.metadata.labels) &&
          (spec.egress ?? []).some(({ ports }) => ports.some((each) => each.port === port)),
      )
    for (const role of ['runtime', 'gateway', 'projector']) {
      for (const port of [53, 4222, 8222, 27017, 6379]) expect(mayReach(role, port), `${role} to ${port}`).toBe(true)
      for (const port of [6222, 22]) expect(mayReach(role, port), `${role} to ${port}`).toBe(false)
    }
    const outside = (port: number) => ['runtime', 'gateway', 'projector'].filter((role) => mayReach(role, port))
    for (const port of [443, 465, 587]) expect(outside(port), String(port)).toEqual(['runtime', 'gateway'])
    expect(outside(993)).toEqual(['gateway'])
  })

  it('give NATS a machine each, the names that clients and routes use, and as many copies as servers', () => {
    const nats = named('nats')
    if (nats.kind !== 'StatefulSet') throw new Error('nats is no StatefulSet')
    const { replicas, serviceName } = nats.spec
    expect(variablesOf('deploy/kubernetes/settings.env').set.get('NATS_REPLICAS')).toBe(String(replicas))
    const names = Array.from({ length: replicas }, (_, index) => `nats-${index}.${serviceName}`)
    const text = (name: string) => {
      const entry = pods.flatMap((each) => containerOf(each).env).find((each) => each.name === name)
      return entry !== undefined && 'value' in entry ? entry.value : ''
    }
    expect([...text('NATS_URL').matchAll(/@([\w.-]+):4222/g)].map((match) => match[1])).toEqual(names)
    expect([...text('NATS_ROUTES').matchAll(/@([\w.-]+):6222/g)].map((match) => match[1])).toEqual(names)
    const [headless] = of('Service').filter(({ metadata }) => metadata.name === serviceName)
    expect(headless?.spec.clusterIP).toBe('None')
    expect(nats.spec.template.spec.affinity?.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0]).toEqual(
      {
        topologyKey: 'kubernetes.io/hostname',
        labelSelector: { matchLabels: nats.spec.template.metadata.labels },
      },
    )
  })
})

/** What the gateway's sources register. */
function routesOfTheGateway(): readonly string[] {
  const files = globSync('gateway/**/*.ts', { cwd: root }).filter(
    (path) => !path.includes('test') && !path.startsWith('gateway/rehearsal/'),
  )
  const urls = files.flatMap((path) => [...textOf(path).matchAll(/url: '(\/[^']*)'/g)].map((match) => match[1] ?? ''))
  return [...new Set(urls)].sort((a, b) => order(a) - order(b))
}

function order(url: string): number {
  return ['/metrics', '/health/live', '/health/ready'].indexOf(url)
}
