import { Redis } from 'ioredis'
import { MongoClient } from 'mongodb'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { openSqliteJournal } from '#runtime/adapters/sqlite/journal.ts'
import { createSystemLog } from '#runtime/adapters/system/log.ts'
import { checkpointWrite } from '#runtime/projection-checkpoint.ts'
import { acceptAndStep, eventTo, lead } from '#runtime/testing/contracts/journal-material.ts'
import { dataFiles } from '../config.ts'
import { findServer } from '../services/find-server.ts'
import { startRedis } from '../services/redis-server.ts'
import type { Finding } from './finding.ts'
import { examined, furnishMongo, furnishNats, unwell } from './testing/sick-house.ts'

const mongoServer = process.env['FINEACERS_TEST_MONGODB']
const redisServer = process.env['FINEACERS_TEST_REDIS']
const natsServer = process.env['FINEACERS_TEST_NATS']
const folder = mkdtempSync(join(tmpdir(), 'fineacers-doctor-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const found = ({ findings }: { readonly findings: readonly Finding[] }, check: string) =>
  findings.find((finding) => finding.check === check)
/** How quick a busy machine is belongs to no test. */
const unwellButSlow = async (variables: { readonly [name: string]: string }): Promise<readonly string[]> =>
  unwell(await examined(variables)).filter((each) => !/ (mongo\.write|folder\.sync|redis\.latency)$/.test(each))

describe.skipIf(mongoServer === undefined)('the doctor on a documents server', () => {
  /** A database of its own. */
  const place = (name: string): string => {
    const url = new URL(mongoServer ?? '')
    url.pathname = `/doctor_${name}_${process.pid}`
    onTestFinished(() => withMongo(url.href, async (client) => void (await client.db().dropDatabase())))
    return url.href
  }
  const settings = (MONGODB_URL: string) => ({ MONGODB_URL, FINEACERS_DATA: join(folder, 'data') })

  it('finds nothing wrong with what a projector has declared, and leaves nothing', async () => {
    const url = place('well')
    const documents = await furnishMongo(url)
    onTestFinished(() => documents.close())
    const before = await collectionsIn(url)
    expect(await unwellButSlow(settings(url))).toEqual([])
    expect(await collectionsIn(url)).toEqual(before)
  })

  it('finds an empty database', async () => {
    expect(await unwellButSlow(settings(place('empty')))).toEqual(['advice mongo.collections'])
  })

  it('finds an index that is not there; what it says to do mends it', async () => {
    const url = place('index')
    const documents = await furnishMongo(url)
    onTestFinished(() => documents.close())
    await withMongo(url, async (client) => {
      const rows = client.db().collection('documents.leads')
      const [index] = (await rows.indexes()).filter(({ name = '' }) => name.startsWith('i '))
      await rows.dropIndex(index?.name ?? '')
    })
    const sick = found(await examined(settings(url)), 'mongo.indexes')
    expect(sick).toMatchObject({
      level: 'wrong',
      found: expect.stringMatching(/^collection leads lacks «i .+»$/),
      todo: expect.stringContaining("db.definitions.deleteOne({ _id: 'leads' })"),
    })
    await withMongo(url, (client) => client.db().collection<{ _id: string }>('definitions').deleteOne({ _id: 'leads' }))
    await (await furnishMongo(url)).close()
    expect(found(await examined(settings(url)), 'mongo.indexes')?.level).toBe('ok')
  })

  it('finds a write that a dead process has left in the middle', async () => {
    const url = place('unfinished')
    await (await furnishMongo(url)).close()
    await withMongo(url, async (client) => {
      const intent = {
        _id: 1e6,
        kind: 'documents',
        state: 'open',
        by: 'dead',
        beat: 0,
        atMs: Date.now() - 60_000,
        items: [],
      }
      await client.db().collection<{ _id: number }>('intents').insertOne(intent)
    })
    expect(found(await examined(settings(url)), 'mongo.unfinished')).toMatchObject({
      level: 'advice',
      found: 'a write of documents was begun one minute ago and has not ended',
    })
    // Whoever starts next ends it.
    await (await furnishMongo(url)).close()
    expect(found(await examined(settings(url)), 'mongo.unfinished')).toBeUndefined()
  })

  it('sees how late read models are, of a journal in a folder', async () => {
    const url = place('late')
    const documents = await furnishMongo(url)
    onTestFinished(() => documents.close())
    const FINEACERS_DATA = join(folder, 'late')
    const log = createSystemLog({ level: 'silent' })
    const journal = openSqliteJournal({ file: dataFiles(FINEACERS_DATA).journal, partitions: 32, log })
    onTestFinished(() => journal.close())
    const sinceMs = Date.now() - 5 * 60_000
    for (const index of [0, 1]) {
      const event = eventTo(lead(1), `e${index}`, sinceMs + index * 100_000)
      await acceptAndStep(journal, event, { facts: [{ type: 'noted', data: {} }] })
    }
    const late = { MONGODB_URL: url, FINEACERS_DATA }
    expect(found(await examined(late), 'read-models.lag')).toMatchObject({
      level: 'advice',
      found: 'they are five minutes behind the journal',
    })
    await documents.write([checkpointWrite({ generation: 0, position: 2 }, 'shape')])
    expect(found(await examined(late), 'read-models.lag')).toMatchObject({ level: 'ok' })
  })

  it.skipIf(natsServer === undefined)('sees how late read models are, of a journal on NATS', async () => {
    const url = place('nats')
    const documents = await furnishMongo(url)
    onTestFinished(() => documents.close())
    const stream = `DOCTOR_${process.pid}`
    const house = await furnishNats([natsServer ?? ''], { stream, partitions: 32, replicas: 1 })
    onTestFinished(() => house.close())
    const event = eventTo(lead(1), 'e1', Date.now() - 3 * 60_000)
    await acceptAndStep(house.journal, event, { facts: [{ type: 'noted', data: {} }] })
    const late = { ...settings(url), NATS_URL: natsServer ?? '', NATS_STREAM: stream }
    expect(found(await examined(late), 'read-models.lag')).toMatchObject({
      level: 'advice',
      found: 'they are three minutes behind the journal',
    })
    const position = await house.journal.factsEnd()
    await documents.write([checkpointWrite({ generation: 0, position }, 'shape')])
    expect(found(await examined(late), 'read-models.lag')?.found).toBe('hold every fact of the journal')
    await documents.write([checkpointWrite({ generation: 0, position: position + 1000 }, 'shape')])
    expect(found(await examined(late), 'read-models.lag')?.found).toBe('read models are ahead of the journal')
  })

  it('finds a clock that is off', async () => {
    const examination = await examined(settings(place('clock')), 6000)
    expect(found(examination, 'mongo.clock')).toMatchObject({ level: 'wrong' })
  })
})

describe.skipIf(redisServer === undefined)('the doctor on Redis', () => {
  it('finds nothing wrong, and leaves no key', async () => {
    const settings = { REDIS_URL: redisServer ?? '', FINEACERS_DATA: join(folder, 'data') }
    expect(await unwellButSlow(settings)).toEqual([])
    const redis = new Redis(redisServer ?? '')
    onTestFinished(() => redis.disconnect())
    expect(await redis.keys('fineacers:doctor:*')).toEqual([])
  })

  it('finds a clock that is off', async () => {
    const settings = { REDIS_URL: redisServer ?? '', FINEACERS_DATA: join(folder, 'data') }
    expect(found(await examined(settings, -1500), 'redis.clock')?.level).toBe('advice')
    expect(found(await examined(settings, -6000), 'redis.clock')?.level).toBe('wrong')
  })

  it.skipIf(findServer('redis') === undefined)(
    'finds one that throws keys away, is full, or is a replica',
    async () => {
      const server = await startRedis({ folder: join(folder, 'redis'), sync: 'default' })
      onTestFinished(() => server.kill())
      const redis = new Redis(server.url)
      onTestFinished(() => redis.disconnect())
      const settings = { REDIS_URL: server.url, FINEACERS_DATA: join(folder, 'data') }
      await redis.config('SET', 'maxmemory-policy', 'allkeys-lru')
      expect(found(await examined(settings), 'redis.memory')?.level).toBe('advice')
      await redis.config('SET', 'maxmemory', '64mb')
      expect(found(await examined(settings), 'redis.memory')).toMatchObject({
        level: 'wrong',
        found: expect.stringContaining('allkeys-lru'),
        todo: expect.stringContaining('volatile-ttl'),
      })
      await redis.config('SET', 'maxmemory-policy', 'noeviction')
      await redis.config('SET', 'maxmemory', '1')
      expect(found(await examined(settings), 'redis.writes')).toMatchObject({
        level: 'wrong',
        found: expect.stringContaining('OOM'),
      })
      await redis.config('SET', 'maxmemory', '0')
      await redis.replicaof('127.0.0.1', '1')
      expect(found(await examined(settings), 'redis.writes')?.found).toContain('replica')
    },
  )

  it.skipIf(findServer('redis') === undefined)('does not repeat a password that is refused', async () => {
    const server = await startRedis({ folder: join(folder, 'guarded'), sync: 'default' })
    onTestFinished(() => server.kill())
    const redis = new Redis(server.url)
    onTestFinished(() => redis.disconnect())
    await redis.config('SET', 'requirepass', 'rightWord')
    const at = (login: string) => ({
      REDIS_URL: server.url.replace('redis://', `redis://${login}`),
      FINEACERS_DATA: join(folder, 'data'),
    })
    const refused = await examined(at(':wrongWord@'))
    expect(found(refused, 'redis.reachable')).toMatchObject({
      level: 'wrong',
      todo: 'Put the right user and password into REDIS_URL.',
    })
    expect(JSON.stringify(refused)).not.toContain('wrongWord')
    expect(found(await examined(at('')), 'redis.reachable')?.level).toBe('wrong')
    expect(await unwellButSlow(at(':rightWord@'))).toEqual([])
  })
})

async function withMongo<Result>(url: string, work: (client: MongoClient) => Promise<Result>): Promise<Result> {
  const client = new MongoClient(url)
  try {
    return await work(client)
  } finally {
    await client.close()
  }
}

function collectionsIn(url: string): Promise<readonly string[]> {
  return withMongo(url, async (client) => {
    const names = await client.db().listCollections().toArray()
    return names.map(({ name }) => name).toSorted()
  })
}
