import { cellText } from './cell.ts'
import type { ImportColumn } from './recognise.ts'

/** A row as its mapping reads it. */
export interface MappedRow {
  /** The text of a field, without regard to its unit. */
  text(field: string): string | undefined
  /** The unit its column counts in, as in `price:lakh`. */
  unit(field: string): string | undefined
  header(field: string): string | undefined
  /** Names after `prefix:` of the columns that are set. */
  flags(prefix: string): readonly string[]
  /** Columns that mean nothing to us, under their own names. */
  extras(): { readonly [column: string]: string }
}

const extrasMax = 60
const extraLengthMax = 500

/** A reader of rows for one mapping, made once a run. */
export function rowReader(columns: readonly ImportColumn[]): (cells: readonly string[]) => MappedRow {
  const byField = new Map<string, { readonly index: number; readonly unit?: string; readonly header: string }>()
  for (const { field, index, header } of columns) {
    if (field === undefined || field.startsWith('amenity:')) continue
    const [name = field, unit] = field.split(':')
    if (!byField.has(name)) byField.set(name, { index, header, ...(unit === undefined ? {} : { unit }) })
  }
  const flagged = columns.filter((column) => column.field?.startsWith('amenity:') === true)
  const unknown = named(columns.filter((column) => column.field === undefined && column.header !== 'reject_reason'))
  return (cells) => ({
    text: (field) => cellText(cells[byField.get(field)?.index ?? -1]),
    unit: (field) => byField.get(field)?.unit,
    header: (field) => byField.get(field)?.header,
    flags: (prefix) =>
      flagged
        .filter((column) => /^(?:1|yes|y|true)$/i.test((cells[column.index] ?? '').trim()))
        .map((column) => (column.field ?? '').slice(prefix.length + 1)),
    extras: () => {
      const entries = unknown.flatMap(({ index, name }) => {
        const text = cellText(cells[index])
        return text === undefined ? [] : [[name, text.slice(0, extraLengthMax)] as const]
      })
      return Object.fromEntries(entries.slice(0, extrasMax))
    },
  })
}

/** Columns with names of their own: a header that comes twice is numbered, an empty one called by its place. */
function named(columns: readonly ImportColumn[]): readonly { readonly index: number; readonly name: string }[] {
  const seen = new Map<string, number>()
  return columns.map(({ index, header }) => {
    const base = header === '' ? `Column ${index + 1}` : header
    const times = (seen.get(base) ?? 0) + 1
    seen.set(base, times)
    return { index, name: times === 1 ? base : `${base} (${times})` }
  })
}
