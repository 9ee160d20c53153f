import { describe, expect, it } from 'vitest'
import { defaultLimits } from '#runtime/limits.ts'
import type { RefusedMessage } from '#machines/refused-event-contract.ts'
import { messageMaxBytes } from './event-names.ts'
import { draftOf, messageOf, originOf, refusalOf } from './refused-message.ts'

const subject = 'fineacers.acme.leads.captured'
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const refused = { workspace: 'acme', reasons: ['it is wrong'] }

function keptOf(body: Uint8Array, headers: { readonly [name: string]: string } = {}): RefusedMessage {
  const { event } = refusalOf({ subject, headers, body }, refused)
  return event['message'] as unknown as RefusedMessage
}

describe('a refused message', () => {
  it('is kept byte for byte, as text where it is text', () => {
    for (const body of [
      bytes('{"name":"नमस्ते"}'),
      bytes(''),
      Uint8Array.from([0, 255, 1]),
      bytes('\u0001'.repeat(50)),
    ]) {
      const kept = keptOf(body, { 'ce-id': '1' })
      expect([...messageOf(kept).body]).toEqual([...body])
      expect(messageOf(kept).headers).toEqual({ 'ce-id': '1' })
    }
    expect(keptOf(bytes('{'))).toEqual({ subject, headers: {}, body: '{', encoding: 'text' })
  })

  it('fits into an event of ours, whatever it holds', () => {
    for (const body of [
      new Uint8Array(messageMaxBytes),
      bytes('"'.repeat(messageMaxBytes)),
      bytes('é'.repeat(messageMaxBytes / 2)),
    ]) {
      const event = refusalOf(
        { subject, headers: {}, body },
        { workspace: 'acme', reasons: Array(500).fill('x'.repeat(5000)) },
      )
      expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(defaultLimits.eventMaxBytes)
    }
  })

  it('is one actor however often it comes, and another with other content', () => {
    const one = refusalOf({ subject, headers: {}, body: bytes('{') }, refused)
    expect(refusalOf({ subject, headers: {}, body: bytes('{') }, { ...refused, reasons: ['other words'] }).to).toBe(
      one.to,
    )
    expect(one.id).toBe('refused')
    expect(refusalOf({ subject, headers: {}, body: bytes('{{') }, refused).to).not.toBe(one.to)
    expect(refusalOf({ subject, headers: { a: 'b' }, body: bytes('{') }, refused).to).not.toBe(one.to)
  })

  it('is shown as the JSON a person mends, from both modes and from what is neither', () => {
    expect(draftOf(keptOf(bytes('{"id":"1"}')))).toBe('{\n  "id": "1"\n}')
    expect(draftOf(keptOf(bytes('{"id":')))).toBe('{"id":')
    const headers = { 'ce-id': '1', 'ce-source': '/crm', 'ce-type': 't%20t', 'ce-specversion': '1.0', other: 'x' }
    expect(JSON.parse(draftOf(keptOf(bytes('{"name":"Asha"}'), headers)))).toEqual({
      specversion: '1.0',
      id: '1',
      source: '/crm',
      type: 't t',
      data: { name: 'Asha' },
    })
    const { 'ce-id': _, ...without } = headers
    expect(JSON.parse(draftOf(keptOf(bytes('{"name"'), without)))).toMatchObject({ source: '/crm', data: '{"name"' })
  })

  it('tells who sent it under which id, where that can be read', () => {
    expect(originOf(keptOf(bytes('{"id":"1","source":"/crm","type":7}')))).toEqual({ source: '/crm', id: '1' })
    expect(originOf(keptOf(bytes('{'), { 'ce-id': '1' }))).toEqual({ id: '1' })
    expect(originOf(keptOf(bytes('[]')))).toEqual({})
  })
})
