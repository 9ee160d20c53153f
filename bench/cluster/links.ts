import { createFaultProxy, type FaultProxy } from '#deploy/services/fault-proxy.ts'
import type { ServerKind } from '#deploy/services/server-kinds.ts'

/** The servers behind the links, one address a server. */
export interface Servers {
  readonly nats: readonly { readonly port: number }[]
  readonly mongo: { readonly port: number }
  readonly redis: { readonly port: number }
}

/** The network between one process and each server: nothing else of the process's goes by it. */
export interface Links {
  readonly to: { readonly [kind in ServerKind]: readonly FaultProxy[] }
  /** What the process has to be told to go by these links. */
  readonly environment: { readonly [name: string]: string }
  /** Whatever was wrong with a link is over. */
  healAll(): void
  stop(): Promise<void>
}

/** Lays the links of a process. */
export async function layLinks(servers: Servers, database: string): Promise<Links> {
  const proxiesTo = (...ports: readonly number[]): Promise<FaultProxy[]> =>
    Promise.all(ports.map((port) => createFaultProxy({ to: { host: '127.0.0.1', port } })))
  const nats = await proxiesTo(...servers.nats.map(({ port }) => port))
  const mongo = await proxiesTo(servers.mongo.port)
  const redis = await proxiesTo(servers.redis.port)
  const all = [...nats, ...mongo, ...redis]
  return {
    to: { nats, mongo, redis },
    environment: {
      NATS_URL: nats.map(({ address }) => `nats://${address}`).join(','),
      MONGODB_URL: mongo.map(({ address }) => `mongodb://${address}/${database}`).join(),
      REDIS_URL: redis.map(({ address }) => `redis://${address}`).join(),
    },
    healAll() {
      for (const proxy of all) {
        proxy.delay(0)
        proxy.heal()
      }
    },
    async stop() {
      await Promise.all(all.map((proxy) => proxy.stop()))
    },
  }
}
