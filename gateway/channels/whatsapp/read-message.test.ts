import { describe, expect, it } from 'vitest'
import type { JsonObject } from '#runtime/json.ts'
import { without } from '../../read-models/shape.ts'
import { readWebhook } from './read-webhook.ts'
import {
  account,
  adReferral,
  ana,
  anaPhone,
  anaUserId,
  business,
  change,
  delivery,
  echo,
  message,
  messages,
  messagesDelivery,
  metaError,
  onTheWire,
  textMessage,
  usernameOnly,
} from './testing/payloads.ts'

const read = (each: JsonObject) => readWebhook(onTheWire(messagesDelivery(each)))[0]
const readAlone = (value: JsonObject, field?: string) => readWebhook(onTheWire(delivery(change(value, field))))[0]
const person = { phone: anaPhone, name: 'Ana Ruiz' }
const at = { business, account, sentAtMs: 1_790_000_000_000, person }
const media = { sha256: 'SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI=' }

describe('a message', () => {
  it('of text is read with who, when and where', () => {
    const text = 'Is the 2-bed on Elm St still available?'
    expect(read(messages.text)).toEqual({ kind: 'message', ...at, id: 'wamid.IN-text', text, attachments: [] })
  })

  it('keeps accents and emoji, and is cut to 4096 characters', () => {
    expect(read(textMessage('¿Precio? 🏠'))).toMatchObject({ text: '¿Precio? 🏠' })
    expect(read(textMessage('x'.repeat(4096)))).toMatchObject({ text: 'x'.repeat(4096) })
    expect(read(textMessage(`${'x'.repeat(4095)}🏠`))).toMatchObject({ text: 'x'.repeat(4095) })
  })

  it('with the card that answers our request for the number is the person’s own, and with any other card it is not', () => {
    const card = (more: JsonObject): JsonObject => ({
      name: { formatted_name: 'Ana Ruiz' },
      phones: [{ phone: '+34 600 111 222', wa_id: '34600111222' }],
      ...more,
    })
    const asked = card({ origin: 'contact_request' })
    expect(read(message('contacts', [asked]))).toMatchObject({ sharedPhone: '34600111222' })
    const without = card({ origin: 'contact_request', phones: [{ phone: '+34 600-111-222' }] })
    expect(read(message('contacts', [without]))).toMatchObject({ sharedPhone: '34600111222' })
    const national = card({ origin: 'contact_request', phones: [{ phone: '600 111 222' }] })
    for (const cards of [[card({})], [card({ origin: 'other' })], [asked, asked], [national]]) {
      expect(read(message('contacts', cards))).not.toHaveProperty('sharedPhone')
    }
  })

  it('says which message it answers', () => {
    expect(read(textMessage('Yes', { context: { from: '15550783881', id: 'wamid.OUT-9' } }))).toMatchObject({
      replyTo: 'wamid.OUT-9',
    })
    expect(read(textMessage('Look', { context: { forwarded: true } }))).not.toHaveProperty('replyTo')
  })

  it('keeps the ad it came from, with its click id', () => {
    expect(read(messages.fromAd)).toMatchObject({
      text: 'Hi, I saw your ad',
      referral: {
        sourceType: 'ad',
        sourceId: '120226305854810726',
        sourceUrl: 'https://fb.me/abc',
        headline: 'New flats in Riverside',
        body: 'From 210k. Book a viewing.',
        clickId: 'CLID-1',
      },
    })
    expect(read({ ...messages.image, referral: adReferral })).toMatchObject({ referral: { clickId: 'CLID-1' } })
    expect(read(textMessage('Hi', { referral: { ctwa_clid: 'CLID-2' } }))).toMatchObject({
      referral: { sourceType: 'unknown', sourceId: '', clickId: 'CLID-2' },
    })
    expect(read(textMessage('Hi', { referral: {} }))).not.toHaveProperty('referral')
  })

  it.each([
    ['buttonReply', 'Tue 10:00'],
    ['listReply', 'Elm St 4B'],
    ['templateButton', 'Stop promotions'],
  ] as const)('that is a %s reads as the words tapped', (name, text) => {
    expect(read(messages[name])).toMatchObject({ kind: 'message', text, attachments: [], replyTo: 'wamid.OUT-BTN' })
  })

  it('that is a list reply needs no description', () => {
    const reply = { type: 'list_reply', list_reply: { id: 'prop:91', title: 'Oak St 2A' } }
    expect(read(message('interactive', reply))).toMatchObject({ text: 'Oak St 2A' })
  })

  it('that is a form filled in has its answers as text, and none when they are no JSON', () => {
    const form = { kind: 'form', name: 'flow', answers: { move_in: 'March', rooms: '2', parking: 'true' } }
    expect(read(messages.formReply)).toMatchObject({ text: '', attachments: [form] })
    for (const response_json of ['{"a":', '[1]', 'null', 7]) {
      const reply = { type: 'nfm_reply', nfm_reply: { response_json } }
      expect(read(message('interactive', reply))).toMatchObject({ attachments: [{ ...form, answers: {} }] })
    }
    const exact = { type: 'nfm_reply', nfm_reply: { response_json: '{"id":55459717045641545,"of":["a"],"no":null}' } }
    expect(read(message('interactive', exact))).toMatchObject({
      attachments: [{ answers: { id: '55459717045641545', of: '["a"]', no: '' } }],
    })
  })

  it.each([
    ['image', 'My current flat', { kind: 'image', mediaId: '1003383421387256', mimeType: 'image/jpeg', ...media }],
    ['video', 'The view', { kind: 'video', mediaId: '1003383421387257', mimeType: 'video/mp4', ...media }],
    ['voice', '', { kind: 'voice', mediaId: '2003383421387256', mimeType: 'audio/ogg; codecs=opus', ...media }],
    ['audio', '', { kind: 'audio', mediaId: '2003383421387257', mimeType: 'audio/mpeg', ...media }],
    [
      'document',
      '',
      { kind: 'document', mediaId: '3003', mimeType: 'application/pdf', ...media, filename: 'plan.pdf' },
    ],
    ['sticker', '', { kind: 'sticker', mediaId: '4003', mimeType: 'image/webp', ...media }],
    [
      'location',
      '',
      {
        kind: 'location',
        latitude: 37.44221496582,
        longitude: -122.16165924072,
        name: 'Riverside Park',
        address: '1 River Rd',
        url: 'https://example.com/park',
      },
    ],
    ['contacts', '', { kind: 'contacts', contacts: [{ name: 'Leo Ruiz', phones: ['+34 600 333 444'] }] }],
    [
      'order',
      'These two please',
      { kind: 'order', items: [{ productId: 'SKU 1', quantity: 2, price: 30.5, currency: 'EUR' }] },
    ],
  ] as const)('with a %s has it as an attachment', (name, text, attachment) => {
    expect(read(messages[name])).toEqual({
      kind: 'message',
      ...at,
      id: messages[name].id,
      text,
      attachments: [attachment],
    })
  })

  it('with a location needs neither type nor name nor address', () => {
    const location = message('location', { latitude: 37.4, longitude: -122.1 })
    const attachments = [{ kind: 'location', latitude: 37.4, longitude: -122.1 }]
    expect(read(location)).toMatchObject({ kind: 'message', attachments })
    expect(read(without(location, 'type'))).toMatchObject({ kind: 'message', attachments })
    expect(read(message('location', { latitude: 91, longitude: 0 }))).toMatchObject({ kind: 'unread' })
    expect(read(message('location', { latitude: 0, longitude: -181 }))).toMatchObject({ kind: 'unread' })
  })

  it('that WhatsApp does not hand over is still one, and says why', () => {
    const reason = 'WhatsApp does not pass on this kind of message: ask for it in another form.'
    expect(read(messages.unsupported)).toMatchObject({
      kind: 'message',
      text: '',
      attachments: [{ kind: 'unsupported', what: reason }],
    })
    const tooLarge = { errors: [metaError(131052, 'Media download error', 'Too large')] }
    expect(read(message('document', {}, tooLarge))).toMatchObject({
      kind: 'message',
      attachments: [{ kind: 'unsupported', what: expect.stringContaining('file') }],
    })
  })

  it.each(['unknown', 'unsupported', 'poll', 'constructor', '__proto__'])(
    'of the type %s is still one: somebody wrote it',
    (type) => {
      const attachments = [{ kind: 'unsupported', what: type }]
      expect(read({ ...textMessage('x'), type })).toMatchObject({ kind: 'message', text: '', attachments })
    },
  )

  it('of a known type without its contents is unread', () => {
    const wrong = [
      message('text', {}),
      message('image', { mime_type: 'image/jpeg' }),
      message('contacts', []),
      message('order', { product_items: [{ quantity: 1 }] }),
      message('interactive', { type: 'nfm_reply' }),
      message('reaction', { emoji: '👍' }),
      message('revoke', {}),
      message('system', { type: 'user_changed_number' }),
      message('system', { type: 'something_new', wa_id: '34600999888' }),
    ]
    for (const each of wrong) expect(read(each)).toMatchObject({ kind: 'unread', business })
  })

  it('without a usable id, time or person is unread, with its own JSON', () => {
    const cases = [
      [without(messages.text, 'id'), 'it has no usable id'],
      [{ ...messages.text, id: '' }, 'it has no usable id'],
      [without(messages.text, 'timestamp'), 'it has no usable timestamp'],
      [{ ...messages.text, timestamp: 'soon' }, 'it has no usable timestamp'],
      [without(messages.text, 'from'), 'it names nobody, neither by phone nor by id'],
      [{ ...messages.text, from: 'Ana' }, 'it names nobody, neither by phone nor by id'],
    ] as const
    for (const [each, reason] of cases) {
      expect(read(each)).toEqual({ kind: 'unread', business, reason, raw: JSON.stringify(each) })
    }
  })
})

describe('a reaction', () => {
  it('names the message and the emoji', () => {
    expect(read(messages.reaction)).toEqual({
      kind: 'reaction',
      ...at,
      id: 'wamid.IN-reaction',
      to: 'wamid.OUT-9',
      emoji: '👍',
    })
  })

  it('without an emoji, or with an empty one, was taken back', () => {
    for (const more of [{}, { emoji: '' }]) {
      const reaction = message('reaction', { message_id: 'wamid.OUT-9', ...more })
      expect(read(reaction)).toMatchObject({ kind: 'reaction', emoji: '' })
    }
  })
})

it('a revocation names the message that was taken back', () => {
  expect(read(messages.revoke)).toMatchObject({ kind: 'revoked', id: 'wamid.IN-revoke', original: 'wamid.IN-text' })
})

describe('a person who moved', () => {
  const before = { phone: anaPhone }
  const moved = (each: JsonObject) => readAlone({ messages: [each] })

  it('to another number is told without contacts, in the new words and in the old', () => {
    const told = { kind: 'moved', person: before, now: { phone: '34600999888' } }
    expect(moved(messages.movedNumber)).toMatchObject(told)
    const old = message('system', { type: 'user_changed_number', new_wa_id: '34600999888' })
    expect(moved(old)).toMatchObject(told)
  })

  it('to another id is told without a number', () => {
    expect(moved(messages.movedUserId)).toMatchObject({ kind: 'moved', person: before, now: { userId: 'ES.2' } })
    const byId = { ...without(messages.movedUserId, 'from'), from_user_id: anaUserId }
    expect(moved(byId)).toMatchObject({ person: { userId: anaUserId }, now: { userId: 'ES.2' } })
  })
})

describe('the person of a message', () => {
  it('may have no phone', () => {
    expect(readWebhook(onTheWire(usernameOnly))[0]).toMatchObject({
      kind: 'message',
      text: 'Hola',
      person: { userId: anaUserId, name: 'Ana Ruiz', username: '@anaruiz' },
    })
  })

  it('is found among several contacts by phone or by id, and learns the other key', () => {
    const leo = { profile: { name: 'Leo' }, wa_id: '34600333444', user_id: 'ES.77' }
    const texts = [textMessage('1'), textMessage('2', { from: '34600333444' }), textMessage('3', { from: '34699' })]
    const byId = { ...without(textMessage('4'), 'from'), from_user_id: 'ES.77' }
    const updates = readWebhook(onTheWire(delivery(change({ contacts: [ana, leo], messages: [...texts, byId] }))))
    const known = { phone: '34600333444', userId: 'ES.77', name: 'Leo' }
    expect(updates.map((each) => 'person' in each && each.person)).toEqual([person, known, { phone: '34699' }, known])
  })

  it('has an id only of the published shape', () => {
    const withId = (from_user_id: string) => read(textMessage('x', { from_user_id }))
    for (const right of ['ES.1', 'US.ENT.a9', `IN.${'x'.repeat(128)}`]) {
      expect(withId(right)).toMatchObject({ person: { userId: right } })
    }
    for (const wrong of ['es.1', 'ESP.1', 'ES.', 'ES.a-b', `IN.${'x'.repeat(129)}`, '1']) {
      expect(withId(wrong)).toMatchObject({ person: { phone: anaPhone } })
      expect(withId(wrong)).not.toHaveProperty('person.userId')
    }
  })
})

describe('an echo', () => {
  const readEcho = (each: JsonObject, more: JsonObject = {}) =>
    readAlone({ message_echoes: [each], ...more }, 'smb_message_echoes')

  it('of what one of ours wrote on the phone names the customer', () => {
    expect(readEcho(echo('Hi Ana', { to_user_id: anaUserId }))).toEqual({
      kind: 'echo',
      business,
      account,
      id: 'wamid.ECHO-1',
      sentAtMs: 1_790_000_700_000,
      person: { phone: anaPhone, userId: anaUserId },
      text: 'Hi Ana',
      attachments: [],
    })
  })

  it('may have an empty `to`, and contacts', () => {
    const contacts = [{ profile: { name: 'Ana Ruiz' }, user_id: anaUserId }]
    const person = { userId: anaUserId, name: 'Ana Ruiz' }
    expect(readEcho(echo('Hi', { to: '', to_user_id: anaUserId }), { contacts })).toMatchObject({
      kind: 'echo',
      person,
    })
    expect(readEcho(echo('Hi', { to: '' }))).toMatchObject({ kind: 'unread' })
  })

  it('holds media as messages do; a reaction is none', () => {
    const image = { type: 'image', image: { id: '5', mime_type: 'image/png' } }
    expect(readEcho(echo('', image))).toMatchObject({ kind: 'echo', attachments: [{ kind: 'image', mediaId: '5' }] })
    expect(readEcho(echo('', { type: 'reaction', reaction: { message_id: 'x' } }))).toMatchObject({ kind: 'unread' })
  })
})
