import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { readCapturedLead } from './captured-lead.ts'
import { publishedDocuments } from './documents.ts'
import { defaultBounds, factsTopic, leadsTopic, typeOf } from './event-names.ts'
import { examples, leadExample } from './examples.ts'
import { dataSchema, envelopeSchema } from './json-schemas.ts'
import { readCloudEvent } from './read-cloud-event.ts'
import { dataSchemas, descriptions, publicNames } from './schemas.ts'

const folder = new URL('../../docs/lead-events/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8')

/** References and addresses of the AsyncAPI document. */
interface AsyncApi {
  readonly channels: { readonly [name: string]: { readonly address: string; readonly messages: object } }
  readonly operations: {
    readonly [name: string]: { readonly action: string; readonly channel: { readonly $ref: string } }
  }
  readonly components: {
    readonly messages: { readonly [name: string]: { readonly examples: readonly { readonly payload: unknown }[] } }
  }
}

describe('what is published about the lead events', () => {
  const documents = publishedDocuments()
  it('is what stands in the docs: run `node gateway/lead-events/write-documents.ts` when it is not', () => {
    for (const [name, text] of documents) {
      expect(existsSync(new URL(name, folder)), name).toBe(true)
      expect([name, parse(read(name)) as unknown]).toEqual([name, parse(text) as unknown])
    }
    const schemas = readdirSync(new URL('schemas/', folder)).map((file) => `schemas/${file}`)
    expect(schemas.filter((file) => !documents.has(file))).toEqual([])
  })

  it('has a schema and an example of every type, which fit', () => {
    for (const name of publicNames) {
      const schema = dataSchema(name)
      expect(schema).toMatchObject({ title: typeOf(name), description: descriptions[name] })
      // Read back as JSON Schema by other means than it was written.
      const example = JSON.parse(JSON.stringify(examples[name])) as unknown
      expect(z.fromJSONSchema(structuredClone(schema)).safeParse(example)).toMatchObject({ success: true })
      expect(dataSchemas[name].strict().parse(example)).toEqual(example)
    }
    expect(dataSchema('lead.captured')['anyOf']).toEqual([
      { required: ['phone'] },
      { required: ['email'] },
      { required: ['visitorId'] },
    ])
  })

  it('shows a lead that is taken in', () => {
    const event = readCloudEvent({ headers: {}, body: new TextEncoder().encode(JSON.stringify(leadExample)) })
    if (!event.ok) throw new Error(event.reasons.join())
    const lead = readCapturedLead(event.value, { workspace: 'acme', countryCode: '91' })
    expect(lead).toMatchObject({ ok: true, value: { to: 'acme/lead/ce-b501895bfa6502cac325fe8599b5510c' } })
    expect(z.fromJSONSchema(structuredClone(envelopeSchema)).safeParse(leadExample).success).toBe(true)
  })

  it('is a whole AsyncAPI document: every reference leads somewhere, every address is one the bus keeps', () => {
    const text = read('asyncapi.yaml')
    const document = parse(text) as AsyncApi
    for (const [, pointer = ''] of text.matchAll(/\$ref: "#\/([^"]+)"/g)) {
      const target = pointer.split('/').reduce<unknown>((at, key) => fieldOf(at, key), document)
      expect(target, pointer).toBeDefined()
    }
    expect(Object.keys(document.channels).sort()).toEqual(['leadsCaptured', ...publicNames].sort())
    const kept = [
      ...leadsTopic('fineacers', ['acme'], defaultBounds).subjects,
      ...factsTopic('fineacers', ['acme'], defaultBounds).subjects,
    ]
    for (const { address } of Object.values(document.channels)) {
      const subject = address.replace('{workspace}', 'acme')
      const pattern = kept.map((each) => `^${each.replaceAll('.', '\\.').replaceAll('*', '[^.]+')}$`).join('|')
      expect(subject).toMatch(new RegExp(pattern))
    }
    const actions = Object.values(document.operations).map(({ action }) => action)
    expect(actions.filter((action) => action === 'receive')).toHaveLength(1)
    expect(actions).toHaveLength(publicNames.length + 1)
    for (const { examples: shown } of Object.values(document.components.messages)) {
      const body = new TextEncoder().encode(JSON.stringify(shown[0]?.payload))
      expect(readCloudEvent({ headers: {}, body })).toMatchObject({ ok: true })
    }
  })
})

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([name]) => name === key)?.[1]
    : undefined
}
