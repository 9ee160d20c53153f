import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { fieldsOf, listOf, secrets, startHouse } from './testing/rehearsal-house.ts'
import { bytesOf, signature } from './webhook-sender.ts'

const to = '34600111222'

describe('the signature', () => {
  it('is the one of the reference’s test vector', () => {
    const message = { from: to, id: 'wamid.T1', timestamp: '1790000000', type: 'text', text: { body: '¿Precio? 🏠' } }
    const value = {
      messaging_product: 'whatsapp',
      metadata: { display_phone_number: '15550783881', phone_number_id: '106540352242922' },
      contacts: [{ profile: { name: 'Zoë' }, wa_id: to }],
      messages: [message],
    }
    const entry = [{ id: '102290129340398', changes: [{ value, field: 'messages' }] }]
    const bytes = bytesOf({ object: 'whatsapp_business_account', entry })
    expect(signature(bytes, 'contract-test-secret')).toBe(
      'sha256=b194936547fe07c9b5e7ab64dbbfb73ba25134e7818ffac46901fbf89ad45547',
    )
  })

  it('is over the bytes that are sent, in which letters beyond ASCII are escaped', async () => {
    const { meta, listener } = await startHouse()
    meta.phone(to).says('¿Precio? 🏠')
    await meta.idle()
    const [heard] = listener.heard
    expect(heard?.raw).toContain(String.raw`\u00bfPrecio? \ud83c\udfe0`)
    const hex = createHmac('sha256', secrets.appSecret)
      .update(heard?.raw ?? '')
      .digest('hex')
    expect(heard?.signature).toBe(`sha256=${hex}`)
  })

  it('leaves a template’s id a number with all its digits', async () => {
    const { meta, listener } = await startHouse()
    const [template] = meta.templates()
    meta.setTemplateStatus(template?.id ?? '', 'DISABLED')
    await meta.idle()
    expect(listener.heard[0]?.raw).toContain(`"message_template_id":${template?.id},`)
    expect(template?.id).toHaveLength(17)
  })
})

describe('delivery', () => {
  it('is tried again, with pauses twice as long each time, until it is answered with 200', async () => {
    const { meta, listener, clock } = await startHouse({ delays: { retryMs: 1_000 } })
    listener.answers.push(500, 204)
    meta.phone(to).says('Hello')
    const tries = (): number => meta.webhooks()[0]?.tries ?? 0
    await expect.poll(tries).toBe(1)
    await clock.advance(999)
    expect(listener.heard).toHaveLength(1)
    await clock.advance(1)
    await expect.poll(tries).toBe(2)
    await clock.advance(2_000)
    await meta.idle()
    expect(meta.webhooks()[0]).toMatchObject({ tries: 3, state: 'arrived', answer: '200' })
    expect(new Set(listener.heard.map(({ raw }) => raw)).size).toBe(1)
  })

  it('is given up after seven days', async () => {
    const house = await startHouse({ delays: { retryMs: 60 * 60 * 1000 } })
    house.listener.answers.push(...Array.from({ length: 200 }, () => 500))
    house.meta.phone(to).says('Hello')
    await expect.poll(() => house.meta.webhooks()[0]?.tries).toBe(1)
    await house.clock.advance(7 * 24 * 60 * 60 * 1000)
    await house.meta.idle()
    expect(house.meta.webhooks()[0]).toMatchObject({ state: 'given-up', answer: '500' })
  })

  it('waits for nobody: one that hangs holds no other back', async () => {
    const house = await startHouse()
    for (let said = 0; said < 100; said += 1) house.meta.phone(to).says(String(said))
    expect(await house.heard()).toHaveLength(100)
  })
})

describe('subscription', () => {
  const callback = (url: string, token = secrets.verifyToken): object => ({
    override_callback_uri: url,
    verify_token: token,
  })

  it('refuses an override before the app is subscribed, and one that does not answer the challenge', async () => {
    const { graph, listener } = await startHouse({ callbacks: {} })
    const path = '102290129340398/subscribed_apps'
    expect((await graph('POST', path, callback(listener.url))).body['error']).toMatchObject({ code: 100 })
    expect((await graph('POST', path)).body).toEqual({ success: true })
    expect((await graph('POST', path, callback(listener.url, 'wrong'))).body['error']).toMatchObject({ code: 2200 })
    expect((await graph('POST', path, callback(`${listener.url}/${'x'.repeat(200)}`))).body['error']).toMatchObject({
      code: 100,
    })
    expect((await graph('GET', path)).body['data']).toEqual([
      expect.not.objectContaining({ override_callback_uri: expect.anything() }),
    ])
    expect((await graph('POST', path, callback(listener.url))).body).toEqual({ success: true })
    expect(listOf((await graph('GET', path)).body['data'])).toMatchObject([{ override_callback_uri: listener.url }])
  })

  it('sends messages to the override, and account fields only to the app’s own address', async () => {
    const { graph, meta, heard, listener } = await startHouse({ callbacks: {} })
    await graph('POST', '102290129340398/subscribed_apps')
    await graph('POST', '106540352242922', { webhook_configuration: callback(listener.url) })
    meta.phone(to).says('Hello')
    meta.announce('account_alerts', { entity_type: 'WABA' })
    expect(await heard()).toHaveLength(1)
    expect(await heard('account_alerts')).toEqual([])
    await meta.setCallback('whatsapp', listener.url, secrets.verifyToken)
    meta.announce('account_alerts', { entity_type: 'WABA' })
    expect(await heard('account_alerts')).toEqual([{ entity_type: 'WABA' }])
  })

  it('sends leads after the page subscribed to them', async () => {
    const { graph, meta, listener, heard } = await startHouse({ callbacks: {} })
    await meta.setCallback('page', listener.url, secrets.verifyToken)
    const lead = { fields: [], disclaimers: [], platform: 'fb', from: 'advertisement' } as const
    meta.submitLead(lead)
    expect(await heard('leadgen')).toEqual([])
    expect((await graph('POST', '516540199134611/subscribed_apps?subscribed_fields=leadgen')).body).toEqual({
      success: true,
    })
    meta.submitLead(lead)
    expect(await heard('leadgen')).toHaveLength(1)
    expect(fieldsOf((await heard('leadgen'))[0])).toMatchObject({
      page_id: '516540199134611',
      form_id: '551111744595541',
    })
  })
})
