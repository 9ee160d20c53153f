import { bringServers } from './bring-server.ts'
import type { Environment, FoundServer } from './find-server.ts'
import type { ServerKind } from './server-kinds.ts'
import { holdServicesFolder, type ServicesFolder } from './services-folder.ts'
import { readServicesWish, servicesUsage, type ServicesWish } from './services-wish.ts'
import { startFound, type StartedServer } from './start-found.ts'

/** The variable by which FineAcers is told of each server. */
const variables: { readonly [kind in ServerKind]: string } = {
  nats: 'NATS_URL',
  redis: 'REDIS_URL',
  mongo: 'MONGODB_URL',
}

const parentLookMs = 250

/**
 * `npm run services`: finds or builds the servers, starts them with durable settings, prints their addresses on standard output
 * and all else on standard error, and stops them when it is stopped. Answers the exit code: 0 done, 1 failed, 2 not understood.
 */
export async function runServices(words: readonly string[], environment: Environment): Promise<number> {
  const wish = understood(words)
  if (wish === undefined) return 2
  if (wish.help) return printed(servicesUsage)
  const signal = stopSignal(environment)
  const { found, missing } = await bringServers(wish.kinds, { environment, onProgress: say, signal })
  for (const each of found) say(`${each.program} ${each.version} is ${each.path}`)
  for (const { message } of missing) say(message)
  if (missing.length > 0 && found.length > 0 && !wish.bring) {
    say(`Or start what there is: npm run services -- ${found.map(({ kind }) => kind).join(' ')}`)
  }
  if (missing.length > 0) return 1
  return wish.bring ? 0 : await serve(wish, found, signal)
}

/** Aborted by the first Ctrl+C or SIGTERM; a second one ends this process at once, and the guards of the servers end them. */
function stopSignal(environment: Environment): AbortSignal {
  const stopping = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => stopping.abort())
  // Started by npm: what a person has started, and may kill, is npm, which takes no other process with it then.
  if (environment['npm_lifecycle_event'] === 'services') {
    const parent = process.ppid
    setInterval(() => process.ppid !== parent && stopping.abort(), parentLookMs).unref()
  }
  return stopping.signal
}

function understood(words: readonly string[]): ServicesWish | undefined {
  try {
    return readServicesWish(words)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${servicesUsage}`)
    return undefined
  }
}

async function serve(wish: ServicesWish, found: readonly FoundServer[], signal: AbortSignal): Promise<number> {
  const folder = holdServicesFolder(wish.folder)
  const started: StartedServer[] = []
  try {
    await startAll(found, { wish, folder, started })
    const lines = exportLines(started, wish)
    folder.write(lines, Object.fromEntries(started.map((each) => [portsName(each.kind, wish), each.ports])))
    printed(`${lines.join('\n')}\n`)
    say(`What they keep stays in ${wish.folder}. Press Ctrl+C to stop.`)
    return await untilStopped(started, signal)
  } finally {
    say('Stopping the servers.')
    await Promise.all(started.map(({ handle }) => handle.stop()))
    folder.release()
  }
}

/** Adds to `started` each that starts, also when another does not; rejects then. */
async function startAll(
  found: readonly FoundServer[],
  into: { readonly wish: ServicesWish; readonly folder: ServicesFolder; readonly started: StartedServer[] },
): Promise<void> {
  const { wish, folder, started } = into
  const starts = found.map(async (each) => {
    const ports = folder.portsOf(portsName(each.kind, wish))
    const where = { folder: wish.folder, servers: wish.servers, ...(ports === undefined ? {} : { ports }) }
    started.push(await startFound(each, { ...where, sync: 'always' }))
  })
  const ends = await Promise.allSettled(starts)
  for (const end of ends) if (end.status === 'rejected') throw end.reason
}

/** One server and a cluster have ports of their own. */
function portsName(kind: ServerKind, wish: ServicesWish): string {
  return kind === 'nats' && wish.servers === 3 ? 'nats-cluster' : kind
}

function exportLines(started: readonly StartedServer[], wish: ServicesWish): readonly string[] {
  const addresses = wish.kinds.flatMap((kind) => {
    const server = started.find((each) => each.kind === kind)
    if (server === undefined) return []
    const { handle, monitorUrls } = server
    const monitored = monitorUrls.length === 0 ? [] : [`export NATS_MONITOR_URL=${monitorUrls.join(',')}`]
    return [`export ${variables[kind]}=${handle.url}`, ...monitored]
  })
  return wish.servers === 3 && wish.kinds.includes('nats') ? [...addresses, 'export NATS_REPLICAS=3'] : addresses
}

/** Says when a server ends by itself, as one of a cluster may while you try that; ends with 1 when none is left, with 0 on a signal. */
async function untilStopped(started: readonly StartedServer[], signal: AbortSignal): Promise<number> {
  const processes = started.flatMap((each) => each.processes)
  const ends = processes.map(async (server) => {
    await server.ended()
    if (!signal.aborted) say(`${server.name} (process ${server.pid}) has ended. Its last lines:\n${server.printed()}`)
  })
  const stopped = new Promise<number>((resolve) => {
    if (signal.aborted) resolve(0)
    signal.addEventListener('abort', () => resolve(0))
  })
  return await Promise.race([stopped, Promise.all(ends).then(() => 1)])
}

function printed(text: string): number {
  process.stdout.write(text)
  return 0
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
