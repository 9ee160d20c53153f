import type { House } from '../house.ts'

/** How long a working signature is remembered, for the set-up page. */
const seenMs = 7 * 24 * 60 * 60 * 1000
/** It is noted no more often than this: there may be thousands of deliveries a second. */
const everyMs = 5_000

/** Notes when a signature was last right, by key; keys are those of connected accounts only, so there are few. It may be lost: nobody waits for it. */
export function createSeenNotes({ clock, ephemeral }: Pick<House, 'clock' | 'ephemeral'>): (key: string) => void {
  const notedAtMs = new Map<string, number>()
  return (key) => {
    const nowMs = clock.nowMs()
    if (nowMs - (notedAtMs.get(key) ?? -Infinity) < everyMs) return
    notedAtMs.set(key, nowMs)
    ephemeral.set(key, String(nowMs), seenMs).catch(() => undefined)
  }
}
