import { afterEach, describe, expect, it } from 'vitest'
import type { TranscriptMessage } from '#machines/conversation-contract.ts'
import { member } from '../../testing/test-clients.ts'
import { until } from '../../testing/test-house.ts'
import { startWhatsAppHouse, type WhatsAppHouse } from '../../testing/whatsapp-house.ts'
import { addressFor, dispatchFor, factsOf, post, quiet, transcriptOf, waysOf } from '../../testing/whatsapp-scene.ts'
import {
  change,
  delivery,
  message,
  messages,
  messagesDelivery,
  onTheWire,
  preference,
  statusUpdate,
  textMessage,
} from './testing/payloads.ts'

const ana = '34600111222'
const ravi = '919812345678'
let started: WhatsAppHouse | undefined

async function start(options: Parameters<typeof startWhatsAppHouse>[0] = {}): Promise<WhatsAppHouse> {
  started = await startWhatsAppHouse(options)
  return started
}

afterEach(async () => {
  await started?.stop()
  started = undefined
})

function now(): string {
  return String(Math.floor(Date.now() / 1000))
}

/** What customers said in a conversation. */
async function heardFrom(scene: WhatsAppHouse, key: string): Promise<readonly TranscriptMessage[]> {
  const said = await transcriptOf(scene, addressFor('conversation', key))
  return said.filter(({ author }) => author.kind === 'customer')
}

/** Posts messages of Ana's, each with an id and the time of now, and answers what of them is in the transcript. */
async function afterHearing(
  scene: WhatsAppHouse,
  ...items: readonly (typeof messages)[keyof typeof messages][]
): Promise<readonly TranscriptMessage[]> {
  const told = items.map((item, index) => ({ ...item, id: `wamid.IN-${index}`, timestamp: now() }))
  expect((await post(scene, onTheWire(messagesDelivery(...told)))).status).toBe(200)
  await quiet(scene)
  return heardFrom(scene, ana)
}

describe('the contract with Meta, coming in', () => {
  it('[6.15:4] a batch of messages, statuses, what is unknown and what is broken: each is taken by itself', async () => {
    const scene = await start()
    scene.meta.phone(ana).says('Hello')
    const { id } = await scene.meta.phone(ana).arrival()
    await quiet(scene)
    const manager = await member(scene.house, { name: 'Maya', role: 'manager' })
    const [timestamp, opaque] = [now(), dispatchFor(ana, 2)]
    const batch = delivery(
      change({
        contacts: [{ profile: { name: 'Ravi Nair', pronouns: 'he' }, wa_id: ravi, mood: 'good' }],
        messages: [
          { ...textMessage('Is it free?', { id: 'wamid.B1', timestamp }), from: ravi, weather: { sky: 'blue' } },
          { id: 'wamid.B2', timestamp, type: 'text', text: { body: 'from nobody' } },
        ],
        statuses: [statusUpdate('read', { id, timestamp, biz_opaque_callback_data: opaque, mood: 1 })],
        tomorrow: [],
      }),
      change({ surprise: true }, 'a_field_of_tomorrow'),
      change({ messages: [textMessage('And?', { id: 'wamid.B3', timestamp })] }),
    )
    expect((await post(scene, onTheWire(batch))).status).toBe(200)
    await quiet(scene)
    expect((await heardFrom(scene, ravi)).map(({ text }) => text)).toEqual(['Is it free?'])
    expect((await heardFrom(scene, ana)).map(({ text }) => text)).toEqual(['Hello', 'And?'])
    expect((await waysOf(scene, opaque)).at(-1)).toMatchObject({ status: 'read' })
    const { event } = await manager.frame('lead-event', ({ event: kept }) => kept.reasons.join().includes('nobody'))
    expect(event).toMatchObject({ subject: 'whatsapp' })
    manager.close()
  })

  it('[6.15:11] a system message, which names no contacts, moves the conversation to the new number', async () => {
    const scene = await start()
    const phone = scene.meta.phone(ana)
    phone.says('Hello')
    await phone.arrival()
    await quiet(scene)
    phone.changesNumber('34600999888')
    await quiet(scene)
    phone.says('I have a new number')
    await phone.arrival(({ content }) => JSON.stringify(content).includes('new number'))
    expect((await heardFrom(scene, ana)).map(({ text }) => text)).toEqual(['Hello', 'I have a new number'])
    const sent = scene.meta.calls().map(({ request }) => JSON.stringify(request ?? ''))
    expect(sent.findLast((each) => each.includes('recipient_type'))).toContain('34600999888')
  })

  it('[6.15:12] a location is one without its type, and without a name', async () => {
    const scene = await start()
    const { type: _, ...untyped } = message('location', { latitude: 37.44, longitude: -122.16 })
    const [heard] = await afterHearing(scene, untyped)
    expect(heard?.attachments).toMatchObject([{ kind: 'location', latitude: 37.44, longitude: -122.16 }])
  })

  it('[6.15:13] a row of a list is heard by its title, with a description or without', async () => {
    const scene = await start()
    const list_reply = { id: 'prop:91', title: 'Oak St 2A' }
    const bare = message('interactive', { type: 'list_reply', list_reply })
    const heard = await afterHearing(scene, messages.listReply, bare)
    expect(heard.map(({ text }) => text)).toEqual(['Elm St 4B', 'Oak St 2A'])
  })

  it('[6.15:14] what is unsupported, of an unknown type, ordered or taken back is shown to people, and answered as one turn', async () => {
    const scene = await start()
    const unknown = message('hologram', { of: 'a house' })
    const heard = await afterHearing(scene, messages.unsupported, unknown, messages.order, messages.text)
    expect(heard.map(({ attachments }) => (attachments ?? []).map(({ kind }) => kind))).toEqual([
      ['unsupported'],
      ['unsupported'],
      ['order'],
      [],
    ])
    expect(heard.at(2)?.text).toBe('These two please')
    const revoke = message('revoke', { original_message_id: 'wamid.IN-3' }, { id: 'wamid.R', timestamp: now() })
    await post(scene, onTheWire(messagesDelivery(revoke)))
    const [revoked] = await until(
      () => factsOf(scene, addressFor('conversation', ana), 'message-revoked'),
      (found) => found.length > 0,
    )
    expect(revoked?.data).toMatchObject({ n: heard.at(3)?.n })
  })

  it('[6.15:16] of stop and resume the later word counts, in whichever order they come', async () => {
    const scene = await start()
    const saidAt = Math.floor(Date.now() / 1000) - 100
    const said = async (from: string, value: 'stop' | 'resume', timestamp: number): Promise<void> => {
      const word = { ...preference(value, { wa_id: from, timestamp }), user_id: undefined }
      const contacts = [{ profile: { name: 'Ana' }, wa_id: from }]
      const body = JSON.parse(JSON.stringify({ contacts, user_preferences: [word] })) as { readonly contacts: [] }
      expect((await post(scene, onTheWire(delivery(change(body, 'user_preferences'))))).status).toBe(200)
      await quiet(scene)
    }
    await said('34600000001', 'stop', saidAt)
    await said('34600000001', 'resume', saidAt + 10)
    await said('34600000002', 'resume', saidAt + 10)
    await said('34600000002', 'stop', saidAt)
    await said('34600000003', 'stop', saidAt + 10)
    await said('34600000003', 'resume', saidAt)
    const outcomes = []
    for (const key of ['34600000001', '34600000002', '34600000003']) outcomes.push(await offered(scene, key))
    expect(outcomes).toEqual(['not refused', 'not refused', 'opted-out'])
  })
})

/** What the gate says to a campaign's message now: by night a yes is a hold. */
async function offered(scene: WhatsAppHouse, key: string): Promise<unknown> {
  const to = dispatchFor(key, 0)
  await scene.house.runtime.send({
    to,
    id: 'asked',
    event: {
      type: 'dispatch.asked',
      conversation: addressFor('conversation', key),
      lead: addressFor('lead', key),
      n: 0,
      epoch: 0,
      channel: 'whatsapp',
      reach: { account: '106540352242922', phone: key },
      content: {
        kind: 'template',
        name: 'offer',
        language: 'en',
        category: 'marketing',
        variables: [],
        preview: 'An offer',
      },
      purpose: 'marketing',
      sender: 'campaign',
    },
  })
  const lead = addressFor('lead', key)
  const [decided] = await until(
    () => factsOf(scene, lead, 'outreach-decided'),
    (found) => found.length > 0,
  )
  const decision = (decided?.data['decision'] ?? {}) as { readonly outcome?: string; readonly reason?: string }
  return decision.outcome === 'refuse' ? decision.reason : 'not refused'
}
