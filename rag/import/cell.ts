const emptyWords = /^(?:n\/?a|nil|null|none|nan|undefined|-+|–|\.|select|not available|not specified|unknown)$/i
const dangerous = /^[=+\-@\t\r]/

/** A cell's text trimmed and its spaces single, or `undefined` for the many ways of writing nothing. */
export function cellText(cell: string | undefined): string | undefined {
  const text = cell?.replace(/[\s\u00a0]+/g, ' ').trim()
  return text === undefined || text === '' || emptyWords.test(text) ? undefined : text
}

/** As it must stand in a file that a spreadsheet may open: a cell that would be a formula gets a `'` before it. */
export function guarded(cell: string): string {
  return dangerous.test(cell) ? `'${cell}` : cell
}

/** Takes off the `'` that `guarded` or a spreadsheet put before a formula. */
export function withoutGuard(cell: string): string {
  return cell.startsWith("'") && dangerous.test(cell.slice(1)) ? cell.slice(1) : cell
}

/** One line of CSV, safe to open in a spreadsheet. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => quoted(guarded(cell))).join(',')}\r\n`
}

function quoted(cell: string): string {
  return /[",\r\n;]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
