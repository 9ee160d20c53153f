import { afterEach, describe, expect, it } from 'vitest'
import type { Address } from '#runtime/address.ts'
import type { TranscriptMessage } from '#machines/conversation-contract.ts'
import { createPassingClock } from '../../testing/passing-clock.ts'
import { member } from '../../testing/test-clients.ts'
import { until } from '../../testing/test-house.ts'
import { metaNumber, startWhatsAppHouse, type WhatsAppHouse } from '../../testing/whatsapp-house.ts'
import { addressFor, dispatchFor, factsOf, post, quiet, transcriptOf } from '../../testing/whatsapp-scene.ts'
import { signatureOf } from './signature.ts'
import { messagesDelivery, onTheWire, statusesDelivery, statusUpdate, textMessage } from './testing/payloads.ts'

const ana = '34600111222'
const conversation = addressFor('conversation', ana)
let started: WhatsAppHouse | undefined

async function start(options: Parameters<typeof startWhatsAppHouse>[0] = {}): Promise<WhatsAppHouse> {
  started = await startWhatsAppHouse(options)
  return started
}

afterEach(async () => {
  await started?.stop()
  started = undefined
})

function transcript(scene: WhatsAppHouse, of: Address = conversation): Promise<readonly TranscriptMessage[]> {
  return transcriptOf(scene, of)
}

describe('WhatsApp, against an emulator of Meta', () => {
  it('a customer writes, the assistant answers, and its ticks come back', async () => {
    const scene = await start()
    const phone = scene.meta.phone(ana)
    phone.says('Is the 2-bed still available?')
    const answer = await phone.arrival()
    expect(answer.content).toEqual({ text: { preview_url: false, body: 'You said: Is the 2-bed still available?' } })
    phone.reads()
    await quiet(scene)
    const receipts = await factsOf(scene, conversation, 'receipts-changed')
    expect(receipts.at(-1)?.data).toEqual({ deliveredTo: 2, readTo: 2 })
    const [opened] = await factsOf(scene, conversation, 'contact-introduced')
    expect(opened?.data).toMatchObject({ channel: 'whatsapp', name: 'Ana Ruiz', reach: { phone: ana } })
  })

  it('[6.15:1] the handshake answers the challenge to the right token alone', async () => {
    const { webhook } = await start()
    const asked = (token: string) =>
      fetch(`${webhook}?hub.mode=subscribe&hub.challenge=4711${token === '' ? '' : `&hub.verify_token=${token}`}`)
    const right = await asked('verify-me')
    expect([right.status, await right.text()]).toEqual([200, '4711'])
    expect((await asked('verify-you')).status).toBe(403)
    expect((await asked('')).status).toBe(403)
  })

  it('[6.15:2] what is not signed, or by somebody else, is refused before it is read; so is everything of a workspace without a secret', async () => {
    const scene = await start()
    const body = onTheWire(messagesDelivery(textMessage('¿Precio? 🏠')))
    expect((await post(scene, body, 'sha256=00')).status).toBe(401)
    expect((await post(scene, body, signatureOf(Buffer.from(body), 'another')))?.status).toBe(401)
    expect((await post({ ...scene, webhook: scene.webhook.replace('acme', 'globex') }, body)).status).toBe(401)
    expect((await post(scene, 'no json', 'sha256=00')).status).toBe(401)
    expect(await transcript(scene)).toEqual([])
    expect((await post(scene, body)).status).toBe(200)
  })

  it('[6.15:3] the same delivery a thousand times from eight workers is one message and one answer', async () => {
    const scene = await start()
    const timestamp = String(Math.floor(Date.now() / 1000))
    const body = onTheWire(messagesDelivery(textMessage('Hello', { id: 'wamid.ONCE', timestamp })))
    const worker = async (): Promise<void> => {
      for (let times = 0; times < 125; times++) expect((await post(scene, body)).status).toBe(200)
    }
    await Promise.all(Array.from({ length: 8 }, worker))
    await quiet(scene)
    expect((await transcript(scene)).map(({ author }) => author.kind)).toEqual(['customer', 'assistant'])
    expect(
      scene.meta.calls().filter(({ request }) => JSON.stringify(request ?? '').includes('recipient_type')),
    ).toHaveLength(1)
  })

  it('[6.15:5] a body of 3 MB is taken, a larger one is refused cleanly, and a delivery of a thousand is taken whole', async () => {
    const scene = await start()
    const many = Array.from({ length: 1000 }, (_, index) => statusUpdate('read', { id: `wamid.${index}` }))
    const body = onTheWire(statusesDelivery(...many))
    const padded = body.replace('"entry"', `"padding":"${'x'.repeat(3 * 1024 * 1024 - body.length - 20)}","entry"`)
    expect((await post(scene, padded)).status).toBe(200)
    const large = await post(scene, `${' '.repeat(4 * 1024 * 1024)}{}`)
    expect(large.status).toBe(413)
  })

  it('[6.15:15] a reply typed on the paired phone takes the conversation over, whatever the assistant was about to say', async () => {
    const answer = Promise.withResolvers<void>()
    const scene = await start({ answer: () => answer.promise.then(() => ({})) })
    const phone = scene.meta.phone(ana)
    phone.says('Can I see it today?')
    await until(
      () => factsOf(scene, conversation, 'turn-routed'),
      (found) => found.length > 0,
    )
    phone.businessReplies('Hi Ana, this is Marta, I can show it today')
    await until(
      () => factsOf(scene, conversation, 'taken-over'),
      (found) => found.length > 0,
    )
    answer.resolve()
    await quiet(scene)
    const said = await transcript(scene)
    expect(said.map(({ author }) => author.kind)).toEqual(['customer', 'system', 'member'])
    expect(phone.inbox()).toEqual([])
  })

  it('[6.15:10] somebody with a username only is answered, and is one person when their number shows later', async () => {
    const scene = await start()
    const mei = scene.meta.people().find(({ username }) => username === '@meitan')
    const phone = scene.meta.phone(mei?.id ?? '')
    phone.says('Hola')
    await phone.arrival()
    await quiet(scene)
    const talk = addressFor('conversation', mei?.userId ?? '')
    expect((await transcript(scene, talk)).map(({ author }) => author.kind)).toEqual(['customer', 'assistant'])
    // Meta names both once we know the number; then the number alone, as from an older phone.
    const timestamp = String(Math.floor(Date.now() / 1000))
    const both = { from: '6591234567', from_user_id: mei?.userId ?? '', timestamp }
    await post(scene, onTheWire(messagesDelivery(textMessage('Again', { id: 'wamid.BOTH', ...both }))))
    await quiet(scene)
    const phoneOnly = textMessage('And again', { id: 'wamid.PHONE', from: both.from, timestamp })
    await post(scene, onTheWire(messagesDelivery(phoneOnly)))
    await quiet(scene)
    const customers = (await transcript(scene, talk)).filter(({ author }) => author.kind === 'customer')
    expect(customers.map(({ text }) => text)).toEqual(['Hola', 'Again', 'And again'])
  })

  it('who is handed to the team hears that they wait, once', async () => {
    const handOff = { reason: 'asked-for-person', summary: 'wants a person' } as const
    const scene = await start({ answer: async () => ({ text: '', handOff }) })
    const phone = scene.meta.phone(ana)
    phone.says('I want to talk to a person')
    const told = await phone.arrival()
    expect(JSON.stringify(told.content)).toContain('A colleague of mine will answer you here.')
    await quiet(scene)
    expect(phone.inbox()).toHaveLength(1)
  })

  it('[6.15:19] an answer of Meta that is lost is settled by the status that carries our id, and nothing is sent twice', async () => {
    const scene = await start()
    scene.meta.press('answer-lost')
    const phone = scene.meta.phone(ana)
    phone.says('Hello')
    await phone.arrival()
    await quiet(scene)
    expect(phone.inbox()).toHaveLength(1)
    const last = (await factsOf(scene, conversation, 'delivery-changed')).at(-1)
    expect(last?.data).toMatchObject({ n: 2, status: 'sent' })
  })

  it('[6.15:25] a message that Meta holds is shown as held', async () => {
    const scene = await start()
    scene.meta.press('held')
    scene.meta.phone(ana).says('Hello')
    const dispatch = dispatchFor(ana, 2)
    const held = await until(
      async () => (await factsOf(scene, dispatch, 'dispatch-changed')).at(-1)?.data,
      (data) => data?.['status'] === 'held-by-provider',
    )
    expect(held?.['reason']).toBe('held_for_quality_assessment')
  })

  it('after STOP nothing goes out, not by the assistant, not by a member, until the customer writes again', async () => {
    const clock = createPassingClock(60_000)
    const scene = await start({ meta: { clock } })
    const phone = scene.meta.phone(ana)
    phone.says('Hello')
    await phone.arrival()
    await quiet(scene)
    clock.pass(10_000)
    phone.says('STOP')
    await quiet(scene)
    expect(phone.inbox()).toHaveLength(1)
    const priya = await member(scene.house, { name: 'Priya' })
    await priya.command({ type: 'take-over', conversation })
    await priya.command({ type: 'message.send', conversation, clientId: 'm1', text: 'Are you sure?' })
    await quiet(scene)
    expect(phone.inbox()).toHaveLength(1)
    expect((await factsOf(scene, conversation, 'delivery-changed')).at(-1)?.data['reason']).toMatch(/said stop/)
    clock.pass(10_000)
    phone.says('What does it cost?')
    await quiet(scene)
    await priya.command({ type: 'message.send', conversation, clientId: 'm2', text: '80 lakh' })
    await phone.arrival(({ content }) => JSON.stringify(content).includes('80 lakh'))
    priya.close()
  })

  it('[6.15:9] a status of a message nobody sent changes nothing, nor one that names a message of another number', async () => {
    const scene = await start()
    scene.meta.phone(ana).says('Hello')
    await scene.meta.phone(ana).arrival()
    await quiet(scene)
    const dispatch = dispatchFor(ana, 2)
    const before = (await factsOf(scene, dispatch, 'dispatch-changed')).length
    await post(scene, onTheWire(statusesDelivery(statusUpdate('failed', { id: 'wamid.NOBODY' }))))
    const foreign = onTheWire(
      statusesDelivery(statusUpdate('failed', { id: 'wamid.X', biz_opaque_callback_data: dispatch })),
    ).replace(metaNumber.account, '999')
    expect((await post(scene, foreign)).status).toBe(200)
    await quiet(scene)
    expect(await factsOf(scene, dispatch, 'dispatch-changed')).toHaveLength(before)
  })
})
