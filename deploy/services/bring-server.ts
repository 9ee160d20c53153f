import { buildServer } from './build-server.ts'
import { onPath, searchServer, serversCache, type Environment, type FoundServer } from './find-server.ts'
import { installHints, serverNames, serverPrograms, type ServerKind, type ServerProgram } from './server-kinds.ts'

/** A server that can neither be found nor built here. The message says what was seen and what to do. */
export class ServerMissing extends Error {
  readonly kind: ServerKind

  constructor(kind: ServerKind, reasons: readonly string[], cause?: unknown) {
    const seen = reasons.length === 0 ? '' : ` (${reasons.join('; ')})`
    super(`${serverNames[kind]} is missing${seen}. ${installHints[kind]}`, { cause })
    this.name = 'ServerMissing'
    this.kind = kind
  }
}

export interface BringOptions {
  readonly environment?: Environment
  /** Told in whole sentences what a long step does, and that it still goes on. */
  readonly onProgress?: (line: string) => void
  /** Ends a build that goes on. */
  readonly signal?: AbortSignal
}

/** Finds the program of a kind of server, or builds it into the cache where Go is present. Rejects with `ServerMissing`. */
export async function bringServer(kind: ServerKind, options: BringOptions = {}): Promise<FoundServer> {
  const environment = options.environment ?? process.env
  const search = searchServer(kind, environment)
  if ('path' in search) return search
  const program = serverPrograms[kind].find((each) => each.build !== undefined)
  if (program === undefined) throw new ServerMissing(kind, search.unfit)
  const go = onPath('go', environment)
  if (go === undefined) throw new ServerMissing(kind, [...search.unfit, 'there is no Go on the PATH'])
  await build(kind, { program, go, unfit: search.unfit }, options)
  const found = searchServer(kind, environment)
  if ('path' in found) return found
  throw new ServerMissing(kind, found.unfit)
}

/** As `bringServer` for several kinds, one after the other, because a build takes all there is of the machine. */
export async function bringServers(
  kinds: readonly ServerKind[],
  options: BringOptions = {},
): Promise<{ readonly found: readonly FoundServer[]; readonly missing: readonly ServerMissing[] }> {
  const found: FoundServer[] = []
  const missing: ServerMissing[] = []
  for (const kind of kinds) {
    try {
      found.push(await bringServer(kind, options))
    } catch (error) {
      if (!(error instanceof ServerMissing)) throw error
      missing.push(error)
    }
  }
  return { found, missing }
}

async function build(
  kind: ServerKind,
  from: { readonly program: ServerProgram; readonly go: string; readonly unfit: readonly string[] },
  options: BringOptions,
): Promise<void> {
  try {
    await buildServer(from.program, {
      go: from.go,
      cache: serversCache(options.environment),
      environment: options.environment ?? process.env,
      onProgress: options.onProgress ?? (() => undefined),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    })
  } catch (error) {
    options.signal?.throwIfAborted()
    throw new ServerMissing(kind, [...from.unfit, error instanceof Error ? error.message : String(error)], error)
  }
}
