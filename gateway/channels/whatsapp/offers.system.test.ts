import { afterEach, describe, expect, it } from 'vitest'
import type { Address } from '#runtime/address.ts'
import type { LeadProfile } from '#machines/lead-contract.ts'
import { member, type TestMember } from '../../testing/test-clients.ts'
import { until } from '../../testing/test-house.ts'
import { addressFor, factsOf, quiet, transcriptOf } from '../../testing/whatsapp-scene.ts'
import { firstPeople } from '../../rehearsal/people.ts'
import { startWhatsAppHouse, type WhatsAppHouse } from '../../testing/whatsapp-house.ts'

const ana = '34600111222'
/** Known by a username and an id, without a number. */
const mei = firstPeople.find(({ username }) => username === '@meitan')?.userId ?? ''
const conversation = addressFor('conversation', ana)
let scene: WhatsAppHouse
let priya: TestMember

afterEach(async () => {
  priya.close()
  await scene.stop()
})

/** A customer has written, and Priya has the conversation open as hers. */
async function owned(key = ana, name = ana): Promise<Address> {
  scene = await startWhatsAppHouse()
  scene.meta.phone(name).says('Hello')
  await scene.meta.phone(name).arrival()
  await quiet(scene)
  priya = await member(scene.house, { name: 'Priya' })
  const talk = addressFor('conversation', key)
  await priya.command({ type: 'conversation.open', conversation: talk, after: 0 })
  await priya.command({ type: 'take-over', conversation: talk })
  return talk
}

let sent = 0

function send(offer: object, talk: Address = conversation): Promise<unknown> {
  return priya.raw({ type: 'message.send', conversation: talk, clientId: `o${sent++}`, text: '', offer })
}

/** The message of the phone that answers or is answered, when it has arrived. */
function arrived(words: string): ReturnType<ReturnType<WhatsAppHouse['meta']['phone']>['arrival']> {
  return scene.meta.phone(ana).arrival(({ content }) => JSON.stringify(content).includes(words))
}

async function lastOf(talk: Address = conversation) {
  await quiet(scene)
  return (await transcriptOf(scene, talk)).at(-1)
}

describe('a member sends more than words on WhatsApp', () => {
  it('asks where something is, and is answered with a place that quotes the question', async () => {
    await owned()
    await send({ kind: 'location-request', text: 'Where should we meet?' })
    const question = await arrived('location_request_message')
    scene.meta.phone(ana).sendsLocation({ latitude: 37.44, longitude: -122.16 }, { replyTo: question.id })
    expect(await lastOf()).toMatchObject({
      author: { kind: 'customer' },
      replyTo: question.id,
      attachments: [{ kind: 'location', latitude: 37.44, longitude: -122.16 }],
    })
  })

  it('sends a place, a link and a form, whose answers come back; the form is remembered, and limits are told', async () => {
    await owned()
    await send({ kind: 'location', latitude: 12.97, longitude: 77.75, name: 'Palm Grove', address: 'Whitefield' })
    expect((await arrived('Palm Grove')).type).toBe('location')
    await send({ kind: 'link', text: 'Brochure', label: 'Open it', url: 'https://example.com/b/88' })
    await arrived('cta_url')
    const form = { kind: 'flow', text: 'What do you look for?', label: 'Tell us', flowId: '1197715005513101' } as const
    await send(form)
    const question = await arrived('flow_token')
    scene.meta.phone(ana).fillsForm({ city: 'Pune' }, { replyTo: question.id })
    expect(await lastOf()).toMatchObject({ attachments: [{ kind: 'form', answers: { city: 'Pune' } }] })
    expect(await priya.command({ type: 'form.list' })).toMatchObject([
      { flowId: '1197715005513101', label: 'Tell us', text: 'What do you look for?' },
    ])
    const long = { ...form, label: 'Far too long for a button' }
    expect(await send(long)).toMatchObject({ error: { code: 'invalid', message: expect.stringContaining('20') } })
    expect(await send({ kind: 'link', text: 'x', label: 'y', url: 'javascript:1' })).toMatchObject({
      error: { code: 'invalid' },
    })
    expect(await send({ kind: 'contact-request', text: 'Your number?' })).toMatchObject({
      error: { code: 'invalid', message: expect.stringContaining('known already') },
    })
  })

  it('asks somebody with a username for their number, and they are one person with it from then on', async () => {
    const talk = await owned(mei, mei)
    const phone = scene.meta.phone(mei)
    await send({ kind: 'contact-request', text: 'May we call you?' }, talk)
    const question = await phone.arrival(({ content }) => JSON.stringify(content).includes('request_contact_info'))
    phone.sendsContact('Mei Tan', '+65 9123 4567', { request: question.id })
    await quiet(scene)
    const known = (profile: Partial<LeadProfile> | undefined): boolean => profile?.phone === '+6591234567'
    const told = (await factsOf(scene, talk, 'customer-identified')).map(({ data }) => data as Partial<LeadProfile>)
    expect(told.some(known)).toBe(true)
    // Meta names her by the id alone as before: she stays reached by both.
    phone.says('And when can I see it?')
    await quiet(scene)
    expect((await factsOf(scene, talk, 'contact-introduced')).at(-1)?.data).toMatchObject({
      reach: { phone: '6591234567', userId: mei },
    })
    await priya.command({ type: 'message.send', conversation: talk, clientId: 'm1', text: 'On Tuesday' })
    await phone.arrival(({ content }) => JSON.stringify(content).includes('On Tuesday'))
  })

  it('reacts, thinks better of it and takes it back; the phone shows it, and no bubble is added', async () => {
    await owned()
    const phone = scene.meta.phone(ana)
    const [hello] = phone.transcript()
    const before = (await transcriptOf(scene, conversation)).length
    const onPhone = (emoji: string | undefined) =>
      until(
        async () => phone.transcript().find(({ id }) => id === hello?.id)?.reactions.business,
        (shown) => shown === emoji,
      )
    await priya.command({ type: 'message.react', conversation, n: 1, emoji: '👍' })
    await onPhone('👍')
    await priya.command({ type: 'message.react', conversation, n: 1, emoji: '❤️' })
    await onPhone('❤️')
    const marks = await priya.frame(
      'conversation.marks',
      ({ marks: { given = [] } }) => given[0]?.emoji === '❤️' && given[0].status === 'sent',
    )
    expect(marks.marks.given).toEqual([{ to: hello?.id, emoji: '❤️', name: 'Priya', status: 'sent' }])
    await priya.command({ type: 'message.react', conversation, n: 1, emoji: '' })
    await onPhone(undefined)
    await quiet(scene)
    expect(await transcriptOf(scene, conversation)).toHaveLength(before)
    expect(await priya.raw({ type: 'message.react', conversation, n: 2, emoji: '👍' })).toMatchObject({
      error: { code: 'invalid' },
    })
    expect(await priya.raw({ type: 'message.react', conversation, n: 1, emoji: 'nice' })).toMatchObject({
      error: { message: 'A reaction is one emoji.' },
    })
    const ravi = await member(scene.house, { name: 'Ravi' })
    expect(await ravi.raw({ type: 'message.react', conversation, n: 1, emoji: '👍' })).toMatchObject({
      error: { code: 'refused', refusal: { code: 'not-owner' } },
    })
    ravi.close()
  })

  it('a reaction that the provider refuses is shown as failed, with why', async () => {
    await owned()
    scene.meta.press('window-closed')
    await priya.command({ type: 'message.react', conversation, n: 1, emoji: '👍' })
    const failed = await priya.frame('conversation.marks', ({ marks: { given = [] } }) => given[0]?.status === 'failed')
    expect(failed.marks.given?.[0]).toMatchObject({ emoji: '👍', reason: expect.any(String) })
  })
})
