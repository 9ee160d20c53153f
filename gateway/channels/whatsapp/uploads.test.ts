import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMemoryEphemeral } from '#runtime/adapters/memory/ephemeral.ts'
import { createMemoryFiles } from '#runtime/adapters/memory/files.ts'
import type { Files } from '#runtime/ports/files.ts'
import { createManualClock } from '#runtime/testing/manual-clock.ts'
import { silentLog } from '#runtime/testing/small-host.ts'
import type { Transmission } from '#machines/dispatch-contract.ts'
import type { Connections } from '../../connections/connection.ts'
import { metaNumber } from '../../testing/whatsapp-house.ts'
import { createGraphClient, type GraphClient } from './graph-client.ts'
import { createWhatsAppSender } from './sender.ts'
import { startGraphServer, type GraphServer } from './testing/graph-server.ts'
import { createUploads, type Uploads } from './uploads.ts'

const file = 'acme/sent/one'
const media = { kind: 'media', media: 'image', file, filename: 'kitchen.jpg' } as const

let server: GraphServer
let files: Files
let graph: GraphClient
let uploads: Uploads
let clock: ReturnType<typeof createManualClock>

beforeEach(async () => {
  server = await startGraphServer()
  clock = createManualClock(1_800_000_000_000)
  files = createMemoryFiles()
  const content = async function* () {
    yield Buffer.from([0xff, 0xd8, 0xff, 1])
  }
  await files.put(file, content(), { contentType: 'image/jpeg' })
  graph = createGraphClient({ baseUrl: server.url, version: 'v23.0', clock, timeoutMs: 1000 })
  uploads = createUploads({ graph, files, ephemeral: createMemoryEphemeral({ clock }), clock, log: silentLog })
})
afterEach(() => server.stop())

const day = 24 * 60 * 60 * 1000

describe('our files at Meta', () => {
  it('go up once, however many messages wait for one, and are remembered for less than thirty days', async () => {
    server.plays({ body: { id: '901' } }, { body: { id: '902' } })
    expect(await Promise.all([uploads.idOf(metaNumber, media), uploads.idOf(metaNumber, media)])).toEqual([
      '901',
      '901',
    ])
    await clock.advance(28 * day)
    expect(await uploads.idOf(metaNumber, media)).toBe('901')
    expect(server.calls).toHaveLength(1)
    await clock.advance(2 * day)
    expect(await uploads.idOf(metaNumber, media)).toBe('902')
  })

  it('go up anew once Meta does not take the id, and for another number', async () => {
    server.plays({ body: { id: '901' } }, { body: { id: '902' } }, { body: { id: '903' } })
    await uploads.idOf(metaNumber, media)
    await uploads.forget(metaNumber, file)
    expect(await uploads.idOf(metaNumber, media)).toBe('902')
    expect(await uploads.idOf({ ...metaNumber, account: '2' }, media)).toBe('903')
  })

  it('say whether to try again, and what is no longer there', async () => {
    server.plays({ status: 400, body: { error: { code: 131053, message: 'Media upload error' } } })
    expect(await uploads.idOf(metaNumber, media)).toMatchObject({ outcome: 'later', code: 131053 })
    server.plays({ status: 401, body: { error: { code: 190, message: 'expired' } } })
    expect(await uploads.idOf(metaNumber, media)).toMatchObject({ outcome: 'refused', action: 'stop-sender' })
    const gone = { ...media, file: 'acme/sent/gone' }
    expect(await uploads.idOf(metaNumber, gone)).toMatchObject({ outcome: 'refused', reason: /no longer/u })
  })

  it('that are long on their way keep no message waiting for longer than twenty seconds', async () => {
    const slow = Promise.withResolvers<never>()
    const waiting = createUploads({
      graph: { upload: () => slow.promise },
      files,
      ephemeral: createMemoryEphemeral({ clock }),
      clock,
      log: silentLog,
    })
    const asked = waiting.idOf(metaNumber, media)
    await new Promise((resolve) => setImmediate(resolve))
    await clock.advance(20_000)
    expect(await asked).toMatchObject({ outcome: 'later', whose: 'pace' })
  })
})

describe('a message with a file of ours', () => {
  const connections: Connections = { whatsapp: async () => [metaNumber], whatsappAccount: async () => metaNumber }
  const transmission: Transmission = {
    dispatch: 'acme/dispatch/1:2',
    conversation: 'acme/conversation/1',
    channel: 'whatsapp',
    reach: { account: metaNumber.account, phone: '34600111222' },
    content: { ...media, caption: 'The kitchen' },
    sender: 'member',
    epoch: 1,
    attempt: 1,
  }
  const refusal = { status: 400, body: { error: { code: 131053, message: 'Media upload error' } } }

  async function sent(attempt: number) {
    const sender = createWhatsAppSender({ connections, graph, uploads })
    const call = await sender.prepare({ ...transmission, attempt })
    if (typeof call !== 'function') throw new Error(`not prepared: ${call.reason}`)
    return call(new AbortController().signal)
  }

  it('goes by the id of its upload', async () => {
    server.plays({ body: { id: '901' } }, { body: { messages: [{ id: 'wamid.1' }] } })
    expect(await sent(1)).toEqual({ outcome: 'accepted', providerId: 'wamid.1' })
    const body: unknown = JSON.parse(String(server.calls[1]?.body))
    expect(body).toMatchObject({ type: 'image', image: { id: '901', caption: 'The kitchen' } })
  })

  it('that Meta could not pass on (131053) is tried with a new upload, and after three tries that is told', async () => {
    server.plays({ body: { id: '901' } }, refusal, { body: { id: '902' } }, refusal)
    expect(await sent(1)).toMatchObject({ outcome: 'later', code: 131053 })
    expect(await sent(3)).toMatchObject({ outcome: 'refused', action: 'retry-media', code: 131053 })
    expect(server.calls.map(({ path }) => path.split('/').at(-1))).toEqual(['media', 'messages', 'media', 'messages'])
  })
})
