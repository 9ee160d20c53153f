import { createMemoryJournalStore } from '../../adapters/memory/journal-store.ts'
import { createMemoryJournal } from '../../adapters/memory/journal.ts'
import { openSqliteDocuments } from '../../adapters/sqlite/documents.ts'
import type { Journal } from '../../ports/journal.ts'
import { createFaultyJournal } from '../faulty-journal.ts'
import { createManualClock, type ManualClock } from '../manual-clock.ts'
import { createSeededIds } from '../seeded-ids.ts'
import { silentLog } from '../small-host.ts'
import { simulatedEffects, type Delivered } from './effects.ts'
import { noFaults, someFaults, type Faults } from './faults.ts'
import { createGossip } from './gossip.ts'
import { createLeases } from './leases.ts'
import { createDistantJournal } from './network.ts'
import type { Reachable } from './process.ts'
import { createProjectors, type Projectors } from './projectors.ts'
import { createServers, type ServersOptions } from './servers.ts'
import { createWitness, type Witness } from './witness.ts'
import { createWorld, type World } from './world.ts'

export interface CompanyOptions {
  readonly faults?: Faults
  /** Nodes at once; one by itself when absent. */
  readonly nodes?: number
  /** Whether the journal is on servers with a follower that lags, or in one file. By the seed when absent. */
  readonly servers?: boolean
  /** Whether the nodes know of each other by leases on a server, or by gossip that settles nothing. By the seed when absent. */
  readonly leases?: boolean
  /** What servers fence; less than every step, to see that the checkers notice. */
  readonly fences?: ServersOptions['fences']
  /** A journal that breaks its promises, to see that the checkers notice. */
  readonly sabotage?: (journal: Journal, random: () => number) => Journal
}

/** Everything of one simulated company, and what there is to judge it by. */
export interface Company {
  readonly clock: ManualClock
  readonly world: World
  readonly projectors: Projectors
  /** The journal around all faults. */
  readonly truth: Journal
  readonly witness: Witness
  readonly delivered: readonly Delivered[]
  /** Faults stop; who sleeps wakes soon. */
  calm(): void
  close(): Promise<void>
}

const startMs = Date.UTC(2026, 0, 5, 4, 30)
const partitions = 8
/** One way to the journal, ordinarily and when the network or a disk is slow. */
const quickMs = 4
const slowMs = 600
const lagMaxMs = 1_000

/** Makes a company of a seed and boots its nodes. */
export function foundCompany(seed: number, options: CompanyOptions): Company {
  const { nodes = 1, servers = nodes > 1 && seed % 2 === 1, leases = seed % 4 < 2 } = options
  const clock = createManualClock(startMs)
  const ids = createSeededIds(seed)
  let now = options.faults ?? someFaults
  const faults = (): Faults => now
  const surroundings: Surroundings = { clock, random: () => ids.random(), faults }
  const { truth, connect } = servers ? journalOnServers(surroundings, options) : journalInOneFile()
  const documents = openSqliteDocuments({ file: ':memory:', log: silentLog })
  const witness = createWitness(clock)
  const delivered: Delivered[] = []
  const seen = new Set<string>()
  const world = createWorld({
    clock,
    ids,
    nodes,
    gateways: nodes > 1 ? 1 : 0,
    faults,
    documents,
    journal: (process) => {
      const watched = witness.watch(connect(), process)
      const faulty = faultyJournal(options.sabotage?.(watched, surroundings.random) ?? watched, surroundings)
      return nodes === 1 ? faulty : distantJournal(faulty, process, surroundings)
    },
    members: (leases ? createLeases : createGossip)({ clock, ids, partitions, faults }),
    effects: (processClock) =>
      simulatedEffects({ clock: processClock, ids, faults, seen, onDelivered: (each) => delivered.push(each) }),
  })
  const projectors = createProjectors({ clock, ids, documents, journal: connect, faults })
  const calm = (): void => {
    now = noFaults
  }
  return { clock, world, projectors, truth, witness, delivered, calm, close: () => documents.close() }
}

interface Surroundings {
  readonly clock: ManualClock
  readonly random: () => number
  readonly faults: () => Faults
}

/** The truth, and the journal as each further process is connected to it. */
interface OpenedJournal {
  readonly truth: Journal
  readonly connect: () => Journal
}

function journalInOneFile(): OpenedJournal {
  const store = createMemoryJournalStore(partitions)
  const connect = (): Journal => createMemoryJournal({ partitions, store })
  return { truth: connect(), connect }
}

function journalOnServers({ clock, random, faults }: Surroundings, { fences }: CompanyOptions): OpenedJournal {
  const lagMs = (): number => (random() < faults().lag ? Math.ceil(random() * lagMaxMs) : 0)
  const { leader, connect } = createServers({ partitions, clock, random, lagMs, ...(fences && { fences }) })
  return { truth: leader, connect }
}

function faultyJournal(journal: Journal, { clock, random, faults }: Surroundings): Journal {
  return createFaultyJournal({
    journal,
    clock,
    random,
    faults: () => {
      const { lostAcknowledgement, refusedWrite, late, untold } = faults()
      const notices = { duplicateNotice: late, delay: late, lostNotice: untold }
      return { lostAcknowledgement, refusedWrite, refusedRead: refusedWrite, ...notices }
    },
  })
}

function distantJournal(journal: Journal, process: Reachable, { clock, random, faults }: Surroundings): Journal {
  const latencyMs = (): number => Math.ceil(random() * (random() < faults().slow ? slowMs : quickMs))
  return createDistantJournal(journal, { latencyMs, cut: () => process.cut() }, clock)
}
