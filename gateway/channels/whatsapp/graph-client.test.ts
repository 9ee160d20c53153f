import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createManualClock } from '#runtime/testing/manual-clock.ts'
import { createGraphClient, type GraphClient } from './graph-client.ts'
import { startGraphServer, type GraphServer } from './testing/graph-server.ts'

const account = '106540352242922'
const token = 'EAAplayed|secret/1'
const body = { messaging_product: 'whatsapp', to: '34600111222', type: 'text', text: { body: 'Hi' } }
const startMs = Date.parse('2026-11-26T10:00:00Z')

let server: GraphServer
let client: GraphClient
let clock: ReturnType<typeof createManualClock>

beforeEach(async () => {
  server = await startGraphServer()
  clock = createManualClock(startMs)
  client = createGraphClient({ baseUrl: server.url, version: 'v24.0', clock, timeoutMs: 10_000 })
})
afterEach(() => server.stop())

const error = (code: number, more: object = {}) => ({
  error: { message: `(#${code})`, type: 'OAuthException', code, ...more },
})
const send = () => client.send({ account, token, body })

describe('sending', () => {
  it('posts the body once, with the token, and answers the id that was given', async () => {
    server.plays({
      body: { messages: [{ id: 'wamid.OUT-9', message_status: 'accepted' }], contacts: [{ wa_id: '1' }] },
    })
    expect(await send()).toEqual({ outcome: 'accepted', providerId: 'wamid.OUT-9' })
    expect(server.calls).toMatchObject([
      { method: 'POST', path: `/v24.0/${account}/messages`, token, contentType: 'application/json' },
    ])
    expect(JSON.parse(server.calls[0]?.body.toString() ?? '')).toEqual(body)
  })

  it.each(['held_for_quality_assessment', 'paused'])('shows as held what is %s (contract 25)', async (held) => {
    server.plays({ body: { messages: [{ id: 'wamid.OUT-9', message_status: held }] } })
    expect(await send()).toEqual({ outcome: 'accepted', providerId: 'wamid.OUT-9', held })
  })

  it('does not know what became of a call that is not answered in time (contract 19)', async () => {
    server.plays('silence')
    const heard = server.heard()
    const sent = send()
    await heard
    await clock.advance(10_000)
    expect(await sent).toEqual({ outcome: 'ambiguous', reason: 'Meta did not answer within 10000 ms.' })
    expect(clock.nextDueAtMs()).toBeUndefined()
  })

  it('does not know what became of a call whose connection broke after it was written, or that was called off then', async () => {
    server.plays('break', 'silence')
    expect(await send()).toMatchObject({ outcome: 'ambiguous' })
    const heard = server.heard()
    const stop = new AbortController()
    const sent = client.send({ account, token, body, signal: stop.signal })
    await heard
    stop.abort()
    expect(await sent).toMatchObject({ outcome: 'ambiguous' })
  })

  it('knows that nothing was sent when the connection is refused, TLS fails or the call was off before (contract 19)', async () => {
    const tls = createGraphClient({
      baseUrl: server.url.replace('http', 'https'),
      version: 'v24.0',
      clock,
      timeoutMs: 1,
    })
    expect(await tls.send({ account, token, body })).toMatchObject({ outcome: 'later', afterMs: 5000 })
    expect(await client.send({ account, token, body, signal: AbortSignal.abort() })).toMatchObject({ outcome: 'later' })
    await server.stop()
    expect(await send()).toEqual({
      outcome: 'later',
      afterMs: 5000,
      reason: 'Meta could not be reached: ECONNREFUSED.',
    })
    expect(server.calls).toEqual([])
    server = await startGraphServer()
  })

  it.each(['ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'CERT_HAS_EXPIRED'])(
    'knows that nothing was sent at %s',
    async (code) => {
      const broken = Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error('no'), { code }) })
      const fetch = () => Promise.reject(broken)
      const away = createGraphClient({ baseUrl: server.url, version: 'v24.0', clock, timeoutMs: 1, fetch })
      expect(await away.send({ account, token, body })).toMatchObject({ outcome: 'later' })
    },
  )

  it('waits as long as Retry-After says, in seconds or by a date (contract 20)', async () => {
    const at = new Date(startMs + 90_000).toUTCString()
    server.plays(
      { status: 429, headers: { 'retry-after': at }, body: error(130429) },
      { status: 429, headers: { 'retry-after': '120' }, body: error(4) },
      { status: 429, headers: { 'retry-after': new Date(startMs - 5000).toUTCString() } },
    )
    expect(await send()).toMatchObject({ outcome: 'later', afterMs: 90_000 })
    expect(await send()).toMatchObject({ outcome: 'later', afterMs: 120_000 })
    expect(await send()).toMatchObject({ outcome: 'later', afterMs: 1000 })
  })

  it('waits the minutes of the usage header, or a minute when nothing is said (contract 20)', async () => {
    const usage = { 102290129340398: [{ type: 'whatsapp', call_count: 100, estimated_time_to_regain_access: 19 }] }
    server.plays(
      { status: 400, headers: { 'x-business-use-case-usage': JSON.stringify(usage) }, body: error(80007) },
      { status: 400, headers: { 'x-business-use-case-usage': 'no json' }, body: error(80007) },
    )
    expect(await send()).toMatchObject({ outcome: 'later', afterMs: 19 * 60_000 })
    expect(await send()).toMatchObject({ outcome: 'later', afterMs: 60_000 })
  })

  it("asks for a second after too many messages to one person: its powers are the caller's", async () => {
    server.plays({ status: 400, body: error(131056) })
    expect(await send()).toMatchObject({ outcome: 'later', afterMs: 1000 })
  })

  it.each([1, 2, 131000, 131016, 131057])(
    'does not know what became of a message at the passing error %i',
    async (code) => {
      server.plays({ status: 500, body: error(code) })
      expect(await send()).toMatchObject({ outcome: 'ambiguous' })
    },
  )

  it('refuses an unknown object as a bad request: HTTP 400, code 100, subcode 33 (contract 21)', async () => {
    server.plays({ status: 400, body: error(100, { error_subcode: 33 }) })
    expect(await send()).toMatchObject({ outcome: 'refused', action: 'dead-letter', code: 100 })
  })

  it.each([
    [401, 190, 'stop-sender'],
    [403, 10, 'alert'],
    [400, 131047, 'offer-template'],
    [400, 131026, 'unreachable'],
    [400, 132015, 'pause-template'],
    [500, 424242, 'give-up'],
  ])('refuses by the table: HTTP %i with %i is %s', async (status, code, action) => {
    server.plays({ status, body: error(code) })
    const sent = await send()
    expect(sent).toMatchObject({ outcome: 'refused', action, code })
    expect(sent).not.toHaveProperty('subcode')
  })

  it('tells what Meta itself did not answer by its status', async () => {
    server.plays(
      { status: 502, body: '<html>' },
      { status: 404, body: 'no' },
      { status: 302, headers: { location: '/' } },
    )
    server.plays({ body: '{}' }, { body: 'ok' })
    expect(await send()).toMatchObject({ outcome: 'ambiguous' })
    expect(await send()).toMatchObject({ outcome: 'refused', action: 'alert', code: 404 })
    expect(await send()).toMatchObject({ outcome: 'refused', action: 'alert', code: 302 })
    expect(await send()).toMatchObject({ outcome: 'ambiguous' })
    expect(await send()).toMatchObject({ outcome: 'ambiguous' })
    expect(server.calls).toHaveLength(5)
  })
})

describe('the token', () => {
  it('is in no answer, also where Meta quotes it', async () => {
    const quoting = { code: 424242, message: `Malformed access token ${token}` }
    server.plays({ status: 400, body: { error: quoting } })
    server.plays({ status: 400, body: JSON.stringify({ error: quoting }).replaceAll('/', '\\/') })
    for (const sent of [await send(), await send()]) {
      expect(JSON.stringify(sent)).not.toContain('secret')
      expect(sent).toMatchObject({ outcome: 'refused', reason: 'Malformed access token [token]' })
    }
  })

  it.each(['', 'EAA secret', 'EAAsecret\n', 'EAAsécret'])(
    'is not sent, nor quoted, when it can be none: %j',
    async (wrong) => {
      const sent = await client.send({ account, token: wrong, body })
      expect(sent).toMatchObject({ outcome: 'refused', action: 'stop-sender', code: 190 })
      expect(JSON.stringify(sent)).not.toContain('cret')
      expect(server.calls).toEqual([])
    },
  )
})

describe('a read receipt', () => {
  it('is one call, and shows typing when asked to', async () => {
    server.plays({ body: { success: true } }, { body: { success: true } })
    const read = { account, token, messageId: 'wamid.IN-TEXT-1' }
    expect(await client.markRead({ ...read, typing: true })).toEqual({ ok: true, value: true })
    expect(await client.markRead({ ...read, typing: false })).toEqual({ ok: true, value: true })
    const plain = { messaging_product: 'whatsapp', status: 'read', message_id: 'wamid.IN-TEXT-1' }
    expect(server.calls.map((call) => JSON.parse(call.body.toString()))).toEqual([
      { ...plain, typing_indicator: { type: 'text' } },
      plain,
    ])
  })

  it('says why it did not work', async () => {
    server.plays({ status: 400, body: error(100, { error_subcode: 33 }) }, { body: { success: false } })
    const read = { account, token, messageId: 'wamid.NO', typing: false }
    expect(await client.markRead(read)).toMatchObject({ ok: false, failure: { kind: 'missing', error: { code: 100 } } })
    expect(await client.markRead(read)).toEqual({
      ok: false,
      failure: { kind: 'refused', reason: "Meta's answer is not understood: success (invalid_value)." },
    })
  })
})
