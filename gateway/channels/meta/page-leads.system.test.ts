import { afterEach, describe, expect, it } from 'vitest'
import { addressOf, type Address } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import { createGraphClient } from '../whatsapp/graph-client.ts'
import { signatureOf } from '../whatsapp/signature.ts'
import { leadAdsDefaults } from '../../rehearsal/business.ts'
import { pageSecrets, startPageHouse, type PageHouse } from '../../testing/page-house.ts'
import { member } from '../../testing/test-clients.ts'
import { until } from '../../testing/test-house.ts'
import { sweepLeads } from './lead-sweep.ts'

const { pageId: page, formId } = leadAdsDefaults
const form = {
  fields: [
    { name: 'full_name', values: ['Ana Ruiz'] },
    { name: 'phone_number', values: ['+34600111222'] },
  ],
  disclaimers: [{ checkbox_key: 'whatsapp_optin', is_checked: '1' }],
  platform: 'ig',
  from: 'advertisement',
} as const

let started: PageHouse | undefined
async function start(options: Parameters<typeof startPageHouse>[0] = {}): Promise<PageHouse> {
  started = await startPageHouse(options)
  return started
}

afterEach(async () => {
  await started?.stop()
  started = undefined
})

async function facts({ house }: PageHouse, of: Address, type: string): Promise<readonly Fact[]> {
  return (await house.runtime.journal.facts(0, 1000, of)).filter((each) => each.type === type)
}

/** The facts of a type once there are some. */
function told(scene: PageHouse, of: Address, type: string): Promise<readonly Fact[]> {
  return until(
    () => facts(scene, of, type),
    (found) => found.length > 0,
  )
}

/** Resolves when nobody has anything left to do. */
async function quiet({ house, meta }: PageHouse): Promise<void> {
  await meta.idle()
  const { runtime } = house
  await until(
    () => runtime.stats(),
    ({ inboxLag, pendingEffects }) => inboxLag + pendingEffects === 0,
  )
}

function post({ webhook }: PageHouse, body: string, signature = signatureOf(Buffer.from(body), pageSecrets.appSecret)) {
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signature }
  return fetch(webhook, { method: 'POST', headers, body })
}

function ping(id: string): string {
  const value = { leadgen_id: id, page_id: page, form_id: formId, ad_id: '0', created_time: 1790000990 }
  return JSON.stringify({ object: 'page', entry: [{ id: page, changes: [{ field: 'leadgen', value }] }] })
}

function sweep({ house, meta }: PageHouse): Promise<void> {
  const { pages, records, runtime, clock, log } = house
  const graph = createGraphClient({ baseUrl: meta.url, version: 'v23.0', clock, timeoutMs: 5000 })
  return sweepLeads({ pages, workspaces: ['acme'], graph, records, runtime, clock, log }, new AbortController().signal)
}

const adLead = (id: string) => addressOf('acme', 'lead-ad', id)
const lead = (id: string) => addressOf('acme', 'lead', `ad-${id}`)

describe('leads of a Page, against an emulator of Meta', () => {
  it('a form that is sent becomes a lead with its consent', async () => {
    const scene = await start()
    const { id } = scene.meta.submitLead(form)
    const [captured] = await told(scene, lead(id), 'lead-captured')
    expect(captured?.data['profile']).toMatchObject({
      name: 'Ana Ruiz',
      phone: '+34600111222',
      source: 'meta-lead-ad',
      extra: { 'meta-lead': id, 'meta-form': formId, 'meta-platform': 'ig' },
    })
    const [consent] = await told(scene, lead(id), 'consent-changed')
    const proof = JSON.stringify(form.disclaimers[0])
    expect(consent?.data).toMatchObject({ scope: 'whatsapp:marketing', consent: { state: 'given', proof } })
  })

  it('[M36] the same ping twenty times, and then the sweep, is one lead', async () => {
    const scene = await start()
    const { id } = scene.meta.submitLead(form)
    await told(scene, lead(id), 'lead-captured')
    await Promise.all(Array.from({ length: 20 }, () => post(scene, ping(id))))
    await sweep(scene)
    await quiet(scene)
    expect(await facts(scene, lead(id), 'lead-captured')).toHaveLength(1)
    expect(await facts(scene, adLead(id), 'ad-lead-captured')).toHaveLength(1)
  })

  it('the sweep finds what no ping told of, and keeps how far it has looked', async () => {
    const scene = await start({ fields: 'feed' })
    const { id } = scene.meta.submitLead(form)
    await sweep(scene)
    await told(scene, lead(id), 'lead-captured')
    expect((await facts(scene, adLead(id), 'ad-lead-announced'))[0]?.data).toMatchObject({ by: 'sweep', form: formId })
    const place = await scene.house.records.get('lead-sweeps', `acme/${page}`)
    expect(Object.keys(place?.value['places'] ?? {})).toEqual([formId])
    // The ping comes after all.
    await post(scene, ping(id))
    await quiet(scene)
    expect(await facts(scene, lead(id), 'lead-captured')).toHaveLength(1)
  })

  it('[M37] a ping before the lead can be read, with its id as a bare number, is waited for and loses nothing', async () => {
    const scene = await start()
    const id = '55459717045641545'
    const bare = ping(id).replaceAll(`"${id}"`, id)
    expect((await post(scene, bare)).status).toBe(200)
    const [delayed] = await told(scene, adLead(id), 'ad-lead-delayed')
    expect(delayed?.data).toMatchObject({ attempt: 1, waitMs: 15_000 })
    expect((await scene.house.runtime.inspect(adLead(id)))?.snapshot).toMatchObject({ value: 'waiting' })
  })

  it('[M37] a token that has ended is said with its reason; mended, the sweep brings the lead at once', async () => {
    const scene = await start()
    scene.meta.press('token-expired')
    const { id } = scene.meta.submitLead(form)
    const [delayed] = await told(scene, adLead(id), 'ad-lead-delayed')
    expect(delayed?.data['reason']).toMatch(/no longer accepts the access token/)
    await sweep(scene)
    scene.meta.release('token-expired')
    await sweep(scene)
    await told(scene, lead(id), 'lead-captured')
  })

  it('what is not signed, or by somebody else, is refused before it is read; the handshake knows its token alone', async () => {
    const scene = await start()
    expect((await post(scene, ping('1'), 'sha256=00')).status).toBe(401)
    expect((await post(scene, ping('1'), signatureOf(Buffer.from(ping('1')), 'another'))).status).toBe(401)
    expect((await post({ ...scene, webhook: scene.webhook.replace('acme', 'globex') }, ping('1'))).status).toBe(401)
    const wrong = await fetch(`${scene.webhook}?hub.mode=subscribe&hub.challenge=1&hub.verify_token=no`)
    expect(wrong.status).toBe(403)
    await quiet(scene)
    expect(await facts(scene, adLead('1'), 'ad-lead-announced')).toEqual([])
  })

  it('a Page without a secret of its own believes that of the WhatsApp numbers, and none where there is none', async () => {
    const scene = await start({ page: { appSecret: '' } })
    expect((await post(scene, ping('1'))).status).toBe(401)
    const number = { business: '1', account: '2', accessToken: 'a-token-of-the-number' }
    await scene.house.connectionDesk?.save('acme', { ...number, appSecret: pageSecrets.appSecret })
    expect((await post(scene, ping('1'))).status).toBe(200)
  })

  it('whoever comments and writes a message is a lead, each word of theirs once', async () => {
    const scene = await start()
    const value = {
      item: 'comment',
      verb: 'add',
      comment_id: '1_2',
      message: 'Price?',
      from: { id: '77', name: 'Ana' },
    }
    const comment = JSON.stringify({ object: 'page', entry: [{ id: page, changes: [{ field: 'feed', value }] }] })
    const item = { sender: { id: '77' }, recipient: { id: page }, message: { mid: 'm_1', text: 'Still there?' } }
    const message = JSON.stringify({ object: 'page', entry: [{ id: page, messaging: [item] }] })
    for (const body of [comment, comment, message, message]) expect((await post(scene, body)).status).toBe(200)
    const person = addressOf('acme', 'lead', 'facebook:77')
    await told(scene, person, 'lead-captured')
    await quiet(scene)
    const [first, ...later] = await scene.house.runtime.journal.facts(0, 1000, person)
    expect(first?.data['profile']).toMatchObject({ source: 'facebook-comment', name: 'Ana', message: 'Price?' })
    const last = later.findLast(({ data }) => data['profile'] !== undefined)
    expect(last?.data['profile']).toMatchObject({ name: 'Ana', message: 'Still there?' })
  })
})

describe('what people write on the Page and its Instagram account, in the emulator', () => {
  it.each([
    ['facebook', 'comment'],
    ['facebook', 'message'],
    ['instagram', 'comment'],
    ['instagram', 'message'],
  ] as const)('a %s %s makes a lead with its words, once', async (network, what) => {
    const page = { instagram: leadAdsDefaults.instagramId }
    const scene = await start({ page, fields: 'leadgen,feed,messages' })
    scene.meta.press('duplicate')
    scene.meta.writeToPage({ network, what, name: 'Sara Khan', text: 'Price please' })
    await quiet(scene)
    const captured = (await scene.house.runtime.journal.facts(0, 1000)).filter(({ type }) => type === 'lead-captured')
    expect(captured.map(({ data }) => data['profile'])).toMatchObject([
      { source: `${network}-${what}`, message: 'Price please' },
    ])
  })
})

describe('what of a Page could not be taken in', () => {
  it('is mended and read again by the same door', async () => {
    const scene = await start()
    const manager = await member(scene.house, { name: 'Maya', role: 'manager' })
    const { id } = scene.meta.submitLead({ ...form, from: 'test' })
    const broken = ping(id).replace(`"leadgen_id":"${id}",`, '')
    await post(scene, broken)
    const { event } = await manager.frame('lead-event')
    expect(event).toMatchObject({ subject: 'meta-page', reasons: ['it does not say which lead it is about'] })
    const { letter, text } = event
    const replay = (given: string) => manager.command({ type: 'lead-event.replay', letter, text: given })
    expect(await replay(text)).toEqual({ status: 'refused', reasons: event.reasons })
    const mended = text.replace('"page_id"', `"leadgen_id": "${id}", "page_id"`)
    expect(await replay(mended)).toEqual({ status: 'taken', lead: lead(id) })
    await told(scene, lead(id), 'lead-captured')
    manager.close()
  })

  it('is taken in by a replay once its Page is connected', async () => {
    const scene = await start()
    const other = '999000111'
    const manager = await member(scene.house, { name: 'Maya', role: 'manager' })
    await post(scene, ping('4711').replaceAll(page, other))
    const { event } = await manager.frame('lead-event')
    expect(event.reasons).toEqual([`the Page ${other} is not connected to this workspace`])
    await scene.house.pages.save('acme', { page: other, ...pageSecrets })
    const { letter, text } = event
    const taken = await manager.command({ type: 'lead-event.replay', letter, text })
    expect(taken).toEqual({ status: 'taken', lead: lead('4711') })
    await told(scene, adLead('4711'), 'ad-lead-announced')
    manager.close()
  })
})
