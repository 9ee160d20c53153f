import { afterEach, describe, expect, it } from 'vitest'
import { addressOf, type Address } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import { contactId } from '#machines/contact-writing.ts'
import { member } from '../../testing/test-clients.ts'
import { startTestHouse, until, type TestHouse } from '../../testing/test-house.ts'
import { startWhatsAppHouse } from '../../testing/whatsapp-house.ts'
import { openSmsDesk, smsNumber, type SmsDesk } from './testing/sms-desk.ts'
import { twilioSignature } from './twilio-signature.ts'

const ana = '+34600111222'
const id = contactId('sms', smsNumber.account, ana)
const conversation = addressOf('acme', 'conversation', id)
const ending: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end()
})

interface Scene extends SmsDesk {
  readonly house: TestHouse
}

async function start(): Promise<Scene> {
  const desk = await openSmsDesk()
  ending.push(() => desk.close())
  const house = await startTestHouse(desk)
  ending.push(() => house.stop())
  desk.reachedAt(`http://127.0.0.1:${house.port}`)
  return { ...desk, house }
}

async function facts({ house }: { readonly house: TestHouse }, of: Address, type: string): Promise<readonly Fact[]> {
  return (await house.runtime.journal.facts(0, 5000, of)).filter((each) => each.type === type)
}

/** Resolves when nobody has anything left to do. */
async function quiet({ house }: { readonly house: TestHouse }): Promise<void> {
  await until(
    async () => {
      const before = house.runtime.stats()
      await new Promise((resolve) => setTimeout(resolve, 30))
      const later = house.runtime.stats()
      const left = before.inboxLag + before.pendingEffects + later.inboxLag + later.pendingEffects
      return before.steps === later.steps && left === 0
    },
    (is) => is,
  )
}

async function sent({ twilio }: Scene, count: number) {
  await until(
    () => twilio.posted.length,
    (length) => length >= count,
  )
  const message = twilio.posted[count - 1]
  if (message === undefined) throw new Error('nothing was sent')
  return message
}

describe('SMS, against a server that speaks Twilio’s API', () => {
  it('a customer writes, the assistant answers, and the reports come back', async () => {
    const scene = await start()
    expect((await scene.says(ana, 'Is the 2-bed still available?')).status).toBe(200)
    const answer = await sent(scene, 1)
    expect(Object.fromEntries(answer.form)).toMatchObject({
      To: ana,
      From: smsNumber.account,
      Body: 'You said: Is the 2-bed still available?',
    })
    for (const status of ['queued', 'delivered', 'sent'])
      expect((await scene.twilio.report(answer, status)).status).toBe(200)
    await quiet(scene)
    expect((await facts(scene, conversation, 'receipts-changed')).at(-1)?.data).toEqual({ deliveredTo: 2, readTo: 0 })
    const [introduced] = await facts(scene, conversation, 'contact-introduced')
    expect(introduced?.data).toMatchObject({ channel: 'sms', reach: { account: smsNumber.account, phone: ana } })
    const [lead] = await facts(scene, addressOf('acme', 'lead', id), 'lead-captured')
    expect(lead?.data).toMatchObject({ profile: { phone: ana, source: 'sms' } })
  })

  it('what is not signed, or for another dispatch than was signed for, is refused; so is all of a workspace without a number', async () => {
    const scene = await start()
    const form = { MessageSid: 'SMx', From: ana, To: smsNumber.account, Body: 'Hello' }
    const webhook = `http://127.0.0.1:${scene.house.port}/webhooks/sms/acme`
    expect((await scene.twilio.tell(webhook, form, 'another-token')).status).toBe(401)
    expect((await fetch(webhook, { method: 'POST', body: new URLSearchParams(form) })).status).toBe(401)
    expect((await scene.twilio.tell(webhook.replace('acme', 'globex'), form)).status).toBe(401)
    await scene.says(ana, 'Hello')
    const answer = await sent(scene, 1)
    const callback = answer.form.get('StatusCallback') ?? ''
    expect((await scene.twilio.report(answer, 'sent')).status).toBe(200)
    // Signed for one address and posted to another.
    const elsewhere = callback.replace('%3A2', '%3A1')
    expect(elsewhere).not.toBe(callback)
    const told = { MessageSid: answer.sid, MessageStatus: 'delivered', From: smsNumber.account }
    const refused = await fetch(elsewhere, {
      method: 'POST',
      body: new URLSearchParams(told),
      headers: { 'x-twilio-signature': twilioSignature(callback, Object.entries(told), smsNumber.authToken) },
    })
    expect(refused.status).toBe(401)
  })

  it('the same message told twice is one, and what can not be taken in is kept with its reason', async () => {
    const scene = await start()
    for (const text of ['Hello', 'Hello']) await scene.says(ana, text, { MessageSid: 'SMonce' })
    await scene.says(ana, 'Hello', { To: '+15550000000' })
    await sent(scene, 1)
    await quiet(scene)
    expect((await facts(scene, conversation, 'message-added')).map(({ data }) => data['text'])).toEqual([
      'Hello',
      'You said: Hello',
    ])
    const refused = await scene.house.runtime.journal.facts(0, 5000)
    const [kept] = refused.filter(({ type }) => type === 'event-refused')
    expect(JSON.stringify(kept?.data)).toContain('is not connected to this workspace')
  })

  it('an answer of the provider’s that is lost is settled by the report at our own address, and nothing is sent twice', async () => {
    const scene = await start()
    scene.twilio.trouble('lost')
    await scene.says(ana, 'Hello')
    const message = await sent(scene, 1)
    await quiet(scene)
    const dispatch = addressOf('acme', 'dispatch', `${id}:2`)
    expect((await facts(scene, dispatch, 'dispatch-changed')).at(-1)?.data['status']).toBe('unknown')
    await scene.twilio.report(message, 'sent')
    await quiet(scene)
    expect((await facts(scene, dispatch, 'dispatch-changed')).at(-1)?.data['status']).toBe('sent')
    expect(scene.twilio.posted).toHaveLength(1)
  })

  it('a number that is gone is not written to again until it writes', async () => {
    const scene = await start()
    await scene.says(ana, 'Hello')
    await scene.twilio.report(await sent(scene, 1), 'undelivered', { ErrorCode: '30005' })
    await quiet(scene)
    const [failed] = (await facts(scene, conversation, 'delivery-changed')).toReversed()
    expect(failed?.data).toMatchObject({ n: 2, status: 'failed', reason: 'There is no such number any more.' })
    const priya = await member(scene.house, { name: 'Priya' })
    await priya.command({ type: 'take-over', conversation })
    await priya.command({ type: 'message.send', conversation, clientId: 'm1', text: 'Are you there?' })
    await quiet(scene)
    expect(scene.twilio.posted).toHaveLength(1)
    await scene.says(ana, 'Yes!')
    await quiet(scene)
    await priya.command({ type: 'message.send', conversation, clientId: 'm2', text: 'Good' })
    expect((await sent(scene, 2)).form.get('Body')).toBe('Good')
    priya.close()
  })

  it.each([
    ['a word carriers know', 'CANCEL', {}],
    ['what the provider took for a stop', 'no gracias', { OptOutType: 'STOP' }],
  ])('[M38] after %s nothing goes out', async (_, text, more) => {
    const scene = await start()
    await scene.says(ana, 'Hello')
    await sent(scene, 1)
    await quiet(scene)
    await scene.says(ana, text, more)
    await quiet(scene)
    const priya = await member(scene.house, { name: 'Priya' })
    await priya.command({ type: 'take-over', conversation })
    await priya.command({ type: 'message.send', conversation, clientId: 'm1', text: 'Are you sure?' })
    await quiet(scene)
    expect(scene.twilio.posted).toHaveLength(1)
    expect((await facts(scene, conversation, 'delivery-changed')).at(-1)?.data['reason']).toMatch(/said stop/)
    priya.close()
  })

  it('[M38] STOP by SMS silences WhatsApp too: it is one person', async () => {
    const desk = await openSmsDesk()
    ending.push(() => desk.close())
    const started = await startWhatsAppHouse({ channelDesks: desk.channelDesks, senders: desk.senders })
    ending.push(() => started.stop())
    const { house, meta } = started
    desk.reachedAt(`http://127.0.0.1:${house.port}`)
    const phone = meta.phone(ana.slice(1))
    phone.says('Hello')
    await phone.arrival()
    await quiet({ house })
    await desk.says(ana, 'Hello by SMS')
    await sent({ ...desk, house }, 1)
    await desk.says(ana, 'STOP')
    await quiet({ house })
    const there = addressOf('acme', 'conversation', contactId('whatsapp', '106540352242922', ana.slice(1)))
    const priya = await member(house, { name: 'Priya' })
    await priya.command({ type: 'take-over', conversation: there })
    await priya.command({ type: 'message.send', conversation: there, clientId: 'm1', text: 'One more thing' })
    await quiet({ house })
    expect(phone.inbox()).toHaveLength(1)
    expect((await facts({ house }, there, 'delivery-changed')).at(-1)?.data['reason']).toMatch(/said stop/)
    priya.close()
  })
})
