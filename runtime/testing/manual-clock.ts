import type { Clock } from '../ports/clock.ts'

/** A clock that stands still until told. Everything due runs in order of time, then of scheduling. */
export interface ManualClock extends Clock {
  /** Moves time on by `ms`, running what falls due at its own instant and letting promises settle after each. */
  advance(ms: number): Promise<void>
  /** Moves to the next thing scheduled and runs it; false when nothing is. */
  advanceToNext(): Promise<boolean>
  /** Time goes by and nothing runs, as on a machine that slept: what fell due meanwhile runs late, in its order, when time next moves. */
  leap(ms: number): void
  /** Lets promises settle without moving time. */
  settle(): Promise<void>
  /** When the next thing is due, epoch milliseconds. */
  nextDueAtMs(): number | undefined
}

interface Entry {
  readonly atMs: number
  readonly order: number
  readonly run: () => void
}

/** Makes a manual clock that begins at `startMs`. */
export function createManualClock(startMs: number): ManualClock {
  const entries = new Set<Entry>()
  let nowMs = startMs
  let order = 0

  const next = (): Entry | undefined => {
    let first: Entry | undefined
    for (const entry of entries) {
      if (first === undefined || entry.atMs < first.atMs || (entry.atMs === first.atMs && entry.order < first.order)) {
        first = entry
      }
    }
    return first
  }
  const runNext = async (entry: Entry): Promise<void> => {
    nowMs = Math.max(nowMs, entry.atMs)
    entries.delete(entry)
    entry.run()
    await settle()
  }

  return {
    nowMs: () => nowMs,
    schedule(atMs, run) {
      const entry = { atMs, order: order++, run }
      entries.add(entry)
      return () => void entries.delete(entry)
    },
    async advance(ms) {
      const untilMs = nowMs + ms
      await settle()
      for (let entry = next(); entry !== undefined && entry.atMs <= untilMs; entry = next()) await runNext(entry)
      nowMs = Math.max(nowMs, untilMs)
      await settle()
    },
    async advanceToNext() {
      await settle()
      const entry = next()
      if (entry !== undefined) await runNext(entry)
      return entry !== undefined
    },
    leap: (ms) => void (nowMs += ms),
    settle,
    nextDueAtMs: () => next()?.atMs,
  }
}

/** A turn of the event loop runs every promise that is ready; a few more let work that hops through the loop arrive. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => void setImmediate(resolve))
}
