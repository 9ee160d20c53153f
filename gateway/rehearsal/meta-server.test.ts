import { describe, expect, it } from 'vitest'
import type { Phone } from './phone.ts'
import { fieldsOf, listOf, startHouse, type Fields } from './testing/rehearsal-house.ts'

const text = { to: '34600111222', type: 'text', text: { body: 'Yes, it is.' } }

describe('a talk between a customer and the product', () => {
  it('goes out as a webhook and comes back to the phone, with its statuses', async () => {
    const { meta, send, heard } = await startHouse()
    const phone = meta.phone('34600111222')
    const id = phone.says('Is the 2-bed on Elm St still available?')
    expect(await heard()).toEqual([
      expect.objectContaining({ messages: [expect.objectContaining({ id, type: 'text', from: '34600111222' })] }),
    ])
    const { status, body } = await send({ ...text, biz_opaque_callback_data: 'msg_1' })
    const [message] = listOf(body['messages'])
    expect({ status, contacts: body['contacts'], held: message?.['message_status'] }).toEqual({
      status: 200,
      contacts: [{ input: '34600111222', wa_id: '34600111222' }],
      held: 'accepted',
    })
    expect(await phone.arrival()).toMatchObject({
      id: message?.['id'],
      status: 'delivered',
      content: { text: { body: 'Yes, it is.' } },
    })
    phone.reads()
    const statuses = (await heard()).flatMap(({ statuses }) => listOf(statuses))
    expect(new Set(statuses.map(({ status }) => status))).toEqual(new Set(['sent', 'delivered', 'read']))
    expect(statuses.every((each) => each['biz_opaque_callback_data'] === 'msg_1')).toBe(true)
    expect(statuses.filter((each) => 'pricing' in each)).toHaveLength(1)
  })

  it('answers a tap with the button that was tapped', async () => {
    const { meta, send, heard } = await startHouse()
    const phone = meta.phone('34600111222')
    phone.says('Hello')
    const buttons = [{ type: 'reply', reply: { id: 'slot:1', title: 'Tue 10:00' } }]
    const sent = await send({
      to: '34600111222',
      type: 'interactive',
      interactive: { type: 'button', body: { text: 'When?' }, action: { buttons } },
    })
    await phone.arrival()
    phone.taps('slot:1')
    const messages = inOrder(
      (await heard()).flatMap(({ messages }) => listOf(messages)),
      phone,
    )
    expect(messages.at(-1)).toMatchObject({
      type: 'interactive',
      context: { from: '15550783881', id: listOf(sent.body['messages'])[0]?.['id'] },
      interactive: { type: 'button_reply', button_reply: { id: 'slot:1', title: 'Tue 10:00' } },
    })
    expect(() => phone.taps('slot:2')).toThrow('no message on the phone of Ana Ruiz has the button "slot:2"')
    expect(fieldsOf(messages[0])).toMatchObject({ text: { body: 'Hello' } })
  })

  it('shows what the customer wrote as read, and that the business types until it answers or 25 seconds have passed', async () => {
    const { meta, graph, send, clock } = await startHouse()
    const phone = meta.phone('34600111222')
    const id = phone.says('Hello')
    const receipt = {
      messaging_product: 'whatsapp',
      status: 'read',
      message_id: id,
      typing_indicator: { type: 'text' },
    }
    const path = '106540352242922/messages'
    expect((await graph('POST', path, receipt)).body).toEqual({ success: true })
    expect(phone.transcript()).toMatchObject([{ id, status: 'read' }])
    expect(phone.isTyping()).toBe(true)
    await clock.advance(25_000)
    expect(phone.isTyping()).toBe(false)
    await graph('POST', path, receipt)
    await send(text)
    expect(phone.isTyping()).toBe(false)
    expect((await graph('POST', path, { ...receipt, message_id: 'wamid.none' })).body['error']).toMatchObject({
      code: 131009,
    })
  })

  it('tells which message a customer answers, and that one was forwarded', async () => {
    const { meta, heard } = await startHouse()
    const phone = meta.phone('34600111222')
    const id = phone.says('One')
    phone.says('Two', { replyTo: id })
    phone.says('Three', { forwarded: 'often' })
    const messages = inOrder(
      (await heard()).flatMap(({ messages }) => listOf(messages)),
      phone,
    )
    expect(messages.map(({ context }) => context)).toEqual([
      undefined,
      { from: '34600111222', id },
      { frequently_forwarded: true },
    ])
  })

  it('has the forms of which the reference has no example', async () => {
    const { meta, heard } = await startHouse()
    const phone = meta.phone('919812345678')
    const said = phone.says('Hello')
    phone.revokes(said)
    phone.fillsForm({ budget: '80 lakh' })
    phone.orders('This one', [{ id: 'prop:88', price: 100, currency: 'INR' }])
    phone.sendsFile('document', Buffer.from('a plan'), { filename: 'plan.pdf' })
    phone.reacts(said, '')
    phone.changesNumber('919800000000')
    const messages = (await heard()).flatMap(({ messages }) => listOf(messages))
    for (const wanted of [
      { type: 'revoke', revoke: { original_message_id: said } },
      {
        type: 'interactive',
        interactive: {
          type: 'nfm_reply',
          nfm_reply: { name: 'flow', body: 'Sent', response_json: '{"budget":"80 lakh"}' },
        },
      },
      { type: 'order', order: expect.objectContaining({ text: 'This one' }) },
      { type: 'document', document: expect.objectContaining({ mime_type: 'application/pdf', filename: 'plan.pdf' }) },
      { type: 'reaction', reaction: { message_id: said } },
      { type: 'system', system: expect.objectContaining({ type: 'user_changed_user_id', wa_id: '919800000000' }) },
    ]) {
      expect(messages).toContainEqual(expect.objectContaining(wanted))
    }
    expect(meta.phone('919800000000').person).toMatchObject({ name: 'Ravi Nair' })
  })

  it('makes a customer of a number nobody has, and refuses other words', async () => {
    const { meta } = await startHouse()
    expect(meta.phone('+4915900000000').person).toMatchObject({ phone: '4915900000000', shows: 'phone' })
    expect(() => meta.phone('somebody')).toThrow('somebody')
  })
})

/** As they were said: webhooks overtake each other. */
function inOrder(messages: readonly Fields[], phone: Phone): readonly Fields[] {
  const ids = phone.transcript().map(({ id }) => id)
  return messages.toSorted((one, other) => ids.indexOf(String(one['id'])) - ids.indexOf(String(other['id'])))
}
