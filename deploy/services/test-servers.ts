import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bringServer } from './bring-server.ts'
import { startMongo } from './mongo-server.ts'
import { startNats } from './nats-servers.ts'
import { startRedis } from './redis-server.ts'
import type { ServerHandle } from './running-server.ts'
import { serverKinds, type ServerKind } from './server-kinds.ts'

/** Where a test finds each server. A variable that is set already names a server of somebody else, and none is started for it. */
const variables: { readonly [kind in ServerKind]: string } = {
  nats: 'FINEACERS_TEST_NATS',
  redis: 'FINEACERS_TEST_REDIS',
  mongo: 'FINEACERS_TEST_MONGODB',
}

/** Read by the reporter at the end of the run: a line for each server that is missing. */
const missingVariable = 'FINEACERS_TEST_MISSING'

const starts: {
  readonly [kind in ServerKind]: (options: {
    readonly folder: string
    readonly program: string
  }) => Promise<ServerHandle>
} = {
  nats: (options) => startNats({ ...options, servers: 1, sync: 'default' }),
  redis: (options) => startRedis({ ...options, sync: 'default' }),
  mongo: (options) => startMongo({ ...options, sync: 'default' }),
}

/**
 * Before the tests, in the test runner's own process: one server of each kind on free ports and in a folder of its own, its address in the
 * environment of every worker. A server that can't be had is said in one line, its variable stays unset and its tests are skipped.
 * Answers what stops them after the last test.
 */
export async function setup(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'fineacers-servers-'))
  const missing: string[] = []
  const running: ServerHandle[] = []
  const wanted = serverKinds.filter((kind) => (process.env[variables[kind]] ?? '') === '')
  const programs: { readonly kind: ServerKind; readonly program: string }[] = []
  // One after the other: a build takes all there is of the machine.
  for (const kind of wanted) {
    try {
      programs.push({ kind, program: (await bringServer(kind, { onProgress: say })).path })
    } catch (error) {
      missing.push(messageOf(error))
    }
  }
  await Promise.all(
    programs.map(async ({ kind, program }) => {
      try {
        const server = await starts[kind]({ folder: join(folder, kind), program })
        running.push(server)
        process.env[variables[kind]] = server.url
      } catch (error) {
        missing.push(messageOf(error))
      }
    }),
  )
  for (const line of missing) say(`${line} Its tests are skipped.`)
  process.env[missingVariable] = missing.join('\n')
  return async () => {
    await Promise.all(running.map((server) => server.kill()))
    rmSync(folder, { recursive: true, force: true })
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
