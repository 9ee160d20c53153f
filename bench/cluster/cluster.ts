import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePorts } from '#deploy/services/free-ports.ts'
import { startMongo } from '#deploy/services/mongo-server.ts'
import { startNats, type NatsServers } from '#deploy/services/nats-servers.ts'
import { startRedis } from '#deploy/services/redis-server.ts'
import type { RunningServer } from '#deploy/services/running-server.ts'
import { layLinks } from './links.ts'
import { startRole, type RoleProcess } from './role-process.ts'

/** Three runtimes, two gateways and a projector on three NATS servers, a Mongo and a Redis, all on this machine. */
export interface Cluster {
  readonly nats: NatsServers
  readonly mongo: RunningServer
  readonly redis: RunningServer
  readonly runtimes: readonly RoleProcess[]
  readonly gateways: readonly RoleProcess[]
  readonly projector: RoleProcess
  /** Every process of ours. */
  readonly processes: readonly RoleProcess[]
  /**
   * Resolves once every process says it is ready and NATS has caught up. On a busy machine servers answer late: a process that says so (`degraded`) does
   * its work, and is waited for only a while. Rejects, naming who is not well, when that takes too long.
   */
  well(): Promise<void>
  /** Kills everything. What was kept stays in the folder. */
  kill(): Promise<void>
}

export const workspace = 'demo'
export const stream = 'FINEACERS'
export const partitions = 32
export const database = 'house'

const lookEveryMs = 1000
const readyWithinMs = 30_000
const wellWithinMs = 120_000

/** Starts everything on free ports, in a folder. Rejects, leaving no process, when something does not start. */
export async function startCluster(folder: string): Promise<Cluster> {
  const closing: (() => Promise<unknown>)[] = []
  const kill = async (): Promise<void> => {
    for (const close of closing.splice(0).reverse()) await close()
  }
  try {
    const servers = await startServers(folder, closing)
    const processes = await startProcesses(folder, servers, closing)
    const [runtimes, gateways, projectors] = (['runtime', 'gateway', 'projector'] as const).map((role) =>
      processes.filter((each) => each.role === role),
    )
    const projector = projectors?.[0]
    if (runtimes === undefined || gateways === undefined || projector === undefined)
      throw new Error('a role is missing')
    const well = (): Promise<void> => untilWell(servers.nats, processes)
    return { ...servers, runtimes, gateways, projector, processes, well, kill }
  } catch (error) {
    await kill()
    throw error
  }
}

type Servers = Pick<Cluster, 'nats' | 'mongo' | 'redis'>

async function startServers(folder: string, closing: (() => Promise<unknown>)[]): Promise<Servers> {
  const killedLast = <Server extends { kill(): Promise<void> }>(server: Server): Server => {
    closing.push(() => server.kill())
    return server
  }
  // Three copies are what keeps a message when a server dies, so none is synced before it is acknowledged.
  const own = (name: string) => ({ folder: join(folder, name), sync: 'default' as const })
  const [nats, mongo, redis] = await Promise.all([
    startNats({ ...own('nats'), servers: 3 }).then(killedLast),
    startMongo(own('mongo')).then(killedLast),
    startRedis(own('redis')).then(killedLast),
  ])
  return { nats, mongo, redis }
}

const nodes = [
  { role: 'gateway', node: 'gateway-1' },
  { role: 'gateway', node: 'gateway-2' },
  { role: 'runtime', node: 'runtime-1' },
  { role: 'runtime', node: 'runtime-2' },
  { role: 'runtime', node: 'runtime-3' },
  { role: 'projector', node: 'projector' },
] as const

async function startProcesses(
  folder: string,
  { nats, mongo, redis }: Servers,
  closing: (() => Promise<unknown>)[],
): Promise<readonly RoleProcess[]> {
  const ports = await freePorts(nodes.length)
  const started = await Promise.allSettled(
    nodes.map(async ({ role, node }, index) => {
      const links = await layLinks({ nats: nats.servers, mongo, redis }, database)
      closing.push(() => links.stop())
      const process = await startRole({
        role,
        node,
        port: ports[index] ?? 0,
        folder: join(folder, 'nodes'),
        links,
        environment: {
          NATS_REPLICAS: '3',
          NATS_STREAM: stream,
          FINEACERS_WORKSPACE: workspace,
          FINEACERS_PARTITIONS: String(partitions),
          FINEACERS_SAMPLE: 'no',
        },
      })
      closing.push(() => process.server.kill())
      return process
    }),
  )
  return started.map((one) => {
    if (one.status === 'rejected') throw one.reason
    return one.value
  })
}

async function untilWell(nats: NatsServers, processes: readonly RoleProcess[]): Promise<void> {
  const beganMs = performance.now()
  await nats.settled()
  for (;;) {
    const states = await Promise.all(processes.map(async (each) => [each.node, await each.readiness()] as const))
    const tookMs = performance.now() - beganMs
    const good = tookMs < readyWithinMs ? ['ready'] : ['ready', 'degraded']
    const unwell = states.filter(([, state]) => !good.includes(state))
    if (unwell.length === 0) return
    if (tookMs > wellWithinMs)
      throw new Error(`not well after ${wellWithinMs} ms: ${unwell.map((each) => each.join(' ')).join(', ')}`)
    await sleep(lookEveryMs)
  }
}
