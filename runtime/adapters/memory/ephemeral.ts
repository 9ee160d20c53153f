import type { Json } from '../../json.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Budget, Ephemeral, GroupMember, Spending } from '../../ports/ephemeral.ts'
import { StorageError } from '../../ports/storage-error.ts'

export interface MemoryEphemeralOptions {
  readonly clock: Clock
  /** Keys kept at most; beyond it the oldest go, which is allowed: all of this may be lost. */
  readonly keysMax?: number
}

/** Expiring keys, counters, groups, limits and signals of one process. It is always reachable. */
export function createMemoryEphemeral(options: MemoryEphemeralOptions): Ephemeral {
  return new MemoryEphemeral(options.clock, options.keysMax ?? 100_000)
}

interface Kept {
  readonly value: Json
  readonly untilMs: number
}

interface Spent {
  readonly atMs: number
  readonly cost: number
}

/** What was spent of one budget within its window, oldest first, and when the last of it no longer counts. */
interface Account {
  readonly spendings: readonly Spent[]
  readonly untilMs: number
}

/** A group's members by name, and when the last of them goes. */
interface Group {
  readonly members: Map<string, Kept>
  readonly untilMs: number
}

/** Owns its maps. 1. What has expired is never seen. 2. No map outgrows `keysMax`. 3. Values are copies: a caller can't change what another reads. */
class MemoryEphemeral implements Ephemeral {
  readonly #clock: Clock
  readonly #keysMax: number
  readonly #kept = new Map<string, Kept>()
  readonly #groups = new Map<string, Group>()
  readonly #accounts = new Map<string, Account>()
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

  async take(key: string): Promise<Json | undefined> {
    this.#assertOpen()
    const found = this.#live(key)
    this.#kept.delete(key)
    return found?.value
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

  async join(group: string, { name, value }: GroupMember, timeToLiveMs: number): Promise<void> {
    this.#assertOpen()
    const nowMs = this.#clock.nowMs()
    const members = new Map(this.#groups.get(group)?.members)
    for (const [each, { untilMs }] of members) if (untilMs <= nowMs) members.delete(each)
    members.delete(name)
    // 2. A group that is full forgets whoever has been in it longest.
    const [oldest] = members.keys()
    if (members.size >= this.#keysMax && oldest !== undefined) members.delete(oldest)
    members.set(name, { value: structuredClone(value), untilMs: nowMs + timeToLiveMs })
    const untilMs = [...members.values()].reduce((last, each) => Math.max(last, each.untilMs), 0)
    this.#put(this.#groups, group, { members, untilMs })
  }

  async leave(group: string, name: string): Promise<void> {
    this.#assertOpen()
    const members = this.#groups.get(group)?.members
    if (members?.delete(name) === true && members.size === 0) this.#groups.delete(group)
  }

  async members(group: string, limit: number): Promise<readonly GroupMember[]> {
    this.#assertOpen()
    const nowMs = this.#clock.nowMs()
    return [...(this.#groups.get(group)?.members ?? [])]
      .filter(([, { untilMs }]) => untilMs > nowMs)
      .slice(0, limit)
      .map(([name, { value }]) => ({ name, value: structuredClone(value) }))
  }

  /** An exact sliding window: what is spent counts for `windowMs`, then no longer. A refused spending costs nothing. */
  async limit(key: string, { limit, windowMs, cost = 1 }: Budget): Promise<Spending> {
    this.#assertOpen()
    const nowMs = this.#clock.nowMs()
    const recent = (this.#accounts.get(key)?.spendings ?? []).filter(({ atMs }) => atMs + windowMs > nowMs)
    const spent = recent.reduce((sum, spending) => sum + spending.cost, 0)
    if (spent + cost > limit)
      return { allowed: false, retryAfterMs: waitMs(recent, spent + cost - limit, windowMs) - nowMs }
    this.#put(this.#accounts, key, { spendings: [...recent, { atMs: nowMs, cost }], untilMs: nowMs + windowMs })
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

  reachable(): boolean {
    return !this.#closed
  }

  watch(): () => void {
    return () => {}
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#kept.clear()
    this.#groups.clear()
    this.#accounts.clear()
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
function waitMs(spendings: readonly Spent[], excess: number, windowMs: number): number {
  let freed = 0
  for (const { atMs, cost } of spendings) {
    freed += cost
    if (freed >= excess) return atMs + windowMs
  }
  return Number.MAX_SAFE_INTEGER
}
