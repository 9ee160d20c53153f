import { openSqliteDocuments } from '../../adapters/sqlite/documents.ts'
import { createMemoryJournal } from '../../adapters/memory/journal.ts'
import type { Ids } from '../../ports/ids.ts'
import type { Journal } from '../../ports/journal.ts'
import type { Log } from '../../ports/log.ts'
import { createFaultyJournal } from '../faulty-journal.ts'
import { createManualClock, type ManualClock } from '../manual-clock.ts'
import { createSeededIds } from '../seeded-ids.ts'
import { check, type Violation } from './checkers.ts'
import { startCrowd } from './crowd.ts'
import { simulatedEffects, type Delivered } from './effects.ts'
import { noFaults, someFaults, type Faults } from './faults.ts'
import { createWorld, type World } from './world.ts'

export interface SimulationResult {
  readonly seed: number
  readonly violations: readonly Violation[]
  readonly counts: {
    readonly crashes: number
    readonly pauses: number
    readonly boots: number
    readonly retries: number
    readonly facts: number
    readonly delivered: number
    readonly fenced: number
  }
  /** A digest of what happened: the same seed gives the same. */
  readonly digest: string
}

const startMs = Date.UTC(2026, 0, 5, 4, 30)
const faultsLastMs = 45_000
const calmLastsMs = 400_000

export interface SimulationOptions {
  readonly faults?: Faults
  /** A journal that breaks its promises, to see that the checkers notice. */
  readonly sabotage?: (journal: Journal, random: () => number) => Journal
}

/** Runs one whole simulated day in a company from a seed: bad luck for a while, then calm, then judgement. */
export async function simulate(seed: number, options: SimulationOptions = {}): Promise<SimulationResult> {
  const faults = options.faults ?? someFaults
  const clock = createManualClock(startMs)
  const ids = createSeededIds(seed)
  const journal = createMemoryJournal({ partitions: 8 })
  const documents = openSqliteDocuments({ file: ':memory:', log: silent })
  const delivered: Delivered[] = []
  const seen = new Set<string>()
  const world = createWorld({
    clock,
    ids,
    journal,
    documents,
    log: silent,
    faults,
    faulty: (current) =>
      faultyJournal(options.sabotage?.(journal, () => ids.random()) ?? journal, clock, { ids, faults: current }),
    effects: (current, processClock) =>
      simulatedEffects({
        clock: processClock,
        ids,
        faults: current,
        seen,
        onDelivered: (each) => delivered.push(each),
      }),
  })
  const crowd = startCrowd(world, { customers: 5, actions: 10 })
  await runUntil(world, startMs + faultsLastMs)
  world.faults = noFaults
  world.wakeZombies()
  await runUntil(world, startMs + faultsLastMs + calmLastsMs)
  const runtime = world.current()
  const violations =
    runtime === undefined
      ? [{ rule: 'everything settles', address: 'host', detail: 'no process came up' }]
      : await check({ journal, runtime, crowd, delivered, seen: [] })
  const facts = await journal.facts(0, 100_000)
  await runtime?.stop()
  await documents.close()
  const fenced = runtime?.stats().fenced ?? 0
  return {
    seed,
    violations,
    counts: { ...world.counts, facts: facts.length, delivered: delivered.length, fenced },
    digest: digestOf(facts.map((fact) => `${fact.address} ${fact.type} ${fact.atMs}`)),
  }
}

async function runUntil(world: World, untilMs: number): Promise<void> {
  for (;;) {
    const next = world.clock.nextDueAtMs()
    if (next === undefined || next > untilMs) break
    await world.clock.advanceToNext()
  }
  await world.clock.advance(Math.max(0, untilMs - world.clock.nowMs()))
}

function faultyJournal(
  journal: Journal,
  clock: ManualClock,
  luck: { readonly ids: Ids; readonly faults: () => Faults },
): Journal {
  return createFaultyJournal({
    journal,
    clock,
    random: () => luck.ids.random(),
    faults: () => {
      const { lostAcknowledgement, refusedWrite, late } = luck.faults()
      return { lostAcknowledgement, refusedWrite, refusedRead: refusedWrite, duplicateNotice: late, delay: late }
    },
  })
}

function digestOf(lines: readonly string[]): string {
  let hash = 0x811c9dc5
  for (const line of lines)
    for (let index = 0; index < line.length; index++) hash = Math.imul(hash ^ line.charCodeAt(index), 0x01000193)
  return (hash >>> 0).toString(16)
}

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
