import { spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { freePort } from '#bench/server-process.ts'
import { findServer, onPath } from './services/find-server.ts'
import { layOut, shippedStage, stages } from './testing/container-image.ts'
import { manifests, root, textOf, variablesOf } from './testing/deploy-folder.ts'
import { composeCommand, kustomizeCommand, say } from './testing/tools.ts'

const compose = composeCommand()
const promtool = onPath('promtool')
const kustomize = kustomizeCommand()
const nats = findServer('nats')
const folder = mkdtempSync(join(tmpdir(), 'fineacers-deploy-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Every variable of compose.env.example with some value, as an operator would fill it in. */
const filledIn = Object.fromEntries(
  [...variablesOf('deploy/compose.env.example').set.keys()].map((name) => [name, 'p1a2b3']),
)

// Needs Docker's compose plugin, no engine.
describe.skipIf(compose === undefined)('docker compose config', () => {
  const config = (files: readonly string[], environment: { readonly [name: string]: string } = filledIn) =>
    say([...(compose ?? []), ...files.flatMap((file) => ['--file', file]), 'config', '--format', 'json'], {
      cwd: join(root, 'deploy'),
      environment,
    })
  const shape = z.object({
    services: z.record(
      z.string(),
      z.object({
        environment: z.record(z.string(), z.string()).nullish(),
        depends_on: z.record(z.string(), z.unknown()).optional(),
        command: z.array(z.string()).nullish(),
        volumes: z.array(z.object({ source: z.string() })).optional(),
      }),
    ),
  })

  it.each([
    [['compose.yaml']],
    [['compose.yaml', 'compose.cluster.yaml']],
    [['compose.yaml', 'compose.ferretdb.yaml']],
    [['compose.yaml', 'compose.watching.yaml']],
    [['compose.yaml', 'compose.cluster.yaml', 'compose.ferretdb.yaml', 'compose.watching.yaml']],
  ])('accepts %j', (files) => {
    const { code, text } = config(files)
    expect(text).not.toMatch(/variable is not set|obsolete/)
    expect(code).toBe(0)
  })

  it('refuses to begin without a password, and says where to put it', () => {
    const { NATS_FINEACERS_PASSWORD: _, ...without } = filledIn
    const { code, text } = config(['compose.yaml'], { ...without, NATS_FINEACERS_PASSWORD: '' })
    expect(code).not.toBe(0)
    expect(text).toContain('NATS_FINEACERS_PASSWORD')
    expect(text).toContain('compose.env.example')
  })

  it('makes a cluster of three NATS servers that know each other, each on a volume of its own', () => {
    const { services } = shape.parse(JSON.parse(config(['compose.yaml', 'compose.cluster.yaml']).text))
    const servers = ['nats', 'nats-2', 'nats-3']
    for (const name of servers) {
      expect(services[name]?.command).toEqual(['--config', '/etc/nats/cluster.conf'])
      expect(services[name]?.environment?.['NATS_SERVER_NAME']).toBe(name)
      const routes = [...(services[name]?.environment?.['NATS_ROUTES'] ?? '').matchAll(/@([\w-]+):6222/g)]
      expect(routes.map((match) => match[1])).toEqual(servers)
      expect(services[name]?.volumes?.map(({ source }) => source)).toContain(name)
    }
    for (const role of ['runtime-1', 'runtime-2', 'gateway-1', 'gateway-2', 'projector']) {
      expect(services[role]?.environment?.['NATS_REPLICAS']).toBe('3')
      const urls = (services[role]?.environment?.['NATS_URL'] ?? '').split(',').map((url) => new URL(url))
      expect(urls.map(({ hostname }) => hostname)).toEqual(servers)
      expect(urls.map(({ password }) => password)).toEqual(['p1a2b3', 'p1a2b3', 'p1a2b3'])
      expect(Object.keys(services[role]?.depends_on ?? {})).toEqual(expect.arrayContaining(servers))
    }
  })
})

// Needs nats-server (npm run services brings one).
describe.skipIf(nats === undefined)('nats-server -t', () => {
  const passwords = { NATS_FINEACERS_PASSWORD: 'p1', NATS_SYSTEM_PASSWORD: 'p2', NATS_ROUTE_PASSWORD: 'p3' }
  const environment = {
    ...passwords,
    NATS_SERVER_NAME: 'nats-1',
    NATS_ROUTES: '["nats://route:p3@127.0.0.1:16222", "nats://route:p3@127.0.0.1:26222"]',
    NATS_ACME_PASSWORD: 'p4',
    NATS_GLOBEX_PASSWORD: 'p5',
    NATS_ACME_FORMS_PASSWORD: 'p6',
  }
  const test = (file: string, variables: { readonly [name: string]: string }) =>
    say([nats?.path ?? '', '-t', '-c', file], { environment: variables })

  it.each(['server.conf', 'cluster.conf'])('accepts %s', (file) => {
    expect(test(join(root, 'deploy/nats', file), environment)).toMatchObject({ code: 0 })
  })

  it.each(['server.conf', 'cluster.conf'])('accepts %s with workspaces.conf.example in its place', (file) => {
    const copy = mkdtempSync(join(folder, 'nats-'))
    for (const each of globSync('*.conf', { cwd: join(root, 'deploy/nats') })) {
      writeFileSync(join(copy, each), readFileSync(join(root, 'deploy/nats', each)))
    }
    writeFileSync(join(copy, 'workspaces.conf'), readFileSync(join(root, 'deploy/nats/workspaces.conf.example')))
    expect(test(join(copy, file), environment)).toMatchObject({ code: 0 })
    const { NATS_ACME_PASSWORD: _, ...without } = environment
    expect(test(join(copy, file), without).code).not.toBe(0)
    // A workspace that is given another's facts by mistake: nobody gets in before that is mended.
    const wrong = textOf('deploy/nats/workspaces.conf.example').replace(
      '"fineacers.globex.facts.>" } }',
      '"fineacers.acme.facts.>" } }',
    )
    writeFileSync(join(copy, 'workspaces.conf'), wrong)
    const refused = test(join(copy, file), environment)
    expect(refused.code).not.toBe(0)
    expect(refused.text).toContain('import not authorized')
  })

  it('refuses to start without a password, and with one that it would read as a number', () => {
    const file = join(root, 'deploy/nats/server.conf')
    const { NATS_FINEACERS_PASSWORD: _, ...without } = environment
    expect(test(file, without).code).not.toBe(0)
    expect(test(file, { ...environment, NATS_FINEACERS_PASSWORD: '1234' }).code).not.toBe(0)
  })
})

// Needs promtool (Debian: prometheus).
describe.skipIf(promtool === undefined)('promtool', () => {
  const run = (words: readonly string[]) => say([promtool ?? '', ...words], { cwd: join(root, 'deploy/prometheus') })

  it('accepts the rules and the configuration', () => {
    expect(run(['check', 'rules', 'rules.yaml'])).toMatchObject({ code: 0 })
    expect(run(['check', 'config', 'prometheus.yaml'])).toMatchObject({ code: 0 })
  })

  it('sees every alarm rise and stay down when it should', () => {
    expect(run(['test', 'rules', 'rules.test.yaml'])).toMatchObject({ code: 0 })
  })

  it('can read every expression of the dashboards', () => {
    const panels = z.object({ panels: z.array(z.object({ targets: z.array(z.object({ expr: z.string() })) })) })
    const expressions = globSync('deploy/grafana/*.json', { cwd: root })
      .flatMap((path) => panels.parse(JSON.parse(readFileSync(join(root, path), 'utf8'))).panels)
      .flatMap(({ targets }) => targets.map(({ expr }) => expr))
    expect(expressions.length).toBeGreaterThan(30)
    const rules = expressions.map((expr, index) => ({
      record: `dashboard:expression:${index}`,
      expr: expr.replaceAll('$__rate_interval', '5m').replaceAll('$instance', '.*'),
    }))
    const file = join(folder, 'dashboards.yaml')
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboards', rules }] }))
    expect(run(['check', 'rules', file])).toMatchObject({ code: 0 })
    writeFileSync(
      file,
      JSON.stringify({ groups: [{ name: 'dashboards', rules: [{ record: 'a', expr: 'rate(b[5m]' }] }] }),
    )
    expect(run(['check', 'rules', file]).code).not.toBe(0)
  })
})

// Needs kubectl or kustomize, no cluster.
describe.skipIf(kustomize === undefined)('kubectl kustomize', () => {
  it('renders every manifest into the namespace, with both maps and the version to run', () => {
    const { code, text } = say([...(kustomize ?? []), join(root, 'deploy/kubernetes')])
    expect(code, text).toBe(0)
    const kinds = [...text.matchAll(/^kind: (\w+)$/gm)].map((match) => match[1])
    expect(kinds.length).toBe(manifests().length + 2)
    expect(kinds.filter((kind) => kind === 'ConfigMap').length).toBe(2)
    expect(text.match(/^ {2}namespace: fineacers$/gm)?.length).toBe(kinds.length - 1)
    expect(text).not.toMatch(/image: fineacers$/m)
    expect(text).toMatch(/name: nats-config-\w+$/m)
    expect(text).toContain('sync_interval: always')
  })
})

describe('the image, laid out without an engine', () => {
  const app = join(folder, 'app')
  const data = join(folder, 'data')
  beforeAll(() => {
    chmodSync(folder, 0o755)
    mkdirSync(data)
    if (asNobody !== undefined) chownSync(data, asNobody.uid, asNobody.gid)
    layOut(shippedStage(), app)
    linkPackages(app)
  })

  it('starts, answers its own health check, and stops, on production packages alone and as nobody special', async () => {
    const port = await freePort()
    const environment = {
      ...settingsOfTheImage(),
      FINEACERS_DATA: data,
      PORT: String(port),
      HOST: '127.0.0.1',
      TMPDIR: data,
    }
    const child = spawn(
      process.execPath,
      ['--preserve-symlinks', '--preserve-symlinks-main', 'deploy/main.ts', ...commandOfTheImage()],
      { cwd: app, env: { PATH: process.env['PATH'], ...environment }, stdio: ['ignore', 'pipe', 'pipe'], ...asNobody },
    )
    let printed = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => void (printed += chunk.toString('utf8')))
    const exited = new Promise<number | null>((resolve) => void child.once('exit', resolve))
    await expect.poll(() => printed, { timeout: 60_000 }).toContain('Press Ctrl+C to stop')
    expect(say(healthCheckOfTheImage(), { environment }).code).toBe(0)
    child.kill('SIGTERM')
    expect(await exited, printed).toBe(0)
    expect(say(healthCheckOfTheImage(), { environment }).code).toBe(1)
  })

  it('has what the console is built from in the stage that builds it', () => {
    const pages = stages().find(({ name }) => name === 'pages')
    if (pages === undefined) throw new Error('no stage builds the pages')
    const built = join(folder, 'pages')
    layOut(pages, built)
    symlinkSync(join(root, 'node_modules'), join(built, 'node_modules'))
    const [, ...command] = pages.instructions.find((each) => each.startsWith('RUN node '))?.split(' ') ?? []
    expect(command).toEqual(['node', 'console/build.ts'])
    const { code, text } = say([process.execPath, 'console/build.ts'], { cwd: built })
    expect(code, text).toBe(0)
    for (const page of ['console/index.html', 'widget/loader.js', 'demo/index.html']) {
      expect(globSync(`dist/${page}`, { cwd: built })).toEqual([`dist/${page}`])
    }
  })
})

/** Only root can become somebody else; then nothing of the image is writable, as in the container. */
const asNobody = process.getuid?.() === 0 ? { uid: 1000, gid: 1000 } : undefined

/** Production packages as `npm ci --omit=dev` puts them, as links; with `--preserve-symlinks` nothing else is found. */
function linkPackages(app: string): void {
  const { text } = say(['npm', 'ls', '--omit=dev', '--all', '--parseable'], { cwd: root })
  const marker = `${root}/node_modules/`
  const names = text
    .split('\n')
    .filter((path) => path.startsWith(marker))
    .map((path) => path.slice(marker.length))
  for (const name of new Set(names.filter((each) => !each.includes('/node_modules/')))) {
    mkdirSync(dirname(join(app, 'node_modules', name)), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), join(app, 'node_modules', name))
  }
}

function instruction(start: string): string {
  return (
    shippedStage()
      .instructions.find((each) => each.startsWith(start))
      ?.slice(start.length) ?? ''
  )
}

function settingsOfTheImage(): { readonly [name: string]: string } {
  return Object.fromEntries([...instruction('ENV ').matchAll(/(\w+)=(\S+)/g)].map((match) => [match[1], match[2]]))
}

function commandOfTheImage(): readonly string[] {
  return z.array(z.string()).parse(JSON.parse(instruction('CMD ')))
}

function healthCheckOfTheImage(): readonly string[] {
  const [, words = '[]'] = /CMD (\[.*\])$/.exec(instruction('HEALTHCHECK ')) ?? []
  return [process.execPath, ...z.array(z.string()).parse(JSON.parse(words)).slice(1)]
}
