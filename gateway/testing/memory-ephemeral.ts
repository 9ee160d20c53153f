import type { Json } from '#runtime/json.ts'
import type { Clock } from '#runtime/ports/clock.ts'
import type { Ephemeral } from '#runtime/ports/ephemeral.ts'

/** Expiring keys, budgets and signals in memory. */
export function createMemoryEphemeral(clock: Clock): Ephemeral {
  const values = new Map<string, { readonly value: Json; readonly untilMs: number }>()
  const listeners = new Map<string, Set<(message: Json) => void>>()
  const live = (key: string): Json | undefined => {
    const entry = values.get(key)
    return entry !== undefined && entry.untilMs > clock.nowMs() ? entry.value : undefined
  }
  return {
    async set(key, value, timeToLiveMs) {
      values.set(key, { value, untilMs: clock.nowMs() + timeToLiveMs })
    },
    async get(key) {
      return live(key)
    },
    async delete(key) {
      values.delete(key)
    },
    async increment(key, by, timeToLiveMs) {
      const before = live(key)
      const value = (typeof before === 'number' ? before : 0) + by
      const untilMs = before === undefined ? clock.nowMs() + timeToLiveMs : (values.get(key)?.untilMs ?? 0)
      values.set(key, { value, untilMs })
      return value
    },
    async scan(prefix, limit) {
      return [...values.keys()]
        .filter((key) => key.startsWith(prefix))
        .flatMap((key) => {
          const value = live(key)
          return value === undefined ? [] : [{ key, value }]
        })
        .slice(0, limit)
    },
    async limit(key, { limit, windowMs, cost = 1 }) {
      const spent = await this.increment(`limit/${key}`, cost, windowMs)
      const untilMs = values.get(`limit/${key}`)?.untilMs ?? 0
      return spent <= limit
        ? { allowed: true, retryAfterMs: 0 }
        : { allowed: false, retryAfterMs: untilMs - clock.nowMs() }
    },
    publish(topic, message) {
      for (const listener of new Set(listeners.get(topic))) listener(message)
    },
    subscribe(topic, listener) {
      const those = listeners.get(topic) ?? new Set()
      listeners.set(topic, those.add(listener))
      return () => void those.delete(listener)
    },
    async close() {},
  }
}
