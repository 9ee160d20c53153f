import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultProxy } from '#deploy/services/fault-proxy.ts'
import type { RunningServer } from '#deploy/services/running-server.ts'
import type { Random } from '#rag/random.ts'
import { stream, type Cluster } from './cluster.ts'
import { bringBack, type RoleProcess } from './role-process.ts'
import { until } from './until.ts'

/** What a fault hurts. Two that strike at once never hurt the same. */
export type Part = 'runtime' | 'gateway' | 'projector' | 'nats' | 'mongo' | 'redis' | 'network'

/** One kind of fault. */
export interface Fault {
  readonly part: Part
  /** How often it is chosen, beside the others. */
  readonly weight: number
  /** Strikes, and resolves once what was hurt has been mended; whatever follows from it may still go on. */
  strike(cluster: Cluster, random: Random): Promise<void>
}

/** How long a node is away: often shorter than its lease of three seconds, often longer. */
const away = { least: 200, most: 7_000 } as const

/** Every fault by its name. */
export const faults = {
  'kill a runtime': {
    part: 'runtime',
    weight: 3,
    strike: ({ runtimes }, random) => killAndBringBack(random.pick(runtimes), random.whole(away.least, away.most)),
  },
  'pause a runtime beyond its lease': {
    part: 'runtime',
    weight: 3,
    strike: ({ runtimes }, random) => pauseBeyondLease(random.pick(runtimes), runtimes),
  },
  'stop a runtime in good order': {
    part: 'runtime',
    weight: 1,
    strike: ({ runtimes }, random) => stopAndBringBack(random.pick(runtimes), random.whole(0, 2_000)),
  },
  'kill a gateway': {
    part: 'gateway',
    weight: 2,
    strike: ({ gateways }, random) => killAndBringBack(random.pick(gateways), random.whole(0, 3_000)),
  },
  'stop a gateway in good order': {
    part: 'gateway',
    weight: 1,
    strike: ({ gateways }, random) => stopAndBringBack(random.pick(gateways), random.whole(0, 2_000)),
  },
  'kill the projector': {
    part: 'projector',
    weight: 2,
    strike: ({ projector }, random) => killAndBringBack(projector, random.whole(0, 4_000)),
  },
  'kill the NATS leader': {
    part: 'nats',
    weight: 2,
    strike: async ({ nats }) => {
      const leader = await nats.leaderOf(stream)
      await leader.kill()
      await nats.leaderOf(stream)
      await bringBack(leader)
    },
  },
  'pause a NATS server': {
    part: 'nats',
    weight: 1,
    strike: ({ nats }, random) => pauseServer(random.pick(nats.servers), random.whole(1_000, 9_000)),
  },
  'stop Mongo': {
    part: 'mongo',
    weight: 2,
    strike: ({ mongo }, random) => stopServer(mongo, random.whole(1_000, 6_000)),
  },
  'stop Redis': {
    part: 'redis',
    weight: 2,
    strike: ({ redis }, random) => stopServer(redis, random.whole(1_000, 5_000)),
  },
  'delay a link': onLinks({ weight: 1, forMs: [3_000, 8_000], spoil: (link) => link.delay(200) }),
  'cut a link': onLinks({ weight: 2, forMs: [1_000, 8_000], spoil: (link) => link.cut() }),
  'lose answers': onLinks({
    weight: 2,
    forMs: [300, 3_000],
    spoil: (link) => link.stallReplies(),
    // What has not been answered by then never is.
    before: (link) => link.resetAll(),
  }),
} satisfies { readonly [name: string]: Fault }

export type FaultName = keyof typeof faults

async function killAndBringBack(process: RoleProcess, awayMs: number): Promise<void> {
  await process.server.kill()
  await sleep(awayMs)
  await bringBack(process.server)
}

/** Hands over what it has, and ends by itself; anything else is a broken promise. */
async function stopAndBringBack(process: RoleProcess, awayMs: number): Promise<void> {
  await process.server.stop()
  const { exitCode } = process.server
  await sleep(awayMs)
  await bringBack(process.server)
  if (exitCode !== 0) throw new Error(`${process.node} was asked to stop and ended with ${String(exitCode)}`)
}

const takenForDeadWithinMs = 60_000
/** So long the new owners work on what the paused one believes to be its own. */
const zombieMs = 2_000

/** Wakes the runtime only when the others have taken what it had: it comes back in the middle of whatever it was about to write. */
async function pauseBeyondLease(process: RoleProcess, all: readonly RoleProcess[]): Promise<void> {
  const others = all.filter((each) => each !== process)
  const silences = (): number => others.reduce((sum, other) => sum + takenForDead(other, process), 0)
  const before = silences()
  await process.server.pause()
  try {
    await until(() => silences() > before, {
      withinMs: takenForDeadWithinMs,
      otherwise: () => `nobody missed ${process.node}`,
    })
    await sleep(zombieMs)
  } finally {
    process.server.resume()
  }
}

function takenForDead(process: RoleProcess, dead: RoleProcess): number {
  return linesWith(process, 'a node has gone silent').filter((line) => line.includes(`"${dead.node}"`)).length
}

/** Lines of a process's log that have some words. */
export function linesWith(process: RoleProcess, words: string): readonly string[] {
  return process
    .log()
    .split('\n')
    .filter((line) => line.includes(words))
}

async function pauseServer(server: RunningServer, forMs: number): Promise<void> {
  await server.pause()
  await sleep(forMs)
  server.resume()
}

async function stopServer(server: RunningServer, forMs: number): Promise<void> {
  await server.stop()
  await sleep(forMs)
  await bringBack(server)
}

/** Spoils the links of one process to one server, or for NATS sometimes to one of the three, for a while. `before`: what is done before they are mended. */
function onLinks(how: {
  readonly weight: number
  readonly forMs: readonly [least: number, most: number]
  readonly spoil: (link: FaultProxy) => void
  readonly before?: (link: FaultProxy) => void
}): Fault {
  return {
    part: 'network',
    weight: how.weight,
    async strike({ processes }, random) {
      const { links } = random.pick(processes)
      const all = links.to[random.pick(['nats', 'nats', 'mongo', 'redis'] as const)]
      const spoilt = random.next() < 0.7 ? all : [random.pick(all)]
      try {
        for (const link of spoilt) how.spoil(link)
        await sleep(random.whole(...how.forMs))
        for (const link of spoilt) how.before?.(link)
      } finally {
        links.healAll()
      }
    },
  }
}
