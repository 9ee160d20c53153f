import { createSystemLog } from '#runtime/adapters/system/log.ts'
import { seededRandom } from '#rag/random.ts'
import { startCluster, workspace, type Cluster } from './cluster.ts'
import { startCrowd, type CrowdTally, type RunningCrowd } from './crowd.ts'
import { linesWith } from './faults.ts'
import { furnish } from './homes.ts'
import { judgeCluster, type Verdict } from './judge.ts'
import { adminCodeOf, signInStaff } from './sign-in.ts'
import { strikeAll, type Plan, type Struck } from './striker.ts'
import { until } from './until.ts'

/** What a run did, what it saw, and every promise that was broken. */
export interface ClusterReport extends Verdict, CrowdTally, Pick<Struck, 'faults' | 'slowestRecoveryMs'> {
  readonly seed: number
  /** Commits that were refused because another runtime had taken the partition. */
  readonly refusedCommits: number
  /** From saying something to its answer or hand-off, of all outcomes. */
  readonly outcomes: { readonly count: number; readonly medianMs: number; readonly slowestMs: number }
}

export interface ClusterOptions {
  /** Everything is kept here. */
  readonly folder: string
  readonly seed: number
  readonly plan: Plan
  readonly customers: number
  readonly members: number
  /** Told what the run is about, as it goes on. */
  readonly onPhase?: (phase: string) => void
}

const memberNames = ['Asha', 'Bina', 'Chand', 'Dev', 'Esha', 'Farid']
/** After the last fault everything that was accepted has its outcome within this time. */
const outcomesWithinMs = 120_000
/** The crowd talks before the first fault and after the last. */
const outcomesBefore = 5

/**
 * A crowd of customers and members talks to a whole cluster while its processes, servers and network fail; then everything is judged.
 * Rejects only when the cluster does not start.
 */
export async function runCluster(options: ClusterOptions): Promise<ClusterReport> {
  const { seed, plan, onPhase = () => {} } = options
  const random = seededRandom(seed)
  const log = createSystemLog({ level: 'silent' })
  const cluster = await startCluster(options.folder)
  try {
    await cluster.well()
    await furnish(cluster, log)
    const crowd = await invite(cluster, options)
    onPhase('a crowd talks')
    await untilTalking(crowd, 0)
    const struck = await strikeAll({ cluster, random, plan, onStrike: (names) => onPhase(names.join(' and ')) })
    await untilTalking(crowd, outcomesOf(crowd).length)
    onPhase('everybody ends what they have begun')
    await crowd.end(outcomesWithinMs)
    const verdict = await judgeCluster(cluster, crowd.chats, { log, onPhase })
    return {
      seed,
      faults: struck.faults,
      slowestRecoveryMs: struck.slowestRecoveryMs,
      ...crowd.tally(),
      ...verdict,
      refusedCommits: refusedBy(cluster),
      outcomes: spreadOf(outcomesOf(crowd)),
      wrong: [...struck.wrong, ...verdict.wrong],
    }
  } finally {
    await cluster.kill()
  }
}

async function invite(
  { gateways }: Cluster,
  { seed, customers, members: count }: ClusterOptions,
): Promise<RunningCrowd> {
  const doors = gateways.map(({ url }) => url)
  const [first] = gateways
  if (first === undefined) throw new Error('there is no gateway')
  const members = await signInStaff(first.url, await adminCodeOf(first.log), memberNames.slice(0, count))
  // Its own: what the crowd says does not depend on when faults strike.
  const random = seededRandom(`crowd ${seed}`)
  return startCrowd({ doors, workspace, random: () => random.next(), customers, members })
}

/** Until some more outcomes have come. */
function untilTalking(crowd: RunningCrowd, already: number): Promise<void> {
  return until(() => outcomesOf(crowd).length >= already + outcomesBefore, {
    withinMs: outcomesWithinMs,
    otherwise: () => `no ${outcomesBefore} outcomes`,
  })
}

function outcomesOf({ chats }: RunningCrowd): readonly number[] {
  return chats.flatMap(({ waitedMs }) => waitedMs)
}

function refusedBy({ runtimes }: Cluster): number {
  return runtimes.reduce((sum, runtime) => sum + linesWith(runtime, 'partition was taken over').length, 0)
}

function spreadOf(waited: readonly number[]): ClusterReport['outcomes'] {
  const sorted = [...waited].sort((one, other) => one - other)
  return {
    count: sorted.length,
    medianMs: Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0),
    slowestMs: Math.round(sorted.at(-1) ?? 0),
  }
}
