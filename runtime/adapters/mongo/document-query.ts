import type { Json } from '../../json.ts'
import type { Condition, GroupCount } from '../../ports/documents.ts'
import { StorageError } from '../../ports/storage-error.ts'
import { BSONRegExp } from 'mongodb'
import { lastDirection, type Order, partsOf, type Scalar } from '../document-rules.ts'
import { beginningsIn } from './document-words.ts'
import { readAny, type Storable, type StoredDocument } from './stored-document.ts'

/** A filter as the database takes it. */
export type Filter = { readonly [name: string]: unknown }

/** The kinds of value in the database's order; absent counts as null, and arrays are wrapped, so objects to it. */
const kinds = ['null', 'number', 'string', 'object', 'bool'] as const
type Kind = (typeof kinds)[number]

const nothing: Filter = { _id: { $in: [] } }

/** Where the database finds a field. Throws a `TypeError` for a path that is not one. */
export function fieldOf(path: string): string {
  return ['v', ...partsOf(path)].join('.')
}

/** All of the conditions, and no gravestone. */
export function filterOf(conditions: readonly Condition[]): Filter {
  const filters = conditions.flatMap(filtersOf)
  return allOf(conditions.some(findsOnlyValues) ? filters : [...filters, { d: null }])
}

/** All of the filters in one. */
export function allOf(filters: readonly Filter[]): Filter {
  const [first] = filters
  if (first === undefined) return {}
  return filters.length === 1 ? first : { $and: filters }
}

/** The order of a query with its tie-break by key, which goes the way of the last field so that an index can be walked. */
export function sortOf(order: Order): [string, 1 | -1][] {
  const fields = order.map(({ field, direction }): [string, 1 | -1] => [fieldOf(field), sign(direction)])
  return [...fields, ['_id', sign(lastDirection(order))]]
}

/**
 * What comes after a cursor, as filters that follow each other in the order: equal in all fields and beyond by key first, then beyond in the last
 * field, and so on. Each by itself is a stretch of an index.
 */
export function stretchesAfter(order: Order, cursor: readonly Scalar[]): readonly Filter[] {
  const steps = order.map(({ field, direction }, index) => ({
    field: fieldOf(field),
    direction,
    value: cursor[index] ?? null,
  }))
  const key = cursor[order.length]
  if (typeof key !== 'string') throw new StorageError('cursor-refused', 'the cursor does not belong to this query')
  const equal = (depth: number): readonly Filter[] =>
    steps.slice(0, depth).map(({ field, value }) => ({ [field]: { $eq: value } }))
  const byKey = { _id: { [lastDirection(order) === 'ascending' ? '$gt' : '$lt']: key } }
  const beyondFields = steps.flatMap((step, depth) => [{ depth, beyond: beyond(step) }]).reverse()
  return [
    allOf([...equal(order.length), byKey]),
    ...beyondFields.flatMap(({ depth, beyond }) => beyond.map((filter) => allOf([...equal(depth), filter]))),
  ]
}

/** The cursor that continues after a row. */
export function cursorAfter(order: Order, row: StoredDocument): readonly Json[] {
  return [...order.map(({ field }) => scalarAt(row, field)), row._id]
}

/** The stages that count by fields. */
export function groupStages(fields: readonly string[], filter: Filter): Filter[] {
  const by = Object.fromEntries(fields.map((field, index) => [`f${index}`, `$${fieldOf(field)}`]))
  return [{ $match: filter }, { $group: { _id: by, count: { $sum: 1 } } }]
}

/** The counts as the port gives them: null and absent together, the most first. */
export function groupCounts(fields: readonly string[], rows: readonly Filter[]): readonly GroupCount[] {
  const groups = new Map<string, { readonly values: readonly Json[]; count: number }>()
  for (const { _id: by, count } of rows) {
    const values = fields.map((_, index): Json =>
      readAny((by as { readonly [name: string]: Storable })[`f${index}`] ?? null),
    )
    const name = JSON.stringify(values)
    const group = groups.get(name) ?? { values, count: 0 }
    groups.set(name, { values, count: group.count + Number(count) })
  }
  return [...groups.values()].sort((a, b) => b.count - a.count || compare(a.values, b.values))
}

/** Conditions that no gravestone meets, for it has no value and no words. */
function findsOnlyValues(condition: Condition): boolean {
  switch (condition.op) {
    case 'match':
      return beginningsIn(condition.value).length > 0
    case 'in':
      return !condition.value.includes(null)
    case '!=':
      return condition.value === null
    case '=':
      return condition.value !== null
    default:
      return true
  }
}

function filtersOf(condition: Condition): readonly Filter[] {
  if (condition.op === 'match') {
    // Nothing in a word means anything to a pattern: letters, digits, marks and spaces.
    return beginningsIn(condition.value).map((word) => ({ w: new BSONRegExp(`^${word}`) }))
  }
  const field = fieldOf(condition.field)
  if (condition.op === 'in') return [{ [field]: { $in: condition.value } }]
  const { op, value } = condition
  if (op === '=') return [{ [field]: { $eq: value } }]
  if (op === '!=') return [{ [field]: { $ne: value } }]
  if (value === null) return [nothing]
  return [{ [field]: { [{ '<': '$lt', '<=': '$lte', '>': '$gt', '>=': '$gte' }[op]]: value } }]
}

interface Step {
  readonly field: string
  readonly direction: 'ascending' | 'descending'
  readonly value: Scalar
}

/** What lies beyond a value, nearest kind first. The database compares within one kind, so the other kinds are named. */
function beyond({ field, direction, value }: Step): readonly Filter[] {
  const kind = kindOf(value)
  const at = kinds.indexOf(kind)
  const others = direction === 'ascending' ? kinds.slice(at + 1) : kinds.slice(1, Math.max(1, at))
  const filters: Filter[] = []
  if (kind !== 'null') filters.push({ [field]: { [direction === 'ascending' ? '$gt' : '$lt']: value } })
  if (others.length > 0) filters.push({ [field]: { $type: others } })
  if (direction === 'descending' && kind !== 'null') filters.push({ [field]: null })
  return filters
}

function kindOf(value: Scalar): Kind {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return 'bool'
  return typeof value === 'number' ? 'number' : 'string'
}

/** What a page was sorted by. Lists and objects have an order of the database's own, in which no page can be continued. */
function scalarAt(row: StoredDocument, path: string): Scalar {
  let found: unknown = row.v
  for (const part of partsOf(path))
    found = typeof found === 'object' && found !== null ? Reflect.get(found, part) : undefined
  if (typeof found === 'object' && found !== null)
    throw new TypeError(`pages can't be ordered by ${path}: that of ${row._id} is a list or an object`)
  return typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean' ? found : null
}

function sign(direction: 'ascending' | 'descending'): 1 | -1 {
  return direction === 'ascending' ? 1 : -1
}

/** Nulls before numbers before text, as pages go. */
function compare(a: readonly Json[], b: readonly Json[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index] ?? null
    if (rank(left) !== rank(right)) return rank(left) - rank(right)
    if (typeof left === 'number' && typeof right === 'number' && left !== right) return left - right
    const [low, high] = [JSON.stringify(left), JSON.stringify(right)]
    if (low !== high) return low < high ? -1 : 1
  }
  return 0
}

function rank(value: Json): number {
  if (value === null) return 0
  if (typeof value === 'number') return 1
  return typeof value === 'string' ? 2 : 3
}
