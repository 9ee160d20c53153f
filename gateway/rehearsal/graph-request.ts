import type { FastifyRequest } from 'fastify'
import type { World } from './world.ts'

type Values = Readonly<Record<string, unknown>>

/** The object id of the path. */
export function idOf(request: FastifyRequest): string {
  return textIn(objectOf(request.params), 'id') ?? ''
}

/** Query and body together, as Graph takes them from either. */
export function valuesOf(request: FastifyRequest): Values {
  return { ...objectOf(request.query), ...objectOf(request.body) }
}

/** A value of the request as text; absent when it is something else. */
export function textIn(values: Values, key: string): string | undefined {
  const value = values[key]
  return typeof value === 'string' ? value : undefined
}

/** The token of the header, else of the query. */
export function tokenOf(request: FastifyRequest): string | undefined {
  const [, bearer] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? []
  return bearer ?? textIn(objectOf(request.query), 'access_token')
}

/** What the log keeps of a request. Tokens are struck out. */
export function calledBy(
  world: World,
  request: FastifyRequest,
): { readonly atMs: number; readonly method: string; readonly path: string; readonly request?: unknown } {
  const path = request.url.replaceAll(/\b(access_token|input_token|verify_token)=[^&]*/g, '$1=…')
  const body = objectOf(request.body)
  const kept = 'verify_token' in body ? { ...body, verify_token: '…' } : body
  return {
    atMs: world.clock.nowMs(),
    method: request.method,
    path,
    ...(Object.keys(kept).length === 0 ? {} : { request: kept }),
  }
}

/** The object a value is; empty when it is none. */
export function objectOf(value: unknown): Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

/** Value parsed as JSON when it is text, as Graph takes lists in a query. Absent when it is no JSON. */
export function jsonIn(values: Values, key: string): unknown {
  const value = values[key]
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return undefined
  }
}

/** A page of a list with Graph's cursors: `after` is the place of the last one of the page before, and `next` is absent on the last page. */
export function pageOf(request: FastifyRequest, items: readonly object[]): object {
  const values = valuesOf(request)
  const limit = Math.min(Math.max(Number(values['limit'] ?? 25) || 25, 1), 100)
  const begin = placeOf(textIn(values, 'after'))
  const data = items.slice(begin, begin + limit)
  const end = begin + data.length
  const cursors = { before: cursorAt(begin), after: cursorAt(end) }
  if (end >= items.length) return { data, ...(data.length === 0 ? {} : { paging: { cursors } }) }
  const next = new URL(request.url, `${request.protocol}://${request.host}`)
  next.searchParams.delete('access_token')
  next.searchParams.set('after', cursors.after)
  return { data, paging: { cursors, next: next.href } }
}

function cursorAt(place: number): string {
  return Buffer.from(`at:${place}`).toString('base64url')
}

function placeOf(cursor: string | undefined): number {
  const [, place] = /^at:(\d+)$/.exec(Buffer.from(cursor ?? '', 'base64url').toString()) ?? []
  return Number(place ?? 0)
}
