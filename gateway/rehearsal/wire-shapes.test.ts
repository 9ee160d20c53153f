import { describe, expect, it } from 'vitest'
import type { NewLead } from './leads.ts'
import type { NewPerson } from './people.ts'
import { referenceSends, referenceWebhooks } from './testing/reference-payloads.ts'
import { fieldsOf, startHouse, type RehearsalHouse } from './testing/rehearsal-house.ts'

const ana = { name: 'Ana Ruiz', phone: '34600111222' }
const userId = 'ES.13491208655302741918'
const anaHidden = { name: 'Ana Ruiz', userId, username: '@anaruiz' }
const anaBoth = { ...ana, userId }
const interactive = { to: ana.phone, type: 'interactive' }

type Example = keyof typeof referenceWebhooks

/** What is done in the emulator so that the example's webhook goes out. */
const scenes: {
  readonly [example in Example]: { readonly person?: NewPerson; readonly run: (house: RehearsalHouse) => unknown }
} = {
  text: { run: (house) => anaOf(house).says('Is the 2-bed on Elm St still available?') },
  referral: { run: (house) => anaOf(house).says('Hi, I saw your ad', { referral }) },
  username: { person: anaHidden, run: ({ meta }) => meta.phone(userId).says('Hola') },
  button_reply: {
    run: async (house) => {
      const buttons = [{ type: 'reply', reply: { id: 'slot:2026-12-01T10', title: 'Tue 10:00' } }]
      await arrive(house, {
        ...interactive,
        interactive: { type: 'button', body: { text: 'When?' }, action: { buttons } },
      })
      anaOf(house).taps('slot:2026-12-01T10')
    },
  },
  list_reply: {
    run: async (house) => {
      await arrive(house, JSON.parse(referenceSends.list))
      anaOf(house).taps('Elm St 4B')
    },
  },
  button: {
    run: async (house) => {
      const parameters = ['Ana', 'Elm St 4B'].map((text) => ({ type: 'text', text }))
      const payload = [{ type: 'payload', payload: 'STOP_PROMOTIONS' }]
      const components = [
        { type: 'header', parameters: [] },
        { type: 'body', parameters },
        { type: 'button', sub_type: 'quick_reply', index: 1, parameters: payload },
      ]
      await arrive(house, {
        to: ana.phone,
        type: 'template',
        template: { name: 'new_listing', language: { code: 'en' }, components },
      })
      anaOf(house).taps('Stop promotions')
    },
  },
  location: {
    run: (house) =>
      anaOf(house).sendsLocation({
        latitude: 37.44221496582,
        longitude: -122.16165924072,
        name: 'Riverside Park',
        address: '1 River Rd',
        url: 'https://example.com/park',
      }),
  },
  image: { run: (house) => anaOf(house).sendsImage(Buffer.from('a picture'), { caption: 'My current flat' }) },
  audio: { run: (house) => anaOf(house).sendsFile('voice', Buffer.from('a voice')) },
  reaction: { run: (house) => anaOf(house).reacts('wamid.OUT-9', '👍') },
  contacts: { run: (house) => anaOf(house).sendsContact('Leo Ruiz', '+34 600 333 444') },
  unsupported: { run: (house) => anaOf(house).sendsUnsupported() },
  system: { run: (house) => anaOf(house).changesNumber('34600999888') },
  delivered: {
    run: (house) => arrive(house, { ...JSON.parse(referenceSends.text), biz_opaque_callback_data: 'msg_01J8Z7' }),
  },
  failed: { run: ({ graph }) => graph('POST', '106540352242922/messages', JSON.parse(referenceSends.text)) },
  errors: { run: ({ meta }) => meta.announceOnNumber('messages', { errors: [rateLimitHit] }) },
  preference: { person: anaBoth, run: (house) => anaOf(house).stopsMarketing() },
  template: {
    run: ({ meta }) => {
      const body = { type: 'BODY', text: 'Book a viewing' } as const
      const { id } = meta.addTemplate({
        name: 'viewing_reminder',
        language: 'pt',
        category: 'UTILITY',
        components: [body],
      })
      meta.setTemplateStatus(id, 'REJECTED')
    },
  },
  echo: {
    person: anaBoth,
    run: (house) => anaOf(house).businessReplies('Hi Ana, this is Marta, I can show it today'),
  },
  lead: { run: ({ meta }) => meta.submitLead(filledIn) },
}

describe('webhooks have the form of the reference', () => {
  it.each(keysOf(scenes))('%s', async (example) => {
    const { person = ana, run } = scenes[example]
    const house = await startHouse({ people: [person] })
    await run(house)
    await house.meta.idle()
    const wanted = formOf(JSON.parse(referenceWebhooks[example]))
    const forms = house.listener.heard.map(({ body }) => formOf(body))
    expect(forms).toContainEqual(wanted)
  })
})

describe('messages of the reference', () => {
  it.each(keysOf(referenceSends))('%s is taken', async (name) => {
    const house = await startHouse({ people: [ana] })
    const sent = { ...fieldsOf(JSON.parse(referenceSends[name])) }
    anaOf(house).says('Hello')
    if (name === 'image') sent['image'] = { id: await uploaded(house), caption: 'Living room' }
    const { status, body } = await house.graph('POST', '106540352242922/messages', sent)
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        messaging_product: 'whatsapp',
        contacts: [{ input: '34600111222', wa_id: '34600111222' }],
        messages: [{ id: expect.stringMatching(/^wamid\./), message_status: 'accepted' }],
      },
    })
    await expect(anaOf(house).arrival()).resolves.toMatchObject({ type: sent['type'], status: 'delivered' })
  })
})

/** Values that are made anew each time. */
const made = new Set([
  'id',
  'message_id',
  'timestamp',
  'sha256',
  'time',
  'created_time',
  'leadgen_id',
  'message_template_id',
])
/** Values that differ between the example and what is done here, and stand for one of several. */
const chosen = new Set(['billable', 'message_template_language', 'href', 'rejection_info'])

/** The value with only the kind of what is made anew; numbers and strings stay apart. */
function formOf(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((each) => formOf(each))
  if (key === 'pricing') return Object.keys(fieldsOf(value)).toSorted()
  if (typeof value === 'object' && value !== null) {
    // An echo's contacts came with user ids; the reason of a rejection is one example of many.
    const entries = Object.entries(value).filter(
      ([name]) => name !== 'rejection_info' && !(name === 'contacts' && 'message_echoes' in value),
    )
    return Object.fromEntries(entries.map(([name, each]) => [name, formOf(each, name)]))
  }
  const isButtonId = typeof value === 'string' && /^(slot|prop):/.test(value)
  return (made.has(key) && !isButtonId) || chosen.has(key) ? typeof value : value
}

const referral = {
  source_url: 'https://fb.me/abc',
  source_id: '120226305854810726',
  source_type: 'ad',
  headline: 'New flats in Riverside',
  body: 'From 210k. Book a viewing.',
  media_type: 'image',
  image_url: 'https://example.com/ad.jpg',
  ctwa_clid: 'CLID-1',
  welcome_message: { text: 'Hi! How can we help?' },
} as const

const rateLimitHit = {
  code: 130429,
  title: 'Rate limit hit',
  message: 'Rate limit hit',
  error_data: {
    details:
      'Message failed to send because there were too many messages sent from this phone number in a short period of time',
  },
  href: '/docs/whatsapp/cloud-api/support/error-codes/',
}

const filledIn: NewLead = {
  fields: [{ name: 'full_name', values: ['Ana Ruiz'] }],
  disclaimers: [],
  platform: 'ig',
  from: 'advertisement',
}

function anaOf({ meta }: RehearsalHouse): ReturnType<RehearsalHouse['meta']['phone']> {
  return meta.phone(ana.phone)
}

/** The customer writes, the message is sent, and it is on the phone. */
async function arrive(house: RehearsalHouse, message: object): Promise<void> {
  anaOf(house).says('Hello')
  await house.graph('POST', '106540352242922/messages', { messaging_product: 'whatsapp', ...message })
  await anaOf(house).arrival()
}

async function uploaded({ meta }: RehearsalHouse): Promise<unknown> {
  const form = new FormData()
  form.set('messaging_product', 'whatsapp')
  form.set('type', 'image/jpeg')
  form.set('file', new Blob(['a picture'], { type: 'image/jpeg' }), 'room.jpg')
  const answer = await fetch(`${meta.url}/v24.0/106540352242922/media`, {
    method: 'POST',
    headers: { authorization: 'Bearer an-access-token' },
    body: form,
  })
  return fieldsOf(await answer.json())['id']
}

function keysOf<Name extends string>(record: { readonly [name in Name]: unknown }): readonly Name[] {
  return Object.keys(record).filter((name): name is Name => name in record)
}
