import { describe, expect, it } from 'vitest'
import { controls } from './controls.ts'
import { business, fieldsOf, listOf, startHouse, type Fields, type RehearsalHouse } from './testing/rehearsal-house.ts'

const to = '34600111222'
const text = { to, type: 'text', text: { body: 'Hello' } }
const followUp = {
  to,
  type: 'template',
  template: {
    name: 'follow_up',
    language: { code: 'en' },
    components: [{ type: 'body', parameters: [{ type: 'text', text: 'Ana' }] }],
  },
}

async function bodiesOf({ heard }: Pick<RehearsalHouse, 'heard'>): Promise<readonly unknown[]> {
  return (await heard()).flatMap(({ messages }) => listOf(messages)).map(({ text: node }) => fieldsOf(node)['body'])
}

async function statusesOf({ heard }: Pick<RehearsalHouse, 'heard'>): Promise<readonly Fields[]> {
  return (await heard()).flatMap(({ statuses }) => listOf(statuses))
}

describe('the controls', () => {
  it('are all released at the beginning, each with a line that says what it does', async () => {
    const { meta } = await startHouse()
    expect(meta.controls().map(({ name }) => name)).toEqual(controls)
    expect(meta.controls().every(({ pressed, line }) => !pressed && line.endsWith('.'))).toBe(true)
  })

  it('duplicate: the same bytes come twice', async () => {
    const house = await startHouse()
    house.meta.press('duplicate')
    house.meta.phone(to).says('Hello')
    expect(await bodiesOf(house)).toEqual(['Hello', 'Hello'])
    const [first, second] = house.listener.heard
    expect(first?.raw).toBe(second?.raw)
  })

  it('late: it comes later, with the time at which it was said', async () => {
    const house = await startHouse()
    house.meta.press('late')
    house.meta.phone(to).says('Hello')
    await house.clock.advance(999)
    expect(house.listener.heard).toEqual([])
    await house.clock.advance(1)
    const [message] = (await house.heard()).flatMap(({ messages }) => listOf(messages))
    expect(message?.['timestamp']).toBe('1790000000')
  })

  it('out of order: what was gathered goes out newest first', async () => {
    const house = await startHouse()
    house.meta.press('out-of-order')
    for (const word of ['one', 'two', 'three']) house.meta.phone(to).says(word)
    await house.clock.advance(1_000)
    await house.meta.idle()
    expect(house.meta.webhooks().map(({ body }) => wordIn(body))).toEqual(['three', 'two', 'one'])
  })

  it('rate limit: 429 with when to come back, as a date and in minutes', async () => {
    const house = await startHouse()
    house.meta.press('rate-limit')
    const { status, body, headers } = await house.send(text)
    expect({ status, code: fieldsOf(body['error'])['code'] }).toEqual({ status: 429, code: 130429 })
    expect(Date.parse(headers.get('retry-after') ?? '')).toBe(house.clock.nowMs() + 60_000)
    const usage = fieldsOf(JSON.parse(headers.get('x-business-use-case-usage') ?? ''))
    expect(listOf(usage[business.wabaId])[0]?.['estimated_time_to_regain_access']).toBe(1)
    house.meta.release('rate-limit')
    expect((await house.send(text)).status).toBe(200)
  })

  it('window closed: only templates arrive', async () => {
    const house = await startHouse()
    const phone = house.meta.phone(to)
    phone.says('Hello')
    house.meta.press('window-closed')
    await house.send(text)
    await house.send(followUp)
    await house.meta.idle()
    expect(phone.inbox().map(({ type }) => type)).toEqual(['template'])
  })

  it('token expired: 401, code 190, subcode 463', async () => {
    const house = await startHouse()
    house.meta.press('token-expired')
    const { status, body } = await house.send(text)
    expect(status).toBe(401)
    expect(body['error']).toMatchObject({ code: 190, error_subcode: 463 })
  })

  it('username only: webhooks carry a user id and no phone, and it can be answered', async () => {
    const house = await startHouse()
    house.meta.press('username-only')
    house.meta.phone(to).says('Hello')
    const [value] = await house.heard()
    const [message] = listOf(value?.['messages'])
    expect(message).not.toHaveProperty('from')
    expect(JSON.stringify(value)).not.toContain(to)
    const { to: _, ...unaddressed } = text
    const answer = await house.send({ ...unaddressed, recipient: message?.['from_user_id'] })
    expect(listOf(answer.body['contacts'])).toEqual([
      { input: message?.['from_user_id'], user_id: message?.['from_user_id'] },
    ])
    await house.meta.phone(to).arrival()
    expect((await statusesOf(house)).every((each) => each['recipient_user_id'] === message?.['from_user_id'])).toBe(
      true,
    )
  })

  it('a reply on the paired phone: an echo', async () => {
    const house = await startHouse()
    const id = house.meta.phone(to).businessReplies('This is Marta')
    expect(await house.heard('smb_message_echoes')).toMatchObject([
      { message_echoes: [{ id, from: business.displayPhoneNumber, to, text: { body: 'This is Marta' } }] },
    ])
  })

  it('down: calls get 500, webhooks wait, and after an hour all is well', async () => {
    const house = await startHouse()
    house.meta.press('down')
    house.meta.phone(to).says('Are you there?')
    expect((await house.send(text)).status).toBe(500)
    await house.clock.advance(60 * 60 * 1000 - 1)
    expect(house.listener.heard).toEqual([])
    await house.clock.advance(1)
    expect(await bodiesOf(house)).toEqual(['Are you there?'])
    expect((await house.send(text)).status).toBe(200)
  })

  it('held: accepted and shown as held, and sent when released', async () => {
    const house = await startHouse()
    const phone = house.meta.phone(to)
    phone.says('Hello')
    house.meta.press('held')
    const { body } = await house.send(text)
    expect(listOf(body['messages'])[0]?.['message_status']).toBe('held_for_quality_assessment')
    expect(await statusesOf(house)).toEqual([])
    expect(phone.inbox()).toEqual([])
    house.meta.release('held')
    await phone.arrival()
    expect(new Set((await statusesOf(house)).map(({ status }) => status))).toEqual(new Set(['sent', 'delivered']))
  })

  it('templates paused: told by webhook, refused with 132015, and well again', async () => {
    const house = await startHouse()
    house.meta.press('template-paused')
    const { status, body } = await house.send(followUp)
    expect({ status, code: fieldsOf(body['error'])['code'] }).toEqual({ status: 400, code: 132015 })
    house.meta.release('template-paused')
    expect((await house.send(followUp)).status).toBe(200)
    const events = (await house.heard('message_template_status_update')).map(({ event }) => event)
    expect(new Set(events)).toEqual(new Set(['PAUSED', 'APPROVED']))
  })

  it('answer lost: the caller hears nothing, and a status with its id comes', async () => {
    const house = await startHouse()
    house.meta.phone(to).says('Hello')
    house.meta.press('answer-lost')
    await expect(house.send({ ...text, biz_opaque_callback_data: 'msg_9' })).rejects.toThrow('fetch failed')
    expect((await statusesOf(house)).map((each) => each['biz_opaque_callback_data'])).toEqual(['msg_9', 'msg_9'])
    expect(house.meta.calls().at(-1)).toMatchObject({ method: 'POST', status: 0 })
  })
})

function wordIn(body: object): unknown {
  const [entry] = listOf(fieldsOf(body)['entry'])
  const [change] = listOf(entry?.['changes'])
  const [message] = listOf(fieldsOf(change?.['value'])['messages'])
  return fieldsOf(message?.['text'])['body']
}
