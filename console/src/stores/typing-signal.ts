/** Tells that somebody types, at most every few seconds, and that they stopped. Owns one timer. */
export interface TypingEnvironment {
  readonly tell: (on: boolean) => void
  readonly nowMs: () => number
  readonly after: (delayMs: number, work: () => void) => () => void
}

const silentMs = 4_000
const repeatMs = 3_000

export class TypingSignal {
  readonly #environment: TypingEnvironment
  #on = false
  #toldAtMs = 0
  #cancel: () => void = () => undefined

  constructor(environment: TypingEnvironment) {
    this.#environment = environment
  }

  set(on: boolean): void {
    const { nowMs, after, tell } = this.#environment
    this.#cancel()
    if (on) this.#cancel = after(silentMs, () => this.set(false))
    const recently = nowMs() - this.#toldAtMs < repeatMs
    if (on === this.#on && (!on || recently)) return
    this.#on = on
    this.#toldAtMs = nowMs()
    tell(on)
  }
}
