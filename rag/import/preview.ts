import { cityName } from '../places.ts'
import { fieldChoices, type ImportKind } from './fields.ts'
import { recogniseColumns, type ImportColumn } from './recognise.ts'
import { openTable } from './table.ts'

/** What a person sees before anything is imported. */
export interface ImportPreview {
  readonly columns: readonly ImportColumn[]
  /** The first rows as they came. */
  readonly sample: readonly (readonly string[])[]
  /** Rows of the whole file, the header not counted. */
  readonly rows: number
  readonly encoding: string
  readonly delimiter: string
  /** Fields without which no row can be imported and that no column gives. Empty when it can start. */
  readonly missing: readonly string[]
  readonly choices: readonly { readonly field: string; readonly label: string }[]
}

const recogniseRows = 300
const sampleRows = 10

/** Reads a whole file once: recognises its columns from the first rows and counts the rest. Changes nothing. */
export async function previewImport(ask: {
  readonly kind: ImportKind
  readonly source: AsyncIterable<Uint8Array>
  readonly signal: AbortSignal
}): Promise<ImportPreview> {
  const table = await openTable(ask.source)
  const first: (readonly string[])[] = []
  let rows = 0
  for await (const row of table.rows) {
    if (rows % 1000 === 0) ask.signal.throwIfAborted()
    rows++
    if (row.problem === undefined && first.length < recogniseRows) first.push(row.cells)
  }
  const columns = recogniseColumns(ask.kind, table.header, first)
  return {
    columns,
    sample: first.slice(0, sampleRows),
    rows,
    encoding: table.encoding(),
    delimiter: table.delimiter,
    missing: missingFields(ask.kind, columns),
    choices: fieldChoices(ask.kind),
  }
}

/** What a mapping still lacks: listings need price, area, place and city; leads a phone number or an e-mail address. */
export function missingFields(kind: ImportKind, columns: readonly ImportColumn[]): readonly string[] {
  const mapped = new Set(columns.map((column) => column.field?.split(':')[0]))
  if (kind === 'leads') return mapped.has('phone') || mapped.has('email') ? [] : ['phone or email']
  const project = mapped.has('configurations')
  return [
    ...(mapped.has('price') || project ? [] : ['price']),
    ...(mapped.has('area') || project ? [] : ['area']),
    ...(mapped.has('locality') || mapped.has('subtitle') || mapped.has('title') ? [] : ['locality']),
    ...(mapped.has('city') || mapped.has('subtitle') ? [] : ['city']),
  ]
}

/** The city that a file's name tells: `Bengaluru_House_Data.csv` → `Bengaluru`. */
export function cityOfFileName(fileName: string): string | undefined {
  for (const word of fileName.replace(/\.[^.]+$/, '').split(/[^\p{L}]+/u)) {
    if (word === '') continue
    const city = cityName(word)
    if (knownCities.has(city)) return city
  }
  return undefined
}

const knownCities = new Set([
  'Bengaluru',
  'Gurugram',
  'Mumbai',
  'Chennai',
  'Hyderabad',
  'Pune',
  'Delhi',
  'Kolkata',
  'Kochi',
  'Mysuru',
  'Vadodara',
  'Thiruvananthapuram',
])
