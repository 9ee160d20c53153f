import * as fc from 'fast-check'
import type { Json } from '#runtime/json.ts'
import { deliveries, onTheWire } from './payloads.ts'

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

/** Deliveries of every kind, with one to eight things in them changed. */
export const mutated: fc.Arbitrary<Json> = fc
  .tuple(fc.constantFrom(...deliveries), fc.array(mutation, { minLength: 1, maxLength: 8 }))
  .map(([body, mutations]) => mutations.reduce<Json>(mutate, body))

/** Bodies as they could come: changed, cut, with other text within, or no delivery at all. */
export const brokenBodies: fc.Arbitrary<string> = fc.oneof(
  { weight: 12, arbitrary: mutated.map((body) => onTheWire(body)) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom(...deliveries.map(onTheWire)), fc.nat(), fc.string({ maxLength: 8 }), fc.boolean())
      .map(([whole, nat, other, cut]) => {
        const at = nat % whole.length
        return whole.slice(0, at) + (cut ? '' : other + whole.slice(at + other.length))
      }),
  },
  { weight: 1, arbitrary: fc.oneof(fc.string({ unit: 'binary' }), fc.json()) },
)

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
