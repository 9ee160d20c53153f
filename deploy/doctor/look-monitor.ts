import { z } from 'zod'
import type { SyncSeen } from './durability.ts'

/** What a NATS server's monitoring tells, or why it does not. */
export interface MonitorSeen {
  readonly url: string
  readonly server?: MonitoredServer
  readonly problem?: string
}

export interface MonitoredServer {
  readonly id: string
  readonly name: string
  readonly sync: SyncSeen
  readonly storedBytes: number
  readonly storedBytesMax: number
}

/** Where a NATS server is monitored unless it is told otherwise. */
const usualPort = 8222
const answerWithinMs = 2000

const shape = z.object({
  server_id: z.string(),
  server_name: z.string(),
  jetstream: z.object({
    config: z
      .object({
        max_storage: z.number(),
        /** Nanoseconds. */
        sync_interval: z.number().optional(),
        sync_always: z.boolean().optional(),
      })
      .optional(),
    stats: z.object({ storage: z.number() }).optional(),
  }),
})

/** The usual monitoring addresses of servers, by their `nats://` or `tls://` addresses. */
export function usualMonitors(servers: readonly string[]): readonly string[] {
  return servers.map((server) => `http://${new URL(server).hostname}:${usualPort}`)
}

/** Asks each address. Never rejects. */
export function lookAtMonitors(urls: readonly string[]): Promise<readonly MonitorSeen[]> {
  return Promise.all(
    urls.map(async (url): Promise<MonitorSeen> => {
      try {
        const answer = await fetch(`${url.replace(/\/$/, '')}/varz`, { signal: AbortSignal.timeout(answerWithinMs) })
        return { url, server: monitored(shape.parse(await answer.json())) }
      } catch (error) {
        return { url, problem: whyNot(error) }
      }
    }),
  )
}

function monitored({ server_id: id, server_name: name, jetstream }: z.infer<typeof shape>): MonitoredServer {
  const { config, stats } = jetstream
  return {
    id,
    name,
    sync: syncIn(config),
    storedBytes: stats?.storage ?? 0,
    storedBytesMax: config?.max_storage ?? 0,
  }
}

function syncIn(config: z.infer<typeof shape>['jetstream']['config']): SyncSeen {
  if (config?.sync_always === true) return { when: 'always' }
  if (config?.sync_interval === undefined) return { when: 'unknown' }
  return { when: 'interval', everyMs: config.sync_interval / 1_000_000 }
}

function whyNot(error: unknown): string {
  if (error instanceof z.ZodError || error instanceof SyntaxError) return 'what answers there is no monitoring of NATS'
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return 'no answer in time'
  const { cause } = error
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.message
}
