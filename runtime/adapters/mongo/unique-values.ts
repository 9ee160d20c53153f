import type { Json, JsonObject } from '../../json.ts'
import type { CollectionDefinition } from '../../ports/documents.ts'
import { partsOf, valueAt } from '../document-rules.ts'

/** What a document holds in each unique index, by the index's name. */
export type UniqueValues = { readonly [index: string]: string }

/** The name of a unique index, which is also the name of its field: no dot divides it. */
export function uniqueName(fields: readonly string[]): string {
  return fields.map((field) => partsOf(field).join(':')).join(',')
}

/**
 * The values of a document in the unique indexes of its collection. One that lacks a field, or is none any more, takes a value of its own: nulls
 * are never equal, and an index would take what is absent for one more null.
 */
export function uniqueValues(
  key: string,
  value: JsonObject | undefined,
  unique: CollectionDefinition['unique'] = [],
): UniqueValues {
  return Object.fromEntries(unique.map((fields) => [uniqueName(fields), uniqueValue(key, fields, value)]))
}

/** Whether a value is one that another document may not have. */
export function isClaimed(value: string): boolean {
  return value.startsWith('[')
}

function uniqueValue(key: string, fields: readonly string[], value: JsonObject | undefined): string {
  const values = fields.map((field): Json => valueAt(value, partsOf(field)) ?? null)
  return value === undefined || values.includes(null) ? `~${key}` : JSON.stringify(values)
}
