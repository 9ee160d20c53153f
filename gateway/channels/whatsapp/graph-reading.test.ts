import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createManualClock } from '#runtime/testing/manual-clock.ts'
import { createGraphClient, type GraphClient } from './graph-client.ts'
import { startGraphServer, type GraphServer } from './testing/graph-server.ts'

const token = 'EAAplayed'
let server: GraphServer
let client: GraphClient

beforeEach(async () => {
  server = await startGraphServer()
  client = createGraphClient({
    baseUrl: `${server.url}/`,
    version: 'v24.0',
    clock: createManualClock(0),
    timeoutMs: 1000,
  })
})
afterEach(() => server.stop())

describe('templates', () => {
  const business = '102290129340398'
  const reminder = {
    name: 'viewing_reminder',
    language: 'es',
    status: 'APPROVED',
    category: 'UTILITY',
    components: [
      { type: 'HEADER', format: 'IMAGE', example: { header_handle: ['x'] } },
      { type: 'BODY', text: 'Hola {{1}}, nos vemos {{2}}. {{1}}!' },
      { type: 'FOOTER', text: 'STOP' },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'QUICK_REPLY', text: 'Confirmar' },
          { type: 'URL', text: 'Plano', url: 'https://example.com/{{1}}' },
        ],
      },
    ],
    quality_score: { score: 'GREEN', date: 1_790_000_000 },
  }

  it('are read from all pages, with exact ids', async () => {
    const next = `${server.url}/v24.0/${business}/message_templates?access_token=EAAother&after=QVFI`
    const first = JSON.stringify({
      data: [{ id: 0, ...reminder }],
      paging: { cursors: { before: 'a', after: 'QVFI' }, next },
    }).replace('"id":0', '"id":12345678901234567')
    server.plays(
      { body: first },
      { body: { data: [{ id: '2', name: 'hello', language: 'en', status: 'PAUSED', components: [] }], paging: {} } },
    )
    expect(await client.templates({ business, token })).toEqual({
      ok: true,
      value: [
        {
          id: '12345678901234567',
          name: 'viewing_reminder',
          language: 'es',
          status: 'APPROVED',
          category: 'UTILITY',
          body: 'Hola {{1}}, nos vemos {{2}}. {{1}}!',
          variables: 2,
          header: 'image',
          buttons: [
            { type: 'QUICK_REPLY', text: 'Confirmar' },
            { type: 'URL', text: 'Plano', url: 'https://example.com/{{1}}' },
          ],
          quality: 'GREEN',
        },
        { id: '2', name: 'hello', language: 'en', status: 'PAUSED', category: '', body: '', variables: 0, buttons: [] },
      ],
    })
    expect(server.calls.map(({ query }) => query['after'])).toEqual([undefined, 'QVFI'])
    expect(server.calls.map((call) => call.token)).toEqual([token, token])
  })

  it('are all or none: a page that fails is told', async () => {
    server.plays({ body: { data: [], paging: { cursors: { after: 'b' }, next: 'https://graph.example/' } } })
    server.plays({ status: 401, body: { error: { code: 190, error_subcode: 463 } } })
    expect(await client.templates({ business, token })).toMatchObject({
      ok: false,
      failure: { kind: 'refused', error: { code: 190, action: 'stop-sender' } },
    })
  })

  it('are not asked for without end', async () => {
    const page = { body: { data: [], paging: { cursors: { after: 'b' }, next: 'https://graph.example/' } } }
    server.plays(...Array.from({ length: 200 }, () => page))
    expect(await client.templates({ business, token })).toMatchObject({ ok: false, failure: { kind: 'refused' } })
    expect(server.calls).toHaveLength(100)
  })
})

describe('the checks of a set-up', () => {
  it('read the number', async () => {
    server.plays({
      body: {
        id: '106540352242922',
        display_phone_number: '+1 555-078-3881',
        verified_name: 'FineAcers',
        quality_rating: 'GREEN',
        throughput: { level: 'STANDARD' },
        new_field: null,
      },
    })
    expect(await client.phoneNumber({ account: '106540352242922', token })).toEqual({
      ok: true,
      value: {
        id: '106540352242922',
        displayNumber: '+1 555-078-3881',
        verifiedName: 'FineAcers',
        quality: 'GREEN',
        throughput: 'STANDARD',
      },
    })
  })

  it('read who hears the webhooks', async () => {
    const app = { whatsapp_business_api_data: { id: '67', name: 'FineAcers', link: 'https://x' } }
    server.plays({ body: { data: [app, { ...app, override_callback_uri: 'https://example.com/hook' }] } })
    expect(await client.subscribedApps({ business: '1', token })).toEqual({
      ok: true,
      value: [
        { id: '67', name: 'FineAcers' },
        { id: '67', name: 'FineAcers', callback: 'https://example.com/hook' },
      ],
    })
  })

  it('read what the token may do, and when it ends', async () => {
    const data = { is_valid: true, scopes: ['whatsapp_business_messaging'], app_id: '67' }
    server.plays(
      { body: { data: { ...data, expires_at: 0 } } },
      { body: { data: { ...data, expires_at: 1_790_000_000 } } },
    )
    const scopes = { valid: true, scopes: ['whatsapp_business_messaging'], app: '67' }
    expect(await client.tokenScopes({ token })).toEqual({ ok: true, value: scopes })
    expect(await client.tokenScopes({ token })).toEqual({
      ok: true,
      value: { ...scopes, expiresAtMs: 1_790_000_000_000 },
    })
    expect(server.calls[0]).toMatchObject({ path: '/v24.0/debug_token', query: { input_token: token } })
  })

  it('tell a broken connection without the address, which may hold the token', async () => {
    await server.stop()
    const asked = await client.tokenScopes({ token })
    expect(asked).toEqual({ ok: false, failure: { kind: 'later', reason: 'Meta could not be reached: ECONNREFUSED.' } })
    server = await startGraphServer()
  })
})

describe('leads of ads', () => {
  const answer = {
    id: '444440001112223',
    created_time: '2026-09-21T14:29:50+0000',
    ad_id: '120226305854810726',
    form_id: '551111744595541',
    platform: 'ig',
    is_organic: false,
    field_data: [
      { name: 'full_name', values: ['Ana Ruiz'] },
      { name: 'when_do_you_want_to_move?', values: ['within_3_months'] },
    ],
    custom_disclaimer_responses: [{ checkbox_key: 'whatsapp_optin', is_checked: '1' }],
  }
  const lead = {
    id: '444440001112223',
    createdAtMs: 1_790_000_990_000,
    form: '551111744595541',
    ad: '120226305854810726',
    platform: 'ig',
    organic: false,
    fields: answer.field_data,
    disclaimers: answer.custom_disclaimer_responses,
  }

  it('are read whole, with the proof of consent verbatim', async () => {
    server.plays({ body: answer })
    expect(await client.lead({ lead: '444440001112223', token })).toEqual({ ok: true, value: lead })
    expect(server.calls[0]?.query['fields']).toContain('custom_disclaimer_responses')
  })

  it('have exact ids where they are numbers, and no ad where it is 0', async () => {
    server.plays({ body: '{"id":55459717045641545,"created_time":1790000990,"ad_id":0,"field_data":[]}' })
    expect(await client.lead({ lead: '55459717045641545', token })).toEqual({
      ok: true,
      value: { id: '55459717045641545', createdAtMs: 1_790_000_990_000, fields: [], disclaimers: [] },
    })
  })

  it('are swept from a time on, over all pages', async () => {
    server.plays(
      { body: { data: [answer], paging: { cursors: {}, next: 'https://graph.example/leads?after=QQ' } } },
      { body: { data: [{ ...answer, id: '9' }] } },
    )
    const swept = await client.leadsOf({ form: '551111744595541', sinceMs: 1_790_000_000_999, token })
    expect(swept).toEqual({ ok: true, value: [lead, { ...lead, id: '9' }] })
    expect(server.calls.map(({ path }) => path)).toEqual(Array(2).fill('/v24.0/551111744595541/leads'))
    expect(server.calls.map(({ query }) => query['after'])).toEqual([undefined, 'QQ'])
    expect(JSON.parse(server.calls[1]?.query['filtering'] ?? '')).toEqual([
      { field: 'time_created', operator: 'GREATER_THAN', value: 1_790_000_000 },
    ])
  })

  it('are asked for later when they were asked for too often', async () => {
    server.plays({ status: 400, headers: { 'retry-after': '60' }, body: { error: { code: 80005 } } })
    expect(await client.lead({ lead: '1', token })).toMatchObject({
      ok: false,
      failure: { kind: 'later', afterMs: 60_000 },
    })
  })
})
