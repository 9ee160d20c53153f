import { z } from 'zod'
import { attributeMax } from './cloud-event.ts'
import { dataSchemaOf, typeOf } from './event-names.ts'
import { dataSchemas, descriptions, personal, type PublicName } from './schemas.ts'

export type JsonSchema = { readonly [keyword: string]: unknown }

/** What each field of a lead means to who fills it. */
const leadFields: { readonly [field: string]: string } = {
  name: 'As the person writes it.',
  phone: 'With its country (+91 98450 12345), or national: then the country of the workspace is put before it.',
  email: 'An e-mail address.',
  source: 'Where the person came from, in your words; the funnel counts by it.',
  message: 'What they wrote.',
  visitorId: 'A visitor of the chat widget.',
  budgetMinMinor: 'In minor units: paise, fils, cents.',
  budgetMaxMinor: 'In minor units: ₹1.2 Cr is 1200000000 paise.',
  currency: 'ISO 4217.',
  city: 'Where they look.',
  localities: 'Parts of the city, best first.',
  bedrooms: 'The 3 of 3 BHK.',
  propertyType: 'apartment, villa, plot, …',
  purpose: 'Why they look.',
  timeline: 'When they want to have it.',
  extra: 'Whatever else you know. Fields of the data that are not named here are kept among them.',
}

/** The lead's own condition: somebody has to be reached. */
const reachable = [{ required: ['phone'] }, { required: ['email'] }, { required: ['visitorId'] }]

/** The published schema of a type's data, JSON Schema draft 7. Fields may be added to it; a reader leaves aside what it does not know. */
export function dataSchema(name: PublicName): JsonSchema {
  const type = typeOf(name)
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: dataSchemaOf(type, undefined),
    title: type,
    ...bareSchema(name),
    description: descriptions[name],
    ...(personal.has(name) ? { 'x-personal-data': true } : {}),
  }
}

/** The same without what names it, to be built into other documents. */
export function bareSchema(name: PublicName): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(dataSchemas[name], {
    target: 'draft-7',
    io: 'input',
    override: ({ zodSchema, jsonSchema, path }) => {
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
      if (!Object.is(zodSchema, dataSchemas['lead.captured'])) return
      for (const [field, shape] of Object.entries(jsonSchema.properties ?? {})) {
        if (typeof shape === 'object') shape.description = leadFields[field] ?? ''
      }
      if (path.length === 0) Object.assign(jsonSchema, { anyOf: reachable })
    },
  })
  return schema
}

/** A CloudEvent of ours in structured mode, without its data. */
export const envelopeSchema: JsonSchema = {
  type: 'object',
  required: ['specversion', 'id', 'source', 'type', 'data'],
  properties: {
    specversion: { const: '1.0' },
    id: {
      type: 'string',
      minLength: 1,
      maxLength: attributeMax.id,
      description: 'With source it names the event for ever.',
    },
    source: { type: 'string', format: 'uri-reference', minLength: 1, maxLength: attributeMax.source },
    type: { type: 'string', minLength: 1 },
    subject: { type: 'string', minLength: 1, description: 'From FineAcers: the address of what it is about.' },
    time: { type: 'string', format: 'date-time' },
    datacontenttype: { type: 'string', description: 'application/json, also when it is absent.' },
    dataschema: { type: 'string', format: 'uri' },
    sequence: {
      type: 'string',
      pattern: '^\\d{20}$',
      description: 'From FineAcers: later events have greater texts, with gaps.',
    },
    partitionkey: { type: 'string', description: 'From FineAcers: the same as subject.' },
    data: { type: 'object' },
  },
}
