import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createManualClock } from '#runtime/testing/manual-clock.ts'
import { createGraphClient, type GraphClient } from './graph-client.ts'
import { startGraphServer, type GraphServer } from './testing/graph-server.ts'

const token = 'EAAplayed'
const bytes = Buffer.from('a picture of a kitchen')
const digest = createHash('sha256').update(bytes).digest()
const which = { token, mediaId: '1003383421387256', kind: 'image' } as const

let server: GraphServer
let client: GraphClient
let place: { readonly [field: string]: unknown }

beforeEach(async () => {
  server = await startGraphServer()
  const clock = createManualClock(0)
  client = createGraphClient({ baseUrl: server.url, version: 'v24.0', clock, timeoutMs: 1000 })
  place = {
    messaging_product: 'whatsapp',
    url: `${server.url}/files/1?ext=1`,
    mime_type: 'image/jpeg',
    sha256: digest.toString('base64'),
    file_size: bytes.byteLength,
    id: which.mediaId,
  }
})
afterEach(() => server.stop())

describe('a file from Meta', () => {
  it('is fetched with the token from the place Meta tells', async () => {
    server.plays({ body: place }, { body: bytes })
    expect(await client.download(which)).toEqual({ ok: true, value: { bytes, mimeType: 'image/jpeg' } })
    expect(server.calls).toMatchObject([
      { method: 'GET', path: '/v24.0/1003383421387256', token },
      { method: 'GET', path: '/files/1', query: { ext: '1' }, token },
    ])
  })

  it('is asked for once more when its five minutes are over (contract 18)', async () => {
    server.plays(
      { body: place },
      { status: 404 },
      { body: { ...place, url: `${server.url}/files/2` } },
      { body: bytes },
    )
    expect(await client.download(which)).toMatchObject({ ok: true })
    expect(server.calls.map(({ path }) => path)).toEqual([
      '/v24.0/1003383421387256',
      '/files/1',
      '/v24.0/1003383421387256',
      '/files/2',
    ])
  })

  it('is missing when the fresh place has nothing either (contract 18)', async () => {
    server.plays({ body: place }, { status: 404 }, { body: place }, { status: 404 })
    expect(await client.download(which)).toMatchObject({ ok: false, failure: { kind: 'missing' } })
    expect(server.calls).toHaveLength(4)
  })

  it('is missing when Meta does not know its id any more: code 100, subcode 33 (contract 21)', async () => {
    server.plays({ status: 400, body: { error: { code: 100, error_subcode: 33, message: 'Unsupported get request' } } })
    expect(await client.download(which)).toMatchObject({
      ok: false,
      failure: { kind: 'missing', error: { code: 100 } },
    })
  })

  it('is taken by the digest of the webhook, in base64, or of the answer, in hex too', async () => {
    server.plays({ body: { ...place, sha256: digest.toString('hex') } }, { body: bytes })
    expect(await client.download(which)).toMatchObject({ ok: true })
    server.plays({ body: place }, { body: bytes })
    const other = createHash('sha256').update('other').digest('base64')
    expect(await client.download({ ...which, sha256: other })).toMatchObject({ ok: false, failure: { kind: 'later' } })
  })

  it('is not fetched when it is too large, and not read on when it is larger than was said', async () => {
    const large = 5 * 1024 * 1024 + 1
    server.plays({ body: { ...place, file_size: large } })
    expect(await client.download(which)).toMatchObject({ ok: false, failure: { kind: 'refused' } })
    expect(server.calls).toHaveLength(1)
    server.plays({ body: place }, { body: Buffer.alloc(large) })
    expect(await client.download(which)).toEqual({
      ok: false,
      failure: { kind: 'refused', reason: 'The file is larger than WhatsApp carries as image.', file: 'too-large' },
    })
  })

  it.each(['http://elsewhere.example/1', 'file:///etc/passwd', 'no address'])('is not fetched from %s', async (url) => {
    server.plays({ body: { ...place, url } })
    expect(await client.download(which)).toMatchObject({ ok: false, failure: { kind: 'refused' } })
    expect(server.calls).toHaveLength(1)
  })

  it('cannot lead the token elsewhere by its id', async () => {
    server.plays({ status: 404 })
    await client.media({ token, mediaId: 'https://elsewhere.example/?a=' })
    expect(server.calls.map(({ path }) => path)).toEqual(['/v24.0/https%3A%2F%2Felsewhere.example%2F%3Fa%3D'])
  })
})

describe('a file to Meta', () => {
  const file = {
    kind: 'document',
    bytes: new Uint8Array(bytes),
    mimeType: 'application/pdf',
    filename: 'plan.pdf',
  } as const

  it('goes up as a form, and has the id that Meta gave it', async () => {
    server.plays({ body: '{"id":1037543291543636123}' })
    const asked = await client.upload({ account: '106540352242922', token, file })
    expect(asked).toEqual({ ok: true, value: '1037543291543636123' })
    const [call] = server.calls
    expect(call).toMatchObject({ method: 'POST', path: '/v24.0/106540352242922/media', token })
    const form = await new Response(Uint8Array.from(call?.body ?? []), {
      headers: { 'content-type': call?.contentType ?? '' },
    }).formData()
    expect([form.get('messaging_product'), form.get('type')]).toEqual(['whatsapp', 'application/pdf'])
    const sent = form.get('file')
    expect(sent).toMatchObject({ name: 'plan.pdf', type: 'application/pdf' })
    expect(sent instanceof File ? await sent.text() : sent).toBe(bytes.toString())
  })

  it('does not go up when WhatsApp would not carry it', async () => {
    const asked = await client.upload({ account: '1', token, file: { ...file, kind: 'image' } })
    expect(asked).toMatchObject({ ok: false, failure: { kind: 'refused' } })
    expect(server.calls).toEqual([])
  })
})
