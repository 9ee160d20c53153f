import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PageChecksView, PagesView, Role } from '../protocol.ts'
import { leadAdsDefaults } from '../rehearsal/business.ts'
import { pageSecrets, startPageHouse, type PageHouse } from '../testing/page-house.ts'
import { signIn } from '../testing/test-clients.ts'
import { until } from '../testing/test-house.ts'

const { pageId: page, formId } = leadAdsDefaults
const accessToken = 'EAAG-an-invented-page-token'
const appSecret = 'an-invented-app-secret'
const path = `/v1/connections/pages/${page}`

describe('Pages over HTTP', () => {
  let scene: PageHouse
  const tokens = new Map<string, string>()
  beforeAll(async () => {
    scene = await startPageHouse()
    for (const role of ['admin', 'manager', 'sales-agent'] as const) await signedIn(role)
  })
  afterAll(() => scene.stop())

  async function signedIn(role: Role): Promise<void> {
    const { accessToken: token } = await signIn(scene.house, { name: `${role}-of`, role, workspace: 'acme' })
    tokens.set(role, token)
  }

  interface Call {
    readonly body?: object
    readonly as?: Role
  }

  async function call(method: string, url: string, { body, as = 'admin' }: Call = {}) {
    const response = await fetch(`http://127.0.0.1:${scene.house.port}${url}`, {
      method,
      headers: {
        authorization: `Bearer ${tokens.get(as) ?? ''}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    // No secret is in any answer or line of the log, whatever was asked.
    for (const secret of [accessToken, appSecret, ...Object.values(pageSecrets)]) {
      expect([text, ...scene.house.logged].join('\n')).not.toContain(secret)
    }
    return { status: response.status, text, json: () => JSON.parse(text) as never }
  }

  const checks = async (): Promise<PageChecksView['checks']> =>
    ((await call('POST', `${path}/check`)).json() as PageChecksView).checks
  const check = async (id: string) => (await checks()).find((each) => each.id === id)

  it('are an admin’s alone, every route of them', async () => {
    const routes: readonly (readonly [string, string, object?])[] = [
      ['GET', '/v1/connections/pages'],
      ['PUT', '/v1/connections/pages', { page, accessToken }],
      ['DELETE', path],
      ['POST', `${path}/check`],
      ['POST', `${path}/subscribe`],
    ]
    for (const [method, url, body] of routes) {
      for (const role of ['manager', 'sales-agent'] as const) {
        expect(
          (await call(method, url, { as: role, ...(body === undefined ? {} : { body }) })).status,
          `${method} ${url} as ${role}`,
        ).toBe(403)
      }
    }
  })

  it('show where Meta is to send, and of secrets the ends', async () => {
    const view: PagesView = (await call('GET', '/v1/connections/pages')).json()
    expect(view.webhook.address).toMatch(/\/webhooks\/meta\/acme$/)
    expect(view.webhook.problem).toMatch(/https/)
    expect(view.pages).toMatchObject([{ page, accessToken: { endsWith: 'test' }, appSecret: { endsWith: 'cret' } }])
  })

  it('refuse what is no Page, no form and no consent, and name the field', async () => {
    const wrong = [
      [{ page: 'a' }, /page/],
      [{ page, forms: ['x'] }, /forms/],
      [{ page, consents: { offers: ['whatsapp:service'] } }, /consents/],
      [{ page, accessToken: 'has blanks in it, so it is none' }, /accessToken/],
    ] as const
    for (const [body, problem] of wrong) {
      const answer = await call('PUT', '/v1/connections/pages', { body })
      expect(answer.status).toBe(422)
      expect(answer.text).toMatch(problem)
    }
    expect((await call('POST', '/v1/connections/pages/999/check')).status).toBe(404)
  })

  it('are all right where everything is set up, and learn the name', async () => {
    expect((await call('POST', `${path}/subscribe`)).json()).toMatchObject({
      ok: true,
      what: 'Meta sends to this server.',
    })
    scene.meta.submitLead({
      fields: [{ name: 'phone_number', values: ['+34600111222'] }],
      disclaimers: [],
      platform: 'fb',
      from: 'advertisement',
    })
    await scene.meta.idle()
    const found = await until(checks, (each) => each.every(({ ok }) => ok))
    expect(found.map(({ id, what }) => `${id}: ${what}`)).toEqual([
      'token: Valid for the Page Riverside Homes',
      'permissions: It may read leads and subscribe to the Page.',
      'webhook: Meta sends to this server.',
      'subscription: Meta tells your app of leads, comments and messages.',
      'sweep: Leads can be looked for: 1 form, 1 in the first one since yesterday.',
      'signature: Last correctly signed: 0 min ago.',
    ])
    const view: PagesView = (await call('GET', '/v1/connections/pages')).json()
    expect(view.pages[0]?.name).toBe('Riverside Homes')
  })

  it('say what is wrong, and what to do', async () => {
    scene.meta.press('token-expired')
    expect(await check('token')).toMatchObject({ ok: false, whatToDo: expect.stringMatching(/Page access token/) })
    expect(await check('sweep')).toMatchObject({ ok: false })
    scene.meta.release('token-expired')
    await call('PUT', '/v1/connections/pages', { body: { page, forms: ['77'] } })
    expect(await check('sweep')).toMatchObject({ ok: false, whatToDo: expect.stringMatching(/may read leads/) })
    await call('PUT', '/v1/connections/pages', { body: { page, forms: [formId], appSecret: '' } })
    expect(await check('sweep')).toMatchObject({ ok: true })
    expect(await check('signature')).toMatchObject({ ok: false, what: expect.stringMatching(/No app secret/) })
    expect(await check('webhook')).toMatchObject({ ok: false })
    const half = { ok: false, what: expect.stringMatching(/your app nobody yet/) }
    expect((await call('POST', `${path}/subscribe`)).json()).toMatchObject(half)
    await call('PUT', '/v1/connections/pages', { body: { page, appSecret } })
    expect(await check('webhook')).toMatchObject({ ok: false, whatToDo: expect.stringMatching(/app secret/) })
    await call('PUT', '/v1/connections/pages', { body: { page, accessToken } })
    expect(await check('token')).toMatchObject({ ok: false })
    expect((await call('POST', `${path}/subscribe`)).json()).toMatchObject({ ok: false })
    expect((await call('DELETE', path)).status).toBe(204)
    expect(((await call('GET', '/v1/connections/pages')).json() as PagesView).pages).toEqual([])
  })
})
