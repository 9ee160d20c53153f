import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const folders = ['runtime', 'machines', 'agents', 'rag', 'gateway', 'console', 'deploy', 'bench'] as const
type Folder = (typeof folders)[number]

/** DESIGN: who may import whom. `gateway/protocol.ts` is all that the console knows of the server. */
const allowed: { readonly [folder in Folder]: readonly string[] } = {
  machines: [],
  runtime: [],
  rag: ['runtime', 'machines'],
  agents: ['runtime', 'machines', 'rag'],
  gateway: ['runtime', 'machines', 'agents', 'rag'],
  console: ['machines'],
  deploy: folders,
  bench: folders,
}

const bound = 400

describe('the house is tidy', () => {
  const sources = folders.flatMap((folder) => walk(join(root, folder))).filter((path) => /\.tsx?$/.test(path))
  const shipped = sources.filter((path) => !isTest(path))

  it('imports go only where the design allows', () => {
    const wrong = shipped.flatMap((path) =>
      importsOf(path)
        .filter((to) => !mayImport(path, to))
        .map((to) => `${name(path)} imports ${to}`),
    )
    expect(wrong).toEqual([])
  })

  it('only deploy, bench and tests choose adapters', () => {
    const wrong = shipped
      .filter((path) => !['deploy', 'bench'].includes(folderOf(path)))
      .flatMap((path) =>
        importsOf(path)
          .filter((to) => to.startsWith('#runtime/adapters/') || (folderOf(path) === 'runtime' && inAdapters(path, to)))
          .map((to) => `${name(path)} imports ${to}`),
      )
    expect(wrong).toEqual([])
  })

  it('only step.ts knows XState in the runtime, and machines know nothing else', () => {
    const wrong = shipped.flatMap((path) => {
      const packages = importsOf(path).filter((to) => !to.startsWith('.') && !to.startsWith('#'))
      const knowsXState = packages.some((to) => to === 'xstate' || to.startsWith('xstate/'))
      const folder = folderOf(path)
      if (folder === 'runtime' && knowsXState && name(path) !== 'runtime/step.ts')
        return [`${name(path)} imports xstate`]
      const script = name(path) === 'machines/draw.ts' || name(path).startsWith('machines/testing/')
      if (folder === 'machines' && !script)
        return packages.filter((to) => to !== 'xstate').map((to) => `${name(path)} imports ${to}`)
      return []
    })
    expect(wrong).toEqual([])
  })

  it('no file is over its bound', () => {
    const long = sources
      .map((path) => ({ path: name(path), lines: lineCount(path) }))
      .filter((each) => each.lines > bound)
    expect(long).toEqual([])
  })

  it('files are named after the one thing they hold', () => {
    const vague = sources.map(name).filter((path) => /(^|\/)(utils?|helpers?|common|types|misc)(\.|\/)/.test(path))
    const unkebab = sources.map(name).filter((path) => !/^[a-z0-9./-]+$/.test(path))
    expect([...vague, ...unkebab]).toEqual([])
  })

  it('there are no default exports, export stars or module-level side doors', () => {
    const wrong = shipped
      .filter((path) => !/(vite|vitest)\.[a-z]+(\.[a-z]+)?\.?ts$/.test(path) && !path.endsWith('.config.ts'))
      .filter((path) => /^export (default|\*)/m.test(readFileSync(path, 'utf8')))
      .map(name)
    expect(wrong).toEqual([])
  })

  it('no file is dead: each is imported, or is started by a script or a build', () => {
    const imported = new Set(sources.flatMap((path) => reachedBy(path).map((to) => target(path, to))))
    const started = startingPoints()
    const dead = shipped.filter((path) => !imported.has(path) && !started.has(name(path))).map(name)
    expect(dead).toEqual([])
  })

  it('every rule of a SPEC is carried by a test, and every id in a test is a rule', () => {
    const specs = ['runtime/SPEC.md', 'machines/README.md', 'machines/SPEC.md'].filter((path) =>
      existsSync(join(root, path)),
    )
    const text = specs.map((path) => readFileSync(join(root, path), 'utf8')).join('\n')
    const rules = new Set([...text.matchAll(/\*\*\[?([A-Z]\d+)\]?\*\*/g)].map((match) => match[1]))
    const tests = sources.filter((path) => isTest(path) || path.endsWith('-contract.ts') || path.includes('/testing/'))
    const carried = new Set(
      tests.flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/\[([A-Z]\d+)\]/g)].map((match) => match[1])),
    )
    expect([...rules].filter((rule) => !carried.has(rule))).toEqual([])
    expect([...carried].filter((id) => !rules.has(id))).toEqual([])
    expect(rules.size).toBeGreaterThan(30)
  })

  it('links between pages lead somewhere', () => {
    const pages = [
      'README.md',
      'ARCHITECTURE.md',
      'CHANGELOG.md',
      ...[...folders, 'docs'].flatMap((folder) =>
        walk(join(root, folder))
          .filter((path) => path.endsWith('.md'))
          .map(name),
      ),
    ]
    const broken = pages
      .filter((page) => existsSync(join(root, page)))
      .flatMap((page) =>
        [...readFileSync(join(root, page), 'utf8').matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
          .map((match) => match[1] ?? '')
          .filter((link) => !/^[a-z]+:/.test(link) && !existsSync(resolve(root, dirname(page), link)))
          .map((link) => `${page} → ${link}`),
      )
    expect(broken).toEqual([])
  })

  it('every folder has a page', () => {
    expect(folders.filter((folder) => !existsSync(join(root, folder, 'README.md')))).toEqual([])
  })
})

function mayImport(path: string, to: string): boolean {
  const from = folderOf(path)
  if (to.startsWith('.')) return folderOf(target(path, to)) === from
  if (!to.startsWith('#')) return true
  const folder = to.slice(1).split('/')[0] ?? ''
  if (folder === from) return false
  if (from === 'console' && to === '#gateway/protocol.ts') return true
  return allowed[from].includes(folder)
}

function inAdapters(path: string, to: string): boolean {
  const here = name(path)
  if (here.startsWith('runtime/adapters/') || here.startsWith('runtime/testing/')) return false
  return to.startsWith('.') && name(target(path, to)).startsWith('runtime/adapters/')
}

function target(path: string, to: string): string {
  return to.startsWith('#') ? join(root, to.slice(1)) : resolve(dirname(path), to)
}

/** What a file imports, and the files it starts as a worker or a process. */
function reachedBy(path: string): readonly string[] {
  const started = readFileSync(path, 'utf8').matchAll(/new URL\(\s*['"]([^'"]+\.ts)['"]/g)
  return [...importsOf(path), ...[...started].map((match) => match[1] ?? '')]
}

function importsOf(path: string): readonly string[] {
  const text = readFileSync(path, 'utf8')
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\b[^'"\n;]*?(?:\{[^}]*\}[^'"\n;]*?)?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s+['"]([^'"]+)['"]/g,
  )
  return [...found].map((match) => match[1] ?? match[2] ?? match[3] ?? '')
}

/** Files that nothing imports because npm, vite or an HTML page starts them. */
function startingPoints(): ReadonlySet<string> {
  const scripts =
    readFileSync(join(root, 'package.json'), 'utf8') +
    walk(join(root, 'console'))
      .filter((path) => path.endsWith('.html'))
      .map((path) => readFileSync(path, 'utf8'))
      .join('\n')
  const all = folders.flatMap((folder) => walk(join(root, folder))).map(name)
  const readmes = [...folders.map((folder) => join(root, folder, 'README.md')), join(root, 'README.md')]
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n')
  const configs = all
    .filter((path) => /console\/vite\.[a-z]+\.ts$/.test(path))
    .concat('vite.config.ts', 'vitest.config.ts')
  const configText = configs
    .filter((path) => existsSync(join(root, path)))
    .map((path) => readFileSync(join(root, path), 'utf8'))
    .join('\n')
  const mentioned = all.filter(
    (path) =>
      scripts.includes(path) ||
      readmes.includes(`node ${path}`) ||
      scripts.includes(path.replace(/^console\/(src|widget|demo)\//, '/')) ||
      scripts.includes(path.replace(/^console\//, '')) ||
      configText.includes(path.split('/').slice(-1)[0] ?? '\0'),
  )
  return new Set([...mentioned, ...configs])
}

function walk(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder).flatMap((entry) => {
    const path = join(folder, entry)
    if (entry === 'node_modules' || entry === 'dist') return []
    return statSync(path).isDirectory() ? walk(path) : [path]
  })
}

function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || path.includes('/testing/')
}

function folderOf(path: string): Folder {
  const folder = name(path).split('/')[0]
  return folders.find((each) => each === folder) ?? 'deploy'
}

function name(path: string): string {
  return relative(root, path)
}

function lineCount(path: string): number {
  return readFileSync(path, 'utf8').split('\n').length - 1
}
