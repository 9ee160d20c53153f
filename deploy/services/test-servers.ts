import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bringServers } from './bring-server.ts'
import { serverKinds, type ServerKind } from './server-kinds.ts'
import { startFound, type StartedServer } from './start-found.ts'

/** Where a test finds each server. A variable that is set already names a server of somebody else, and none is started for it. */
const variables: { readonly [kind in ServerKind]: string } = {
  nats: 'FINEACERS_TEST_NATS',
  redis: 'FINEACERS_TEST_REDIS',
  mongo: 'FINEACERS_TEST_MONGODB',
}

/** Read by the reporter at the end of the run: a line for each server that is missing. */
const missingVariable = 'FINEACERS_TEST_MISSING'

/**
 * Before the tests, in the test runner's own process: one server of each kind on free ports and in a folder of its own, its address in the
 * environment of every worker. A server that can't be had is said in one line, its variable stays unset and its tests are skipped.
 * Answers what ends them after the last test.
 */
export async function setup(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'fineacers-servers-'))
  const wanted = serverKinds.filter((kind) => (process.env[variables[kind]] ?? '') === '')
  const { found, missing } = await bringServers(wanted, { onProgress: say })
  const starts = await Promise.allSettled(
    found.map((each) => startFound(each, { folder, sync: 'default', servers: 1 })),
  )
  const started = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []))
  const failed = starts.flatMap((start) => (start.status === 'rejected' ? [start.reason] : []))
  for (const { kind, handle } of started) process.env[variables[kind]] = handle.url
  const faults = [...missing, ...failed].map((error: unknown) =>
    error instanceof Error ? error.message : String(error),
  )
  for (const line of faults) say(`${line} Its tests are skipped.`)
  process.env[missingVariable] = faults.join('\n')
  return () => endAll(started, folder)
}

/** What is in the folder is of no use to anybody, so there is no need to be gentle. */
async function endAll(started: readonly StartedServer[], folder: string): Promise<void> {
  await Promise.all(started.map(({ handle }) => handle.kill()))
  rmSync(folder, { recursive: true, force: true })
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
