import type { Json, JsonObject } from '../json.ts'
import type { DocumentQuery, Expectation } from '../ports/documents.ts'
import { StorageError } from '../ports/storage-error.ts'

/** What a condition compares with and an order sorts by. */
export type Scalar = string | number | boolean | null

export type Order = NonNullable<DocumentQuery['order']>

/** The most documents of a page (D5). */
export const pageMax = 1000

/** What a store's parser and a person's patience can take of a search. */
const searchMax = { characters: 1000, words: 32 } as const

const names = /^[A-Za-z0-9_-]{1,64}$/

/** Throws a `TypeError` for a collection's name that is not one (D4). */
export function assertCollection(collection: string): void {
  if (!names.test(collection))
    throw new TypeError(`collection ${JSON.stringify(collection)} must match ${names.source}`)
}

/** The names of a field path, outermost first. Throws a `TypeError` for a path that is not one (D4). */
export function partsOf(field: string): readonly string[] {
  const parts = field.split('.')
  if (!parts.every((part) => names.test(part))) throw new TypeError(`field ${JSON.stringify(field)} is not a path`)
  return parts
}

/** Throws a `RangeError` unless there are one to three fields to count by (D6). */
export function assertGroupFields(fields: readonly string[]): void {
  if (fields.length === 0 || fields.length > 3) throw new RangeError('countBy takes one to three fields')
}

/** How many documents a query may have, of what it asks for. */
export function limitOf(query: DocumentQuery): number {
  return Math.max(1, Math.min(query.limit, pageMax))
}

/** Which way ties go by key: as the last field does, so that an index can be walked. */
export function lastDirection(order: Order): 'ascending' | 'descending' {
  return order.at(-1)?.direction ?? 'ascending'
}

/** The cursor that continues after a document, opaque to its reader. */
export function encodeCursor(values: readonly Json[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url')
}

/** Reads a cursor back. Throws `cursor-refused` when it was not made by this order. */
export function decodeCursor(cursor: string, length: number): readonly Scalar[] {
  const values = parsed(Buffer.from(cursor, 'base64url').toString())
  const scalars = Array.isArray(values) ? values.filter(isScalar) : []
  if (scalars.length !== length) throw new StorageError('cursor-refused', 'the cursor does not belong to this query')
  return scalars
}

/** The words of a search, parted by space, each with a letter or a digit; of a very long text the beginning. */
export function searchWords(text: string): readonly string[] {
  return text
    .slice(0, searchMax.characters)
    .split(/\s+/u)
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
    .slice(0, searchMax.words)
}

/** The text in a document's text fields, one line each; lists are joined. */
export function textIn(value: JsonObject, fields: readonly string[]): string {
  const lines = fields.map((field) => {
    const found = valueAt(value, field.split('.'))
    return Array.isArray(found) ? found.filter(isWord).join(' ') : isWord(found) ? String(found) : ''
  })
  return lines.filter((line) => line !== '').join('\n')
}

/** What a document holds at a path; absent when the path leads through anything but objects. */
export function valueAt(value: Json | undefined, parts: readonly string[]): Json | undefined {
  let found = value
  for (const part of parts) found = isObject(found) && Object.hasOwn(found, part) ? found[part] : undefined
  return found
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isWord(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}

function isScalar(value: unknown): value is Scalar {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Refuses a write that was made for a document of another revision than the one `found`, 0 for none (D8). */
export function assertExpected({ collection, key, revision }: Expectation, found: number): void {
  if (found === revision) return
  throw new StorageError('write-outdated', `${collection} ${key} has revision ${found}, not ${revision} as expected`)
}
