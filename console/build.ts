import { createHash } from 'node:crypto'
import { glob, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { buildStaffConsole } from './vite.console.ts'
import { buildDemo } from './vite.demo.ts'
import { buildWidget } from './vite.widget.ts'

const root = resolve(import.meta.dirname, '..')

export interface BuildConsoleOptions {
  /** Told in words what is being built, and that it is done. */
  readonly onProgress: (line: string) => void
  /** Builds although nothing has changed. */
  readonly force?: boolean
}

/**
 * Builds everything a browser loads into `dist/`: the staff console, the widget, the demo page.
 * Does nothing when the sources are those of the last build (their hash is kept in `dist/`).
 */
export async function buildConsole({ onProgress, force = false }: BuildConsoleOptions): Promise<{ built: boolean }> {
  const dist = join(root, 'dist')
  const marker = join(dist, 'sources.sha256')
  const hash = await hashOfSources()
  const before = await readFile(marker, 'utf8').catch(() => '')
  if (!force && before === hash) return { built: false }
  await mkdir(dist, { recursive: true })
  // A build that is cut off must not look whole.
  await rm(marker, { force: true })
  const startedAtMs = performance.now()
  const parts = [
    ['staff console', () => buildStaffConsole(join(dist, 'console'))],
    ['widget', () => buildWidget(join(dist, 'widget'))],
    ['demo page', () => buildDemo(join(dist, 'demo'))],
  ] as const
  for (const [index, [name, run]] of parts.entries()) {
    onProgress(`building ${index + 1}/${parts.length}: ${name}`)
    await inProduction(run)
  }
  await writeFile(marker, hash)
  onProgress(`built in ${((performance.now() - startedAtMs) / 1000).toFixed(1)} s`)
  return { built: true }
}

/** Libraries choose their small, fast form by `NODE_ENV`; a build begun by a test must not leave the other one behind. */
async function inProduction(run: () => Promise<void>): Promise<void> {
  const before = process.env['NODE_ENV']
  process.env['NODE_ENV'] = 'production'
  try {
    await run()
  } finally {
    if (before === undefined) delete process.env['NODE_ENV']
    else process.env['NODE_ENV'] = before
  }
}

/** One hash over everything a build reads: our sources, the contract, the machines, the versions of what is installed. */
async function hashOfSources(): Promise<string> {
  const patterns = [
    'console/**/*',
    'gateway/protocol.ts',
    'gateway/protocol/*.ts',
    'machines/**/*.ts',
    'package-lock.json',
  ]
  const files: string[] = []
  for await (const entry of glob(patterns, { cwd: root, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile() && !/\.test\.tsx?$|\.md$|[\\/]testing[\\/]/.test(path)) files.push(path)
  }
  const hash = createHash('sha256')
  for (const path of files.sort()) hash.update(path.slice(root.length)).update(await readFile(path))
  return hash.digest('hex')
}

if (import.meta.main) {
  const { built } = await buildConsole({
    onProgress: (line) => void process.stdout.write(`${line}\n`),
    force: process.argv.includes('--force'),
  })
  if (!built) process.stdout.write('nothing to build: the sources have not changed\n')
}
