import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '#runtime/json.ts'
import { readWebhook } from './read-webhook.ts'
import { deliveries, onTheWire } from './testing/payloads.ts'
import { problemsOf } from './testing/well-formed.ts'

type Path = readonly string[]

/** Values that have broken parsers before. */
const odd: readonly Json[] = JSON.parse(String.raw`[
  null, true, 0, -1, 1.5, 1e21, 181, 55459717045641545, "", " ", "\u0000", "\ud83c", "a\ud83c", "🏠", "__proto__", "constructor", "NONE",
  "1790000000", [], {}, [[]], [null], [{}], {"type":"text"}, {"id":1}, {"__proto__":{"type":"text"},"length":3}
]`)
const value: fc.Arbitrary<Json> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...odd) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }).map((each) => JSON.parse(JSON.stringify(each))) },
)

interface Mutation {
  /** Where: the number of one of the places there are, counted round. */
  readonly at: number
  readonly how: 'delete' | 'replace' | 'wrap' | 'nest' | 'stringify' | 'double'
  readonly value: Json
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat({ max: 9999 }),
  how: fc.constantFrom('delete', 'replace', 'replace', 'replace', 'wrap', 'nest', 'stringify', 'double'),
  value,
})

const mutated = fc
  .tuple(fc.constantFrom(...deliveries), fc.array(mutation, { minLength: 1, maxLength: 8 }))
  .map(([body, mutations]) => mutations.reduce<Json>(mutate, body))

describe('any delivery at all', () => {
  it('is answered with well-formed updates, whatever was done to it', () => {
    fc.assert(
      fc.property(mutated, (body) => {
        expect(problemsOf(readWebhook(JSON.stringify(body)))).toEqual([])
      }),
      { numRuns: 4000, seed: 614 },
    )
  })

  it('is answered when its text is cut, or has other text within', () => {
    const text = fc.tuple(fc.constantFrom(...deliveries.map(onTheWire)), fc.nat(), fc.string({ maxLength: 8 }))
    fc.assert(
      fc.property(text, fc.boolean(), ([whole, nat, other], cut) => {
        const at = nat % whole.length
        const broken = whole.slice(0, at) + (cut ? '' : other + whole.slice(at + other.length))
        expect(problemsOf(readWebhook(broken))).toEqual([])
      }),
      { numRuns: 2000, seed: 615 },
    )
  })

  it('is answered when it is any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
        expect(readWebhook(text)).toMatchObject([{ kind: 'unread' }])
      }),
      { numRuns: 1000, seed: 616 },
    )
  })
})

function mutate(body: Json, { at, how, value }: Mutation): Json {
  const paths = pathsOf(body)
  const path = paths[at % paths.length] ?? []
  return changed(body, path, (old) => changes[how](old, value)) ?? null
}

type Change = (old: Json, value: Json) => Json | undefined

const changes: { readonly [how in Mutation['how']]: Change } = {
  delete: () => undefined,
  replace: (_, value) => value,
  wrap: (old, value) => [old, value],
  nest: (old, value) => ({ [typeof value === 'string' ? value : 'value']: old }),
  stringify: (old) => JSON.stringify(old),
  double: (old) => (typeof old === 'string' ? old.slice(0, 20).repeat(600) : isList(old) ? [...old, ...old] : old),
}

/** Where there is something in a value: itself, and everything within. */
function pathsOf(body: Json): readonly Path[] {
  return [[], ...entriesOf(body).flatMap(([key, each]) => pathsOf(each).map((path) => [key, ...path]))]
}

/** The value with what stands at the path as `change` makes it; undefined takes it out. */
function changed(body: Json, path: Path, change: (old: Json) => Json | undefined): Json | undefined {
  const [key, ...rest] = path
  if (key === undefined) return change(body)
  const entries = entriesOf(body)
    .map(([name, each]) => [name, name === key ? changed(each, rest, change) : each] as const)
    .flatMap(([name, each]) => (each === undefined ? [] : [[name, each] as const]))
  return isList(body) ? entries.map(([, each]) => each) : Object.fromEntries(entries)
}

function entriesOf(body: Json): readonly (readonly [string, Json])[] {
  return typeof body === 'object' && body !== null ? Object.entries<Json>(body) : []
}

function isList(body: Json): body is readonly Json[] {
  return Array.isArray(body)
}
