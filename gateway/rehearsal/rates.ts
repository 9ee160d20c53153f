import type { Clock } from '#runtime/ports/clock.ts'
import type { Limits } from './business.ts'

/**
 * How fast the number sends. Source: whatsapp-and-lead-ads 6.12.
 * Owns the instants of the last second, and for each pair when its borrowing is paid back. 1. What is refused is not counted.
 */
export class Rates {
  readonly #clock: Clock
  readonly #limits: Limits
  readonly #paidBackAtMs = new Map<string, number>()
  #lastSecond: number[] = []

  constructor(clock: Clock, limits: Limits) {
    this.#clock = clock
    this.#limits = limits
  }

  /** A message in or out. */
  count(): void {
    this.#forget()
    // More than the limit need not be remembered: there is no room either way.
    if (this.#lastSecond.length < this.#limits.perSecond) this.#lastSecond.push(this.#clock.nowMs())
  }

  hasRoom(): boolean {
    this.#forget()
    return this.#lastSecond.length < this.#limits.perSecond
  }

  /** One message each `pairEveryMs`; up to `pairBurst` at once, borrowed from the time to come. */
  takePair(person: string): boolean {
    const { pairBurst, pairEveryMs } = this.#limits
    const nowMs = this.#clock.nowMs()
    const paidBackAtMs = Math.max(this.#paidBackAtMs.get(person) ?? 0, nowMs) + pairEveryMs
    if (paidBackAtMs - nowMs > pairBurst * pairEveryMs) return false
    this.#paidBackAtMs.set(person, paidBackAtMs)
    return true
  }

  #forget(): void {
    const sinceMs = this.#clock.nowMs() - 1000
    this.#lastSecond = this.#lastSecond.filter((atMs) => atMs > sinceMs)
  }
}
