import type { Clock } from './ports/clock.ts'

/** How long the loops may keep a process busy before sockets and timers get a turn. */
const busyMaxMs = 8

/**
 * Fairness between the partition loops and everything else in the process. A journal that answers without leaving the
 * thread would otherwise let busy loops hold up the event loop for as long as there is work.
 */
export class Turns {
  readonly #clock: Clock
  #busy = 0
  #sinceMs = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A loop has work again. */
  begin(): void {
    if (this.#busy === 0) this.#sinceMs = this.#clock.nowMs()
    this.#busy += 1
  }

  end(): void {
    this.#busy -= 1
  }

  /** Called between two groups: resolves at once, or after the event loop has had a turn. */
  async between(): Promise<void> {
    if (this.#clock.nowMs() - this.#sinceMs < busyMaxMs) return
    await new Promise<void>((resolve) => void this.#clock.schedule(this.#clock.nowMs(), resolve))
    this.#sinceMs = this.#clock.nowMs()
  }
}
