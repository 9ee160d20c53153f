import type { Ephemeral } from '#runtime/ports/ephemeral.ts'

/** Spent at once, so that a busy workspace asks the shared store once for so many events and not for each. */
const blockMax = 50

/**
 * How many a minute, over all processes; while nothing can count for all, each process counts for itself.
 * Owns what it has spent in advance, by key, and who waits for more.
 * 1. Of those who wait for one key one asks; the others go by its answer.
 */
export class RateBudget {
  readonly #ephemeral: Pick<Ephemeral, 'limit'>
  readonly #perMinute: number
  readonly #credits = new Map<string, number>()
  readonly #asking = new Map<string, Promise<number>>()

  constructor(options: { readonly ephemeral: Pick<Ephemeral, 'limit'>; readonly perMinute: number }) {
    this.#ephemeral = options.ephemeral
    this.#perMinute = options.perMinute
  }

  /** 0 once one is spent; else how long to wait before asking again, milliseconds. */
  async spend(key: string): Promise<number> {
    for (;;) {
      const credits = this.#credits.get(key) ?? 0
      if (credits > 0) {
        this.#credits.set(key, credits - 1)
        return 0
      }
      const asking = this.#asking.get(key) ?? this.#ask(key)
      const waitMs = await asking
      if (waitMs > 0) return waitMs
    }
  }

  #ask(key: string): Promise<number> {
    const cost = Math.max(1, Math.min(blockMax, Math.floor(this.#perMinute / 20)))
    const budget = { limit: this.#perMinute, windowMs: 60_000, cost, whenAway: 'alone' } as const
    const asking = this.#ephemeral
      .limit(key, budget)
      .then(({ allowed, retryAfterMs }) => {
        if (allowed) this.#credits.set(key, (this.#credits.get(key) ?? 0) + cost)
        return allowed ? 0 : Math.max(1, retryAfterMs)
      })
      .finally(() => this.#asking.delete(key))
    this.#asking.set(key, asking)
    return asking
  }
}
