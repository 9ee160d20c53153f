import { z } from 'zod'

/** A CloudEvent 1.0 (https://github.com/cloudevents/spec), whatever the mode it travelled in. */
export interface CloudEvent {
  readonly specversion: '1.0'
  /** With `source` it names the event for ever: the same pair again is the same event. */
  readonly id: string
  readonly source: string
  readonly type: string
  readonly subject?: string
  /** RFC 3339. */
  readonly time?: string
  readonly datacontenttype?: string
  readonly dataschema?: string
  readonly extensions: { readonly [name: string]: string | number | boolean }
  /** As JSON gave it; absent where there is none. */
  readonly data?: unknown
}

/** Either the value, or everything that is wrong, each in words that say what it should be. */
export type Reading<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly reasons: readonly string[] }

/** Longest attributes we take. */
export const attributeMax = { id: 256, source: 512, other: 1024 } as const

const optional = z.exactOptional
const text = (max: number) =>
  z
    .string('has to be text')
    .min(1, 'is empty')
    .max(max, `is longer than ${max} characters`)
    // oxlint-disable-next-line no-control-regex -- exactly what the specification leaves out of its strings
    .regex(/^[^\u0000-\u001f\u007f-\u009f]*$/, 'holds control characters')
const uriReference = (max: number) =>
  text(max).regex(/^[\w\-.~:/?#[\]@!$&'()*+,;=%]+$/, 'is no URI reference, for example https://crm.example/leads')

/** RFC 3339: a date, a time, and how far the clock is from UTC. */
const time = text(64)
  .regex(
    /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/,
    'is no RFC 3339 time, for example 2026-11-25T10:00:00Z',
  )
  .refine((value) => !Number.isNaN(Date.parse(value)), 'is no time that there is')

const attributes = {
  specversion: z.literal('1.0', 'has to be "1.0"'),
  id: text(attributeMax.id),
  source: uriReference(attributeMax.source),
  type: text(attributeMax.other),
  subject: optional(text(attributeMax.other)),
  time: optional(time),
  datacontenttype: optional(text(attributeMax.other)),
  dataschema: optional(uriReference(attributeMax.other)),
}
const required = new Set(['specversion', 'id', 'source', 'type'])
const extension = z.union(
  [text(attributeMax.other), z.number().int(), z.boolean()],
  'has to be text, an integer or a boolean',
)
const shapes: { readonly [name: string]: z.ZodType } = attributes

/**
 * An event from its attributes as they came, by name, and its data. Every attribute is looked at, so that a sender hears of all that is wrong at
 * once. `null` counts as absent.
 */
export function eventOf(given: { readonly [name: string]: unknown }, data: unknown): Reading<CloudEvent> {
  const reasons: string[] = []
  const known: { [name: string]: unknown } = {}
  const extensions: { [name: string]: unknown } = {}
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null) continue
    const own = Object.hasOwn(shapes, name) ? shapes[name] : undefined
    if (own === undefined && !/^[a-z0-9]{1,40}$/.test(name)) {
      reasons.push(
        `${name.slice(0, 60)}: names of attributes are small letters and digits; what the lead is goes into data`,
      )
      continue
    }
    const read = (own ?? extension).safeParse(value)
    if (!read.success) reasons.push(`${name}: ${read.error.issues[0]?.message ?? 'is wrong'}`)
    else if (own === undefined) extensions[name] = read.data
    else known[name] = read.data
  }
  for (const name of required)
    if (given[name] === undefined || given[name] === null) reasons.push(`${name}: is missing`)
  if (reasons.length > 0) return { ok: false, reasons }
  const event = { ...known, extensions, ...(data === undefined ? {} : { data }) }
  return { ok: true, value: event as unknown as CloudEvent }
}
