import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createMemoryFiles } from '#runtime/adapters/memory/files.ts'
import { addressOf } from '#runtime/address.ts'
import type { EffectContext } from '#runtime/runtime.ts'
import { createManualClock } from '#runtime/testing/manual-clock.ts'
import type { MediaKeep } from '#machines/media-contract.ts'
import { createGraphClient } from '../channels/whatsapp/graph-client.ts'
import { startGraphServer, type GraphServer } from '../channels/whatsapp/testing/graph-server.ts'
import type { Connections } from '../connections/connection.ts'
import { metaNumber } from '../testing/whatsapp-house.ts'
import { createKeepMediaEffect, mediaFileKey } from './keep-media.ts'

const address = addressOf('acme', 'media', 'whatsapp:1:1003')
const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 4])
const wanted: MediaKeep = {
  channel: 'whatsapp',
  account: metaNumber.account,
  mediaId: '1003',
  kind: 'image',
  mimeType: 'image/jpeg',
  attempt: 1,
}

async function scene(numbers: 'connected' | 'unconnected' = 'connected') {
  const server = await startGraphServer()
  const files = createMemoryFiles()
  const connections: Connections = {
    whatsapp: async () => [],
    whatsappAccount: async () => (numbers === 'connected' ? metaNumber : undefined),
  }
  const graph = createGraphClient({
    baseUrl: server.url,
    version: 'v23.0',
    clock: createManualClock(0),
    timeoutMs: 1000,
  })
  const effect = createKeepMediaEffect({ connections, graph, files })
  const context = { signal: new AbortController().signal, attempt: 1, wanted: () => true } as unknown as EffectContext
  const run = async (more: Partial<MediaKeep> = {}) => {
    const input = { ...wanted, ...more }
    const request = { address, id: 'keep-media', epoch: 1, name: 'keep-media', input, key: 'k' }
    return effect.run(request, context)
  }
  return { server, files, run }
}

/** What Meta answers for a file of these bytes: its place, then it. */
function plays(server: GraphServer, bytes: Buffer, more: object = {}): void {
  const sha256 = createHash('sha256').update(bytes).digest('base64')
  const place = { url: `${server.url}/files/1`, mime_type: 'image/jpeg', sha256, file_size: bytes.length, id: '1003' }
  server.plays({ body: { ...place, ...more } }, { body: bytes })
}

describe('the effect keep-media', () => {
  it('keeps the file under a key of its actor, with the type of its bytes', async () => {
    const { server, files, run } = await scene()
    plays(server, jpeg)
    const sha256 = createHash('sha256').update(jpeg).digest('base64')
    const file = mediaFileKey(address)
    expect(await run({ sha256, mimeType: 'image/png' })).toEqual({
      outcome: 'kept',
      file,
      mimeType: 'image/jpeg',
      sizeBytes: jpeg.length,
      sha256,
    })
    expect(await files.stat(file)).toMatchObject({ contentType: 'image/jpeg', sizeBytes: jpeg.length })
    await server.stop()
  })

  it('loses a picture that is none, and one that is too large', async () => {
    const { server, files, run } = await scene()
    plays(server, Buffer.from('<svg onload="steal()">'))
    expect(await run()).toMatchObject({ outcome: 'lost', why: 'mismatch' })
    plays(server, jpeg, { file_size: 6 * 1024 * 1024 })
    expect(await run()).toMatchObject({ outcome: 'lost', why: 'too-large' })
    expect(await files.stat(mediaFileKey(address))).toBeUndefined()
    await server.stop()
  })

  it('asks again for bytes that are not those announced, and in the end loses them', async () => {
    const { server, run } = await scene()
    plays(server, jpeg)
    expect(await run({ sha256: 'other' })).toMatchObject({ outcome: 'later' })
    plays(server, jpeg)
    expect(await run({ sha256: 'other', attempt: 3 })).toMatchObject({ outcome: 'lost', why: 'mismatch' })
    await server.stop()
  })

  it('keeps a voice note as sound, also in a container of films', async () => {
    const { server, run } = await scene()
    plays(server, Buffer.from('\0\0\0\x18ftypisom\0\0', 'latin1'))
    expect(await run({ kind: 'voice', mimeType: 'audio/mp4' })).toMatchObject({ mimeType: 'audio/mp4' })
    plays(server, Buffer.from('OggS\0\x02', 'latin1'))
    expect(await run({ kind: 'voice', mimeType: 'audio/ogg; codecs=opus' })).toMatchObject({ mimeType: 'audio/ogg' })
    await server.stop()
  })

  it('waits for Meta, for access and for a number to be connected', async () => {
    const { server, run } = await scene()
    server.plays({ status: 500 })
    expect(await run()).toMatchObject({ outcome: 'later' })
    server.plays({ status: 401, body: { error: { code: 190, message: 'expired' } } })
    expect(await run()).toMatchObject({ outcome: 'later' })
    server.plays({ status: 400, body: { error: { code: 100, error_subcode: 33, message: 'no such object' } } })
    expect(await run()).toMatchObject({ outcome: 'missing' })
    await server.stop()
    const other = await scene('unconnected')
    expect(await other.run()).toMatchObject({ outcome: 'later' })
    await other.server.stop()
  })
})
