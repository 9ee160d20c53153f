import type { Lease, LeaseTable } from '../adapters/leases/lease-table.ts'
import { createLeaseMembership, type LeaseMembership } from '../adapters/leases/membership.ts'
import { createMemoryLeaseTable, type LeaseStore } from '../adapters/memory/lease-table.ts'
import { pause } from '../backoff.ts'
import type { Clock } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import type { Log } from '../ports/log.ts'
import { StorageError } from '../ports/storage-error.ts'

/** One process of a simulated group, and what can happen to it. */
export interface GroupProcess {
  readonly membership: LeaseMembership
  /** Nothing it waits for comes any more. */
  kill(): void
  /** It stands still: its timers and answers wait until it is woken. */
  pause(): void
  wake(): void
  /** Its calls are refused: `before` they are made, or `after`, so that their answers alone are lost. */
  cut(where: 'before' | 'after' | 'nowhere'): void
  /** From now on every call takes so long each way, and every second reading is as old as the one before. */
  slow(latencyMs: number): void
}

export interface GroupProcessOptions {
  readonly store: LeaseStore
  readonly node: string
  readonly partitions: number
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  /** Slow from the first call on. */
  readonly latencyMs?: number
}

/** Starts a process on a lease store in memory and waits until it has joined. */
export async function startGroupProcess(options: GroupProcessOptions): Promise<GroupProcess> {
  let state: 'running' | 'paused' | 'dead' = 'running'
  let cut: 'before' | 'after' | 'nowhere' = 'nowhere'
  let latencyMs = options.latencyMs ?? 0
  const held: (() => void)[] = []
  const listeners = new Set<() => void>()
  const gate = (run: () => void): void => {
    if (state === 'running') run()
    else if (state === 'paused') held.push(run)
  }
  const clock: Clock = {
    nowMs: () => options.clock.nowMs(),
    schedule: (atMs, run) => {
      let cancelled = false
      const cancel = options.clock.schedule(atMs, () => gate(() => cancelled || run()))
      return () => {
        cancelled = true
        cancel()
      }
    },
  }
  const over = async <Value>(call: () => Promise<Value>): Promise<Value> => {
    if (cut === 'before') throw away()
    if (latencyMs > 0) await pause(options.clock, latencyMs, forever)
    const answer = await call()
    if (latencyMs > 0) await pause(options.clock, latencyMs, forever)
    await new Promise<void>((resolve) => gate(resolve))
    if (cut === 'after') throw away()
    return answer
  }
  const forever = new AbortController().signal
  const inner = createMemoryLeaseTable(options.store)
  let last: readonly Lease[] = []
  let readings = 0
  const read = async (): Promise<readonly Lease[]> => {
    if (latencyMs === 0 || readings++ % 2 === 1) last = await inner.read()
    return last
  }
  const table: LeaseTable = {
    read: () => over(read),
    get: (node) => over(() => inner.get(node)),
    write: (node, holder, expected) => over(() => inner.write(node, holder, expected)),
    remove: (node, expected) => over(() => inner.remove(node, expected)),
    watch(listener) {
      const back = (): void => listener.back()
      listeners.add(back)
      const unwatch = inner.watch({
        heard: (node, what) => cut !== 'before' && gate(() => listener.heard(node, what)),
        back: () => {},
      })
      return () => {
        listeners.delete(back)
        unwatch()
      }
    },
  }
  const membership = await createLeaseMembership({ ...options, clock, table })
  return {
    membership,
    kill: () => {
      state = 'dead'
    },
    pause: () => {
      if (state === 'running') state = 'paused'
    },
    wake: () => {
      if (state !== 'paused') return
      state = 'running'
      for (const run of held.splice(0)) gate(run)
    },
    slow: (ms) => {
      latencyMs = ms
    },
    cut: (where) => {
      cut = where
      if (where === 'nowhere') for (const back of listeners) gate(back)
    },
  }
}

function away(): StorageError {
  return new StorageError('store-unavailable', 'the table can not be reached (injected)')
}
