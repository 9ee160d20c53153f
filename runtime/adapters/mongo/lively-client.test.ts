import { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Log } from '../../ports/log.ts'
import { LivelyClient } from './lively-client.ts'

const url = process.env['FINEACERS_TEST_MONGODB']
const driver = { serverSelectionTimeoutMS: 500, connectTimeoutMS: 500, heartbeatFrequencyMS: 500 }

describe.skipIf(url === undefined)('the client of a documents server', { timeout: 60_000 }, () => {
  const port = Number(new URL(url ?? 'mongodb://127.0.0.1').port)
  let logged: string[] = []
  let client: LivelyClient
  beforeEach(() => {
    logged = []
    const warn: Log['warn'] = (message) => void logged.push(message)
    const log = { debug: () => {}, info: () => {}, warn, error: () => {} }
    client = new LivelyClient({ url: url ?? '', driver, log, answerMs: 3_000 })
  })
  afterEach(async () => {
    vi.restoreAllMocks()
    await client.close()
  })

  const ping = (): Promise<unknown> => client.run((driven) => driven.db('admin').command({ ping: 1 }))
  /** Each write that `dies` picks meets a socket that ends in this very moment: it is told that there is no room, and nothing more. */
  const ends = (dies: (bytes: string) => boolean): void => {
    vi.spyOn(Socket.prototype, 'write').mockImplementation(function (this: Socket, ...written) {
      const [bytes, encoding = 'utf8', done] = written
      const ended = this.remotePort === port && dies(Buffer.from(bytes).toString('latin1'))
      if (!ended) return Duplex.prototype.write.call(this, bytes, encoding, done)
      this.destroy()
      return false
    })
  }

  it('[D2] that died without a word is made anew, and its calls end', async () => {
    expect(await ping()).toMatchObject({ ok: 1 })
    ends(() => true)
    const hanging = ping()
    await expect(hanging).rejects.toMatchObject({ code: 'store-unavailable' })
    vi.restoreAllMocks()
    await expect.poll(() => ping().catch(() => undefined), { timeout: 20_000 }).toMatchObject({ ok: 1 })
    expect(logged).toContain('the client of the documents server has died and is made anew')
  })

  it('[D2] whose call has been lost on the way says so in time, and stays as it is', async () => {
    await ping()
    const { client: before } = client
    ends((bytes) => bytes.includes('ping'))
    await expect(ping()).rejects.toMatchObject({ code: 'store-unavailable' })
    vi.restoreAllMocks()
    expect(await ping()).toMatchObject({ ok: 1 })
    expect(client.client).toBe(before)
    expect(logged).toEqual([])
  })
})
