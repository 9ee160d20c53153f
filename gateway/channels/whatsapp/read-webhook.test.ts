import { describe, expect, it } from 'vitest'
import type { Json } from '#runtime/json.ts'
import { readWebhook } from './read-webhook.ts'
import {
  account,
  ana,
  business,
  change,
  deliveries,
  delivery,
  messages,
  messagesDelivery,
  metaError,
  onTheWire,
  preference,
  statusUpdate,
  templateStatus,
  textMessage,
} from './testing/payloads.ts'
import { problemsOf } from './testing/well-formed.ts'

const read = (body: Json) => readWebhook(onTheWire(body))
const kinds = (body: Json) => read(body).map((each) => each.kind)

describe('a delivery', () => {
  it.each(deliveries.map((each) => [onTheWire(each)]))('is understood whole: %.300s', (text) => {
    const updates = readWebhook(text)
    expect(updates.length).toBeGreaterThan(0)
    expect(updates.filter((each) => each.kind === 'unread')).toEqual([])
    expect(problemsOf(updates)).toEqual([])
  })

  it('of mixed messages, statuses and unknown fields is read in full', () => {
    const mixed = delivery(
      change({ contacts: [ana], messages: [textMessage('1', { new_field: { deep: [1] } }), 7, textMessage('2')] }),
      change({ statuses: [statusUpdate('sent'), { status: 'sent' }, statusUpdate('read')], new_list: [1] }),
      { field: 'invented', value: { messages: [] } },
      change({ user_preferences: [preference('stop')] }, 'user_preferences'),
      templateStatus('PAUSED'),
    )
    expect(kinds({ ...mixed, new_top: true })).toEqual([
      'message',
      'unread',
      'message',
      'status',
      'unread',
      'status',
      'unread',
      'preference',
      'template',
    ])
  })

  it('of a thousand messages is read in their order', () => {
    const many = Array.from({ length: 1000 }, (_, n) => textMessage(`${n}`, { id: `wamid.${n}` }))
    expect(read(messagesDelivery(...many)).map((each) => 'text' in each && each.text)).toEqual(
      many.map((_, n) => `${n}`),
    )
  })

  it('may hold several entries, and a broken one takes none of the others with it', () => {
    const good = { id: '2', changes: [change({ contacts: [ana], messages: [messages.text] })] }
    const body = { object: 'whatsapp_business_account', entry: [5, { id: '1' }, { changes: [] }, good] }
    expect(read(body)).toMatchObject([
      { kind: 'unread', business: '', raw: '5' },
      { kind: 'unread', business: '1', raw: '{"id":"1"}' },
      { kind: 'unread', business: '', raw: '{"changes":[]}' },
      { kind: 'message', business: '2' },
    ])
  })

  it('takes ids that come as numbers, and keeps those beyond 2^53 exactly', () => {
    const text = onTheWire(messagesDelivery(messages.text))
      .replace(`"${business}"`, '55459717045641545')
      .replace(`"${account}"`, account)
    expect(readWebhook(text)[0]).toMatchObject({ kind: 'message', business: '55459717045641545', account })
  })

  it('of errors of the number tells all of them', () => {
    const errors = [metaError(130429, 'Rate limit hit', 'Too many'), metaError(131031, 'Locked', 'Locked')]
    expect(read(delivery(change({ errors })))).toMatchObject([
      { kind: 'account-error', business, account, errors: [{ action: 'back-off' }, { action: 'stop-sender' }] },
    ])
    expect(kinds(delivery(change({ contacts: [ana], messages: [messages.text], errors })))).toEqual([
      'message',
      'account-error',
    ])
  })

  it('of a hundred thousand broken items is read to its end', () => {
    const entry = Array.from({ length: 100_000 }, () => 1)
    expect(read({ object: 'whatsapp_business_account', entry })).toHaveLength(100_000)
  })

  it('of nothing tells nothing', () => {
    expect(read({ object: 'whatsapp_business_account', entry: [] })).toEqual([])
    expect(read(delivery())).toEqual([])
    expect(read(messagesDelivery())).toEqual([])
  })

  it('with a list that is none loses nothing', () => {
    const updates = read(delivery(change({ messages: 'soon', statuses: statusUpdate('sent') })))
    expect(updates).toMatchObject([{ kind: 'unread', raw: '"soon"' }, { kind: 'status' }])
  })
})

describe('what is not understood', () => {
  it('is one unread with the text, when it is no JSON or of another object', () => {
    const page = '{"object":"page","entry":[]}'
    for (const raw of ['', 'no', '{"object":', 'null', '[]', '7', page, '{"object":"whatsapp_business_account"}']) {
      expect(readWebhook(raw)).toMatchObject([{ kind: 'unread', business: '', raw }])
    }
  })

  it('is a change without field or value, without our number, or with nothing in it', () => {
    const wrong = [
      { field: 'messages' },
      { value: {} },
      { field: 5, value: {} },
      { field: 'messages', value: { messages: [messages.text] } },
      change({}),
      change({ errors: [] }),
    ]
    for (const each of wrong) {
      expect(read(delivery(each))).toMatchObject([{ kind: 'unread', business, raw: JSON.stringify(each) }])
    }
  })

  it('is kept up to 32 KiB, in whole characters', () => {
    const [update] = readWebhook('ñ🏠'.repeat(20_000))
    const raw = update?.kind === 'unread' ? update.raw : ''
    expect(Buffer.byteLength(raw)).toBeLessThanOrEqual(32 * 1024)
    expect(Buffer.byteLength(raw)).toBeGreaterThan(32 * 1024 - 4)
    expect('ñ🏠'.repeat(20_000).startsWith(raw)).toBe(true)
  })

  it('is what is nested deeper than any message', () => {
    const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`
    const text = onTheWire(messagesDelivery(messages.text)).replace('"text":{', `"text":{"more":${deep},`)
    expect(readWebhook(text)).toMatchObject([{ kind: 'unread' }])
  })
})
