import { type Json, type JsonObject } from '../../json.ts'
import type { Document } from '../../ports/documents.ts'

/**
 * A document as the database holds it. One that was deleted stays for a while as a gravestone, so that a writer that comes late can't
 * bring it back.
 */
export interface StoredDocument {
  /** The key. */
  readonly _id: string
  /** The number of the write that made it so. No write changes what a later one has made. */
  readonly n: number
  /** The revision; of a gravestone the one that its delete named, or -1. */
  readonly r: number
  /** The value, as `storable` makes it; absent in a gravestone. */
  readonly v?: StorableObject
  /** The words that `match` finds. */
  readonly w?: readonly string[]
  /** What each unique index holds, by the index's name. */
  readonly u?: { readonly [index: string]: string }
  /** When it was deleted, in epoch milliseconds: a gravestone. */
  readonly d?: number
}

export type Storable = string | number | boolean | null | StorableObject | readonly Storable[]
export type StorableObject = { readonly [key: string]: Storable }

/** An array, which no path leads into and no scalar equals; and JSON text, for what the database can't hold as it is. */
const wrap = { list: '[]', text: '~~' } as const

/** Below this depth a value is kept as text: the database allows 100 levels and an array takes two. */
const depthMax = 40

/**
 * A value in the form in which every database of this kind keeps it exactly and compares it as the port promises: arrays are wrapped, so that
 * a condition never looks into one; keys with dots, dollars or zeros are escaped; what is no UTF-8 is kept as text.
 */
export function storable(value: JsonObject): StorableObject {
  return storableObject(value, 0)
}

/** The value that `storable` was given, its keys in their order. */
export function readStored(value: StorableObject): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [unescape(key), readAny(part)]))
}

/** The document in a row, or nothing for a gravestone. */
export function documentIn(row: StoredDocument): Document | undefined {
  return row.v === undefined ? undefined : { key: row._id, revision: row.r, value: readStored(row.v) }
}

/** A part of a stored value as JSON. */
export function readAny(value: Storable): Json {
  if (typeof value !== 'object' || value === null) return value
  if (isList(value)) return value.map(readAny)
  const list = value[wrap.list]
  if (list !== undefined && isList(list)) return list.map(readAny)
  const text = value[wrap.text]
  if (typeof text === 'string') return JSON.parse(text) as Json
  return readStored(value)
}

function storableAny(value: Json, depth: number): Storable {
  if (typeof value === 'string') return value.isWellFormed() ? value : asText(value)
  // JSON has one zero.
  if (typeof value === 'number') return value === 0 ? 0 : value
  if (typeof value !== 'object' || value === null) return value
  if (depth > depthMax) return asText(value)
  if (Array.isArray(value))
    return { [wrap.list]: value.map((each: Json | undefined) => storableAny(each ?? null, depth + 1)) }
  return storableObject(value as JsonObject, depth)
}

function storableObject(value: JsonObject, depth: number): StorableObject {
  const parts = Object.entries(value).filter(([, part]) => part !== undefined)
  return Object.fromEntries(parts.map(([key, part]) => [escape(key), storableAny(part, depth + 1)]))
}

function asText(value: Json): StorableObject {
  return { [wrap.text]: JSON.stringify(value) }
}

function isList(value: unknown): value is readonly Storable[] {
  return Array.isArray(value)
}

/** No name that a path may have is ever escaped, but for the one that JavaScript keeps for itself. */
function escape(key: string): string {
  const plain = /^[^.$~[\0][^.\0]*$/.test(key) && key !== '__proto__' && key.isWellFormed()
  return plain ? key : `~${Buffer.from(key, 'utf16le').toString('base64url')}`
}

function unescape(key: string): string {
  return key.startsWith('~') ? Buffer.from(key.slice(1), 'base64url').toString('utf16le') : key
}
