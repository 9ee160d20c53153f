import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '#runtime/adapters/system/clock.ts'
import { createSystemIds } from '#runtime/adapters/system/ids.ts'
import type { ChecksView, ConnectionsView, Finding, Role } from '../protocol.ts'
import { startMetaServer, type MetaServer } from '../rehearsal/meta-server.ts'
import { signIn } from '../testing/test-clients.ts'
import { startTestHouse, until, type TestHouse } from '../testing/test-house.ts'

const accessToken = 'EAAG-invented-access-token-1234'
const appSecret = 'contract-test-secret-5678'
const nextSecret = 'the-next-invented-secret-9999'
const business = '102290129340398'
const account = '106540352242922'
const given = { business, account, accessToken, appSecret }
const number = `/v1/connections/whatsapp/${account}`

describe('connections over HTTP', () => {
  let house: TestHouse
  let meta: MetaServer
  const tokens = new Map<string, string>()
  beforeAll(async () => {
    meta = await startMetaServer({
      port: 0,
      clock: systemClock(),
      ids: createSystemIds(),
      appSecret,
      accessToken,
      verifyToken: 'the-app’s-own',
      business: { wabaId: business, phoneNumberId: account, displayPhoneNumber: '15550783881', portfolioId: '9' },
      delays: { sentMs: 0, deliveredMs: 0 },
    })
    house = await startTestHouse({ graphUrl: meta.url })
    for (const role of ['admin', 'manager', 'sales-agent'] as const) await signedIn(role, 'acme')
    await signedIn('admin', 'globex')
  })
  afterEach(async () => {
    for (const as of ['acme admin', 'globex admin']) await call('DELETE', number, { as })
  })
  afterAll(async () => {
    await house.stop()
    await meta.close()
  })

  async function signedIn(role: Role, workspace: string): Promise<void> {
    const { accessToken: token } = await signIn(house, { name: `${role}-of`, role, workspace })
    tokens.set(`${workspace} ${role}`, token)
  }

  interface Call {
    readonly body?: unknown
    readonly as?: string
  }

  async function call(method: string, path: string, { body, as = 'acme admin' }: Call = {}) {
    const token = tokens.get(as)
    const response = await fetch(`http://127.0.0.1:${house.port}${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    // No secret is in any answer or line of the log, whatever was asked.
    for (const secret of [accessToken, appSecret, nextSecret]) {
      expect([text, ...house.logged].join('\n')).not.toContain(secret)
    }
    return { status: response.status, text, json: () => JSON.parse(text) as never }
  }

  const connect = async (as = 'acme admin') =>
    (await call('PUT', '/v1/connections/whatsapp', { body: given, as })).status
  const shown = async (as?: string): Promise<ConnectionsView> =>
    (await call('GET', '/v1/connections', as === undefined ? {} : { as })).json()
  const checks = async (): Promise<ChecksView> => (await call('POST', `${number}/check`)).json()

  it('are an admin’s alone, every route of them', async () => {
    const routes: readonly (readonly [string, string, unknown?])[] = [
      ['GET', '/v1/connections'],
      ['PUT', '/v1/connections/whatsapp', given],
      ['DELETE', number],
      ['POST', `${number}/rotate-app-secret`, { appSecret: 'another-secret' }],
      ['DELETE', `${number}/old-app-secret`],
      ['POST', `${number}/check`],
      ['POST', `${number}/subscribe`],
      ['POST', `${number}/test-message`, { to: '34600111222' }],
    ]
    for (const [method, path, body] of routes) {
      for (const as of ['acme manager', 'acme sales-agent', 'nobody']) {
        const { status } = await call(method, path, { as, ...(body === undefined ? {} : { body }) })
        expect([method, path, as, status]).toEqual([method, path, as, as === 'nobody' ? 401 : 403])
      }
    }
    expect((await shown()).whatsapp).toEqual([])
    for (const path of ['check', 'subscribe']) expect((await call('POST', `${number}/${path}`)).status).toBe(404)
  })

  it('take what is right, say what is wrong without repeating it, and show of a secret its end', async () => {
    const refused = async (body: object) => {
      const { status, text } = await call('PUT', '/v1/connections/whatsapp', { body })
      expect(status).toBe(422)
      return text
    }
    expect(await refused({ business, account })).toContain('accessToken')
    expect(await refused({ ...given, account: '+1 555' })).toContain('account')
    expect(await refused({ ...given, accessToken: `${accessToken} "` })).toContain('accessToken')
    expect(await connect()).toBe(204)
    const view = await shown()
    expect(view).toEqual({
      webhook: {
        address: `http://127.0.0.1:${house.port}/webhooks/whatsapp/acme`,
        problem: expect.stringContaining('https://'),
      },
      whatsapp: [
        {
          business,
          account,
          displayNumber: '',
          accessToken: { endsWith: '1234' },
          appSecrets: [{ endsWith: '5678' }],
          verifyToken: expect.any(String),
        },
      ],
    })
    expect((await shown('globex admin')).whatsapp).toEqual([])
    const taken = await call('PUT', '/v1/connections/whatsapp', { body: given, as: 'globex admin' })
    expect(taken).toMatchObject({ status: 409, text: expect.stringContaining('another workspace') })
    expect((await call('DELETE', number, { as: 'globex admin' })).status).toBe(404)
  })

  it('are looked at live, subscribed, and found right once a signed delivery came', async () => {
    await connect()
    const before = await checks()
    expect(before.checks.filter(({ ok }) => !ok).map(({ id }) => id)).toEqual(['webhook', 'signature'])
    expect((await shown()).whatsapp[0]?.displayNumber).toBe('15550783881')
    const subscribed: Finding = (await call('POST', `${number}/subscribe`)).json()
    expect(subscribed).toMatchObject({ ok: true, what: 'Meta sends to this server.' })
    meta.phone('34600111222').says('Is the 2-bed still available?')
    const after = await until(checks, (view) => view.checks.every(({ ok }) => ok))
    expect(after.checks.map(({ id }) => id)).toEqual([
      'token',
      'permissions',
      'number',
      'webhook',
      'signature',
      'clock',
    ])
  })

  it('send a test message, and tell what Meta said', async () => {
    await connect()
    const wrong = await call('POST', `${number}/test-message`, { body: { to: 'my phone' } })
    expect(wrong.status).toBe(422)
    const sent: Finding = (await call('POST', `${number}/test-message`, { body: { to: '+34600111222' } })).json()
    expect(sent).toMatchObject({ ok: true })
    expect(meta.calls().some(({ path }) => path.endsWith('/messages'))).toBe(true)
  })

  it('change their app secret with both believed meanwhile, and are removed with their secrets', async () => {
    await connect()
    const next = { body: { appSecret: nextSecret } }
    expect((await call('POST', `${number}/rotate-app-secret`, next)).status).toBe(204)
    expect((await shown()).whatsapp[0]?.appSecrets).toEqual([{ endsWith: '9999' }, { endsWith: '5678' }])
    expect((await call('DELETE', `${number}/old-app-secret`)).status).toBe(204)
    expect((await shown()).whatsapp[0]?.appSecrets).toEqual([{ endsWith: '9999' }])
    expect((await call('DELETE', number)).status).toBe(204)
    expect((await shown()).whatsapp).toEqual([])
    expect((await call('POST', `${number}/check`)).status).toBe(404)
    expect(await connect('globex admin')).toBe(204)
  })
})
