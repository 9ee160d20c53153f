import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { knownCommands, knownVariables, root, textOf, variablesOf, yamlOf } from './testing/deploy-folder.ts'

const serviceShape = z.object({
  image: z.string(),
  command: z.array(z.string()).optional(),
  user: z.string().optional(),
  restart: z.string(),
  read_only: z.boolean(),
  cap_drop: z.array(z.string()),
  cap_add: z.array(z.string()).optional(),
  security_opt: z.array(z.string()),
  environment: z.record(z.string(), z.string()).optional(),
  networks: z.array(z.string()).optional(),
  network_mode: z.string().optional(),
  ports: z.array(z.string()).optional(),
  volumes: z.array(z.string()).optional(),
  secrets: z.array(z.string()).optional(),
  tmpfs: z.array(z.string()).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string(), restart: z.boolean().optional() })).optional(),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  deploy: z
    .object({ resources: z.object({ limits: z.object({ cpus: z.string(), memory: z.string(), pids: z.number() }) }) })
    .optional(),
  build: z.object({ context: z.string(), dockerfile: z.string() }).optional(),
  stop_grace_period: z.string().optional(),
})

const composeShape = z.object({
  services: z.record(z.string(), serviceShape),
  networks: z.record(z.string(), z.unknown()),
  volumes: z.record(z.string(), z.unknown()),
  secrets: z.record(z.string(), z.union([z.object({ file: z.string() }), z.object({ environment: z.string() })])),
})

const compose = composeShape.parse(yamlOf('deploy/compose.yaml')[0])
const watching = composeShape.parse(yamlOf('deploy/compose.watching.yaml')[0])
const services = { ...compose.services, ...watching.services }
const roles = ['gateway-1', 'gateway-2', 'runtime-1', 'runtime-2', 'projector'] as const
const overlays = ['deploy/compose.cluster.yaml', 'deploy/compose.ferretdb.yaml', 'deploy/compose.watching.yaml']
const service = (name: string) => {
  const found = services[name]
  if (found === undefined) throw new Error(`there is no service ${name}`)
  return found
}
/** Ends and stays ended: it only prepares. */
const preparing = new Set(['nats-folder'])

describe('compose.yaml', () => {
  it('has every server, two runtimes, two gateways, a projector and a proxy', () => {
    expect(Object.keys(compose.services).sort()).toEqual(
      [...roles, 'mongodb', 'nats', 'nats-folder', 'proxy', 'redis'].sort(),
    )
  })

  it('runs commands that the command line knows, and sets no variable that nobody reads', () => {
    expect(roles.map((name) => service(name).command)).toEqual([
      ['gateway'],
      ['gateway'],
      ['runtime'],
      ['runtime'],
      ['projector'],
    ])
    for (const name of roles) {
      expect(knownCommands()).toContain(service(name).command?.[0])
      const set = Object.keys(service(name).environment ?? {})
      expect(set.filter((variable) => !knownVariables().has(variable))).toEqual([])
    }
    for (const path of overlays) {
      const { 'x-environment': shared = {} } = z
        .object({ 'x-environment': z.record(z.string(), z.string()).optional() })
        .parse(yamlOf(path)[0])
      expect(Object.keys(shared).filter((variable) => !knownVariables().has(variable))).toEqual([])
    }
  })

  it('gives each process a name of its own', () => {
    const names = roles.map((name) => service(name).environment?.['FINEACERS_NODE'])
    expect(names).toEqual([...roles])
  })

  it('takes every variable from the example, which names no other and holds no password', () => {
    const used = new Set(
      ['deploy/compose.yaml', ...overlays].flatMap((path) =>
        [...textOf(path).matchAll(/(?<!\$)\$\{([A-Z_]+)|environment: ([A-Z_]+) \}/g)].map(
          (match) => match[1] ?? match[2] ?? '',
        ),
      ),
    )
    const example = variablesOf('deploy/compose.env.example')
    expect([...used].sort()).toEqual([...example.all].sort())
    const filled = [...example.set].filter(([name, value]) => /PASSWORD|KEY/.test(name) && value !== '')
    expect(filled).toEqual([])
  })

  it('says what is missing for every variable without a default', () => {
    const bare = [...textOf('deploy/compose.yaml').matchAll(/(?<!\$)\$\{[A-Z_]+\}/g)].map(([match]) => match)
    expect(bare).toEqual([])
  })

  it('gives nothing more rights than it needs', () => {
    for (const [name, each] of Object.entries(services)) {
      expect(each.read_only, name).toBe(true)
      expect(each.cap_drop, name).toEqual(['ALL'])
      expect(each.security_opt, name).toEqual(['no-new-privileges:true'])
      expect(each.restart, name).toBe(preparing.has(name) ? 'no' : 'unless-stopped')
      if (!preparing.has(name)) expect(each.cap_add, name).toBeUndefined()
      expect(each.image, 'a version, not whatever is newest').toMatch(/:(?!latest)[\w.-]+\}?$/)
    }
    const asRoot = Object.entries(services).filter(([, { user }]) => user?.startsWith('0') === true)
    expect(asRoot.map(([name]) => name)).toEqual(['nats-folder'])
    expect(service('nats-folder').network_mode).toBe('none')
  })

  it('bounds and watches everything that stays', () => {
    for (const [name, each] of Object.entries(services)) {
      if (preparing.has(name)) continue
      expect(each.healthcheck?.test[0], name).toMatch(/^CMD/)
      expect(each.deploy?.resources.limits, name).toBeDefined()
    }
    for (const name of roles) {
      expect(service(name).healthcheck?.test.join(' ')).toContain('http://127.0.0.1:4600/health/ready')
    }
  })

  it('waits for servers until they are healthy, and depends on nothing that is not there', () => {
    for (const [name, each] of Object.entries(services)) {
      for (const [other, { condition }] of Object.entries(each.depends_on ?? {})) {
        expect(Object.keys(services), name).toContain(other)
        const awaited = preparing.has(other) ? 'service_completed_successfully' : 'service_healthy'
        expect(condition, `${name} on ${other}`).toBe(awaited)
      }
    }
    for (const name of roles) expect(Object.keys(service(name).depends_on ?? {})).toEqual(['nats', 'mongodb', 'redis'])
    expect(Object.keys(service('proxy').depends_on ?? {})).toEqual(['gateway-1', 'gateway-2'])
  })

  it('declares every network, volume and secret it uses, and uses every one', () => {
    for (const [file, only] of [
      [compose, compose.services],
      [watching, watching.services],
    ] as const) {
      const each = Object.values(only)
      const networks = new Set(each.flatMap((one) => one.networks ?? []))
      const declared = new Set([...Object.keys(file.networks), ...Object.keys(compose.networks)])
      expect([...networks].filter((name) => !declared.has(name))).toEqual([])
      expect(Object.keys(file.networks).filter((name) => !networks.has(name))).toEqual([])
      const volumes = each.flatMap((one) => one.volumes ?? []).map((volume) => volume.split(':')[0] ?? '')
      const namedVolumes = [...new Set(volumes.filter((name) => !name.startsWith('.')))]
      expect(namedVolumes.sort()).toEqual(Object.keys(file.volumes).sort())
      expect([...new Set(each.flatMap((one) => one.secrets ?? []))].sort()).toEqual(Object.keys(file.secrets).sort())
      const mounted = volumes.filter((name) => name.startsWith('.'))
      expect(mounted.filter((path) => !existsSync(resolve(root, 'deploy', path)))).toEqual([])
    }
  })

  it('keeps servers where nothing else reaches them, and publishes the proxy alone', () => {
    for (const name of ['nats', 'mongodb', 'redis', 'projector']) expect(service(name).networks).toEqual(['servers'])
    expect(compose.networks['servers']).toEqual({ internal: true })
    expect(service('proxy').networks).toEqual(['front'])
    const published = Object.entries(services).filter(([, { ports }]) => ports !== undefined)
    expect(published.map(([name]) => name).sort()).toEqual(['grafana', 'prometheus', 'proxy'])
    for (const name of ['grafana', 'prometheus']) expect(service(name).ports?.join()).toMatch(/^127\.0\.0\.1:/)
  })

  it('lets processes write where the image does, and nowhere else', () => {
    for (const name of roles) {
      expect(service(name).volumes).toEqual([`${name}:/data`])
      expect(service(name).tmpfs?.join()).toMatch(/^\/tmp:/)
      expect(service(name).user).toBe('1000:1000')
    }
  })

  it('is built from a Dockerfile that is there', () => {
    for (const name of roles) {
      const { context = '', dockerfile = '' } = service(name).build ?? {}
      expect(existsSync(join(resolve(root, 'deploy', context), dockerfile))).toBe(true)
    }
  })

  it('has the proxy listen, send and look where the others are', () => {
    const nginx = textOf('deploy/proxy/nginx.conf')
    const inside = (service('proxy').ports ?? []).map((mapping) => /:(\d+)$/.exec(mapping)?.[1] ?? '')
    for (const port of inside) expect(nginx).toMatch(new RegExp(`listen ${port}[ ;]`))
    const upstreams = [...nginx.matchAll(/^ {4}server ([\w.-]+):4600 /gm)].map((match) => match[1])
    expect(new Set(upstreams)).toEqual(new Set(['gateway-1', 'gateway-2']))
    const bodies = [...nginx.matchAll(/location (?:= )?(\/\S*) \{([^}]*)\}/g)]
    const kept = bodies.filter(([, , body = '']) => body.includes('http://gateways_by_client;')).map(([, path]) => path)
    expect(kept, 'what one gateway keeps for a client').toEqual([
      '/socket.io/',
      '/v1/imports',
      '/v1/imports/preview',
      '/v1/forecasts',
    ])
    for (const name of service('proxy').secrets ?? []) expect(nginx).toContain(`/run/secrets/${name};`)
    const [, health = ''] =
      /http:\/\/(127\.0\.0\.1:\d+)\//.exec(service('proxy').healthcheck?.test.join(' ') ?? '') ?? []
    expect(nginx).toContain(`listen ${health};`)
  })

  it('gives NATS every variable that its files read, as Kubernetes does', () => {
    const read = (files: readonly string[]) =>
      new Set(
        files.flatMap((file) =>
          [...textOf(`deploy/nats/${file}`).matchAll(/^[^#\n]*\$(NATS_[A-Z_]+)/gm)].map((match) => match[1] ?? ''),
        ),
      )
    const parts = ['accounts.conf', 'limits.conf', 'storage.conf', 'workspaces.conf']
    const one = read(['server.conf', ...parts])
    expect(one.size).toBeGreaterThan(2)
    expect([...one].filter((name) => service('nats').environment?.[name] === undefined)).toEqual([])
    const three = read(['cluster.conf', ...parts])
    const places = [
      textOf('deploy/compose.cluster.yaml') + textOf('deploy/compose.yaml'),
      textOf('deploy/kubernetes/nats.yaml'),
    ]
    for (const place of places) expect([...three].filter((name) => !place.includes(name))).toEqual([])
  })

  it('writes nothing secret where it would be seen', () => {
    for (const path of ['deploy/compose.yaml', ...overlays]) {
      expect(textOf(path)).not.toMatch(/:\/\/[\w]*:[^$\s@/]+@/)
      expect(textOf(path)).not.toMatch(/PASSWORD: (?!\$\{)\S/)
    }
  })
})
