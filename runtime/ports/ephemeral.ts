import type { Json } from '../json.ts'

/**
 * What may be lost: expiring keys, counters, who is present, rate limits, and lossy publish. Its promises are the `E` rules of `runtime/SPEC.md`.
 * While the store can't be reached every call rejects at once with a `StorageError` of code `store-unavailable`, and none waits for its return.
 */
export interface Ephemeral {
  set(key: string, value: Json, timeToLiveMs: number): Promise<void>
  get(key: string): Promise<Json | undefined>
  /** Gets and deletes in one: of several who ask at once, one gets it. */
  take(key: string): Promise<Json | undefined>
  delete(key: string): Promise<void>
  /** Adds and returns the new value; the key expires `timeToLiveMs` after its first increment. */
  increment(key: string, by: number, timeToLiveMs: number): Promise<number>
  /** Puts a member into a group until its own time is over; joining again is a new value and a new time. */
  join(group: string, member: GroupMember, timeToLiveMs: number): Promise<void>
  leave(group: string, name: string): Promise<void>
  /** Who is in a group, in no order; at most `limit`. */
  members(group: string, limit: number): Promise<readonly GroupMember[]>
  /** Spends from a budget; tells how long to wait when it is spent. */
  limit(key: string, budget: Budget): Promise<Spending>
  /** Never throws: what can't be told is lost. Listeners of this process hear it also while the store is away. */
  publish(topic: string, message: Json): void
  subscribe(topic: string, listener: (message: Json) => void): () => void
  /** Whether the store answers now. What it does not answer is unknown, not absent. */
  reachable(): boolean
  /** Calls back when `reachable` changes. A store that is back may have forgotten everything. */
  watch(listener: (reachable: boolean) => void): () => void
  close(): Promise<void>
}

/** Somebody or something in a group, by a name of its own. */
export interface GroupMember {
  readonly name: string
  readonly value: Json
}

/** So much within any window of time. */
export interface Budget {
  readonly limit: number
  readonly windowMs: number
  /** What this call spends; 1 unless told. */
  readonly cost?: number
  /**
   * What holds while the store that counts for all can't be reached. `alone`: this process counts for itself, so that replies go on.
   * `refuse`: the call is refused as `store-unavailable`, for what must not be done once too often.
   */
  readonly whenAway: 'alone' | 'refuse'
}

/** `retryAfterMs` is 0 when allowed; waiting that long suffices unless others spend meanwhile. */
export interface Spending {
  readonly allowed: boolean
  readonly retryAfterMs: number
}
