import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { Role } from '#deploy/roles.ts'
import { RunningServer } from '#deploy/services/running-server.ts'
import type { Links } from './links.ts'

/** A FineAcers of one role in a process of its own, with links of its own to the servers. */
export interface RoleProcess {
  readonly role: Role
  readonly node: string
  readonly url: string
  readonly server: RunningServer
  readonly links: Links
  /** What `/health/ready` says of it, in a word; `silent` when nothing is answered. */
  readiness(): Promise<string>
  /** Everything it has printed, by every process it has been. */
  readonly log: () => string
}

export interface RoleOptions {
  readonly role: Role
  readonly node: string
  readonly port: number
  readonly folder: string
  readonly links: Links
  readonly environment: { readonly [name: string]: string }
}

const main = fileURLToPath(new URL('../../deploy/main.ts', import.meta.url))
/** On a busy machine, and while a server is away. */
const readyWithinMs = 90_000
const stopWithinMs = 60_000
const triesMax = 5
const answerWithinMs = 5_000

const readiness = z.object({ status: z.string() })

/** Starts it and waits until it serves. Rejects with the last lines it printed. */
export async function startRole(options: RoleOptions): Promise<RoleProcess> {
  const { role, node, port, folder, links } = options
  const url = `http://127.0.0.1:${port}`
  const server = await RunningServer.start({
    name: node,
    url,
    program: process.execPath,
    args: [main, role],
    folder,
    port,
    environment: {
      FINEACERS_NODE: node,
      FINEACERS_DATA: join(folder, node),
      FINEACERS_BUILD: 'no',
      FINEACERS_VISITORS_PER_MINUTE: '1000000',
      LOG_LEVEL: 'info',
      OPENAI_API_KEY: '',
      PORT: String(port),
      ...links.environment,
      ...options.environment,
    },
    ready: async () => (await asked(`${url}/health/live`)) !== undefined,
    readyWithinMs,
    stopWithinMs,
  })
  return {
    role,
    node,
    url,
    server,
    links,
    readiness: async () => readiness.safeParse(await asked(`${url}/health/ready`)).data?.status ?? 'silent',
    log: () => readFileSync(join(folder, `${node}.log`), 'utf8'),
  }
}

/** Starts it again until it serves: one of ours that finds no server gives up after a while, and whoever looks after it tries again. */
export async function bringBack(server: RunningServer): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await server.restart()
    } catch (error) {
      if (tries === triesMax) throw error
      await sleep(1000)
    }
  }
}

async function asked(url: string): Promise<unknown> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(answerWithinMs) })
    const body: unknown = await answer.json()
    return body
  } catch {
    return undefined
  }
}
