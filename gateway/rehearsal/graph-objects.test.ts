import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { NewLead } from './leads.ts'
import { fieldsOf, listOf, secrets, startHouse, type Fields, type RehearsalHouse } from './testing/rehearsal-house.ts'

const to = '34600111222'
const bearer = { authorization: `Bearer ${secrets.accessToken}` }

describe('a picture of a customer', () => {
  it('can be had with the token for five minutes, then its address is gone and a new one works', async () => {
    const { meta, graph, heard, clock } = await startHouse()
    meta.phone(to).sendsImage(Buffer.from('a picture'), { mimeType: 'image/png' })
    const [message] = (await heard()).flatMap(({ messages }) => listOf(messages))
    const { id, sha256 } = fieldsOf(message?.['image'])
    const { body } = await graph('GET', String(id))
    expect(body).toEqual({
      messaging_product: 'whatsapp',
      url: expect.stringContaining(meta.url),
      mime_type: 'image/png',
      sha256: createHash('sha256').update('a picture').digest('base64'),
      file_size: 9,
      id,
    })
    expect(sha256).toBe(body['sha256'])
    const get = async (headers = {}, url = String(body['url'])): Promise<Response> => fetch(url, { headers })
    expect((await get()).status).toBe(401)
    expect(await (await get(bearer)).text()).toBe('a picture')
    await clock.advance(5 * 60 * 1000)
    expect((await get(bearer)).status).toBe(404)
    const fresh = await graph('GET', String(id))
    expect((await get(bearer, String(fresh.body['url']))).status).toBe(200)
    await clock.advance(7 * 24 * 60 * 60 * 1000)
    expect((await graph('GET', String(id))).status).toBe(400)
  })
})

describe('an upload', () => {
  const upload = async (
    { meta }: RehearsalHouse,
    fields: Readonly<Record<string, string>>,
    bytes = 'a plan',
  ): Promise<Response> => {
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) form.set(name, value)
    form.set('file', new Blob([bytes], { type: 'application/pdf' }), 'plan.pdf')
    return fetch(`${meta.url}/v24.0/106540352242922/media`, { method: 'POST', headers: bearer, body: form })
  }

  it('answers an id that a message can name', async () => {
    const house = await startHouse()
    house.meta.phone(to).says('Hello')
    const answer = await upload(house, { messaging_product: 'whatsapp', type: 'application/pdf' })
    const { id } = fieldsOf(await answer.json())
    expect((await house.send({ to, type: 'document', document: { id, filename: 'plan.pdf' } })).status).toBe(200)
  })

  it.each([
    ['without the product', { type: 'application/pdf' }, 'a plan', 100],
    ['of an unknown kind', { messaging_product: 'whatsapp', type: 'application-x' }, 'a plan', 100],
    [
      'that is too large',
      { messaging_product: 'whatsapp', type: 'image/png' },
      'x'.repeat(5 * 1024 * 1024 + 1),
      131053,
    ],
  ])('is refused %s', async (...[, fields, bytes, code]) => {
    const answer = await upload(await startHouse(), fields, bytes)
    expect(answer.status).toBe(400)
    expect(fieldsOf(await answer.json())['error']).toMatchObject({ code })
  })
})

describe('templates', () => {
  it('come in pages, the last without a next', async () => {
    const { meta } = await startHouse()
    const begin = `${meta.url}/v24.0/102290129340398/message_templates?limit=2`
    const names: Fields[] = []
    for (let url: string | undefined = begin; url !== undefined;) {
      const page = fieldsOf(await (await fetch(url, { headers: bearer })).json())
      names.push(...listOf(page['data']))
      const { next } = fieldsOf(page['paging'])
      url = typeof next === 'string' ? next : undefined
    }
    expect(names.map(({ id }) => id)).toEqual(meta.templates().map(({ id }) => id))
  })

  it('are created pending, approved after a while and told, once in each language', async () => {
    const { graph, heard, clock } = await startHouse({ delays: { reviewMs: 60_000 } })
    const wanted = {
      name: 'offer',
      language: 'en',
      category: 'UTILITY',
      components: [{ type: 'BODY', text: 'Hi {{1}}' }],
    }
    const path = '102290129340398/message_templates'
    const { status, body } = await graph('POST', path, wanted)
    expect({ status, body }).toEqual({
      status: 200,
      body: { id: expect.any(String), status: 'PENDING', category: 'UTILITY' },
    })
    expect((await graph('POST', path, wanted)).body['error']).toMatchObject({ code: 100 })
    await clock.advance(60_000)
    expect(await heard('message_template_status_update')).toMatchObject([
      { event: 'APPROVED', message_template_name: 'offer' },
    ])
    expect(listOf((await graph('GET', `${path}?name=offer`)).body['data'])).toMatchObject([{ status: 'APPROVED' }])
  })
})

describe('the number and the token', () => {
  it('answers the fields that are asked for', async () => {
    const { graph } = await startHouse()
    const { body } = await graph('GET', '106540352242922?fields=display_phone_number,quality_rating')
    expect(body).toEqual({ id: '106540352242922', display_phone_number: '15550783881', quality_rating: 'GREEN' })
  })

  it('tells what a token may do, and that another is not valid', async () => {
    const { graph } = await startHouse()
    const scopesOf = async (token: string): Promise<unknown> =>
      fieldsOf((await graph('GET', `debug_token?input_token=${token}`)).body['data'])
    expect(await scopesOf(secrets.accessToken)).toMatchObject({
      is_valid: true,
      scopes: expect.arrayContaining(['leads_retrieval']),
    })
    expect(await scopesOf('another')).toMatchObject({ is_valid: false, scopes: [] })
  })
})

describe('leads', () => {
  const filled = (name: string): NewLead => ({
    fields: [{ name: 'full_name', values: [name] }],
    disclaimers: [{ checkbox_key: 'whatsapp_optin', is_checked: '1' }],
    platform: 'ig',
    from: 'advertisement',
  })

  it('are read by the id of the ping, with the time as text', async () => {
    const { graph, meta } = await startHouse()
    const { id } = meta.submitLead(filled('Ana Ruiz'))
    const { body } = await graph('GET', `${id}?fields=created_time,field_data,custom_disclaimer_responses`)
    expect(body).toEqual({
      id,
      created_time: '2026-09-21T14:13:20+0000',
      field_data: [{ name: 'full_name', values: ['Ana Ruiz'] }],
      custom_disclaimer_responses: [{ checkbox_key: 'whatsapp_optin', is_checked: '1' }],
    })
  })

  it('are listed newest first, after a time, in pages', async () => {
    const { graph, meta, clock } = await startHouse()
    const ids: string[] = []
    for (const name of ['Ana', 'Ravi', 'Mei']) {
      ids.push(meta.submitLead(filled(name)).id)
      await clock.advance(1_000)
    }
    const filter = JSON.stringify([{ field: 'time_created', operator: 'GREATER_THAN', value: 1_790_000_000 }])
    const path = `551111744595541/leads?limit=1&filtering=${encodeURIComponent(filter)}`
    const first = await graph('GET', path)
    expect(listOf(first.body['data'])).toMatchObject([{ id: ids[2] }])
    const paging = fieldsOf(first.body['paging'])
    const second = fieldsOf(await (await fetch(String(paging['next']), { headers: bearer })).json())
    expect(listOf(second['data'])).toMatchObject([{ id: ids[1] }])
    expect(second['paging']).not.toHaveProperty('next')
  })

  it('have one test lead at a time, which must be deleted before the next', async () => {
    const { graph, heard } = await startHouse()
    const { body } = await graph('POST', '551111744595541/test_leads')
    expect(await heard('leadgen')).toMatchObject([{ leadgen_id: body['id'] }])
    expect((await graph('POST', '551111744595541/test_leads')).status).toBe(400)
    expect((await graph('DELETE', String(body['id']))).body).toEqual({ success: true })
    expect((await graph('POST', '551111744595541/test_leads')).status).toBe(200)
  })
})
