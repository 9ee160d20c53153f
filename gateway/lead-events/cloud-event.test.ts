import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CloudEvent } from './cloud-event.ts'
import { readCloudEvent } from './read-cloud-event.ts'
import { writeCloudEvent } from './write-cloud-event.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const least = { specversion: '1.0', id: '1', source: '/crm', type: 'com.example.t' }
const structured = { 'content-type': 'application/cloudevents+json; charset=UTF-8' }

function read(body: unknown, headers: { readonly [name: string]: string } = structured) {
  return readCloudEvent({ headers, body: typeof body === 'string' ? bytes(body) : bytes(JSON.stringify(body)) })
}

function reasons(body: unknown, headers?: { readonly [name: string]: string }): readonly string[] {
  const answer = read(body, headers)
  return answer.ok ? [] : answer.reasons
}

const attribute = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  // oxlint-disable-next-line no-control-regex -- what no attribute may hold
  .filter((text) => text.isWellFormed() && !/[\u0000-\u001f\u007f-\u009f]/.test(text) && text.length <= 200)
const event: fc.Arbitrary<CloudEvent> = fc
  .record({
    id: attribute,
    type: attribute,
    subject: attribute,
    extensions: fc.dictionary(fc.stringMatching(/^x[a-z0-9]{1,10}$/), attribute, { noNullPrototype: true }),
    data: fc.option(fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue(), { noNullPrototype: true }), {
      nil: undefined,
    }),
  })
  .map(({ data, ...rest }) => ({
    specversion: '1.0' as const,
    source: 'https://crm.example/leads?a=b',
    time: '2026-11-25T10:00:00.5+05:30',
    datacontenttype: 'application/json',
    ...rest,
    // What JSON itself does not keep apart, such as -0, is not ours to keep.
    ...(data === undefined ? {} : { data: JSON.parse(JSON.stringify(data)) as unknown }),
  }))

describe('a CloudEvent', () => {
  it.each(['structured', 'binary'] as const)('comes back from %s mode as it went', (mode) => {
    fc.assert(
      fc.property(event, (each) => {
        const message = writeCloudEvent(each, mode)
        // oxlint-disable-next-line no-control-regex -- printable ASCII, as the binding wants headers
        for (const value of Object.values(message.headers)) expect(value).toMatch(/^[\u0020-\u007e]*$/)
        expect(readCloudEvent(message)).toEqual({ ok: true, value: each })
      }),
      { numRuns: 300 },
    )
  })

  it("encodes the binding's own example, and reads it with small letters and inside quotes", () => {
    const sent = writeCloudEvent({ ...least, specversion: '1.0', subject: 'Euro € 😀', extensions: {} }, 'binary')
    expect(sent.headers['ce-subject']).toBe('Euro%20%E2%82%AC%20%F0%9F%98%80')
    const binary = { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/crm', 'ce-type': 'com.example.t' }
    for (const subject of ['Euro%20%e2%82%ac%20%f0%9f%98%80', '"Euro %E2%82%AC %F0%9F%98%80"', '%45uro%20€%20😀']) {
      expect(read('{}', { ...binary, 'ce-subject': subject })).toMatchObject({ value: { subject: 'Euro € 😀' } })
    }
    expect(read('{}', { ...binary, 'ce-subject': '"a \\"b\\" \\\\"' })).toMatchObject({
      value: { subject: 'a "b" \\' },
    })
    expect(reasons('{}', { ...binary, 'ce-subject': '%C0%A0' })).toEqual([
      'ce-subject: percent-encoded bytes have to be UTF-8',
    ])
  })

  it('takes its mode from the headers', () => {
    expect(read({ ...least, data: { a: 1 } }, {})).toMatchObject({ value: { id: '1', data: { a: 1 } } })
    expect(read({ ...least, data: { a: 1 } }, { 'content-type': 'Application/CloudEvents' })).toMatchObject({
      ok: true,
    })
    const binary = { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/crm', 'ce-type': 't' }
    expect(read({ a: 1 }, { ...binary, 'content-type': 'application/json' })).toMatchObject({
      value: { data: { a: 1 }, datacontenttype: 'application/json' },
    })
    expect(reasons({}, { 'content-type': 'application/cloudevents-batch+json' })[0]).toContain('batches are not taken')
    expect(reasons({}, { 'content-type': 'application/cloudevents+avro' })[0]).toContain('application/cloudevents+json')
  })

  it('reads data in base64', () => {
    const data_base64 = Buffer.from('{"a":1}').toString('base64')
    expect(read({ ...least, data_base64 })).toMatchObject({ value: { data: { a: 1 } } })
    expect(reasons({ ...least, data_base64: '?' })).toEqual(['data_base64: is no base64'])
    expect(reasons({ ...least, data_base64: 'AAAA' })[0]).toContain('data_base64: the message is no JSON')
    expect(reasons({ ...least, data_base64, data: {} })[0]).toContain('both')
  })

  it('tells everything that is wrong at once, each in words that say what it should be', () => {
    const wrong = {
      specversion: '0.3',
      source: 'not a uri',
      type: 7,
      time: 'yesterday',
      dataschema: '',
      correlationId: 'x',
      depth: { of: 'objects' },
      datacontenttype: 'application/xml',
    }
    expect([...reasons(wrong)].sort()).toEqual(
      [
        'specversion: has to be "1.0"',
        'source: is no URI reference, for example https://crm.example/leads',
        'type: has to be text',
        'time: is no RFC 3339 time, for example 2026-11-25T10:00:00Z',
        'dataschema: is empty',
        'correlationId: names of attributes are small letters and digits; what the lead is goes into data',
        'depth: has to be text, an integer or a boolean',
        'datacontenttype: has to be application/json, not application/xml',
        'id: is missing',
      ].sort(),
    )
    expect(reasons({ ...least, time: '2026-13-41T10:00:00Z' })).toEqual(['time: is no time that there is'])
    expect(reasons({ ...least, id: 'x'.repeat(257) })).toEqual(['id: is longer than 256 characters'])
    expect(reasons({ ...least, id: null })).toEqual(['id: is missing'])
  })

  it.each(['', '{', '[]', 'null', '"text"', '7', '\u0000', '{"specversion":"1.0"'])(
    'refuses %j and does not throw',
    (body) => {
      expect(reasons(body).length).toBeGreaterThan(0)
      expect(reasons(body, {}).length).toBeGreaterThan(0)
    },
  )

  it('refuses what is no text, and whatever else comes it never throws', () => {
    const answer = readCloudEvent({ headers: structured, body: Uint8Array.from([0xc3, 0x28]) })
    expect(answer).toEqual({ ok: false, reasons: ['the message is no UTF-8 text'] })
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.dictionary(fc.constantFrom('ce-id', 'ce-x', 'content-type'), fc.string()),
        (body, headers) => {
          expect(readCloudEvent({ headers, body }).ok).toBe(false)
        },
      ),
    )
  })
})
