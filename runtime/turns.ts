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
  #turn: Promise<void> | undefined

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
    const busyMs = this.#clock.nowMs() - this.#sinceMs
    if (busyMs < busyMaxMs / 2) return
    // Asked for in good time: a journal that leaves the thread anyway gives the turn before anyone has to wait for it.
    this.#turn ??= new Promise((resolve) => {
      this.#clock.schedule(this.#clock.nowMs(), () => {
        this.#sinceMs = this.#clock.nowMs()
        this.#turn = undefined
        resolve()
      })
    })
    if (busyMs >= busyMaxMs) await this.#turn
  }
}
