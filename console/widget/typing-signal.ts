import type { Cancel } from './ports.ts'

/** How often a lasting typing is repeated, and how long after the last key it ends. */
const repeatMs = 4000
const idleMs = 5000

/**
 * Turns keystrokes into few `typing` commands.
 * Owns: the last moment told and one timer. Called by the composer.
 */
export class TypingSignal {
  readonly #tell: (on: boolean) => void
  readonly #now: () => number
  readonly #after: (delayMs: number, run: () => void) => Cancel
  #toldAtMs: number | undefined
  #cancel: Cancel | undefined

  constructor(tell: (on: boolean) => void, now: () => number, after: (delayMs: number, run: () => void) => Cancel) {
    this.#tell = tell
    this.#now = now
    this.#after = after
  }

  pressed(): void {
    const nowMs = this.#now()
    if (this.#toldAtMs === undefined || nowMs - this.#toldAtMs >= repeatMs) {
      this.#toldAtMs = nowMs
      this.#tell(true)
    }
    this.#cancel?.()
    this.#cancel = this.#after(idleMs, () => this.ended())
  }

  ended(): void {
    this.#cancel?.()
    this.#cancel = undefined
    if (this.#toldAtMs === undefined) return
    this.#toldAtMs = undefined
    this.#tell(false)
  }
}
