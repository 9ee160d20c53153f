import { backoffMaxMs } from './limits.ts'
import type { Clock } from './ports/clock.ts'

/** How long to wait before try `attempt` + 1: exponential from `baseMs`, with half of it left to chance, at most a minute. */
export function backoffMs(baseMs: number, attempt: number, chance: number): number {
  const fullMs = Math.min(backoffMaxMs, baseMs * 2 ** Math.min(30, attempt - 1))
  return Math.ceil(fullMs * (0.5 + chance / 2))
}

/** Waits until `ms` have passed or `signal` ends, whichever comes first. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const finish = (): void => {
      cancel()
      signal.removeEventListener('abort', finish)
      resolve()
    }
    const cancel = clock.schedule(clock.nowMs() + ms, finish)
    signal.addEventListener('abort', finish)
  })
}
