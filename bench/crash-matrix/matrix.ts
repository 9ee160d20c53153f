import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { startNats, type NatsServers } from '#deploy/services/nats-servers.ts'
import type { JournalKind } from './boundaries.ts'
import { NodePool } from './node-pool.ts'
import { runCell, type Run, type RunResult } from './run.ts'
import { natsHouse, natsWorld, sqliteWorld, type NatsHouse, type World } from './world.ts'

export interface MatrixOptions {
  readonly runs: readonly Run[]
  /** Everything that is written goes beneath it. Empty at first. */
  readonly folder: string
  /** Runs at once. */
  readonly lanes: number
  /** A single NATS server to use in place of one of the matrix's own. */
  readonly natsUrl?: string
  onResult?(result: RunResult): void
}

/** Plays all runs, and starts the servers they need. Answers in the order in which they ended. */
export async function playMatrix(options: MatrixOptions): Promise<readonly RunResult[]> {
  const servers = new Servers(options)
  const results: RunResult[] = []
  const onResult = (result: RunResult): void => {
    results.push(result)
    options.onResult?.(result)
  }
  const [calm, dying] = [options.runs.filter((run) => !leaderDies(run)), options.runs.filter(leaderDies)]
  try {
    await allEnded([
      inLanes(servers, { runs: calm, lanes: options.lanes, onResult }),
      // A leader's death is felt by every stream of its servers: each lane has servers of its own. An election leaves the machine to others.
      inLanes(servers, { runs: dying, lanes: Math.min(options.lanes, dyingLanesMax), onResult }),
    ])
    return results
  } finally {
    await servers.end()
  }
}

const dyingLanesMax = 2

interface Lanes {
  readonly runs: readonly Run[]
  readonly lanes: number
  onResult(result: RunResult): void
}

async function inLanes(servers: Servers, options: Lanes): Promise<void> {
  const { runs, lanes } = options
  const left = inTurn(runs)
  const lane = async (_: unknown, at: number): Promise<void> => {
    const pool = new NodePool(2)
    try {
      for (let run = left.shift(); run !== undefined; run = left.shift()) {
        const world = await servers.worldOf(run, at)
        try {
          options.onResult(await runCell(run, world, pool))
        } finally {
          await world.end()
        }
      }
    } finally {
      left.length = 0
      await pool.end()
    }
  }
  await allEnded(Array.from({ length: Math.min(lanes, runs.length) }, lane))
}

/** Waits for all, and rejects as the first that did. */
async function allEnded(works: readonly Promise<void>[]): Promise<void> {
  const ended = await Promise.allSettled(works)
  for (const one of ended) if (one.status === 'rejected') throw one.reason
}

/** Journals in turn, so that lanes wait for different things. */
function inTurn(runs: readonly Run[]): Run[] {
  const byJournal = [...Map.groupBy(runs, ({ cell }) => cell.journal).values()]
  const longest = Math.max(0, ...byJournal.map(({ length }) => length))
  const places = Array.from({ length: longest }, (_, at) => at)
  return places.flatMap((at) => byJournal.flatMap((own) => own[at] ?? []))
}

function leaderDies({ cell }: Run): boolean {
  return cell.journal === 'nats-r3-leader'
}

/** Owns the servers of a matrix: started when first needed, ended with it. */
class Servers {
  readonly #options: MatrixOptions
  readonly #houses = new Map<string, Promise<NatsHouse>>()
  readonly #started: NatsServers[] = []
  #worlds = 0

  constructor(options: MatrixOptions) {
    this.#options = options
  }

  async worldOf({ cell: { journal } }: Run, lane: number): Promise<World> {
    const number = ++this.#worlds
    const folder = join(this.#options.folder, `run-${number}`)
    mkdirSync(folder, { recursive: true })
    if (journal === 'sqlite') return sqliteWorld(folder)
    const servers = await this.#house(journal, lane)
    const stream = `MATRIX-${process.pid}-${number}`
    return natsWorld({ servers, stream, folder, leaderDies: journal === 'nats-r3-leader' })
  }

  async end(): Promise<void> {
    const houses = await Promise.allSettled(this.#houses.values())
    await Promise.all(houses.flatMap((house) => (house.status === 'fulfilled' ? [house.value.connection.close()] : [])))
    await Promise.all(this.#started.map((nats) => nats.kill()))
  }

  #house(journal: Exclude<JournalKind, 'sqlite'>, lane: number): Promise<NatsHouse> {
    const name = journal === 'nats-r3-leader' ? `${journal}-${lane}` : journal
    const house = this.#houses.get(name) ?? this.#open(name, journal === 'nats-r1' ? 1 : 3)
    this.#houses.set(name, house)
    return house
  }

  async #open(name: string, count: 1 | 3): Promise<NatsHouse> {
    const { natsUrl, folder } = this.#options
    if (natsUrl !== undefined && count === 1) return natsHouse({ urls: [natsUrl], ...unled })
    const nats = await startNats({ servers: count, folder: join(folder, name) })
    this.#started.push(nats)
    return natsHouse(nats)
  }
}

/** A server of somebody else is not killed. */
const unled = {
  leaderOf: () => Promise.reject(new TypeError('it has no leader to kill')),
  settled: () => Promise.resolve(),
}
