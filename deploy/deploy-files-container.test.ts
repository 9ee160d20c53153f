import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { filesOf, isIgnored, shippedStage, stages } from './testing/container-image.ts'
import { knownCommands, knownVariables, root, textOf } from './testing/deploy-folder.ts'

const manifest = z
  .object({ devDependencies: z.record(z.string(), z.string()), dependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(textOf('package.json')))

const shipped = shippedStage()
const files = new Set(shipped.copies.filter(({ from }) => from === undefined).flatMap(filesOf))
const line = (start: string) => shipped.instructions.find((each) => each.startsWith(start)) ?? ''

describe('the container image', () => {
  it('is built on the Node version that package.json brings', () => {
    const [, version] = /^ARG NODE_VERSION=(\S+)$/m.exec(textOf('deploy/container/Dockerfile')) ?? []
    expect(version).toBe(manifest.devDependencies['node'])
    for (const { from } of stages()) expect(from).toMatch(/^(?:node:\$\{NODE_VERSION\}-bookworm-slim|base)$/)
  })

  it('copies paths that are there, and from stages that came before', () => {
    const before = new Set<string>()
    for (const stage of stages()) {
      for (const copy of stage.copies) {
        if (copy.from === undefined) expect(filesOf(copy).length, copy.sources.join(' ')).toBeGreaterThan(0)
        else expect(before).toContain(copy.from)
      }
      before.add(stage.name)
    }
  })

  it('installs production packages alone in the stage that the shipped one takes them from', () => {
    const taken = shipped.copies.find(({ sources }) => sources.some((source) => source.endsWith('node_modules')))
    const stage = stages().find(({ name }) => name === taken?.from)
    expect(stage?.instructions.filter((each) => each.startsWith('RUN '))).toEqual([
      'RUN npm ci --omit=dev --no-audit --no-fund',
    ])
    expect(shipped.instructions.filter((each) => /\bnpm\b/.test(each))).toEqual([])
  })

  it('holds every source that any command reaches, but for what builds the console', () => {
    const reached = reachedFrom('deploy/main.ts')
    expect(reached.size).toBeGreaterThan(100)
    expect([...reached].filter((file) => !files.has(file) && !file.startsWith('console/'))).toEqual([])
    const toConsole = [...reached].filter((file) => !file.startsWith('console/') && reachesConsole(file))
    expect(toConsole, 'and only start reaches that, which FINEACERS_BUILD=no keeps from it').toEqual([
      'deploy/start-command.ts',
    ])
    expect(line('ENV ')).toContain('FINEACERS_BUILD=no')
  })

  it('imports no package at run time that is only there for development', () => {
    const packages = new Set(
      [...reachedFrom('deploy/main.ts')]
        .filter((file) => !file.startsWith('console/'))
        .flatMap((file) => importsOf(file).runtime)
        .filter((to) => !/^(?:[.#]|node:)/.test(to))
        .map((to) =>
          to
            .split('/')
            .slice(0, to.startsWith('@') ? 2 : 1)
            .join('/'),
        ),
    )
    expect([...packages].filter((name) => manifest.dependencies[name] === undefined)).toEqual([])
  })

  it('holds no test, no page for people, no secret, no data', () => {
    expect(
      [...files].filter((file) => /\.test\.tsx?$|\.md$|\/testing\/|(?:^|\/)\.env|\.sqlite|node_modules/.test(file)),
    ).toEqual([])
    const kept = [
      '.env',
      'deploy/.env',
      'deploy/certificates/tls.key',
      'deploy/tls.crt',
      '.git/config',
      'data/journal.sqlite',
    ]
    expect(kept.filter((path) => !isIgnored(path))).toEqual([])
    expect(isIgnored('deploy/main.ts')).toBe(false)
  })

  it('runs as nobody special, by number, and writes to volumes alone', () => {
    expect(line('USER ')).toBe('USER 1000:1000')
    const afterUser = shipped.instructions.slice(shipped.instructions.indexOf('USER 1000:1000'))
    expect(afterUser.filter((each) => /^(?:RUN|COPY|ADD) /.test(each))).toEqual([])
    expect(line('VOLUME ')).toBe('VOLUME ["/data", "/tmp"]')
    expect(line('ENV ')).toContain('FINEACERS_DATA=/data')
    expect(
      stages()
        .flatMap(({ instructions }) => instructions)
        .filter((each) => each.startsWith('ADD ')),
    ).toEqual([])
  })

  it('asks about its health through node itself, at the port it listens on', () => {
    const check = line('HEALTHCHECK ')
    expect(check).toMatch(/CMD \["node", "--eval", /)
    expect(check).not.toMatch(/curl|wget/)
    expect(check).toContain('process.env.PORT')
    expect(check).toContain('/health/live')
    expect(textOf('gateway/http/system-routes.ts')).toContain("url: '/health/live'")
    const [, port] = /PORT=(\d+)/.exec(line('ENV ')) ?? []
    expect(line('EXPOSE ')).toBe(`EXPOSE ${port}`)
  })

  it('sets variables that are read, and starts a command that there is', () => {
    const names = [...line('ENV ').matchAll(/([A-Z_]+)=/g)].map((match) => match[1] ?? '')
    expect(names.filter((name) => !knownVariables().has(name))).toEqual([])
    expect(line('ENTRYPOINT ')).toBe('ENTRYPOINT ["node", "deploy/main.ts"]')
    const [, command] = /^CMD \["([a-z]+)"\]$/.exec(line('CMD ')) ?? []
    expect(knownCommands()).toContain(command)
  })
})

/** Every source file that is reached from one, through static and dynamic imports. */
function reachedFrom(entry: string): ReadonlySet<string> {
  const reached = new Set([entry])
  for (const file of reached) {
    const { runtime } = importsOf(file)
    for (const to of runtime.filter((each) => /^[.#]/.test(each))) {
      reached.add(to.startsWith('#') ? to.slice(1) : resolve('/', dirname(file), to).slice(1))
    }
  }
  return reached
}

function reachesConsole(file: string): boolean {
  return importsOf(file).runtime.some((to) => to.startsWith('#console/'))
}

/** What a file imports when it runs: types are erased. */
function importsOf(file: string): { readonly runtime: readonly string[] } {
  const text = readFileSync(join(root, file), 'utf8')
  const found = text.matchAll(
    /(?:^|\n)(?:import|export)\s+(?!type\b)(?:[^'"\n;]*?(?:\{[^}]*\})?[^'"\n;]*?from\s*)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|new URL\(\s*['"]([^'"]+\.ts)['"]/g,
  )
  return {
    runtime: [...found].map((match) => match[1] ?? match[2] ?? match[3] ?? '').filter((to) => !to.endsWith('/')),
  }
}
