import { describe, expect, it } from 'vitest'
import { business, fieldsOf, listOf, startHouse, type RehearsalHouse } from './testing/rehearsal-house.ts'

const to = '34600111222'
const long = (length: number): string => 'x'.repeat(length)
const text = { to, type: 'text', text: { body: 'Hello' } }

function buttons(count: number, title = 'Yes'): object {
  const made = Array.from({ length: count }, (_, index) => ({ type: 'reply', reply: { id: `b${index}`, title } }))
  return interactive({ type: 'button', body: { text: 'When?' }, action: { buttons: made } })
}

function list(rows: readonly object[], button = 'See homes'): object {
  return interactive({ type: 'list', body: { text: 'Homes' }, action: { button, sections: [{ title: 'Here', rows }] } })
}

function rowsOf(count: number): readonly object[] {
  return Array.from({ length: count }, (_, index) => ({ id: `r${index}`, title: 'Elm St' }))
}

function interactive(node: object): object {
  return { to, type: 'interactive', interactive: node }
}

function template(name: string, values: readonly string[], language = 'en'): object {
  const parameters = values.map((value) => ({ type: 'text', text: value }))
  return {
    to,
    type: 'template',
    template: { name, language: { code: language }, components: [{ type: 'body', parameters }] },
  }
}

async function refusalOf(
  house: RehearsalHouse,
  message: object,
): Promise<{ status: number; code: unknown; details: unknown }> {
  const { status, body } = await house.send(message)
  const error = fieldsOf(body['error'])
  return { status, code: error['code'], details: fieldsOf(error['error_data'])['details'] }
}

describe('a body that breaks a rule of the reference', () => {
  it.each([
    ['no addressee', { ...text, to: undefined }, 100, 'The parameter to is required.'],
    ['no text', { to, type: 'text' }, 131008, 'Parameter text is mandatory.'],
    ['an unknown part', { ...text, colour: 'red' }, 100, 'Unexpected key "colour"'],
    ['an unknown type', { to, type: 'hologram' }, 100, 'Param type'],
    ['text of 4,097', { to, type: 'text', text: { body: long(4097) } }, 100, "Param text['body'] must be at most 4096"],
    [
      'a caption of 1,025',
      { to, type: 'image', image: { link: 'https://example.com/a.jpg', caption: long(1025) } },
      100,
      "Param image['caption']",
    ],
    ['four buttons', buttons(4), 131009, "interactive['action']['buttons']"],
    ['a title of 21', buttons(1, long(21)), 131009, 'title'],
    [
      'an interactive body of 1,025',
      interactive({ ...fieldsOf(fieldsOf(buttons(1))['interactive']), body: { text: long(1025) } }),
      131009,
      'body',
    ],
    ['two buttons of one id', interactive(twins()), 131009, 'Ids must be different'],
    ['a row title of 25', list([{ id: 'r', title: long(25) }]), 131009, 'title'],
    ['a description of 73', list([{ id: 'r', title: 'Elm St', description: long(73) }]), 131009, 'description'],
    ['a list’s button of 21', list(rowsOf(1), long(21)), 131009, 'button'],
    ['eleven rows in two sections', interactive(twoSections()), 131009, 'Total row count exceed max allowed count: 10'],
    ['an opaque id of 513', { ...text, biz_opaque_callback_data: long(513) }, 100, 'biz_opaque_callback_data'],
    ['a picture with no source', { to, type: 'image', image: {} }, 131008, "image['id'] or ['link']"],
    ['a template nobody has', template('nothing', []), 132001, 'template name (nothing) does not exist in en'],
    ['a template of another language', template('follow_up', ['Ana'], 'fr'), 132001, 'does not exist in fr'],
    [
      'too few variables',
      template('follow_up', []),
      132000,
      'number of localizable_params (0) does not match the expected number of params (1)',
    ],
    [
      'a header that is missing',
      template('viewing_reminder', ['Ana', 'Tuesday']),
      132012,
      'header: Format mismatch, expected IMAGE',
    ],
    ['variables that are too long', template('follow_up', [long(1020)]), 132005, 'characters long'],
  ] as const)('%s', async (...[, message, code, details]) => {
    const house = await startHouse()
    house.meta.phone(to).says('Hello')
    const refusal = await refusalOf(house, message)
    expect(refusal).toMatchObject({ status: code === 132001 ? 404 : 400, code })
    expect(refusal.details).toContain(details)
    expect(house.meta.phone(to).transcript()).toHaveLength(1)
  })

  it('has the whole envelope of Meta', async () => {
    const house = await startHouse()
    const { body } = await house.send({ to, type: 'text' })
    expect(body).toEqual({
      error: {
        message: '(#131008) Required parameter is missing',
        type: 'OAuthException',
        code: 131008,
        error_data: { messaging_product: 'whatsapp', details: 'Parameter text is mandatory.' },
        fbtrace_id: expect.any(String),
      },
    })
  })
})

describe('what is named and is not there', () => {
  it.each(['GET 999', 'POST 999/messages', 'GET 999/message_templates', 'GET 999/leads'])(
    '%s is 400, code 100, subcode 33',
    async (call) => {
      const { graph } = await startHouse()
      const [method = '', path = ''] = call.split(' ')
      const { status, body } = await graph(method, path, method === 'POST' ? text : undefined)
      expect(status).toBe(400)
      expect(body['error']).toMatchObject({ code: 100, error_subcode: 33 })
    },
  )

  it('a picture’s unknown id too', async () => {
    const { send } = await startHouse()
    const { body } = await send({ to, type: 'image', image: { id: '123' } })
    expect(body['error']).toMatchObject({ code: 100, error_subcode: 33 })
  })
})

describe('who may call', () => {
  it('refuses a wrong token with 401 and code 190', async () => {
    const { meta } = await startHouse()
    const answer = await fetch(`${meta.url}/v24.0/${business.phoneNumberId}`, {
      headers: { authorization: 'Bearer x' },
    })
    expect(answer.status).toBe(401)
    expect(fieldsOf(await answer.json())['error']).toMatchObject({ code: 190 })
  })

  it('keeps no token in its log', async () => {
    const { meta, graph } = await startHouse()
    await graph('GET', 'debug_token?input_token=an-access-token')
    expect(JSON.stringify(meta.calls())).not.toContain('an-access-token')
  })
})

describe('the 24-hour window', () => {
  it('is open for 24 hours after the customer wrote, and then lets only templates through', async () => {
    const house = await startHouse()
    const phone = house.meta.phone(to)
    phone.says('Hello')
    await house.clock.advance(24 * 60 * 60 * 1000 - 1)
    await house.send(text)
    await house.clock.advance(1)
    await house.send(text)
    await house.send(template('follow_up', ['Ana']))
    const statuses = await statusesOf(house)
    expect(statuses.filter(({ status }) => status === 'delivered')).toHaveLength(2)
    expect(statuses.find(({ status }) => status === 'failed')).toMatchObject({
      errors: [{ code: 131047, title: 'Re-engagement message' }],
    })
  })

  it('is not opened by an advertisement’s 72 hours, which only make templates free', async () => {
    const house = await startHouse()
    const referral = { source_url: 'https://fb.me/a', source_id: '1', source_type: 'ad' } as const
    house.meta.phone(to).says('Hi, I saw your ad', { referral })
    await house.send(text)
    await house.clock.advance(48 * 60 * 60 * 1000)
    await house.send(text)
    await house.send(template('follow_up', ['Ana']))
    const statuses = await statusesOf(house)
    expect(statuses.some(({ status, errors }) => status === 'failed' && listOf(errors)[0]?.['code'] === 131047)).toBe(
      true,
    )
    expect(statuses.findLast(({ pricing }) => pricing !== undefined)).toMatchObject({
      pricing: { type: 'free_entry_point', billable: false },
    })
  })

  it('can be told by the answer instead of a status', async () => {
    const house = await startHouse()
    house.meta.press('window-at-once')
    expect(await refusalOf(house, text)).toMatchObject({ status: 400, code: 131047 })
    expect(await statusesOf(house)).toEqual([])
  })
})

describe('speed', () => {
  it('lets 45 messages to one customer through at once, then one in six seconds', async () => {
    const house = await startHouse()
    house.meta.phone(to).says('Hello')
    for (let sent = 0; sent < 45; sent += 1) expect((await house.send(text)).status).toBe(200)
    expect(await refusalOf(house, text)).toMatchObject({ status: 429, code: 131056 })
    await house.clock.advance(6_000)
    expect((await house.send(text)).status).toBe(200)
    expect(await refusalOf(house, text)).toMatchObject({ code: 131056 })
    house.meta.phone('919812345678').says('Hello')
    expect((await house.send({ ...text, to: '919812345678' })).status).toBe(200)
  })

  it('counts what comes in and goes out in a second together', async () => {
    const house = await startHouse({ limits: { perSecond: 3 } })
    const phone = house.meta.phone(to)
    phone.says('One')
    phone.says('Two')
    expect((await house.send(text)).status).toBe(200)
    expect(await refusalOf(house, text)).toMatchObject({ status: 429, code: 130429 })
    await house.clock.advance(1_000)
    expect((await house.send(text)).status).toBe(200)
  })
})

describe('what is taken and fails afterwards', () => {
  it('a number that is not on WhatsApp', async () => {
    const house = await startHouse()
    const absent = { ...text, to: '4915900000000', biz_opaque_callback_data: 'msg_7' }
    const failed = {
      status: 'failed',
      recipient_id: '4915900000000',
      biz_opaque_callback_data: 'msg_7',
      errors: [{ code: 131026 }],
    }
    expect((await house.send(absent)).status).toBe(200)
    expect(await statusesOf(house)).toMatchObject([failed])
    await house.send(absent)
    expect(await statusesOf(house)).toMatchObject([failed, failed])
    house.meta.phone('4915900000000').says('Now I am here')
    await house.send(absent)
    await house.meta.phone('4915900000000').arrival()
  })

  it('marketing to a customer who stopped it', async () => {
    const house = await startHouse()
    const phone = house.meta.phone(to)
    phone.stopsMarketing()
    const components = [{ type: 'body', parameters: ['Ana', 'Elm St'].map((value) => ({ type: 'text', text: value })) }]
    const marketing = { to, type: 'template', template: { name: 'plain_offer', language: { code: 'en' }, components } }
    house.meta.addTemplate({
      name: 'plain_offer',
      language: 'en',
      category: 'MARKETING',
      components: [{ type: 'BODY', text: 'Hi {{1}}: {{2}}' }],
    })
    await house.send(marketing)
    expect(await statusesOf(house)).toMatchObject([{ status: 'failed', errors: [{ code: 131050 }] }])
    phone.resumesMarketing()
    await house.send(marketing)
    expect((await statusesOf(house)).some(({ status }) => status === 'delivered')).toBe(true)
  })
})

async function statusesOf({
  heard,
}: Pick<RehearsalHouse, 'heard'>): Promise<readonly { readonly [key: string]: unknown }[]> {
  return (await heard()).flatMap(({ statuses }) => listOf(statuses))
}

function twins(): object {
  const button = { type: 'reply', reply: { id: 'same', title: 'Yes' } }
  return { type: 'button', body: { text: 'When?' }, action: { buttons: [button, button] } }
}

function twoSections(): object {
  const row = (id: string): object => ({ id, title: 'Elm St' })
  const sections = ['a', 'b'].map((title) => ({
    title,
    rows: Array.from({ length: title === 'a' ? 6 : 5 }, (_, index) => row(`${title}${index}`)),
  }))
  return { type: 'list', body: { text: 'Homes' }, action: { button: 'See', sections } }
}
