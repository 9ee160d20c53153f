import { execFileSync } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { serverPrograms, type ServerKind, type ServerProgram } from './server-kinds.ts'

/** A server's program on this machine, seen to start and to be new enough. */
export interface FoundServer {
  readonly kind: ServerKind
  readonly program: string
  readonly path: string
  readonly version: string
}

/** What a search came to: a program, or why each that was seen is not one. */
export type Search = FoundServer | { readonly kind: ServerKind; readonly unfit: readonly string[] }

export type Environment = { readonly [name: string]: string | undefined }

const house = fileURLToPath(new URL('../../', import.meta.url))

/** Where built servers are kept: `FINEACERS_SERVERS_CACHE`, else `.cache/servers` of this repository. */
export function serversCache(environment: Environment = process.env): string {
  const given = environment['FINEACERS_SERVERS_CACHE']
  return given === undefined || given === '' ? join(house, '.cache', 'servers') : resolve(given)
}

/** Where the cache keeps a program that is built here; each version has a folder of its own. */
export function cachedProgram(cache: string, program: ServerProgram): string | undefined {
  return program.build === undefined
    ? undefined
    : join(cache, `${program.program}-${program.build.version}`, program.program)
}

/** The program for a kind of server: on the PATH, else in the cache; absent where there is none that fits. Nothing is built. */
export function findServer(kind: ServerKind, environment: Environment = process.env): FoundServer | undefined {
  const search = searchServer(kind, environment)
  return 'path' in search ? search : undefined
}

/** As `findServer`, with what was seen and why it does not fit. */
export function searchServer(kind: ServerKind, environment: Environment = process.env): Search {
  const cache = serversCache(environment)
  const unfit: string[] = []
  for (const program of serverPrograms[kind]) {
    const places = [onPath(program.program, environment), cachedProgram(cache, program)]
    for (const path of places) {
      if (path === undefined || !isProgram(path)) continue
      const version = versionOf(path, program)
      const fault = faultOf(program, version)
      if (version !== undefined && fault === undefined) return { kind, program: program.program, path, version }
      unfit.push(`${path} ${fault ?? ''}`.trim())
    }
  }
  return { kind, unfit }
}

/** The first program of a name on the PATH. */
export function onPath(name: string, environment: Environment = process.env): string | undefined {
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  return folders.map((folder) => join(folder, name)).find(isProgram)
}

/** Whether version `a` (numbers between dots) comes before `b`. */
export function isBefore(a: string, b: string): boolean {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number))
  for (let at = 0; at < 3; at++) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return false
}

function faultOf(program: ServerProgram, version: string | undefined): string | undefined {
  if (version === undefined) return 'does not say its version'
  if (isBefore(version, program.atLeast)) return `is ${version}, older than ${program.atLeast}`
  if (program.below !== undefined && !isBefore(version, program.below))
    return `is ${version}, not before ${program.below}`
  return undefined
}

function versionOf(path: string, program: ServerProgram): string | undefined {
  try {
    const printed = execFileSync(path, program.versionArgs, { encoding: 'utf8', timeout: 10_000, stdio: 'pipe' })
    return program.versionPattern.exec(printed)?.[1]
  } catch {
    // It does not start: the search says so and goes on to the next.
    return undefined
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
