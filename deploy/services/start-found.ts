import { join } from 'node:path'
import type { FoundServer } from './find-server.ts'
import { startMongo } from './mongo-server.ts'
import { startNats } from './nats-servers.ts'
import { startRedis } from './redis-server.ts'
import type { RunningServer, ServerHandle } from './running-server.ts'
import type { ServerKind } from './server-kinds.ts'

export interface StartFoundOptions {
  /** Each kind of server has a folder of its own in it. */
  readonly folder: string
  readonly sync: 'always' | 'default'
  /** How many NATS servers. */
  readonly servers: 1 | 3
  /** `StartedServer.ports` of an earlier start. */
  readonly ports?: readonly number[]
}

/** A kind of server that serves now: one process, or the three of a NATS cluster. */
export interface StartedServer {
  readonly kind: ServerKind
  readonly handle: ServerHandle
  readonly processes: readonly RunningServer[]
  readonly ports: readonly number[]
  /** HTTP addresses of their monitoring, where there is one. */
  readonly monitorUrls: readonly string[]
}

/** Starts the program that was found for a kind of server. */
export async function startFound(found: FoundServer, options: StartFoundOptions): Promise<StartedServer> {
  const { kind, path: program } = found
  const { sync } = options
  if (kind === 'nats') {
    const { servers, ports } = options
    const folder = join(options.folder, servers === 1 ? 'nats' : 'nats-cluster')
    const handle = await startNats({ program, servers, folder, sync, ...(ports === undefined ? {} : { ports }) })
    return { kind, handle, processes: handle.servers, ports: handle.ports, monitorUrls: handle.monitorUrls }
  }
  const port = options.ports?.[0]
  const start = kind === 'redis' ? startRedis : startMongo
  const folder = join(options.folder, kind)
  const handle = await start({ program, folder, sync, ...(port === undefined ? {} : { port }) })
  return { kind, handle, processes: [handle], ports: [handle.port], monitorUrls: [] }
}
