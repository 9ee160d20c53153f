import type { Clock } from '#runtime/ports/clock.ts'

/**
 * What the emulator still has to do by itself: later steps, and calls under way.
 * Owns the timers and the count. 1. After `close` nothing runs. 2. `idle` resolves when nothing is left to do, also when it was so already.
 */
export class Agenda {
  readonly #clock: Clock
  readonly #cancels = new Set<() => void>()
  readonly #waiting: (() => void)[] = []
  #left = 0
  #closed = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Runs once after `ms`; with nothing to wait for, right after the present turn, whatever the clock says. */
  in(ms: number, run: () => void): () => void {
    if (this.#closed) return () => {}
    const done = this.begin()
    const cancel = (): void => {
      if (!this.#cancels.delete(cancel)) return
      stop()
      done()
    }
    const stop = this.#at(ms, () => {
      if (!this.#cancels.delete(cancel)) return
      run()
      done()
    })
    this.#cancels.add(cancel)
    return cancel
  }

  /** Counts something that is under way until what it answers is called, once. */
  begin(): () => void {
    this.#left += 1
    let ended = false
    return () => {
      if (ended) return
      ended = true
      this.#left -= 1
      if (this.#left === 0) for (const resolve of this.#waiting.splice(0)) resolve()
    }
  }

  idle(): Promise<void> {
    return this.#left === 0 ? Promise.resolve() : new Promise((resolve) => void this.#waiting.push(resolve))
  }

  close(): void {
    this.#closed = true
    for (const cancel of this.#cancels) cancel()
  }

  #at(ms: number, run: () => void): () => void {
    if (ms > 0) return this.#clock.schedule(this.#clock.nowMs() + ms, run)
    const soon = setImmediate(run)
    return () => clearImmediate(soon)
  }
}
