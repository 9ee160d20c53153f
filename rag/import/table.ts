import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parse, type CsvError } from 'csv-parse'
import { decodeText, type Encoding } from './decode.ts'
import { withoutGuard } from './cell.ts'

export interface TableRow {
  /** From 1, the header not counted. */
  readonly number: number
  readonly cells: readonly string[]
  /** Why it can't be a row of the table: ragged, a repeated header, text above the header, a quote that never closes. */
  readonly problem?: string
}

export interface Table {
  readonly header: readonly string[]
  readonly delimiter: string
  /** Every record after the header, blank ones too. Read once, to the end. */
  readonly rows: AsyncIterable<TableRow>
  /** Final once the rows are read. */
  encoding(): Encoding
}

/** One record may hold this many characters; beyond it a quote was surely left open. */
const recordMax = 1 << 20
const headerSearchRows = 10

/**
 * Opens a delimited file of any length. Comma, semicolon, tab or bar; UTF-8, UTF-16 or windows-1252; quoted cells over several lines.
 * Rows stream: memory does not grow with the file. A file without a single record has an empty header.
 */
export async function openTable(source: AsyncIterable<Uint8Array>): Promise<Table> {
  const text = decodeText(source)
  const opened = await peek(text.chunks)
  const delimiter = delimiterOf(opened.head)
  const skipped: { readonly reason: string; readonly raw: string }[] = []
  const parser = parse({
    delimiter,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: false,
    skip_records_with_error: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: recordMax,
    on_skip: (error: CsvError | undefined, raw: string | undefined) => {
      skipped.push({ reason: problemOf(error), raw: (raw ?? '').slice(0, 2000) })
      return undefined
    },
  })
  // A failing source destroys the parser, and whoever reads the rows gets the error.
  pipeline(Readable.from(opened.chunks), parser).catch(() => undefined)
  const records = parser[Symbol.asyncIterator]() as AsyncIterator<readonly string[]>
  const first: (readonly string[])[] = []
  while (first.length < headerSearchRows) {
    const next = await records.next()
    if (next.done === true) break
    first.push(next.value)
  }
  const at = headerAt(first)
  const header = (first[at] ?? []).map((cell) => cell.trim())
  return {
    header,
    delimiter,
    encoding: () => text.encoding(),
    rows: rowsOf({ header, at, first, records, skipped }),
  }
}

async function* rowsOf(from: {
  readonly header: readonly string[]
  readonly at: number
  readonly first: readonly (readonly string[])[]
  readonly records: AsyncIterator<readonly string[]>
  readonly skipped: { readonly reason: string; readonly raw: string }[]
}): AsyncGenerator<TableRow> {
  let number = 0
  const broken = function* (): Generator<TableRow> {
    for (const { reason, raw } of from.skipped.splice(0)) yield { number: ++number, cells: [raw], problem: reason }
  }
  for (const [index, cells] of from.first.entries()) {
    if (index < from.at)
      yield { number: ++number, cells, problem: isBlank(cells) ? 'blank row' : 'text above the header' }
    if (index > from.at) yield rowOf(++number, cells, from.header)
  }
  for (;;) {
    const next = await from.records.next()
    yield* broken()
    if (next.done === true) return
    yield rowOf(++number, next.value, from.header)
  }
}

function rowOf(number: number, cells: readonly string[], header: readonly string[]): TableRow {
  if (isBlank(cells)) return { number, cells, problem: 'blank row' }
  const surplus = cells.slice(header.length).some((cell) => cell.trim() !== '')
  if (surplus)
    return {
      number,
      cells,
      problem: `${cells.length} cells under ${header.length} headers: put quotes around the cell that holds the delimiter`,
    }
  if (cells.length >= Math.min(2, header.length) && header.every((name, index) => name === (cells[index] ?? '').trim()))
    return { number, cells, problem: 'the header again' }
  return { number, cells: cells.slice(0, header.length).map((cell) => withoutGuard(cell)) }
}

/** Whether every cell is empty. */
export function isBlank(cells: readonly string[]): boolean {
  return cells.every((cell) => cell.trim() === '')
}

/** The header is the first record with as many cells as most have: exports put a title above it now and then. */
function headerAt(first: readonly (readonly string[])[]): number {
  const filled = first.map((cells) => cells.filter((cell) => cell.trim() !== '').length)
  const most = Math.max(0, ...filled)
  const found = filled.findIndex((count) => count > 0 && count * 2 > most)
  return Math.max(0, found)
}

/** The delimiter that cuts the first lines into the same number of cells, counted outside quotes. */
function delimiterOf(head: string): string {
  const lines = unquoted(head)
    .split(/\r\n|\n|\r/)
    .filter((line) => line.trim() !== '')
    .slice(0, 20)
  let best = { delimiter: ',', score: 0 }
  for (const delimiter of [',', ';', '\t', '|']) {
    const counts = lines.map((line) => line.split(delimiter).length - 1)
    const header = counts[0] ?? 0
    const agreeing = counts.filter((count) => count === header).length / Math.max(1, counts.length)
    const score = header === 0 ? 0 : agreeing * Math.log2(1 + header)
    if (score > best.score) best = { delimiter, score }
  }
  return best.delimiter
}

function unquoted(text: string): string {
  return text.replace(/"(?:[^"]|"")*"/g, '')
}

async function peek(
  chunks: AsyncIterable<string>,
): Promise<{ readonly head: string; readonly chunks: AsyncIterable<string> }> {
  const iterator = chunks[Symbol.asyncIterator]()
  let head = ''
  while (head.length < 32_768) {
    const next = await iterator.next()
    if (next.done === true) break
    head += next.value
  }
  return { head, chunks: after(head, iterator) }
}

async function* after(head: string, iterator: AsyncIterator<string>): AsyncGenerator<string> {
  if (head !== '') yield head
  for (;;) {
    const next = await iterator.next()
    if (next.done === true) return
    yield next.value
  }
}

function problemOf(error: CsvError | undefined): string {
  if (error?.code === 'CSV_QUOTE_NOT_CLOSED')
    return 'a quote is opened here and never closed: the rest of the file was swallowed by it'
  if (error?.code === 'CSV_MAX_RECORD_SIZE') return 'a row of more than a million characters: a quote is left open'
  return error?.message ?? 'the row could not be read'
}
