import type { Json } from '../../json.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Ephemeral } from '../../ports/ephemeral.ts'
import { StorageError } from '../../ports/storage-error.ts'

export interface MemoryEphemeralOptions {
  readonly clock: Clock
  /** Keys kept at most; beyond it the oldest go, which is allowed: all of this may be lost. */
  readonly keysMax?: number
}

/** Expiring keys, counters, limits and signals of one process. */
export function createMemoryEphemeral(options: MemoryEphemeralOptions): Ephemeral {
  return new MemoryEphemeral(options.clock, options.keysMax ?? 100_000)
}

interface Kept {
  readonly value: Json
  readonly untilMs: number
}

interface Spending {
  readonly atMs: number
  readonly cost: number
}

/** Spendings of one budget within its window, oldest first, and when the last of them no longer counts. */
interface Budget {
  readonly spendings: readonly Spending[]
  readonly untilMs: number
}

/** Owns its maps. 1. Expired keys are never seen. 2. No map outgrows `keysMax`. 3. Values are copies: a caller can't change what another reads. */
class MemoryEphemeral implements Ephemeral {
  readonly #clock: Clock
  readonly #keysMax: number
  readonly #kept = new Map<string, Kept>()
  readonly #budgets = new Map<string, Budget>()
  readonly #listeners = new Map<string, Set<(message: Json) => void>>()
  #closed = false

  constructor(clock: Clock, keysMax: number) {
    this.#clock = clock
    this.#keysMax = keysMax
  }

  async set(key: string, value: Json, timeToLiveMs: number): Promise<void> {
    this.#assertOpen()
    this.#put(this.#kept, key, { value: structuredClone(value), untilMs: this.#clock.nowMs() + timeToLiveMs })
  }

  async get(key: string): Promise<Json | undefined> {
    this.#assertOpen()
    return structuredClone(this.#live(key)?.value)
  }

  async delete(key: string): Promise<void> {
    this.#assertOpen()
    this.#kept.delete(key)
  }

  async increment(key: string, by: number, timeToLiveMs: number): Promise<number> {
    this.#assertOpen()
    const found = this.#live(key)
    const value = (typeof found?.value === 'number' ? found.value : 0) + by
    this.#put(this.#kept, key, { value, untilMs: found?.untilMs ?? this.#clock.nowMs() + timeToLiveMs })
    return value
  }

  async scan(prefix: string, limit: number) {
    this.#assertOpen()
    const found: { readonly key: string; readonly value: Json }[] = []
    for (const key of this.#kept.keys()) {
      if (found.length >= limit) break
      const kept = key.startsWith(prefix) ? this.#live(key) : undefined
      if (kept !== undefined) found.push({ key, value: structuredClone(kept.value) })
    }
    return found
  }

  /** An exact sliding window: what is spent counts for `windowMs`, then no longer. A refused spending costs nothing. */
  async limit(key: string, budget: { readonly limit: number; readonly windowMs: number; readonly cost?: number }) {
    this.#assertOpen()
    const { limit, windowMs, cost = 1 } = budget
    const nowMs = this.#clock.nowMs()
    const recent = (this.#budgets.get(key)?.spendings ?? []).filter(({ atMs }) => atMs + windowMs > nowMs)
    const spent = recent.reduce((sum, spending) => sum + spending.cost, 0)
    if (spent + cost > limit)
      return { allowed: false, retryAfterMs: waitMs(recent, spent + cost - limit, windowMs) - nowMs }
    this.#put(this.#budgets, key, { spendings: [...recent, { atMs: nowMs, cost }], untilMs: nowMs + windowMs })
    return { allowed: true, retryAfterMs: 0 }
  }

  publish(topic: string, message: Json): void {
    for (const listener of this.#listeners.get(topic) ?? []) {
      queueMicrotask(() => {
        if (this.#listeners.get(topic)?.has(listener) === true) listener(structuredClone(message))
      })
    }
  }

  subscribe(topic: string, listener: (message: Json) => void): () => void {
    // Wrapped, so that the same function may subscribe twice.
    const own = (message: Json): void => listener(message)
    const listeners = this.#listeners.get(topic) ?? new Set()
    this.#listeners.set(topic, listeners.add(own))
    return () => {
      listeners.delete(own)
      if (listeners.size === 0 && this.#listeners.get(topic) === listeners) this.#listeners.delete(topic)
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#kept.clear()
    this.#budgets.clear()
    this.#listeners.clear()
  }

  #assertOpen(): void {
    if (this.#closed) throw new StorageError('store-closed', 'the ephemeral store is closed')
  }

  #live(key: string): Kept | undefined {
    const kept = this.#kept.get(key)
    if (kept === undefined || kept.untilMs > this.#clock.nowMs()) return kept
    this.#kept.delete(key)
    return undefined
  }

  /** Puts a key at the young end; a full map first drops what has expired, then the oldest tenth. */
  #put<Value extends { readonly untilMs: number }>(map: Map<string, Value>, key: string, value: Value): void {
    map.delete(key)
    if (map.size >= this.#keysMax) {
      const nowMs = this.#clock.nowMs()
      for (const [each, { untilMs }] of map) if (untilMs <= nowMs) map.delete(each)
      const surplus = map.size >= this.#keysMax ? Math.ceil(this.#keysMax / 10) : 0
      for (const each of [...map.keys()].slice(0, surplus)) map.delete(each)
    }
    map.set(key, value)
  }
}

/** When enough of the oldest spendings have left the window; never, for a cost beyond the whole budget. */
function waitMs(spendings: readonly Spending[], excess: number, windowMs: number): number {
  let freed = 0
  for (const { atMs, cost } of spendings) {
    freed += cost
    if (freed >= excess) return atMs + windowMs
  }
  return Number.MAX_SAFE_INTEGER
}
