import type { RuntimeLimits } from './runtime.ts'

/** The limits of a runtime that is given none. */
export const defaultLimits: RuntimeLimits = {
  groupMax: 256,
  residentMax: 20_000,
  idleMs: 5 * 60 * 1000,
  eventMaxBytes: 256 * 1024,
  snapshotMaxBytes: 1024 * 1024,
  effectsMax: 64,
  queueMax: 20_000,
}

/** What one step may ask for in all: facts, sends, timers and effects together. A commit group has to stay small enough for every journal. */
export const askedMax = 500

/** Microsteps of one step; a machine that goes round in circles fails instead of holding everybody up. */
export const microstepsMax = 1000

/** Effects the runner holds in memory, waiting or running; the rest wait in the journal and are fetched when there is room. */
export const effectJobsMax = 10_000

/** Longest wait between two tries of anything. */
export const backoffMaxMs = 60_000

/** Longest event id. */
export const eventIdMaxLength = 512
