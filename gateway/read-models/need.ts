import type { Owner } from '#machines/conversation-contract.ts'

/**
 * Who needs a person most, as one number that sorts ascending: waiting longest, then overdue, then newest, then snoozed, then
 * closed. The classes lie `step` apart, above any epoch millisecond until the year 2286, and all stay exact in a double.
 */
export function needOf(row: {
  readonly status: 'open' | 'closed' | 'snoozed'
  readonly owner: Owner
  readonly overdue?: boolean
  readonly lastAtMs: number
}): number {
  if (row.status === 'closed') return 4 * step - row.lastAtMs + step
  if (row.status === 'snoozed') return 3 * step - row.lastAtMs + step
  if (row.owner.kind === 'queue') return row.owner.sinceMs
  if (row.overdue === true) return step + row.lastAtMs
  return 2 * step - row.lastAtMs + step
}

const step = 1e13

/**
 * A duration rounded to two significant digits, so that a histogram of it has few bars and its percentiles stay within 5 %.
 */
export function durationBar(ms: number): number {
  if (ms < 100) return Math.max(0, Math.round(ms))
  const unit = 10 ** (Math.floor(Math.log10(ms)) - 1)
  return Math.round(ms / unit) * unit
}
