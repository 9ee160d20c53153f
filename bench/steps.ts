import { join } from 'node:path'
import { createSingleMembership } from '#runtime/adapters/single/membership.ts'
import { openSqliteDocuments } from '#runtime/adapters/sqlite/documents.ts'
import { openSqliteJournal } from '#runtime/adapters/sqlite/journal.ts'
import { systemClock } from '#runtime/adapters/system/clock.ts'
import { createSystemIds } from '#runtime/adapters/system/ids.ts'
import { addressOf } from '#runtime/address.ts'
import { createRuntime } from '#runtime/host.ts'
import type { Log } from '#runtime/ports/log.ts'
import type { EffectHandler, HostedMachine, Projection, Runtime, RuntimeLimits } from '#runtime/runtime.ts'
import type { Documents } from '#runtime/ports/documents.ts'
import { counter } from './counter-machine.ts'
import { sqliteGroupCommitFloor } from './floors/sqlite-floor.ts'
import { milliseconds, quantile, spread, thousands, type Figure } from './measure.ts'

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
}

/** A runtime on SQLite files in a folder, with nothing around it. */
export async function bareRuntime(
  folder: string,
  machines: readonly HostedMachine[],
  options: BareOptions = {},
): Promise<BareRuntime> {
  const journal = openSqliteJournal({ file: join(folder, 'journal.sqlite'), partitions: 32, log: silent })
  const documents = openSqliteDocuments({ file: join(folder, 'documents.sqlite'), log: silent })
  const runtime = await createRuntime({
    journal,
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

const load = { steps: 60_000, inFlight: 1024, actors: 1000 }

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

async function stepsPerSecond(runtime: Runtime, work: typeof load): Promise<number> {
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

/** From an event to the committed step of an actor that was not in memory, one at a time. */
export async function measureWaking(folder: (name: string) => string): Promise<readonly Figure[]> {
  const { runtime, close } = await bareRuntime(folder('waking'), [counter], { limits: { residentMax: 64 } })
  const actors = 20_000
  const signal = new AbortController().signal
  const add = (index: number): Promise<unknown> =>
    runtime.submit({ to: addressOf('bench', 'counter', String(index)), event: { type: 'add', by: 1 } }, signal)
  for (let from = 0; from < actors; from += 500)
    await Promise.all(Array.from({ length: 500 }, (_, index) => add(from + index)))
  const samples: number[] = []
  for (let index = 0; index < 1500; index++) {
    const beganMs = performance.now()
    await add((index * 7919) % actors)
    samples.push(performance.now() - beganMs)
  }
  await close()
  const p99 = quantile(samples, 0.99)
  return [
    {
      what: 'Waking an idle actor to its first committed step',
      value: spread(samples),
      bar: `p99 < ${milliseconds(5)}`,
      holds: p99 < 5,
    },
  ]
}
