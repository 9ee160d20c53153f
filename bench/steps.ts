import { join } from 'node:path'
import { createSingleMembership } from '#runtime/adapters/single/membership.ts'
import { openSqliteDocuments } from '#runtime/adapters/sqlite/documents.ts'
import { openSqliteJournal } from '#runtime/adapters/sqlite/journal.ts'
import { systemClock } from '#runtime/adapters/system/clock.ts'
import { createSystemIds } from '#runtime/adapters/system/ids.ts'
import { addressOf } from '#runtime/address.ts'
import { createRuntime } from '#runtime/host.ts'
import type { Journal } from '#runtime/ports/journal.ts'
import type { Log } from '#runtime/ports/log.ts'
import type { EffectHandler, HostedMachine, Projection, Runtime, RuntimeLimits } from '#runtime/runtime.ts'
import type { Documents } from '#runtime/ports/documents.ts'
import { counter } from './counter-machine.ts'
import { sqliteGroupCommitFloor } from './floors/sqlite-floor.ts'
import { thousands, type Figure } from './measure.ts'

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

export interface BareRuntime {
  readonly runtime: Runtime
  readonly documents: Documents
  readonly close: () => Promise<void>
}

export interface BareOptions {
  readonly effects?: { readonly [name: string]: EffectHandler }
  readonly projections?: readonly Projection[]
  readonly limits?: Partial<RuntimeLimits>
  /** Put around the journal, to see when it is called. */
  readonly watched?: (journal: Journal) => Journal
  /** Another journal than one on a SQLite file in the folder. */
  readonly journal?: Journal
  /** Other documents than a SQLite file in the folder. */
  readonly documents?: Documents
}

/** A runtime on SQLite files in a folder, or on another journal, with nothing around it. */
export async function bareRuntime(
  folder: string,
  machines: readonly HostedMachine[],
  options: BareOptions = {},
): Promise<BareRuntime> {
  const journal =
    options.journal ?? openSqliteJournal({ file: join(folder, 'journal.sqlite'), partitions: 32, log: silent })
  const documents = options.documents ?? openSqliteDocuments({ file: join(folder, 'documents.sqlite'), log: silent })
  const runtime = await createRuntime({
    journal: options.watched?.(journal) ?? journal,
    documents,
    membership: createSingleMembership({ node: 'bench', partitions: 32 }),
    clock: systemClock(),
    ids: createSystemIds(),
    log: silent,
    machines,
    settings: () => ({}),
    effects: options.effects ?? {},
    projections: options.projections ?? [],
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  })
  return {
    runtime,
    documents,
    close: async () => {
      await runtime.stop()
      await journal.close()
      await documents.close()
    },
  }
}

export const load = { steps: 60_000, inFlight: 1024, actors: 1000 }

/** Durable steps a second of one process, and the same rows by bare statements before and after it, since the machine's speed drifts. */
export async function measureSteps(folder: (name: string) => string): Promise<readonly Figure[]> {
  const before = sqliteGroupCommitFloor(folder('floor-before'), { ...load, group: 256 })
  const { runtime, close } = await bareRuntime(folder('steps'), [counter])
  await stepsPerSecond(runtime, { ...load, steps: 10_000 })
  const rates = [await stepsPerSecond(runtime, load), await stepsPerSecond(runtime, load)]
  await close()
  const after = sqliteGroupCommitFloor(folder('floor-after'), { ...load, group: 256 })
  const rate = Math.max(...rates)
  const floor = (before + after) / 2
  return [
    {
      what: 'Durable steps a second, one process, synchronous FULL',
      value: thousands(rate),
      bar: '≥ 15,000',
      holds: rate >= 15_000,
    },
    {
      what: 'Share of the SQLite group-commit floor of this run',
      value: `${(rate / floor).toFixed(2)} of ${thousands(floor)}`,
      bar: '≥ 0.25',
      holds: rate / floor >= 0.25,
    },
  ]
}

/** Submits that many events, so many at once, and answers how many were handled a second. */
export async function stepsPerSecond(runtime: Runtime, work: typeof load): Promise<number> {
  let sent = 0
  const sender = async (): Promise<void> => {
    while (sent < work.steps) {
      sent += 1
      await runtime.submit(
        { to: addressOf('bench', 'counter', String(sent % work.actors)), event: { type: 'add', by: 1 } },
        new AbortController().signal,
      )
    }
  }
  const beganMs = performance.now()
  await Promise.all(Array.from({ length: work.inFlight }, sender))
  return work.steps / ((performance.now() - beganMs) / 1000)
}
