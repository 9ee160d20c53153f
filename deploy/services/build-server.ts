import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { cachedProgram, type Environment } from './find-server.ts'
import type { GoBuild, ServerProgram } from './server-kinds.ts'

export interface BuildOptions {
  /** The Go program. */
  readonly go: string
  readonly cache: string
  readonly environment: Environment
  readonly onProgress: (line: string) => void
  readonly signal?: AbortSignal
}

/** What is built, in a folder of its own that is thrown away afterwards. */
interface Workshop extends BuildOptions {
  readonly program: string
  readonly build: GoBuild
  readonly folder: string
}

const stillGoingMs = 20_000
const buildWithinMs = 15 * 60_000
const linesKept = 8

/**
 * Builds a server from its Go module into the cache and answers its path. It is made in a folder aside and moved when whole, so neither a
 * build that is interrupted nor two at once leave half a program. Rejects with the last lines that Go printed.
 */
export async function buildServer(program: ServerProgram, options: BuildOptions): Promise<string> {
  const place = cachedProgram(options.cache, program)
  if (program.build === undefined || place === undefined) throw new Error(`${program.program} is not built here`)
  mkdirSync(options.cache, { recursive: true })
  const folder = mkdtempSync(join(options.cache, 'building-'))
  const workshop = { ...options, program: program.program, build: program.build, folder }
  try {
    const built = await withProgress(workshop)
    mkdirSync(dirname(place), { recursive: true })
    renameSync(built, place)
    return place
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function withProgress(workshop: Workshop): Promise<string> {
  const name = `${workshop.program} ${workshop.build.version}`
  const beganMs = performance.now()
  const seconds = (): number => Math.round((performance.now() - beganMs) / 1000)
  workshop.onProgress(`Building ${name} with Go, once, into ${workshop.cache}: this takes a minute or two.`)
  const timer = setInterval(() => workshop.onProgress(`Still building ${name}: ${seconds()} s.`), stillGoingMs)
  try {
    const built = workshop.build.from === 'command' ? await buildCommand(workshop) : await buildSource(workshop)
    workshop.onProgress(`Built ${name} in ${seconds()} s.`)
    return built
  } finally {
    clearInterval(timer)
  }
}

async function buildCommand(workshop: Workshop): Promise<string> {
  await runGo(workshop, ['install', `${workshop.build.module}@${workshop.build.version}`], workshop.folder)
  return join(workshop.folder, workshop.program)
}

/**
 * FerretDB started from `go install` ends at once: it looks for its own version in a file that only its release scripts write. So
 * its module is copied, the file is written, and the copy is built. Version control is left out of it: the copy may lie in another repository.
 */
async function buildSource(workshop: Workshop): Promise<string> {
  const { build, program, folder } = workshop
  const answer = await runGo(workshop, ['mod', 'download', '-json', `${build.module}@${build.version}`], folder)
  const source = join(folder, 'source')
  copyFresh(z.object({ Dir: z.string() }).parse(JSON.parse(answer)).Dir, source)
  writeFileSync(join(source, 'build', 'version', 'version.txt'), `${build.version}\n`)
  const built = join(folder, program)
  await runGo(workshop, ['build', '-buildvcs=false', '-trimpath', '-o', built, `./cmd/${program}`], source)
  return built
}

/** A copy that its owner may write to and delete: Go keeps its modules read-only. */
function copyFresh(from: string, to: string): void {
  mkdirSync(to, { recursive: true })
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) copyFresh(source, target)
    else if (entry.isFile()) writeFileSync(target, readFileSync(source))
  }
}

/** Runs Go to its end and answers what it wrote to standard output. */
async function runGo(workshop: Workshop, args: readonly string[], folder: string): Promise<string> {
  const child = spawn(workshop.go, args, {
    cwd: folder,
    env: { ...workshop.environment, GOBIN: workshop.folder, CGO_ENABLED: '0', GOOS: '', GOARCH: '', GOFLAGS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: buildWithinMs,
    ...(workshop.signal === undefined ? {} : { signal: workshop.signal }),
  })
  const said = { out: '', err: '' }
  child.stdout.on('data', (chunk: Buffer) => void (said.out += chunk.toString('utf8')))
  child.stderr.on('data', (chunk: Buffer) => void (said.err += chunk.toString('utf8')))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code === 0) return said.out
  const last = said.err.trim().split('\n').slice(-linesKept).join('\n')
  throw new Error(`go ${args[0] ?? ''} failed: ${last === '' ? `it ended with ${String(code)}` : last}`)
}
