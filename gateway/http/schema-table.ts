/** A field of a JSON Schema as a row to read. */
export interface FieldRow {
  /** Path within the object, `contact.phone`; `[]` for the items of a list. */
  readonly name: string
  readonly type: string
  readonly required: boolean
  /** Its limits in words: lengths, ranges, choices. */
  readonly limits: string
}

const depthMax = 4

/** The alternatives of a schema, each with its fields in order. A schema that is no object has one alternative with one unnamed field. */
export function fieldRows(schema: unknown): readonly (readonly FieldRow[])[] {
  const alternatives = listOf(fieldOf(schema, 'anyOf') ?? fieldOf(schema, 'oneOf'))
  const each = alternatives.length === 0 ? [schema] : alternatives
  return each.map((one) => rowsOf(one, '', 0))
}

function rowsOf(schema: unknown, prefix: string, depth: number): readonly FieldRow[] {
  const properties = Object.entries(objectOf(fieldOf(schema, 'properties')))
  if (properties.length === 0) return [rowOf(prefix, schema, true)]
  const required = listOf(fieldOf(schema, 'required'))
  return properties.flatMap(([name, value]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`
    const row = rowOf(path, value, required.includes(name))
    return depth < depthMax ? [row, ...inner(value, path, depth + 1)] : [row]
  })
}

function inner(schema: unknown, path: string, depth: number): readonly FieldRow[] {
  const items = fieldOf(schema, 'items')
  if (fieldOf(items, 'properties') !== undefined) return rowsOf(items, `${path}[]`, depth)
  return fieldOf(schema, 'properties') === undefined ? [] : rowsOf(schema, path, depth)
}

function rowOf(name: string, schema: unknown, required: boolean): FieldRow {
  return { name, type: typeOf(schema), required, limits: limitsOf(schema) }
}

function typeOf(schema: unknown): string {
  const choices = listOf(fieldOf(schema, 'anyOf') ?? fieldOf(schema, 'oneOf'))
  if (choices.length > 0) return [...new Set(choices.map(typeOf))].join(' or ')
  const type = fieldOf(schema, 'type')
  if (type === 'array') return `list of ${typeOf(fieldOf(schema, 'items'))}`
  const format = fieldOf(schema, 'format')
  const name = typeof type === 'string' ? type : fieldOf(schema, 'const') === undefined ? 'any' : 'constant'
  return typeof format === 'string' ? `${name} (${format})` : name
}

const wordings: { readonly [keyword: string]: (value: string) => string } = {
  const: (value) => value,
  enum: (value) => `one of ${value}`,
  minLength: (value) => `at least ${value} characters`,
  maxLength: (value) => `at most ${value} characters`,
  minimum: (value) => `from ${value}`,
  maximum: (value) => `to ${value}`,
  maxItems: (value) => `at most ${value}`,
}

function limitsOf(schema: unknown): string {
  const said = Object.entries(wordings).flatMap(([keyword, words]) => {
    const value = fieldOf(schema, keyword)
    if (value === undefined || Math.abs(Number(value)) >= Number.MAX_SAFE_INTEGER) return []
    return [words(Array.isArray(value) ? value.map((each) => JSON.stringify(each)).join(', ') : JSON.stringify(value))]
  })
  const description = fieldOf(schema, 'description')
  return [...(typeof description === 'string' ? [description] : []), ...said].join('; ')
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function fieldOf(value: unknown, field: string): unknown {
  return objectOf(value)[field]
}

function objectOf(value: unknown): { readonly [field: string]: unknown } {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
