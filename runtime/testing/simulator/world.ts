import type { NewEvent } from '../../event.ts'
import type { Ids } from '../../ports/ids.ts'
import type { Handled, Runtime } from '../../runtime.ts'
import type { ManualClock } from '../manual-clock.ts'
import type { Faults } from './faults.ts'
import { createNodes, type NodeCounts, type NodesOptions } from './nodes.ts'
import type { Process } from './process.ts'

/** The world a simulated company lives in: nodes that come and go around a journal that outlives them all. */
export interface World {
  readonly clock: ManualClock
  readonly ids: Ids
  faults(): Faults
  /** Sends until a node says that it is durable or handled, as a client with a retry would. */
  send(event: NewEvent & { readonly id: string }): Promise<void>
  /** The nodes that serve now. */
  serving(): readonly Process[]
  /** Terminates each process in turn, as an upgrade does, and tells what each took to leave, milliseconds. */
  upgrade(left: (tookMs: number) => void): Promise<void>
  /** Kills a node, which stays away for longer than others wait for it. */
  kill(): void
  stop(): Promise<void>
  /** What was submitted, and to whom. */
  readonly submissions: readonly Submission[]
  /** Every process there ever was. */
  readonly booted: readonly Process[]
  readonly counts: NodeCounts & { retries: number }
}

/** An event somebody waits for at a node. Neither answer nor error: still waiting. */
export interface Submission {
  readonly event: NewEvent & { readonly id: string }
  readonly process: Process
  handled?: Handled
  error?: unknown
}

const answerTimeoutMs = 2_000
const betweenUpgradesMs = 4_000

/** Makes a world and boots its nodes. */
export function createWorld(parts: NodesOptions): World {
  const { clock, ids } = parts
  const nodes = createNodes(parts)
  const submissions: Submission[] = []
  const counts = Object.assign(nodes.counts, { retries: 0 })

  const submit = (runtime: Runtime, submission: Submission): Promise<unknown> => {
    submissions.push(submission)
    return runtime.submit(submission.event, new AbortController().signal).then(
      (handled) => (submission.handled = handled),
      (error: unknown) => {
        submission.error = error
        throw error
      },
    )
  }
  const ask = async (event: NewEvent & { readonly id: string }): Promise<'durable' | 'unknown'> => {
    const up = nodes.serving()
    const process = up[Math.floor(ids.random() * up.length)]
    if (process?.runtime === undefined) return 'unknown'
    const waits = ids.random() < 0.5
    return within(clock, waits ? submit(process.runtime, { event, process }) : process.runtime.send(event))
  }
  return {
    clock,
    ids,
    submissions,
    booted: nodes.booted,
    counts,
    faults: parts.faults,
    serving: () => nodes.serving(),
    upgrade: async (left) => {
      for (let place = 0; place < nodes.places; place++) {
        left(await nodes.terminate(place))
        await sleep(clock, betweenUpgradesMs)
      }
    },
    kill: () => nodes.kill(0),
    stop: async () => {
      await Promise.all(nodes.serving().map((process) => process.terminate()))
    },
    send: async (event) => {
      while ((await ask(event)) !== 'durable') {
        counts.retries += 1
        await sleep(clock, 50)
      }
    },
  }
}

function within(clock: ManualClock, work: Promise<unknown>): Promise<'durable' | 'unknown'> {
  return new Promise((resolve) => {
    const cancel = clock.schedule(clock.nowMs() + answerTimeoutMs, () => resolve('unknown'))
    const settle = (outcome: 'durable' | 'unknown') => () => {
      cancel()
      resolve(outcome)
    }
    work.then(settle('durable'), settle('unknown'))
  })
}

/** Resolves after `ms` of simulated time. */
export function sleep(clock: ManualClock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.schedule(clock.nowMs() + ms, resolve))
}
