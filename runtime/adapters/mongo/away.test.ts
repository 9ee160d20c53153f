import { createServer } from 'node:net'
import { once } from 'node:events'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Documents, DocumentWrite } from '../../ports/documents.ts'
import { MongoBench } from './testing/mongo-bench.ts'
import { WireProxy } from './testing/wire-proxy.ts'

const url = process.env['FINEACERS_TEST_MONGODB']
const leads = { name: 'leads', indexes: [] }

function put(key: string): DocumentWrite {
  return { op: 'put', collection: 'leads', key, revision: 1, value: {} }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address !== null ? address.port : 0
}

describe.skipIf(url === undefined)('a documents server', { timeout: 120_000 }, () => {
  const bench = new MongoBench(url ?? 'mongodb://127.0.0.1')
  afterAll(() => bench.close())
  let proxy: WireProxy
  let documents: Documents
  beforeEach(async () => {
    proxy = new WireProxy(bench.url)
    documents = await bench.open(bench.fresh(), await proxy.start())
    await documents.define(leads)
  })
  afterEach(async () => {
    await documents.close()
    await proxy.stop()
  })

  const answers: readonly (readonly [string, { readonly code: number; readonly errmsg: string }, string])[] = [
    ['wrong credentials', { code: 18, errmsg: 'Authentication failed.' }, 'store-unauthorized'],
    ['a role that may not', { code: 13, errmsg: 'not authorized on leads' }, 'store-unauthorized'],
    ['a full disk', { code: 14_031, errmsg: 'available disk space is less than required' }, 'disk-full'],
    ['a full disk, told in words', { code: 1, errmsg: 'database or disk is full (13)' }, 'disk-full'],
    ['a node that is not the first any more', { code: 10_107, errmsg: 'not primary' }, 'store-unavailable'],
    ['a node that only reads', { code: 13_435, errmsg: 'not primary and secondaryOk=false' }, 'store-unavailable'],
    ['a majority that is away', { code: 64, errmsg: 'waiting for replication timed out' }, 'store-unavailable'],
    ['a rule of its own', { code: 121, errmsg: 'Document failed validation' }, 'document-refused'],
  ]
  it.each(answers)(
    '[D2] that answers with %s is understood, and goes on afterwards',
    async (_what, answer, expected) => {
      proxy.fate = (command) => (command === 'insert' ? { answer: { ok: 0, ...answer } } : 'pass')
      await expect(documents.write([put('a')])).rejects.toMatchObject({ name: 'StorageError', code: expected })
      proxy.fate = () => 'pass'
      await documents.write([put('b')])
      expect((await documents.get('leads', 'b'))?.revision).toBe(1)
    },
  )

  it('[D2] that is cut off is told of soon, and found again by itself', async () => {
    proxy.fate = () => 'cut'
    const startMs = Date.now()
    const away = { code: 'store-unavailable', retry: 'later' }
    await expect(documents.get('leads', 'a')).rejects.toMatchObject(away)
    await expect(documents.query({ collection: 'leads', where: [], limit: 1 })).rejects.toMatchObject(away)
    await expect(documents.write([put('a')])).rejects.toMatchObject(away)
    expect(Date.now() - startMs).toBeLessThan(10_000)
    proxy.fate = () => 'pass'
    await expect.poll(() => documents.write([put('a')]).then(() => 'written'), { timeout: 10_000 }).toBe('written')
    expect((await documents.get('leads', 'a'))?.revision).toBe(1)
  })

  it('[D2] that is not there yet does not keep the store from opening', async () => {
    const port = await freePort()
    const early = await bench.open(bench.fresh(), `mongodb://127.0.0.1:${port}`)
    await expect(early.define(leads)).rejects.toMatchObject({ code: 'store-unavailable' })
    const arrived = new WireProxy(bench.url)
    await arrived.start(port)
    await expect.poll(() => early.define(leads).then(() => 'defined'), { timeout: 10_000 }).toBe('defined')
    await early.write([put('a')])
    expect(await early.count('leads', [])).toBe(1)
    await early.close()
    await arrived.stop()
  })

  it('[D2] that is too old is told of when opening', async () => {
    const old = new WireProxy(bench.url)
    old.greeting = { ok: 1, isWritablePrimary: true, minWireVersion: 0, maxWireVersion: 6 }
    await expect(bench.open(bench.fresh(), await old.start())).rejects.toMatchObject({ code: 'store-unsuitable' })
    await old.stop()
  })

  it('[D2] is not asked once the store is closed', async () => {
    await documents.close()
    await expect(documents.get('leads', 'a')).rejects.toMatchObject({ code: 'store-closed', retry: 'never' })
    await expect(documents.write([put('a')])).rejects.toMatchObject({ code: 'store-closed' })
  })

  it('[D7] with a damaged database says that it can be dropped, one of a newer program that it is newer', async () => {
    const definitions = bench.behind().collection<{ _id: string }>('definitions')
    await definitions.updateOne({ _id: 'leads' }, { $set: { definition: 'no JSON' } })
    await expect(bench.open(bench.latest())).rejects.toMatchObject({
      code: 'documents-corrupt',
      message: expect.stringContaining('rebuilt'),
    })
    await definitions.updateOne({ _id: 'leads' }, { $set: { version: 2 } })
    await expect(bench.open(bench.latest())).rejects.toMatchObject({ code: 'data-folder-newer' })
  })
})
