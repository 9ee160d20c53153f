import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeRecords } from '../../testing/contracts/records-contract.ts'
import { silentLog } from '../../testing/small-host.ts'
import { connectNats } from './connection.ts'
import { openNatsRecords } from './records.ts'

const url = process.env['FINEACERS_TEST_NATS']
const run = `records-${process.pid}-${Date.now().toString(36)}`

describe.skipIf(url === undefined)('records on a real NATS server [needs a nats-server]', () => {
  let connection: NatsConnection
  let made = 0
  beforeAll(async () => {
    connection = await connectNats({ servers: [url ?? ''], name: 'test', log: silentLog, waitMs: 5_000 })
  })
  afterAll(async () => {
    const { streams } = await jetstreamManager(connection)
    for await (const name of streams.names()) if (name.startsWith(`KV_${run}`)) await streams.delete(name)
    await connection.close()
  })
  const open = (bucket: string) => openNatsRecords({ connection, bucket, replicas: 1 })

  describeRecords('on NATS', {
    open: () => open(`${run}-${++made}`),
    reopen: async (records) => {
      await records.close()
      return open(`${run}-${made}`)
    },
  })

  it('[R1] [R3] keys may be any text', async () => {
    const records = await open(`${run}-${++made}`)
    const keys = ['', '/', 'a/', 'a//b', '/a', '*', '>', 'a.b', 'a b', '=', 'नमस्ते/१', '😀', 'z'].toSorted(
      (one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)),
    )
    for (const collection of ['odd/collection.*', 'plain'])
      for (const key of keys) await records.put(collection, key, { key, collection }, 0)
    for (const collection of ['odd/collection.*', 'plain']) {
      const listed = await records.list(collection, '', 100)
      expect(listed.map((record) => record.value)).toEqual(keys.map((key) => ({ key, collection })))
      expect((await records.get(collection, 'a//b'))?.value).toEqual({ key: 'a//b', collection })
    }
    expect((await records.list('plain', 'a/', 100)).map((record) => record.key)).toEqual(['a/', 'a//b'])
    expect((await records.list('plain', 'a', 100)).map((record) => record.key)).toEqual(['a b', 'a.b', 'a/', 'a//b'])
    await expect(records.get('plain', 'x'.repeat(2_000))).rejects.toThrow(RangeError)
  })

  it('[R3] a long list comes whole and in order, deleted ones left out', async () => {
    const records = await open(`${run}-${++made}`)
    const keys = Array.from({ length: 300 }, (_, index) => `acme/${String(index).padStart(4, '0')}`)
    await Promise.all(keys.map((key) => records.put('members', key, {}, 0)))
    for (const key of keys.slice(0, 100)) await records.delete('members', key)
    const listed = await records.list('members', 'acme/', 1_000)
    expect(listed.map((record) => record.key)).toEqual(keys.slice(100))
    expect(await records.list('members', 'acme/', 7)).toEqual(listed.slice(0, 7))
  })

  it('[R2] of several processes that make one record exactly one does, also right after it was deleted', async () => {
    const bucket = `${run}-${++made}`
    const stores = await Promise.all([open(bucket), open(bucket), open(bucket)])
    for (let round = 0; round < 20; round++) {
      const answers = await Promise.all(stores.map((records, n) => records.put('keys', 'k', { n }, 0)))
      expect(answers.filter((answer) => answer !== undefined)).toHaveLength(1)
      await Promise.all(stores.map((records) => records.delete('keys', 'k')))
      expect(await stores[0]?.get('keys', 'k')).toBeUndefined()
    }
  })

  it('[R4] a record that is no JSON object says so, and a bucket of another make is left alone', async () => {
    const bucket = `${run}-${++made}`
    const records = await open(bucket)
    connection.publish(`$KV.${bucket}.accounts.a`, 'no json')
    await expect
      .poll(() => records.get('accounts', 'a').catch((error: unknown) => error))
      .toMatchObject({
        code: 'store-corrupt',
      })
    const { streams } = await jetstreamManager(connection)
    const other = `${run}-${++made}`
    await streams.add({ name: `KV_${other}`, subjects: [`$KV.${other}.>`], max_age: 60_000_000_000 })
    await expect(open(other)).rejects.toMatchObject({
      code: 'store-unsuitable',
      message: expect.stringContaining('max_age'),
    })
  })

  it('[R4] more replicas than there are servers are refused', async () => {
    await expect(openNatsRecords({ connection, bucket: `${run}-three`, replicas: 3 })).rejects.toMatchObject({
      code: 'store-unsuitable',
      message: expect.stringContaining('three servers'),
    })
  })
})
