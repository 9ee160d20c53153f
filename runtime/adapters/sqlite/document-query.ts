import type { SQLInputValue } from 'node:sqlite'
import type { Condition } from '../../ports/documents.ts'
import { assertCollection, lastDirection, type Order, partsOf, type Scalar, searchWords } from '../document-rules.ts'

/** A piece of SQL and the values of its question marks. */
export interface Fragment {
  readonly sql: string
  readonly values: readonly SQLInputValue[]
}

/** The table of a collection. Throws a `TypeError` for a name that is not one. */
export function tableOf(collection: string): string {
  assertCollection(collection)
  return `"c ${collection}"`
}

/** The index of a collection's words. */
export function wordsOf(collection: string): string {
  tableOf(collection)
  return `"w ${collection}"`
}

/** The SQL value of a field path: the same text in indexes and queries, or SQLite would not use the index. */
export function valueOf(field: string): string {
  return `json_extract(value, '${pathOf(field)}')`
}

/** A field path in SQLite's notation. Throws a `TypeError` for a path that is not one. */
export function pathOf(field: string): string {
  return `$${partsOf(field)
    .map((part) => `."${part}"`)
    .join('')}`
}

/** All of the conditions. */
export function whereOf(collection: string, conditions: readonly Condition[]): Fragment {
  return allOf(conditions.map((condition) => conditionOf(collection, condition)))
}

/** The fragments joined by AND. */
export function allOf(fragments: readonly Fragment[]): Fragment {
  if (fragments.length === 0) return { sql: 'TRUE', values: [] }
  return {
    sql: fragments.map((fragment) => `(${fragment.sql})`).join(' AND '),
    values: fragments.flatMap((fragment) => fragment.values),
  }
}

/** The order of a query with its tie-break by key, which goes the way of the last field so that an index can be walked. */
export function orderOf(order: Order): string {
  const fields = order.map(({ field, direction }) => `${valueOf(field)} ${direction === 'ascending' ? 'ASC' : 'DESC'}`)
  return [...fields, `key ${lastDirection(order) === 'ascending' ? 'ASC' : 'DESC'}`].join(', ')
}

/** The rows that come after a cursor in an order: equal in the first fields and beyond in the next, nulls first when ascending. */
export function afterOf(order: Order, cursor: readonly Scalar[]): Fragment {
  const steps = [...order.map(({ field, direction }) => ({ sql: valueOf(field), direction })), keyStep(order)]
  const [first] = steps
  const alternatives = steps.map(({ sql, direction }, depth) =>
    allOf([
      ...steps.slice(0, depth).map((step, index) => ({ sql: `${step.sql} IS ?`, values: [input(cursor[index])] })),
      beyond(sql, direction, cursor[depth] ?? null),
    ]),
  )
  const any = {
    sql: alternatives.map((each) => `(${each.sql})`).join(' OR '),
    values: alternatives.flatMap((each) => each.values),
  }
  // The range of the first field alone lets SQLite seek in its index instead of walking from the top.
  return first === undefined ? any : allOf([any, ...rangeOf(first.sql, first.direction, cursor[0] ?? null)])
}

/** The words of a search as FTS5 takes them, quoted so that none is an operator. */
export function wordsIn(text: string): readonly string[] {
  return searchWords(text).map((word) => `"${word.replaceAll('"', '""').replaceAll('\0', '')}"`)
}

/** What SQLite compares with: booleans are 1 and 0 there. */
export function input(value: Scalar | undefined): SQLInputValue {
  if (typeof value === 'boolean') return value ? 1 : 0
  return value ?? null
}

function conditionOf(collection: string, condition: Condition): Fragment {
  if (condition.op === 'match') return matchOf(collection, condition.value)
  const sql = valueOf(condition.field)
  if (condition.op === 'in') {
    const marks = condition.value.map(() => '?').join(', ')
    const withNull = condition.value.includes(null) ? ` OR ${sql} IS NULL` : ''
    return { sql: `${sql} IN (${marks})${withNull}`, values: condition.value.map(input) }
  }
  const { op, value } = condition
  if (op === '=')
    return value === null ? { sql: `${sql} IS NULL`, values: [] } : { sql: `${sql} = ?`, values: [input(value)] }
  if (op === '!=') return { sql: `${sql} IS NOT ?`, values: [input(value)] }
  // Without this, any text is greater than any number.
  const kind = typeof value === 'string' ? `typeof(${sql}) = 'text'` : `typeof(${sql}) IN ('integer', 'real')`
  return { sql: `${sql} ${op} ? AND ${kind}`, values: [input(value)] }
}

function matchOf(collection: string, text: string): Fragment {
  const words = wordsIn(text)
  if (words.length === 0) return { sql: 'TRUE', values: [] }
  const query = words.map((word) => `${word}*`).join(' ')
  return { sql: `id IN (SELECT rowid FROM ${wordsOf(collection)}(?))`, values: [query] }
}

function beyond(sql: string, direction: 'ascending' | 'descending', value: Scalar): Fragment {
  if (direction === 'ascending') {
    return value === null ? { sql: `${sql} IS NOT NULL`, values: [] } : { sql: `${sql} > ?`, values: [input(value)] }
  }
  return value === null ? { sql: 'FALSE', values: [] } : { sql: `${sql} < ? OR ${sql} IS NULL`, values: [input(value)] }
}

function rangeOf(sql: string, direction: 'ascending' | 'descending', value: Scalar): readonly Fragment[] {
  if (direction === 'ascending') return value === null ? [] : [{ sql: `${sql} >= ?`, values: [input(value)] }]
  return value === null ? [{ sql: `${sql} IS NULL`, values: [] }] : []
}

function keyStep(order: Order): { readonly sql: string; readonly direction: 'ascending' | 'descending' } {
  return { sql: 'key', direction: lastDirection(order) }
}
