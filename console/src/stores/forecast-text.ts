/** What the forecast page reads out of a list, and writes into a file. Pure. */
import type { ForecastView } from '#gateway/protocol.ts'

/** Numbers and e-mail addresses in a list or a table, each once, as they are written. */
export function contactsIn(text: string): readonly string[] {
  const cells = text.split(/[\n\r,;\t]+/u).map((cell) => cell.trim().replace(/^["']+|["']+$/gu, ''))
  return [...new Set(cells.filter((cell) => isNumber(cell) || isAddress(cell)))]
}

function isNumber(cell: string): boolean {
  return /^\+?[\d\s().-]+$/u.test(cell) && cell.replace(/\D/gu, '').length >= 7
}

function isAddress(cell: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/u.test(cell)
}

/** The reasons with their counts as CSV; `words` says each of them. */
export function summaryCsv({ result }: ForecastView, words: (reason: string) => string): string {
  const rows = (result?.reasons ?? []).map(({ outcome, reason, count, firstAtMs, lastAtMs }) =>
    [outcome, reason, quoted(words(reason)), count, isoOf(firstAtMs), isoOf(lastAtMs)].join(','),
  )
  return `${['outcome,reason,in_words,people,first_at,last_at', ...rows].join('\n')}\n`
}

function isoOf(atMs: number | undefined): string {
  return atMs === undefined ? '' : new Date(atMs).toISOString()
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}
