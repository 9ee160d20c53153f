/** Calendar months by a clock so many minutes east of UTC. Pure. */

const minuteMs = 60_000

/** The month an instant is in, such as `2026-11`. */
export function monthOf(atMs: number, zoneOffsetMinutes: number): string {
  return new Date(atMs + zoneOffsetMinutes * minuteMs).toISOString().slice(0, 7)
}

/** When the month of an instant is over. */
export function monthEndMs(atMs: number, zoneOffsetMinutes: number): number {
  const there = new Date(atMs + zoneOffsetMinutes * minuteMs)
  return Date.UTC(there.getUTCFullYear(), there.getUTCMonth() + 1, 1) - zoneOffsetMinutes * minuteMs
}
