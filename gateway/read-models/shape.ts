import type { Fact } from '#runtime/fact.ts'
import type { JsonObject } from '#runtime/json.ts'

/** The facts of a contract as a union that a switch can narrow: `{ type, data }` and what the journal adds. */
export type FactOf<Facts> = {
  [Type in keyof Facts & string]: Omit<Fact, 'type' | 'data'> & { readonly type: Type; readonly data: Facts[Type] }
}[keyof Facts & string]

/** Reads a fact as one of its machine's contract. The machine wrote it under the same types; nobody else can commit facts. */
export function factOf<Facts>(fact: Fact): FactOf<Facts> {
  return fact as unknown as FactOf<Facts>
}

/** A document of ours as the documents port takes it. Our documents hold JSON only; absent fields are absent. */
export function toJson(document: object): JsonObject {
  return document as JsonObject
}

/** A document of ours as it comes back from the port: whoever wrote the collection wrote this shape. */
// oxlint-disable-next-line no-unnecessary-type-parameters -- the one place where what we wrote is taken at its word
export function fromJson<Shape>(value: JsonObject): Shape {
  return value as unknown as Shape
}

/** `{ key: value }`, or nothing when the value is absent, so that absent fields stay absent. */
export function maybe<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { readonly [each in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [each in Key]?: Value })
}

/** The object without one field. */
export function without<Shape extends object, Key extends keyof Shape>(shape: Shape, key: Key): Omit<Shape, Key> {
  const { [key]: _, ...rest } = shape
  return rest
}

/** Text where there is text, and nothing where there is anything else. */
export function textIn(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
