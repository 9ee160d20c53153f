import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createFaultProxy } from '#deploy/services/fault-proxy.ts'
import { findServer } from '#deploy/services/find-server.ts'
import { startNats, type NatsOptions as ServerOptions, type NatsServers } from '#deploy/services/nats-servers.ts'
import type { Records } from '../../ports/records.ts'
import { silentLog } from '../../testing/small-host.ts'
import { connectNats } from './connection.ts'
import { openNatsRecords } from './records.ts'

const there = findServer('nats') !== undefined || process.env['FINEACERS_TEST_NATS'] !== undefined

describe.skipIf(!there)('records when things go wrong [needs a nats-server]', () => {
  const after: (() => unknown)[] = []
  afterEach(async () => {
    for (const undo of after.splice(0).reverse()) await undo()
  })

  async function server(options: Partial<ServerOptions> = {}): Promise<NatsServers> {
    const folder = mkdtempSync(join(tmpdir(), 'fineacers-records-'))
    after.push(() => rmSync(folder, { recursive: true, force: true }))
    const nats = await startNats({ servers: 1, folder, ...options })
    after.push(() => nats.kill())
    return nats
  }

  async function recordsOn(url: string, replicas: 1 | 3 = 1): Promise<Records> {
    const connection = await connectNats({ servers: url.split(','), name: 'test', log: silentLog })
    after.push(() => connection.close())
    return openNatsRecords({ connection, bucket: 'records', replicas, timeoutMs: 1_000 })
  }

  it('[R4] a server that is away is said to be, and everything is there when it is back', async () => {
    const nats = await server()
    const records = await recordsOn(nats.url)
    const revision = await records.put('accounts', 'a', { n: 1 }, 0)
    await nats.kill()
    const calls = [
      () => records.get('accounts', 'a'),
      () => records.list('accounts', '', 10),
      () => records.put('accounts', 'a', { n: 2 }, revision ?? -1),
      () => records.delete('accounts', 'a'),
    ]
    for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'store-unavailable', retry: 'later' })
    await nats.restart()
    await expect
      .poll(() => records.get('accounts', 'a').catch(() => undefined), { timeout: 10_000 })
      .toEqual({ key: 'a', revision, value: { n: 1 } })
  })

  it('[R2] revisions rise through deletions, restarts and kills of the server', async () => {
    const nats = await server()
    const records = await recordsOn(nats.url)
    let last = 0
    for (let round = 0; round < 4; round++) {
      const revision = await records.put('accounts', 'a', { round }, 0)
      expect(revision).toBeGreaterThan(last)
      last = revision ?? 0
      await records.delete('accounts', 'a')
      await (round % 2 === 0 ? nats.kill() : nats.stop())
      await nats.restart()
      await expect
        .poll(() => records.put('accounts', 'a', { stale: true }, last).catch(() => 'away'), { timeout: 10_000 })
        .toBeUndefined()
    }
  })

  it('[R2] a write whose answer is lost is found, and made once', async () => {
    const nats = await server()
    const { hostname, port } = new URL(nats.url)
    const proxy = await createFaultProxy({ to: { host: hostname, port: Number(port) } })
    after.push(() => proxy.stop())
    const [records, truth] = [await recordsOn(`nats://${proxy.address}`), await recordsOn(nats.url)]
    const first = await records.put('accounts', 'a', { n: 1 }, 0)
    proxy.stallReplies()
    const writing = records.put('accounts', 'a', { n: 2 }, first ?? -1)
    await expect.poll(async () => (await truth.get('accounts', 'a'))?.value).toEqual({ n: 2 })
    proxy.resetAll()
    proxy.heal()
    expect(await writing).toBe((await truth.get('accounts', 'a'))?.revision)
  })

  it('[R4] with no room left writes are refused as disk-full, reads go on, and deleting makes room', async () => {
    const nats = await server({
      config: 'accounts { A: { jetstream: { max_file: 200KB, max_mem: 0 }, users: [ { user: a, password: b } ] } }',
    })
    const records = await recordsOn(nats.url.replace('://', '://a:b@'))
    const value = { text: 'x'.repeat(20_000) }
    const write = async (): Promise<number> => {
      for (let n = 0; ; n++) if ((await records.put('imports', String(n), value, 0)) === undefined) return n
    }
    await expect(write()).rejects.toMatchObject({ code: 'disk-full', retry: 'later' })
    const kept = await records.list('imports', '', 100)
    expect(kept.length).toBeGreaterThan(5)
    for (const { key } of kept.slice(0, 3)) await records.delete('imports', key)
    expect(await records.put('imports', 'new', value, 0)).toBeGreaterThan(0)
  })

  it('[R1] on three servers what was written is read back at once, also when the leader is lost', async () => {
    const nats = await server({ servers: 3 })
    const stores = await Promise.all(nats.urls.map((url) => recordsOn(url, 3)))
    for (let n = 0; n < 60; n++) {
      const [writer, reader] = [stores[n % 3], stores[(n + 1) % 3]]
      const revision = await writer?.put('accounts', `a${n}`, { n }, 0)
      expect(await reader?.get('accounts', `a${n}`)).toEqual({ key: `a${n}`, revision, value: { n } })
    }
    await (await nats.leaderOf('KV_records')).kill()
    const survivor = await recordsOn(
      nats.servers
        .filter((each) => each.running)
        .map(({ url }) => url)
        .join(','),
      3,
    )
    await expect
      .poll(async () => (await survivor.list('accounts', '', 100).catch(() => [])).length, { timeout: 15_000 })
      .toBe(60)
    expect(
      await survivor.put('accounts', 'a0', { n: 'new' }, (await survivor.get('accounts', 'a0'))?.revision ?? 0),
    ).toBeGreaterThan(60)
  })
})
