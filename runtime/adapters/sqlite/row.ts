import type { JsonObject } from '../../json.ts'
import type { Row } from './connection.ts'

/** The text in a column. Throws when there is none: the schema says there is. */
export function textOf(row: Row, column: string): string {
  const value = row[column]
  if (typeof value !== 'string') throw new TypeError(`column ${column} holds no text`)
  return value
}

/** The number in a column. Throws when there is none. */
export function numberOf(row: Row, column: string): number {
  const value = row[column]
  if (typeof value !== 'number') throw new TypeError(`column ${column} holds no number`)
  return value
}

/** The JSON object in a column: parsed, and trusted because this program wrote it. */
export function objectOf(row: Row, column: string): JsonObject {
  return JSON.parse(textOf(row, column)) as JsonObject
}
