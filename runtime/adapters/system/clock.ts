import type { Clock } from '../../ports/clock.ts'

/** The longest delay a timer of the platform takes; longer ones are done in parts. */
const delayMaxMs = 2 ** 31 - 1

/** The machine's clock and timers. A timer runs at or after its time by the same clock, also when that is set back meanwhile. */
export function systemClock(): Clock {
  return {
    nowMs: () => Date.now(),
    schedule(atMs, run) {
      let timer: NodeJS.Timeout | undefined
      const wait = (): void => {
        const leftMs = atMs - Date.now()
        timer = setTimeout(leftMs > delayMaxMs ? wait : runWhenDue, Math.max(0, Math.min(leftMs, delayMaxMs)))
      }
      // The platform may wake a millisecond early.
      const runWhenDue = (): void => (Date.now() < atMs ? wait() : run())
      wait()
      return () => clearTimeout(timer)
    },
  }
}
