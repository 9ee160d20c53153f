import { z } from 'zod'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Documents } from '#runtime/ports/documents.ts'
import type { Ephemeral } from '#runtime/ports/ephemeral.ts'
import { dataFiles, readConfig, type Config } from './config.ts'
import { askRebuild } from './control.ts'
import { startProjector } from './projector.ts'
import { askForRebuild, progressOf, type AskedRebuild, type RebuildProgress } from './rebuild.ts'
import { composeHouse } from './start-house.ts'
import { openReadModels, openStores } from './stores.ts'

const line = z.object({
  progress: z.object({ position: z.number(), goal: z.number() }).optional(),
  problem: z.string().optional(),
})

const lookEveryMs = 500
/** How long to wait for a projector that runs, before this process becomes one. */
const pickUpMs = 15_000

/**
 * `fineacers rebuild`: builds the read models anew from the first fact while everything serves, and tells how far it is. On MongoDB the projector that runs is
 * asked, and where none does this process is one for as long as it takes; in a data folder the server that has it is asked, or the folder is opened.
 * Answers the exit code.
 */
export async function rebuild(variables: { readonly [name: string]: string | undefined }): Promise<number> {
  const config = readConfig(variables)
  if (config.servers.mongoUrl === undefined) return inFolder(config)
  return onServers(config)
}

async function onServers(config: Config): Promise<number> {
  await using closing = new AsyncDisposableStack()
  const { documents, signals, project } = await openShared(config, closing)
  const asked = await askForRebuild(documents, signals)
  say('Asked for read models anew')
  if (!(await begins(documents, asked))) {
    if (project === undefined) {
      process.stderr.write('The server that builds them does not run: it begins with them when it starts\n')
      return 1
    }
    say('No projector runs: this process does it')
    await project()
  }
  for (;;) {
    const progress = await progressOf(documents, asked)
    if (progress !== undefined) show(progress)
    if (progress !== undefined && progress.position >= progress.goal) break
    await sleep(lookEveryMs)
  }
  say('The read models are as before')
  return 0
}

interface Shared {
  readonly documents: Documents
  readonly signals?: Ephemeral
  /** Builds them in this process; absent where another has the journal to itself. */
  readonly project?: () => Promise<unknown>
}

async function openShared(config: Config, closing: AsyncDisposableStack): Promise<Shared> {
  if (config.servers.nats !== undefined) {
    const stores = await openStores(config, { closing, archiving: false })
    const { documents, ephemeral: signals } = stores
    return { documents, signals, project: () => startProjector(stores, closing) }
  }
  const documents = await openReadModels(config)
  closing.defer(() => documents.close())
  return { documents }
}

async function begins(documents: Documents, asked: AskedRebuild): Promise<boolean> {
  const untilMs = performance.now() + pickUpMs
  while (performance.now() < untilMs) {
    if ((await progressOf(documents, asked)) !== undefined) return true
    await sleep(lookEveryMs)
  }
  return false
}

async function inFolder(config: Config): Promise<number> {
  const socket = dataFiles(config.dataFolder).control
  try {
    return await askAndReport(socket)
  } catch (error) {
    if (!nobodyListens(error)) throw error
  }
  const house = await composeHouse({ ...config, sample: 'no' }, say)
  try {
    return await askAndReport(socket)
  } finally {
    await house.close()
  }
}

async function askAndReport(socket: string): Promise<number> {
  const problems: string[] = []
  await askRebuild(socket, (answer) => {
    const { progress, problem } = line.parse(answer)
    if (progress !== undefined) show(progress)
    if (problem !== undefined) problems.push(problem)
  })
  for (const problem of problems) process.stderr.write(`${problem}\n`)
  if (problems.length > 0) return 1
  say('The read models are as before')
  return 0
}

function nobodyListens(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ECONNREFUSED')
}

function show({ position, goal }: RebuildProgress): void {
  say(`${goal === 0 ? 100 : Math.min(100, Math.floor((position / goal) * 100))} %`)
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
