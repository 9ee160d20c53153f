import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { Redis } from 'ioredis'
import { MongoClient } from 'mongodb'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { findServer } from './find-server.ts'
import { startMongo } from './mongo-server.ts'
import { startNats, type NatsServers } from './nats-servers.ts'
import { startRedis } from './redis-server.ts'

const after: (() => unknown)[] = []
afterEach(async () => {
  for (const undo of after.splice(0).reverse()) await undo()
})

function place(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fineacers real '))
  after.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function natsOf(servers: 1 | 3, config?: string): Promise<NatsServers> {
  const nats = await startNats({ servers, folder: place(), ...(config === undefined ? {} : { config }) })
  after.push(() => nats.kill())
  return nats
}

async function clientOf(nats: NatsServers) {
  const client = await connect({ servers: [...nats.urls], maxReconnectAttempts: -1, reconnectTimeWait: 50 })
  after.push(() => client.close())
  return client
}

describe.skipIf(findServer('nats') === undefined)('one NATS server', () => {
  it('keeps its streams over a kill and takes messages of eight megabytes', async () => {
    const nats = await natsOf(1)
    const client = await clientOf(nats)
    expect(client.info?.max_payload).toBe(8 * 1024 * 1024)
    const { streams } = await jetstreamManager(client, { timeout: 2000 })
    await streams.add({ name: 'KEPT', subjects: ['kept'], storage: 'file' })
    await jetstream(client).publish('kept', 'one')
    await nats.kill()
    await nats.restart()
    await expect.poll(async () => (await streams.info('KEPT').catch(() => undefined))?.state.messages).toBe(1)
    expect(await nats.leaderOf('KEPT')).toBe(nats.servers[0])
  })

  it('is told more in its own language, and says what it did not understand', async () => {
    const accounts = 'authorization { user: a, password: b }'
    const nats = await natsOf(1, accounts)
    await expect(connect({ servers: nats.url })).rejects.toThrow(/authorization/i)
    const client = await connect({ servers: nats.url, user: 'a', pass: 'b' })
    await client.close()
    await expect(natsOf(1, 'authorization {')).rejects.toThrow(/nats did not start:\n.*Parse error on line 13/s)
  })
})

describe.skipIf(findServer('nats') === undefined)('three NATS servers', () => {
  it('are one cluster that goes on when its leader is killed, and takes it back', async () => {
    const nats = await natsOf(3)
    expect(nats.url.split(',')).toEqual(nats.urls)
    const client = await clientOf(nats)
    const { streams } = await jetstreamManager(client, { timeout: 2000 })
    const made = await streams.add({ name: 'THREE', subjects: ['three'], storage: 'file', num_replicas: 3 })
    expect(made.cluster?.replicas).toHaveLength(2)
    const first = await nats.leaderOf('THREE')
    await jetstream(client).publish('three', 'one')
    await first.kill()
    const second = await nats.leaderOf('THREE')
    expect(second.name).not.toBe(first.name)
    const stored = async (): Promise<number | undefined> =>
      (
        await jetstream(client)
          .publish('three', 'two', { msgID: 'two' })
          .catch(() => undefined)
      )?.seq
    await expect.poll(stored, { timeout: 20_000 }).toBe(2)
    await first.restart()
    await nats.settled()
    const replicas = async () => (await streams.info('THREE')).cluster?.replicas?.map(({ current }) => current)
    await expect.poll(replicas, { timeout: 20_000 }).toEqual([true, true])
  })

  it('elect another leader while theirs is paused', async () => {
    const nats = await natsOf(3)
    const client = await clientOf(nats)
    const { streams } = await jetstreamManager(client, { timeout: 2000 })
    await streams.add({ name: 'PAUSED', subjects: ['paused'], storage: 'file', num_replicas: 3 })
    const first = await nats.leaderOf('PAUSED')
    await first.pause()
    await expect
      .poll(async () => (await nats.leaderOf('PAUSED').catch(() => first)).name, { timeout: 30_000 })
      .not.toBe(first.name)
    first.resume()
    await nats.settled()
  })
})

describe.skipIf(findServer('redis') === undefined)('Redis', () => {
  it.each([
    ['always', 'here'],
    ['default', null],
  ] as const)('with sync %s answers %s after a stop and a start', async (sync, kept) => {
    const server = await startRedis({ folder: place(), sync })
    after.push(() => server.kill())
    const client = new Redis(server.url)
    after.push(() => client.disconnect())
    await client.set('key', 'here')
    await server.stop()
    await server.restart()
    expect(await client.get('key')).toBe(kept)
  })
})

describe.skipIf(findServer('mongo') === undefined)('a Mongo-wire server', () => {
  it('keeps what it acknowledged over a kill', async () => {
    const server = await startMongo({ folder: place() })
    after.push(() => server.kill())
    const client = new MongoClient(server.url)
    after.push(() => client.close())
    const homes = client.db('test').collection<{ _id: string; rooms: number }>('homes')
    await homes.insertOne({ _id: 'a', rooms: 3 })
    await server.kill()
    await server.restart()
    expect(await homes.findOne({ _id: 'a' })).toEqual({ _id: 'a', rooms: 3 })
  })
})
