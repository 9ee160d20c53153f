import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createMemoryEphemeral } from '#runtime/adapters/memory/ephemeral.ts'
import type { Ephemeral } from '#runtime/ports/ephemeral.ts'
import { StorageError } from '#runtime/ports/storage-error.ts'
import { createManualClock } from '#runtime/testing/manual-clock.ts'
import type { ConnectionCheck, Finding } from '../protocol.ts'
import { checkConnection } from './check-connection.ts'
import type { WhatsAppConnection } from './connection.ts'
import { openMetaLine } from './meta-line.ts'
import { sendTestMessage } from './test-message.ts'

const nowMs = Date.parse('2026-10-01T12:00:00Z')
const dayMs = 24 * 60 * 60 * 1000
const address = 'https://homes.example/webhooks/whatsapp/acme'
const connection: WhatsAppConnection = {
  workspace: 'acme',
  business: '102290129340398',
  account: '106540352242922',
  displayNumber: '',
  accessToken: 'EAAG-invented-access-token',
  appSecrets: ['contract-test-secret'],
  verifyToken: 'an-invented-verify-token',
}

interface Answer {
  readonly status?: number
  readonly body: unknown
}

/** Answers by method and path below the version; `?fields=…` is told apart by its fields. */
type Answers = { readonly [call: string]: Answer }

const scopes = ['whatsapp_business_messaging', 'whatsapp_business_management']
const allRight: Answers = {
  'GET /debug_token': { body: { data: { is_valid: true, scopes, expires_at: 0, app_id: '77' } } },
  'GET /106540352242922': {
    body: {
      id: '106540352242922',
      display_phone_number: '+1 555-078-3881',
      verified_name: 'Riverside Homes',
      quality_rating: 'GREEN',
      status: 'CONNECTED',
    },
  },
  'GET /102290129340398/subscribed_apps': { body: { data: [{ whatsapp_business_api_data: { id: '77' } }] } },
  'GET /106540352242922 webhook_configuration': {
    body: { id: '106540352242922', webhook_configuration: { whatsapp_business_account: address } },
  },
}

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** A server that plays Meta with these answers, its clock `behindMs` behind; keeps the bodies it was sent. */
async function meta(answers: Answers, behindMs = 0) {
  const bodies: unknown[] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://meta')
    const path = url.pathname.replace(/^\/v23\.0/u, '')
    const only = url.searchParams.get('fields') === 'webhook_configuration' ? ' webhook_configuration' : ''
    const { status = 200, body } = answers[`${request.method} ${path}${only}`] ?? unknownObject
    let text = ''
    request.on('data', (part) => void (text += String(part)))
    request.on('end', () => {
      if (text !== '') bodies.push(JSON.parse(text))
      response.setHeader('date', new Date(nowMs - behindMs).toUTCString())
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const graphUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const clock = createManualClock(nowMs)
  return { bodies, clock, line: openMetaLine({ meta: { graphUrl, graphVersion: 'v23.0' }, clock }) }
}

const unknownObject: Answer = { status: 400, body: { error: { message: 'no', code: 100, error_subcode: 33 } } }

interface Look {
  readonly answers?: Answers
  readonly behindMs?: number
  readonly seenAtMs?: number
  readonly of?: Partial<WhatsAppConnection>
  readonly ephemeral?: Ephemeral
}

async function look({ answers = {}, behindMs = 0, seenAtMs, of = {}, ephemeral }: Look) {
  const { line, clock } = await meta({ ...allRight, ...answers }, behindMs)
  const store = ephemeral ?? createMemoryEphemeral({ clock })
  if (seenAtMs !== undefined) await store.set('webhook-seen/acme/106540352242922', String(seenAtMs), dayMs)
  const checked = await checkConnection({ ...connection, ...of }, { line, ephemeral: store, clock, address })
  return {
    ...checked,
    found: (id: ConnectionCheck['id']): Finding | undefined => checked.checks.find((each) => each.id === id),
  }
}

describe('a look at a connection', () => {
  it('finds everything right, in words, and learns how the number is written', async () => {
    const { checks, displayNumber } = await look({ seenAtMs: nowMs - 5 * 60_000 })
    expect(checks).toEqual([
      { id: 'token', ok: true, what: 'Valid, without an end.' },
      { id: 'permissions', ok: true, what: 'It may send messages and manage the account.' },
      { id: 'number', ok: true, what: '+1 555-078-3881 · Riverside Homes · quality green · connected' },
      { id: 'webhook', ok: true, what: 'Meta sends to this server.' },
      { id: 'signature', ok: true, what: 'Last correctly signed: 5 min ago.' },
      { id: 'clock', ok: true, what: 'Within 1 s of Meta’s.' },
    ])
    expect(displayNumber).toBe('+1 555-078-3881')
  })

  it('tells a token that is not valid, that ends soon, or that may too little', async () => {
    const invalid = await look({ answers: { 'GET /debug_token': { body: { data: { is_valid: false } } } } })
    expect(invalid.found('token')).toMatchObject({ ok: false, whatToDo: expect.stringContaining('system user') })
    expect(invalid.found('permissions')).toMatchObject({ ok: false, whatToDo: 'Mend the access token first.' })
    const data = (expiresAtMs: number) => ({ is_valid: true, scopes: scopes.slice(1), expires_at: expiresAtMs / 1000 })
    const soon = await look({ answers: { 'GET /debug_token': { body: { data: data(nowMs + dayMs) } } } })
    expect(soon.found('token')).toMatchObject({ ok: false, what: 'Valid until 2026-10-02.' })
    expect(soon.found('permissions')).toMatchObject({ ok: false, what: 'Missing: whatsapp_business_messaging.' })
    const later = await look({ answers: { 'GET /debug_token': { body: { data: data(nowMs + 60 * dayMs) } } } })
    expect(later.found('token')).toMatchObject({ ok: true, what: 'Valid until 2026-11-30.' })
  })

  it('tells a number that is not there, not connected, or in bad standing', async () => {
    const number = (more: object) => ({ 'GET /106540352242922': { body: { id: '106540352242922', ...more } } })
    const unknown = await look({ answers: { 'GET /106540352242922': unknownObject } })
    expect(unknown.found('number')).toMatchObject({ ok: false, whatToDo: expect.stringContaining('phone number ID') })
    const pending = await look({ answers: number({ status: 'PENDING' }) })
    expect(pending.found('number')).toMatchObject({ ok: false, what: 'pending' })
    const red = await look({ answers: number({ status: 'CONNECTED', quality_rating: 'RED' }) })
    expect(red.found('number')).toMatchObject({ ok: false, what: 'quality red · connected' })
  })

  it('tells where Meta sends what happens, when that is not here', async () => {
    const apps = 'GET /102290129340398/subscribed_apps'
    const configured = 'GET /106540352242922 webhook_configuration'
    const none = await look({ answers: { [apps]: { body: { data: [] } } } })
    expect(none.found('webhook')).toMatchObject({ ok: false, what: 'No app is subscribed to this business account.' })
    const elsewhere = { phone_number: 'https://elsewhere.example/in', whatsapp_business_account: address }
    const away = await look({ answers: { [configured]: { body: { webhook_configuration: elsewhere } } } })
    expect(away.found('webhook')?.what).toBe('Meta sends to another address: https://elsewhere.example/in')
    const silent = await look({ answers: { [configured]: { body: {} } } })
    expect(silent.found('webhook')?.what).toBe('Meta does not say where it sends what happens.')
    const app = { whatsapp_business_api_data: { id: '77' }, override_callback_uri: address }
    const older = await look({ answers: { [configured]: { body: {} }, [apps]: { body: { data: [app] } } } })
    expect(older.found('webhook')?.ok).toBe(true)
  })

  it('tells whether anything with the right signature has come, or that this is not known', async () => {
    expect((await look({})).found('signature')?.what).toBe(
      'Nothing with the right signature has come in the last days.',
    )
    expect((await look({ of: { appSecrets: [] } })).found('signature')?.what).toContain('No app secret is saved')
    expect((await look({ seenAtMs: nowMs - 5 * 60 * 60_000 })).found('signature')?.what).toContain('5 hours ago')
    const store = createMemoryEphemeral({ clock: createManualClock(nowMs) })
    const gone: Ephemeral = Object.assign(Object.create(store) as Ephemeral, {
      get: () => Promise.reject(new StorageError('store-unavailable', 'away')),
    })
    expect((await look({ ephemeral: gone })).found('signature')?.what).toBe('Not known at the moment.')
  })

  it('tells a clock that is off', async () => {
    const { found } = await look({ behindMs: 180_000 })
    expect(found('clock')).toMatchObject({ ok: false, what: "This server's clock is 180 s ahead of Meta’s." })
  })

  it('says of everything that Meta does not answer that it may be tried again', async () => {
    const line = openMetaLine({
      meta: { graphUrl: 'http://127.0.0.1:9', graphVersion: 'v23.0' },
      clock: createManualClock(nowMs),
    })
    const clock = createManualClock(nowMs)
    const parts = { line, ephemeral: createMemoryEphemeral({ clock }), clock, address }
    const { checks } = await checkConnection(connection, parts)
    expect(checks.map(({ ok }) => ok)).toEqual(Array.from(checks, () => false))
    expect(checks.find(({ id }) => id === 'number')).toMatchObject({ whatToDo: 'Check again in a minute.' })
    expect(JSON.stringify(checks)).not.toContain(connection.accessToken)
  })
})

describe('a subscription', () => {
  it('is made before the address is set, which Meta asks for', async () => {
    const { line, bodies } = await meta({ 'POST /102290129340398/subscribed_apps': { body: { success: true } } })
    expect(await line.subscribe(connection, address)).toEqual({ ok: true, value: true })
    expect(bodies).toEqual([{ override_callback_uri: address, verify_token: connection.verifyToken }])
  })
})

describe('a test message', () => {
  const path = 'POST /106540352242922/messages'
  const said = async (answer: Answer) =>
    sendTestMessage(connection, (await meta({ [path]: answer })).line, '34600111222')

  it('is Meta’s sample, and tells what Meta said', async () => {
    const accepted = { messages: [{ id: 'wamid.OUT-1', message_status: 'accepted' }] }
    const { line, bodies } = await meta({ [path]: { body: accepted } })
    expect(await sendTestMessage(connection, line, '34600111222')).toMatchObject({ ok: true })
    expect(bodies).toMatchObject([
      { to: '34600111222', template: { name: 'hello_world', language: { code: 'en_US' } } },
    ])
    const held = { messages: [{ id: 'wamid.OUT-1', message_status: 'held_for_quality_assessment' }] }
    expect((await said({ body: held })).what).toContain('held_for_quality_assessment')
  })

  it('that was refused, may come later or may have come says so, with what to do', async () => {
    const refused = (code: number) => said({ status: 400, body: { error: { message: 'no', code } } })
    expect(await refused(131058)).toMatchObject({ ok: false, whatToDo: expect.stringContaining('from a phone') })
    expect(await refused(190)).toMatchObject({ ok: false, whatToDo: expect.stringContaining('checks') })
    expect(await refused(130429)).toMatchObject({ ok: false, whatToDo: expect.stringContaining('Try again in') })
    expect(await said({ status: 500, body: {} })).toMatchObject({
      ok: false,
      whatToDo: expect.stringContaining('Look whether'),
    })
  })
})
