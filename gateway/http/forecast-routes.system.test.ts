import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addressOf } from '#runtime/address.ts'
import { accountId } from '#machines/account-writing.ts'
import type { LeadEvent } from '#machines/lead-contract.ts'
import type { ForecastAsk, ForecastView, ProblemReport } from '../protocol.ts'
import { submit } from '../submit.ts'
import { signIn } from '../testing/test-clients.ts'
import { until } from '../testing/test-house.ts'
import { metaNumber, startWhatsAppHouse, type WhatsAppHouse } from '../testing/whatsapp-house.ts'

let started: WhatsAppHouse | undefined
let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'forecasts-'))
})
afterEach(async () => {
  await started?.stop()
  started = undefined
  rmSync(folder, { recursive: true, force: true })
})

/** Noon in India. */
const noonMs = Date.UTC(2026, 10, 26, 6, 30)
const asked: ForecastAsk = {
  audience: {},
  channel: 'whatsapp',
  purpose: 'marketing',
  template: { name: 'open_house', language: 'en' },
  perSecond: 10,
  startAtMs: noonMs,
}

interface Desk {
  ask(json: object): Promise<{ readonly status: number; readonly body: ForecastView & ProblemReport }>
  get(path: string): Promise<Response>
  end(id: string): Promise<Response>
  done(id: string): Promise<ForecastView>
}

async function deskOf(
  scene: WhatsAppHouse,
  role: 'manager' | 'sales-agent' = 'manager',
  workspace = 'acme',
): Promise<Desk> {
  const { accessToken } = await signIn(scene.house, { name: 'Meera', role, workspace })
  const at = `http://127.0.0.1:${scene.house.port}/v1/forecasts`
  const authorization = `Bearer ${accessToken}`
  const get = (path: string): Promise<Response> => fetch(`${at}${path}`, { headers: { authorization } })
  return {
    get,
    async ask(json) {
      const headers = { authorization, 'content-type': 'application/json' }
      const answer = await fetch(at, { method: 'POST', headers, body: JSON.stringify(json) })
      return { status: answer.status, body: (await answer.json()) as ForecastView & ProblemReport }
    },
    end: (id) => fetch(`${at}/${id}`, { method: 'DELETE', headers: { authorization } }),
    done: (id) =>
      until(
        async () => (await (await get(`/${id}`)).json()) as ForecastView,
        ({ status }) => status !== 'counting',
      ),
  }
}

async function tell(scene: WhatsAppHouse, id: string, ...events: readonly LeadEvent[]): Promise<void> {
  for (const event of events) await submit(scene.house.runtime, { to: addressOf('acme', 'lead', id), event })
}

const yes: LeadEvent = {
  type: 'consent.said',
  scope: 'whatsapp:marketing',
  consent: { state: 'given', atMs: 1000, source: 'lead-form', proof: 'optin=1' },
}

function captured(name: string, phone?: string): LeadEvent {
  const how = phone === undefined ? { email: `${name.toLowerCase()}@example.com` } : { phone }
  return { type: 'lead.captured', profile: { name, source: 'import', ...how } }
}

/** Ana and Bela said yes, Chitra said stop, Dev said nothing, Esha has no number. */
async function startScene(): Promise<WhatsAppHouse> {
  const scene = (started = await startWhatsAppHouse({ importFolder: folder }))
  await tell(scene, 'ana', captured('Ana', '9845012301'), yes)
  await tell(scene, 'bela', captured('Bela', '9845012302'), yes)
  const stop = { type: 'contact.wished', wish: 'stop', channel: 'whatsapp', saidAtMs: 2000, proof: 'STOP' } as const
  await tell(scene, 'chitra', captured('Chitra', '9845012303'), yes, stop)
  await tell(scene, 'dev', captured('Dev', '9845012304'))
  await tell(scene, 'esha', captured('Esha'), yes)
  await template(scene, 'open_house', 'marketing')
  await until(
    () => scene.house.documents.count('people', []),
    (people) => people === 5,
  )
  return scene
}

async function template(scene: WhatsAppHouse, name: string, category: string): Promise<void> {
  const to = addressOf('acme', 'account', accountId('whatsapp', metaNumber.account))
  const own = { name, language: 'en', status: 'APPROVED', category, body: 'Hi {{1}}', variables: 1, buttons: [] }
  const event = { type: 'account.templates-read', reading: name, part: 0, templates: [own], last: true } as const
  await submit(scene.house.runtime, { to, event })
}

describe('a forecast', () => {
  it('says who gets it, who does not and why, what it costs and when it is done, with a list of the people', async () => {
    const desk = await deskOf(await startScene())
    const begun = await desk.ask(asked)
    expect(begun).toMatchObject({ status: 202, body: { status: 'counting', by: 'Meera', of: 5 } })
    const { result, looked, account } = await desk.done(begun.body.id)
    expect(looked).toBe(5)
    expect(account).toMatchObject({ account: metaNumber.account, name: metaNumber.displayNumber })
    expect(result).toMatchObject({
      people: 5,
      outcomes: { send: 2, hold: 0, refuse: 3 },
      cost: { micros: 100_000, currency: 'USD' },
      firstAtMs: noonMs,
      doneAtMs: noonMs + 200,
    })
    const reasons = Object.fromEntries(result?.reasons.map(({ reason, sample }) => [reason, sample]) ?? [])
    expect(reasons).toMatchObject({
      'opted-out': [{ lead: 'acme/lead/chitra', name: 'Chitra' }],
      'no-consent': [{ lead: 'acme/lead/dev', name: 'Dev' }],
      'no-address': [{ lead: 'acme/lead/esha', name: 'Esha' }],
    })
    const people = await (await desk.get(`/${begun.body.id}/people.csv`)).text()
    expect(people.split('\n')).toHaveLength(7)
    const refused = await desk.get(`/${begun.body.id}/people.csv?reason=opted-out`)
    expect(refused.headers.get('content-disposition')).toContain('forecast-opted-out.csv')
    expect(await refused.text()).toBe(
      'lead,name,phone,email,outcome,reason,out_at\nacme/lead/chitra,Chitra,+919845012303,,refuse,opted-out,\n',
    )
    expect((await desk.end(begun.body.id)).status).toBe(204)
    expect((await desk.get(`/${begun.body.id}`)).status).toBe(404)
  })

  it('of a list tells whom nobody knows, and of a part of all counts only that', async () => {
    const desk = await deskOf(await startScene())
    const contacts = ['98450 12301', '+91 98450-12303', 'esha@example.com', '+34600111222', 'nobody']
    const { body } = await desk.ask({ ...asked, audience: { contacts } })
    const { list, result } = await desk.done(body.id)
    expect(list).toEqual({ given: 5, matched: 3, unmatched: 2, unmatchedSample: ['+34600111222', 'nobody'] })
    expect(result?.outcomes).toEqual({ send: 1, hold: 0, refuse: 2 })
    const elsewhere = await desk.ask({ ...asked, audience: { country: 'ES' } })
    expect((await desk.done(elsewhere.body.id)).result?.people).toBe(0)
  })

  it('says what to do when it can not be planned', async () => {
    const scene = await startScene()
    const desk = await deskOf(scene)
    const misspelt = await desk.ask({ ...asked, template: { name: 'open_hose', language: 'en' } })
    expect(misspelt.status).toBe(422)
    expect(misspelt.body.message).toBe('There is no template open_hose (en). Did you mean open_house (en)?')
    const wrong = await desk.ask({ ...asked, purpose: 'utility' })
    expect(wrong.body.message).toContain('is for marketing, not for utility')
    const { template: _template, ...bare } = asked
    const noMail = await desk.ask({ ...bare, channel: 'email' })
    expect(noMail).toMatchObject({ status: 409, body: { message: expect.stringContaining('No mailbox is connected') } })
    expect((await desk.ask({ ...asked, perSecond: 0 })).status).toBe(422)
    expect((await (await deskOf(scene, 'sales-agent')).ask(asked)).status).toBe(403)
    const other = await deskOf(scene, 'manager', 'globex')
    const { body } = await desk.ask(asked)
    expect((await other.get(`/${body.id}`)).status).toBe(404)
    await desk.done(body.id)
  })

  it('tells what the number itself stands in the way with', async () => {
    const scene = await startScene()
    const to = addressOf('acme', 'account', accountId('whatsapp', metaNumber.account))
    const error = { code: 190, action: 'stop-sender', reason: 'the access token has ended' } as const
    await submit(scene.house.runtime, { to, event: { type: 'account.troubled', error } })
    await until(
      () => scene.house.documents.get('accounts', to),
      (found) => JSON.stringify(found?.value).includes('the access token has ended'),
    )
    const desk = await deskOf(scene)
    const { body } = await desk.ask(asked)
    const { account, result } = await desk.done(body.id)
    expect(account.brake).toMatchObject({ reason: 'the access token has ended' })
    expect(result?.outcomes).toEqual({ send: 0, hold: 2, refuse: 3 })
    expect(result?.reasons.find(({ reason }) => reason === 'sender-stopped')?.count).toBe(2)
    expect(result?.doneAtMs).toBeUndefined()
  })

  it('spreads over days what Meta’s limit of people a day does not let out at once', async () => {
    const scene = await startScene()
    const to = addressOf('acme', 'account', accountId('whatsapp', metaNumber.account))
    await submit(scene.house.runtime, { to, event: { type: 'account.noticed', field: 'tier', details: '', limit: 1 } })
    const desk = await deskOf(scene)
    const { body } = await desk.ask(asked)
    const { account, result } = await desk.done(body.id)
    expect(account.daily).toEqual({ limit: 1, roomToday: 1 })
    expect(result?.outcomes).toEqual({ send: 1, hold: 1, refuse: 3 })
    expect(result).toMatchObject({ days: 2, lastAtMs: noonMs + 24 * 60 * 60_000 })
  })
})
