import type { Json } from '../json.ts'

/** What may be lost: expiring keys, counters, presence, rate limits, and lossy publish. Its promises are the `E` rules of `runtime/SPEC.md`. */
export interface Ephemeral {
  set(key: string, value: Json, timeToLiveMs: number): Promise<void>
  get(key: string): Promise<Json | undefined>
  delete(key: string): Promise<void>
  /** Adds and returns the new value; the key expires `timeToLiveMs` after its first increment. */
  increment(key: string, by: number, timeToLiveMs: number): Promise<number>
  /** Live keys that begin with `prefix`, with their values; at most `limit`. */
  scan(prefix: string, limit: number): Promise<readonly { readonly key: string; readonly value: Json }[]>
  /** Spends `cost` of a budget of `limit` per `windowMs`; tells how long to wait when it is spent. */
  limit(
    key: string,
    budget: { readonly limit: number; readonly windowMs: number; readonly cost?: number },
  ): Promise<{ readonly allowed: boolean; readonly retryAfterMs: number }>
  publish(topic: string, message: Json): void
  subscribe(topic: string, listener: (message: Json) => void): () => void
  close(): Promise<void>
}
