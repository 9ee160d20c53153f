import { editDistance, fold } from '../words.ts'
import { parseMoney, type MoneyUnit } from '../parse/money.ts'
import { parseNumber } from '../parse/number.ts'
import { cellText } from './cell.ts'
import { fieldsOf, type FieldDefinition, type ImportKind } from './fields.ts'

/** A column of a file and what it was taken for; the same shape that the gateway shows. */
export interface ImportColumn {
  readonly index: number
  readonly header: string
  /** A field of ours, with its unit (`price:lakh`) or name (`amenity:Gym`); absent when the column is kept as an extra. */
  readonly field?: string
  readonly confidence: number
  readonly examples: readonly string[]
}

/** Added to the file of rejects; never read back. */
export const rejectReasonHeader = 'reject_reason'

const confidenceMin = 0.5
const examplesMax = 3
const exampleLengthMax = 120

/**
 * Tells which column holds what, from the headers (synonyms, typing errors, Hindi, Arabic, Spanish, French) and from what the
 * values look like. A field is given once, to the column that is surest of it.
 */
export function recogniseColumns(
  kind: ImportKind,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): readonly ImportColumn[] {
  const columns = header.map((name, index) => ({ name, index, values: valuesOf(rows, index) }))
  // A header that is a field's very name is no misspelling of another's: «name» is not «fname».
  const exact = new Set(fieldsOf(kind).flatMap((definition) => definition.headers.map((known) => fold(known))))
  const guesses = columns
    .filter((column) => fold(column.name) !== fold(rejectReasonHeader))
    .flatMap((column) =>
      fieldsOf(kind).map((definition) => ({ column, definition, confidence: confidenceOf(column, definition, exact) })),
    )
    .filter((guess) => guess.confidence >= confidenceMin)
    .sort((a, b) => b.confidence - a.confidence || a.column.index - b.column.index)
  const fieldAt = new Map<number, { readonly field: string; readonly confidence: number }>()
  const taken = new Set<string>()
  for (const { column, definition, confidence } of guesses) {
    if (taken.has(definition.field) || fieldAt.has(column.index)) continue
    taken.add(definition.field)
    const unit = unitSuffix(definition, column)
    fieldAt.set(column.index, { field: definition.field + unit.suffix, confidence: confidence * unit.confidence })
  }
  return columns.map((column) => {
    const found = fieldAt.get(column.index) ?? (kind === 'listings' ? amenityOf(column) : undefined)
    return {
      index: column.index,
      header: column.name,
      confidence: found === undefined ? 0 : Math.round(found.confidence * 100) / 100,
      examples: [...new Set(column.values)].slice(0, examplesMax).map((value) => value.slice(0, exampleLengthMax)),
      ...(found === undefined ? {} : { field: found.field }),
    }
  })
}

interface Column {
  readonly name: string
  readonly index: number
  readonly values: readonly string[]
}

/** `fullName`, `PHONE_NUMBER` and `what_is_your_budget?` in words. */
export function headerWords(header: string): string {
  return fold(header.replace(/([a-z])([A-Z])/g, '$1 $2').replaceAll('_', ' '))
}

function confidenceOf(column: Column, definition: FieldDefinition, exact: ReadonlySet<string>): number {
  const words = headerWords(column.name)
  const bare = withoutUnit(words)
  const named = Math.max(
    headerScore(words, definition.headers, !exact.has(words)),
    definition.unit === undefined || bare === words ? 0 : 0.98 * headerScore(bare, definition.headers, false),
  )
  const fitting = fittingShare(column.values, definition)
  if (fitting === undefined) return named * 0.9
  if (named === 0) return definition.telling === true && fitting >= 0.6 && column.values.length >= 2 ? 0.7 * fitting : 0
  return named * (0.5 + 0.5 * fitting)
}

/** `price in lacs` → `price`, `area sq yd` → `area`. */
function withoutUnit(words: string): string {
  return words
    .replace(
      /\b(?:in|rs|inr|₹|lakhs?|lacs?|crores?|cr|thousands?|sq|ft|feet|sqft|yds?|yards?|sqyd|m|mt|mtrs?|met(?:er|re)s?|sqm|square|gaj)\b/g,
      ' ',
    )
    .replace(/\s+/g, ' ')
    .trim()
}

/** 1 for the very words, less for later synonyms, for words among others and for typing errors. */
function headerScore(words: string, headers: readonly string[], mayBeMisspelled: boolean): number {
  let best = 0
  for (const [index, known] of headers.entries()) {
    const rank = 1 - Math.min(index, 20) * 0.008
    if (words === fold(known) || words.replaceAll(' ', '') === fold(known).replaceAll(' ', ''))
      best = Math.max(best, rank)
    else if (holds(words, fold(known))) best = Math.max(best, 0.78 * rank)
    else if (mayBeMisspelled) best = Math.max(best, 0.85 * misspelled(words, fold(known)) * rank)
  }
  return best
}

function holds(words: string, known: string): boolean {
  // One short word among many («id» in «adset id», «name» in «company name») names something else.
  if (
    !known.includes(' ') &&
    (known.length < 4 ||
      /^(?:name|type|status|contact|code|rate|size|area|rooms|city|note|mail|description)$/.test(known))
  )
    return false
  return ` ${words} `.includes(` ${known} `)
}

function misspelled(words: string, known: string): number {
  if (words.length < 4 || known.length < 4) return 0
  const distance = editDistance(words, known, known.length >= 8 ? 2 : 1)
  return distance === undefined ? 0 : 1 - distance / Math.max(words.length, known.length)
}

function fittingShare(values: readonly string[], { fits }: FieldDefinition): number | undefined {
  if (fits === undefined || values.length === 0) return undefined
  return values.filter((value) => fits(value)).length / values.length
}

function valuesOf(rows: readonly (readonly string[])[], index: number): readonly string[] {
  return rows.flatMap((row) => {
    const text = cellText(row[index])
    return text === undefined ? [] : [text]
  })
}

/** The unit of a money or area column: said in the header, or plain from the size of its bare numbers. */
function unitSuffix(
  definition: FieldDefinition,
  column: Column,
): { readonly suffix: string; readonly confidence: number } {
  const words = headerWords(column.name)
  if (definition.unit === 'area') {
    if (/sq (?:m|mt|mtr|metre|meter)s?\b|sqm|m2|square met/.test(words)) return { suffix: ':sqm', confidence: 1 }
    return { suffix: /sq yd|sqyd|sq yard|square yard|gaj/.test(words) ? ':sqyd' : '', confidence: 1 }
  }
  if (definition.unit !== 'money') return { suffix: '', confidence: 1 }
  if (/\b(?:lakhs?|lacs?|लाख)\b|लाख/.test(words)) return { suffix: ':lakh', confidence: 1 }
  if (/\b(?:crores?|cr)\b|करोड़/.test(words)) return { suffix: ':crore', confidence: 1 }
  if (/\b(?:thousands?|k|000)\b/.test(words)) return { suffix: ':thousand', confidence: 1 }
  return byMagnitude(column.values)
}

function byMagnitude(values: readonly string[]): { readonly suffix: string; readonly confidence: number } {
  const bare = values.flatMap((value) => {
    const amount = parseNumber(value.replace(/^(?:₹|rs\.?|inr)\s*/i, ''))
    return amount === undefined ? [] : [amount]
  })
  const worded = values.filter((value) => parseMoney(value)?.stated === true).length
  if (bare.length <= worded) return { suffix: '', confidence: 1 }
  const middle = bare.sort((a, b) => a - b)[Math.floor(bare.length / 2)] ?? 0
  const unit: MoneyUnit = middle >= 2500 ? 'one' : middle >= 12 ? 'lakh' : 'crore'
  return unit === 'one' ? { suffix: '', confidence: 1 } : { suffix: `:${unit}`, confidence: 0.85 }
}

/** A column of noughts and ones headed by something a home can have. */
function amenityOf(column: Column): { readonly field: string; readonly confidence: number } | undefined {
  const flags =
    column.values.length > 0 && column.values.every((value) => /^(?:0|1|yes|no|y|n|true|false)$/i.test(value))
  if (!flags || headerWords(column.name).length < 2) return undefined
  return { field: `amenity:${amenityLabel(column.name)}`, confidence: 0.8 }
}

/** `LandscapedGardens` → `Landscaped gardens`, `24X7Security` → `24x7 security`, `ATM` stays. */
export function amenityLabel(header: string): string {
  const spaced = header
    .replaceAll('_', ' ')
    .replace(/'s(?=[a-z])/g, '’s ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/(\d)X(\d)/g, '$1x$2')
    .replace(/(\d)([A-Z])/g, '$1 $2')
    .trim()
  const words = spaced.split(/\s+/).map((word, index) => {
    if (/^[A-Z]{2,}$/.test(word)) return word
    return index === 0 ? word.charAt(0).toUpperCase() + word.slice(1).toLowerCase() : word.toLowerCase()
  })
  return words.join(' ')
}
