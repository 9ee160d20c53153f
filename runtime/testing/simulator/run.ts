import { createMemoryJournalStore } from '../../adapters/memory/journal-store.ts'
import { createMemoryJournal } from '../../adapters/memory/journal.ts'
import type { Journal } from '../../ports/journal.ts'
import { createFaultyJournal } from '../faulty-journal.ts'
import { createManualClock, type ManualClock } from '../manual-clock.ts'
import { createSeededIds } from '../seeded-ids.ts'
import { check, type Violation } from './checkers.ts'
import { checkCluster, differing } from './cluster-checkers.ts'
import { keepTalking, startCrowd } from './crowd.ts'
import { simulatedEffects, type Delivered } from './effects.ts'
import { noFaults, someFaults, type Faults } from './faults.ts'
import { createGossip } from './gossip.ts'
import { createLeases } from './leases.ts'
import { createDistantJournal } from './network.ts'
import type { Reachable } from './process.ts'
import { createProjectors, rebuilt } from './projectors.ts'
import { createServers } from './servers.ts'
import { createWitness } from './witness.ts'
import { createWorld, type World } from './world.ts'

export interface SimulationResult {
  readonly seed: number
  readonly violations: readonly Violation[]
  readonly counts: World['counts'] & {
    readonly facts: number
    readonly delivered: number
    readonly fenced: number
    /** Commits that the journal refused because their claim was no longer the latest. */
    readonly refusals: number
    readonly zombieProjectors: number
  }
  /** A digest of what happened: the same seed gives the same. */
  readonly digest: string
}

const startMs = Date.UTC(2026, 0, 5, 4, 30)
const faultsLastMs = 45_000
const calmLastsMs = 400_000
const upgradeLastsMs = 30_000
const settlesWithinMs = 120_000
const partitions = 8
/** One way to the journal and back, ordinarily and when the network or a disk is slow. */
const quickMs = 4
const slowMs = 600
const lagMaxMs = 1_000

export interface SimulationOptions {
  readonly faults?: Faults
  /** Nodes at once; one by itself when absent. */
  readonly nodes?: number
  /** What the journal is like: in a file, or on servers with followers that lag. By the seed when absent. */
  readonly servers?: boolean
  /** Whether the nodes know of each other by leases on a server, or by gossip that settles nothing. By the seed when absent. */
  readonly leases?: boolean
  /** A journal that breaks its promises, to see that the checkers notice. */
  readonly sabotage?: (journal: Journal, random: () => number) => Journal
}

/** Runs one whole simulated day in a company from a seed: bad luck for a while, then calm, an upgrade, and judgement. */
export async function simulate(seed: number, options: SimulationOptions = {}): Promise<SimulationResult> {
  const { nodes = 1, servers = nodes > 1 && seed % 2 === 1, leases = seed % 4 < 2, faults: luck = someFaults } = options
  const clock = createManualClock(startMs)
  const ids = createSeededIds(seed)
  const random = (): number => ids.random()
  let faults = luck
  const surroundings: Surroundings = { clock, random, faults: () => faults }
  const { truth, connect } = openJournal(surroundings, servers)
  const witness = createWitness(clock)
  const delivered: Delivered[] = []
  const seen = new Set<string>()
  const world = createWorld({
    clock,
    ids,
    nodes,
    faults: () => faults,
    journal: (process) => {
      const watched = witness.watch(connect(), process.name)
      const sabotaged = options.sabotage?.(watched, random) ?? watched
      const faulty = faultyJournal(sabotaged, surroundings)
      return nodes === 1 ? faulty : distantJournal(faulty, process, surroundings)
    },
    members: (leases ? createLeases : createGossip)({ clock, ids, partitions, faults: () => faults }),
    effects: (processClock) =>
      simulatedEffects({
        clock: processClock,
        ids,
        faults: () => faults,
        seen,
        onDelivered: (each) => delivered.push(each),
      }),
  })
  const projectors = createProjectors({ clock, ids, journal: connect, faults: () => faults })
  const crowd = startCrowd(world, { customers: 5, actions: 10 })
  await runUntil(clock, startMs + faultsLastMs)
  faults = noFaults
  await runUntil(clock, startMs + faultsLastMs + calmLastsMs)
  const upgradedFromMs = clock.nowMs()
  const upgradesTookMs: number[] = []
  if (nodes > 1) {
    keepTalking(world, crowd, upgradedFromMs + upgradeLastsMs)
    void world.upgrade((tookMs) => upgradesTookMs.push(tookMs))
    await runUntil(clock, upgradedFromMs + upgradeLastsMs + settlesWithinMs)
  }
  const runtime = world.current()
  const facts = await truth.facts(0, 100_000)
  const violations =
    runtime === undefined
      ? [{ rule: 'everything settles', address: 'host', detail: 'no process came up' }]
      : [
          ...(await whileTimePasses(clock, check({ journal: truth, runtime, crowd, delivered, seen: [] }))),
          ...(await checkCluster({ journal: truth, witness, world, upgradedFromMs, upgradesTookMs })),
          ...differing(await projectors.documents(), await rebuilt(truth, clock)),
        ]
  const fenced = runtime?.stats().fenced ?? 0
  await whileTimePasses(clock, Promise.all([projectors.stop(), world.stop()]))
  return {
    seed,
    violations,
    counts: {
      ...world.counts,
      facts: facts.length,
      delivered: delivered.length,
      fenced,
      refusals: witness.deeds.filter((deed) => deed.kind === 'refusal').length,
      zombieProjectors: projectors.counts.zombies,
    },
    digest: digestOf(facts.map((fact) => `${fact.address} ${fact.type} ${fact.atMs}`)),
  }
}

interface Surroundings {
  readonly clock: ManualClock
  readonly random: () => number
  readonly faults: () => Faults
}

/** The truth, and the journal as each further process is connected to it. */
function openJournal(
  { clock, random, faults }: Surroundings,
  servers: boolean,
): { readonly truth: Journal; readonly connect: () => Journal } {
  if (servers) {
    const lagMs = (): number => (random() < faults().lag ? Math.ceil(random() * lagMaxMs) : 0)
    const { leader, connect } = createServers({ partitions, clock, random, lagMs })
    return { truth: leader, connect }
  }
  const store = createMemoryJournalStore(partitions)
  const connect = (): Journal => createMemoryJournal({ partitions, store })
  return { truth: connect(), connect }
}

function faultyJournal(journal: Journal, { clock, random, faults }: Surroundings): Journal {
  return createFaultyJournal({
    journal,
    clock,
    random,
    faults: () => {
      const { lostAcknowledgement, refusedWrite, late } = faults()
      return { lostAcknowledgement, refusedWrite, refusedRead: refusedWrite, duplicateNotice: late, delay: late }
    },
  })
}

function distantJournal(journal: Journal, process: Reachable, { clock, random, faults }: Surroundings): Journal {
  const latencyMs = (): number => Math.ceil(random() * (random() < faults().slow ? slowMs : quickMs))
  return createDistantJournal(journal, { latencyMs, cut: () => process.cut() }, clock)
}

async function runUntil(clock: ManualClock, untilMs: number): Promise<void> {
  for (;;) {
    const next = clock.nextDueAtMs()
    if (next === undefined || next > untilMs) break
    await clock.advanceToNext()
  }
  await clock.advance(Math.max(0, untilMs - clock.nowMs()))
}

async function whileTimePasses<Value>(clock: ManualClock, work: Promise<Value>): Promise<Value> {
  const ended = work.then(
    () => true,
    () => true,
  )
  while (!(await Promise.race([ended, clock.advanceToNext().then(() => false)])));
  return work
}

function digestOf(lines: readonly string[]): string {
  let hash = 0x811c9dc5
  for (const line of lines)
    for (let index = 0; index < line.length; index++) hash = Math.imul(hash ^ line.charCodeAt(index), 0x01000193)
  return (hash >>> 0).toString(16)
}
