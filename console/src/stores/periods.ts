import type { FunnelPeriod } from './route.ts'

/** From when a period counts, in the reader's own zone; 0 is everything. */
export function periodStart(period: FunnelPeriod, nowMs: number): number {
  if (period === 'all') return 0
  const date = new Date(nowMs)
  date.setHours(0, 0, 0, 0)
  if (period === 'week') date.setDate(date.getDate() - 6)
  if (period === 'month') date.setDate(date.getDate() - 29)
  return date.getTime()
}
