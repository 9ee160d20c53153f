import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { bringServer } from './bring-server.ts'
import { natsConfig, type NatsSettings } from './nats-config.ts'
import { natsMonitor, type NatsMonitor } from './nats-monitor.ts'
import { onPorts } from './on-ports.ts'
import { RunningServer, type ServerHandle } from './running-server.ts'

export interface NatsOptions {
  /** 1, or 3 as one cluster in which a stream can have three replicas. */
  readonly servers: 1 | 3
  /** Streams are kept here, and found again by the next start on it. */
  readonly folder: string
  /** `always` unless said otherwise; see `NatsSettings`. */
  readonly sync?: NatsSettings['sync']
  /** Lines in the server's own language for each configuration file, e.g. accounts. */
  readonly config?: string
  /** `NatsServers.ports` of an earlier start: taken when all are free. */
  readonly ports?: readonly number[]
  /** The program; found, or built, when not given. */
  readonly program?: string
}

/** One server or three. What is done to all of them as one is in `ServerHandle`. */
export interface NatsServers extends ServerHandle {
  readonly servers: readonly RunningServer[]
  /** HTTP addresses of the servers' monitoring, in the same order: `/healthz`, `/varz`, `/jsz`. */
  readonly monitorUrls: readonly string[]
  /** Of clients, then of monitoring, then of the routes between the servers. */
  readonly ports: readonly number[]
  /** The server that leads a stream, waiting for an election. Rejects when none leads it within ten seconds. */
  leaderOf(stream: string): Promise<RunningServer>
  /** Resolves when every server that runs is well and has caught up. Rejects after thirty seconds. */
  settled(): Promise<void>
}

/** A server, what it was told and how it is asked. */
interface Member {
  readonly server: RunningServer
  readonly monitor: NatsMonitor
}

const leaderWithinMs = 10_000
const settledWithinMs = 30_000
const askEveryMs = 25

/** Starts NATS with JetStream on the loopback address. Resolves when it serves; three servers, when they have found each other. */
export async function startNats(options: NatsOptions): Promise<NatsServers> {
  const program = options.program ?? (await bringServer('nats')).path
  mkdirSync(options.folder, { recursive: true })
  const count = options.servers === 1 ? 2 : 9
  const wanted = { count, ...(options.ports === undefined ? {} : { first: options.ports }) }
  return onPorts(wanted, async (ports) => {
    const starts = settingsOf(options, ports).map((settings) => startMember(settings, options.folder, program))
    const started = await Promise.allSettled(starts)
    const members = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    try {
      for (const one of started) if (one.status === 'rejected') throw one.reason
      await settled(members)
    } catch (error) {
      await Promise.all(members.map(({ server }) => server.kill()))
      throw error
    }
    return handleOf(members, ports)
  })
}

function settingsOf(options: NatsOptions, ports: readonly number[]): readonly NatsSettings[] {
  const count = options.servers
  const [clients, monitors, routes] = [0, 1, 2].map((which) => ports.slice(which * count, (which + 1) * count))
  return (clients ?? []).map((port, at) => {
    const name = count === 1 ? 'nats' : `nats-${at + 1}`
    return {
      name,
      port,
      monitorPort: monitors?.[at] ?? 0,
      storeFolder: join(options.folder, name),
      sync: options.sync ?? 'always',
      ...(count === 1 ? {} : { cluster: { port: routes?.[at] ?? 0, routes: routes ?? [] } }),
      ...(options.config === undefined ? {} : { more: options.config }),
    }
  })
}

async function startMember(settings: NatsSettings, folder: string, program: string): Promise<Member> {
  const file = join(folder, `${settings.name}.conf`)
  writeFileSync(file, natsConfig(settings))
  const monitor = natsMonitor(settings.monitorPort)
  const server = await RunningServer.start({
    name: settings.name,
    url: `nats://127.0.0.1:${settings.port}`,
    program,
    args: ['--config', file],
    folder,
    port: settings.port,
    ready: () => monitor.is('started'),
  })
  return { server, monitor }
}

function handleOf(members: readonly Member[], ports: readonly number[]): NatsServers {
  const servers = members.map(({ server }) => server)
  const urls = servers.map(({ url }) => url)
  const onAll = async (act: (server: RunningServer) => Promise<void>): Promise<void> => {
    await Promise.all(servers.map(act))
  }
  return {
    url: urls.join(','),
    urls,
    servers,
    monitorUrls: members.map(({ monitor }) => monitor.url),
    ports,
    stop: () => onAll((server) => server.stop()),
    kill: () => onAll((server) => server.kill()),
    pause: () => onAll((server) => server.pause()),
    resume: () => servers.forEach((server) => server.resume()),
    restart: async () => {
      await onAll((server) => server.restart())
      await settled(members)
    },
    settled: () => settled(members),
    leaderOf: (stream) => leaderOf(members, stream),
  }
}

async function settled(members: readonly Member[]): Promise<void> {
  await Promise.all(
    members.map(async ({ server, monitor }) => {
      const well = await within(settledWithinMs, async () =>
        !server.running || (await monitor.is('caught-up')) ? true : undefined,
      )
      if (well === undefined) throw new Error(`${server.name} is not well:\n${server.printed()}`)
    }),
  )
}

/** A server that was paused as the leader still holds that it leads, until it hears of another: a second one makes the question wait. */
async function leaderOf(members: readonly Member[], stream: string): Promise<RunningServer> {
  const leader = await within(leaderWithinMs, async () => {
    const claims = await Promise.all(
      members.map(async ({ server, monitor }) => server.running && (await monitor.leads(server.name, stream))),
    )
    const leaders = members.filter((_, at) => claims[at] === true)
    return leaders.length === 1 ? leaders[0]?.server : undefined
  })
  if (leader === undefined) throw new Error(`no server leads the stream ${stream}`)
  return leader
}

/** Asks until there is an answer; `undefined` when there is none in time. */
async function within<T>(timeMs: number, ask: () => Promise<T | undefined>): Promise<T | undefined> {
  for (const untilMs = performance.now() + timeMs; ; await sleep(askEveryMs)) {
    const answer = await ask()
    if (answer !== undefined || performance.now() > untilMs) return answer
  }
}
