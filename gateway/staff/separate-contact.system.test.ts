import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addressOf, parseAddress } from '#runtime/address.ts'
import { identityId } from '#machines/contact-key.ts'
import { member, type TestMember } from '../testing/test-clients.ts'
import { until } from '../testing/test-house.ts'
import { startWhatsAppHouse, type WhatsAppHouse } from '../testing/whatsapp-house.ts'
import { addressFor, factsOf, quiet, transcriptOf } from '../testing/whatsapp-scene.ts'

const number = '919811122233'

describe('a number that somebody else has now', () => {
  let scene: WhatsAppHouse
  let maya: TestMember
  let old: ReturnType<typeof addressFor>
  beforeAll(async () => {
    scene = await startWhatsAppHouse()
    maya = await member(scene.house, { name: 'Maya', role: 'manager' })
    const phone = scene.meta.phone(number)
    phone.says('Is the flat in Whitefield still there?')
    await phone.arrival()
    await quiet(scene)
    old = addressFor('conversation', number)
  })
  afterAll(async () => {
    maya.close()
    await scene.stop()
  })

  it('[M59] brings a conversation and a lead of its own, and the old one is closed and silent', async () => {
    const agent = await member(scene.house, { name: 'Ana' })
    const wanted = { type: 'contact.separate', conversation: old } as const
    expect(await agent.raw(wanted)).toMatchObject({ error: { code: 'forbidden' } })
    agent.close()
    const before = await transcriptOf(scene, old)
    await maya.command(wanted)
    const phone = scene.meta.phone(number)
    phone.says('Hello, I am new here')
    await phone.arrival()
    await quiet(scene)

    const said = (await transcriptOf(scene, old)).slice(before.length)
    expect(said.map(({ author }) => author.kind)).toEqual(['system'])
    const [own] = await newConversation()
    expect((await transcriptOf(scene, own)).map(({ text }) => text)).toContain('Hello, I am new here')
    await maya.command({ type: 'reopen', conversation: old })
    await maya.command({ type: 'take-over', conversation: old })
    const late = { type: 'message.send', conversation: old, clientId: 'late', text: 'Still there?' } as const
    expect(await maya.raw(late)).toMatchObject({ error: { code: 'refused' } })
  })

  it('[M59] leaves the first lead without the number, and joins neither with the other', async () => {
    const [, own] = await newConversation()
    const leads = await until(
      () =>
        Promise.all(
          [old.replace('/conversation/', '/lead/'), own].map((lead) => maya.command({ type: 'lead.get', lead })),
        ),
      (both) => both.every(({ status }) => status === 'active'),
    )
    expect(leads.map(({ joined = [] }) => joined)).toEqual([[], []])
    expect(leads[0]?.apart).toMatchObject([{ lead: own, by: 'Maya' }])
    const identity = addressOf('acme', 'identity', identityId(`phone:+${number}`))
    await until(
      async () => (await scene.house.runtime.journal.facts(0, 100, identity)).at(-1)?.data['lead'],
      (owner) => owner === own,
    )
  })

  it('said twice is said once', async () => {
    const [own] = await newConversation()
    expect(await maya.raw({ type: 'contact.separate', conversation: old })).toMatchObject({
      error: { code: 'conflict' },
    })
    expect(await factsOf(scene, own, 'contact-left')).toEqual([])
  })

  /** Where what the number brings goes now, and whose lead that is. */
  async function newConversation() {
    const known = await scene.house.runtime.inspect(addressFor('contact', number))
    const conversation = parseAddress(JSON.stringify(known?.snapshot).match(/acme\/conversation\/[^"]+/)?.[0] ?? '')
    if (conversation === undefined) throw new Error('the number was not heard again')
    return [conversation, conversation.replace('/conversation/', '/lead/')] as const
  }
})
