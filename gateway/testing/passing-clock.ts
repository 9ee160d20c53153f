import { systemClock } from '#runtime/adapters/system/clock.ts'
import type { Clock } from '#runtime/ports/clock.ts'

/** Real time, to which a test adds some. */
export interface PassingClock extends Clock {
  /** So much time has passed: what fell due meanwhile runs at once, in no particular order. */
  pass(ms: number): void
}

/** Makes a clock that is `behindMs` late, so that a provider's whole seconds can be passed without being ahead of anybody. */
export function createPassingClock(behindMs = 0): PassingClock {
  const real = systemClock()
  const waiting = new Set<() => void>()
  let lateMs = behindMs
  return {
    nowMs: () => real.nowMs() - lateMs,
    schedule(atMs, run) {
      let cancel = (): void => {}
      const arm = (): void => {
        cancel()
        cancel = real.schedule(atMs + lateMs, () => {
          waiting.delete(arm)
          run()
        })
      }
      waiting.add(arm)
      arm()
      return () => {
        waiting.delete(arm)
        cancel()
      }
    },
    pass(ms) {
      lateMs -= ms
      for (const arm of waiting) arm()
    },
  }
}
