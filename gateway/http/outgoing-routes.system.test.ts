import { afterEach, describe, expect, it } from 'vitest'
import { addressOf } from '#runtime/address.ts'
import { contactId } from '#machines/contact-writing.ts'
import type { OutgoingView } from '../protocol.ts'
import { member, signIn } from '../testing/test-clients.ts'
import { until } from '../testing/test-house.ts'
import { metaNumber, startWhatsAppHouse, type WhatsAppHouse } from '../testing/whatsapp-house.ts'

const ana = '34600111222'
const conversation = addressOf('acme', 'conversation', contactId('whatsapp', metaNumber.account, ana))
let started: WhatsAppHouse | undefined

afterEach(async () => {
  await started?.stop()
  started = undefined
})

async function list(scene: WhatsAppHouse, query: string, accessToken: string) {
  const answer = await fetch(`http://127.0.0.1:${scene.house.port}/v1/outgoing${query}`, {
    headers: { authorization: `Bearer ${accessToken}` },
  })
  return { status: answer.status, body: (await answer.json()) as { messages: readonly OutgoingView[]; next?: string } }
}

describe('what went out', () => {
  it('is told live to who has the conversation open, and can be asked for with its reasons', async () => {
    const scene = (started = await startWhatsAppHouse())
    const phone = scene.meta.phone(ana)
    phone.says('Is it still available?')
    await phone.arrival()
    const priya = await member(scene.house, { name: 'Priya' })
    const opened = await until(
      () => priya.command({ type: 'conversation.open', conversation, after: 0 }),
      ({ outgoing }) => outgoing.some(({ status }) => status === 'delivered'),
    )
    const [answer] = opened.outgoing
    expect(answer).toMatchObject({
      n: 2,
      sender: 'assistant',
      decisions: [{ outcome: 'send', reason: 'service-reply' }],
    })
    expect(opened.marks.reached).toMatchObject([{ channel: 'whatsapp', phone: ana }])

    phone.reads()
    await priya.frame('conversation.outgoing', ({ outgoing }) => outgoing.status === 'read')
    phone.says('STOP')
    await priya.frame('conversation.consents', ({ consents }) => consents[0]?.proof === 'STOP')
    await priya.command({ type: 'take-over', conversation })
    await priya.command({ type: 'message.send', conversation, clientId: 'm1', text: 'Are you sure?' })
    const refused = await priya.frame(
      'conversation.outgoing',
      ({ outgoing }) => outgoing.decisions.length > 0 && outgoing.sender === 'member',
    )
    expect(refused.outgoing.decisions).toMatchObject([
      { outcome: 'refuse', reason: 'nothing-to-answer', consent: { proof: 'STOP', channel: 'whatsapp' } },
    ])
    priya.close()

    const { accessToken } = await signIn(scene.house, { name: 'Ravi', role: 'sales-agent', workspace: 'acme' })
    const why = await until(
      () => list(scene, `?conversation=${conversation}&outcome=refuse`, accessToken),
      ({ body }) => body.messages.length === 1,
    )
    expect(why.body.messages[0]).toMatchObject({ preview: 'Are you sure?', status: 'failed' })
    const first = await list(scene, `?conversation=${conversation}&limit=1`, accessToken)
    expect(first.body.messages.map(({ sender }) => sender)).toEqual(['member'])
    const next = await list(scene, `?conversation=${conversation}&limit=1&after=${first.body.next}`, accessToken)
    expect(next.body.messages.map(({ sender, status }) => [sender, status])).toEqual([['assistant', 'read']])
    expect((await list(scene, '?reason=window-closed', accessToken)).body.messages).toEqual([])
    expect((await list(scene, `?toMs=${answer?.askedAtMs ?? 0}`, accessToken)).body.messages).toHaveLength(1)
  })

  it('is a workspace’s own, and asked for in its own words', async () => {
    const scene = (started = await startWhatsAppHouse())
    scene.meta.phone(ana).says('Hello')
    await scene.meta.phone(ana).arrival()
    const { accessToken } = await signIn(scene.house, { name: 'Gus', role: 'admin', workspace: 'globex' })
    expect((await list(scene, `?conversation=${conversation}`, accessToken)).body.messages).toEqual([])
    expect((await list(scene, '?reason=because', accessToken)).status).toBe(422)
    expect((await list(scene, '', 'nobody')).status).toBe(401)
  })
})
