import type { JsonObject } from '#runtime/json.ts'

/** A JSON object's fields; none of anything else. */
export function fieldsOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}
}

/** A field as text; empty when it is none. */
export function textIn(value: unknown, field: string): string {
  const found = fieldsOf(value)[field]
  return typeof found === 'string' ? found : ''
}

/** A field as a number; 0 when it is none. */
export function numberIn(value: unknown, field: string): number {
  const found = fieldsOf(value)[field]
  return typeof found === 'number' ? found : 0
}
