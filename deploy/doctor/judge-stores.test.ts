import { describe, expect, it } from 'vitest'
import type { CollectionSeen, MongoServerSeen } from '#runtime/adapters/mongo/survey.ts'
import type { RedisSeen } from '#runtime/adapters/redis/survey.ts'
import { worstOf, type Finding } from './finding.ts'
import { judgeCollections, judgeMongoServer, judgeUnfinished } from './judge-mongo.ts'
import { judgeProjection } from './judge-projection.ts'
import { judgeRedis } from './judge-redis.ts'

const clock = { remoteMs: 0, beforeMs: 0, afterMs: 0 }
const of = (findings: readonly Finding[], check: string) => findings.find((finding) => finding.check === check)

describe('MongoDB', () => {
  const server: MongoServerSeen = {
    product: 'MongoDB',
    version: '7.0.12',
    database: 'homes',
    kind: 'replica-set',
    servers: 3,
    clock,
  }

  it.each([
    ['MongoDB', '6.0.0', 'ok'],
    ['MongoDB', '5.0.31', 'wrong'],
    ['FerretDB', '1.24.2', 'ok'],
    ['FerretDB', '1.23.0', 'wrong'],
    ['FerretDB', '2.1.0', 'advice'],
  ] as const)('%s %s is %s', (product, version, level) => {
    expect(worstOf(judgeMongoServer({ ...server, product, version }, 5))).toBe(level)
  })

  it.each([
    ['alone', /^one server alone: a write \(5 ms\) is acknowledged by it/],
    ['replica-set', /^replica set of 3: .* by a majority/],
    ['sharded', /^sharded: .* majority of its shard/],
  ] as const)('%s is said plainly', (kind, said) => {
    expect(of(judgeMongoServer({ ...server, kind }, 5), 'mongo.write')?.found).toMatch(said)
  })

  it('that writes slowly is told', () => {
    expect(of(judgeMongoServer(server, 501), 'mongo.write')?.level).toBe('advice')
  })
})

describe('collections', () => {
  const definition = { name: 'leads', indexes: [['city']], unique: [['phone']] }
  const seen: CollectionSeen = { definition, missing: [], different: [] }

  it('with every declared index are well', () => {
    expect(judgeCollections([seen], [definition])[0]).toMatchObject({
      level: 'ok',
      found: 'every declared index of one collection is there',
    })
  })

  it('that lack an index are wrong, and worse where something was to be unique', () => {
    expect(judgeCollections([{ ...seen, missing: ['i city'] }], [definition])[0]).toMatchObject({
      level: 'wrong',
      check: 'mongo.indexes',
      found: 'collection leads lacks «i city»',
      means: expect.stringContaining('look at every document'),
    })
    expect(judgeCollections([{ ...seen, different: ['u phone'] }], [definition])[0]).toMatchObject({
      found: 'collection leads has another «u phone»',
      means: expect.stringContaining('not kept so'),
    })
  })

  it('of another version are told; an empty database is only empty', () => {
    const other = { ...definition, indexes: [['budget']] }
    const homes = { name: 'homes', indexes: [] }
    expect(judgeCollections([seen], [other, homes])[0]).toMatchObject({
      level: 'advice',
      found: 'not as this version has them: homes and leads',
    })
    expect(judgeCollections([], [definition])[0]).toMatchObject({ level: 'advice', found: 'the database is empty' })
  })

  it('that other programs of ours declare are not missed', () => {
    expect(
      worstOf(judgeCollections([seen, { ...seen, definition: { name: 'more', indexes: [] } }], [definition])),
    ).toBe('ok')
  })
})

describe('a write', () => {
  const nowMs = 1_000_000_000
  it.each([
    [15_000, undefined],
    [15_001, 'advice'],
    [300_001, 'wrong'],
  ])('that was begun %i ms ago and has not ended is %s', (ms, level) => {
    expect(judgeUnfinished({ beganAtMs: nowMs - ms, kind: 'documents' }, nowMs)[0]?.level).toBe(level)
  })

  it('that has ended is nothing', () => {
    expect(judgeUnfinished(undefined, nowMs)).toEqual([])
  })
})

describe('read models', () => {
  const nowMs = 1_000_000_000
  const checkpoint = { generation: 0, position: 5000, begun: true }
  const late = (ms: number) => judgeProjection({ checkpoint, end: 9000, next: { atMs: nowMs - ms }, nowMs })[0]

  it('that hold everything are well, also where nothing has happened', () => {
    expect(judgeProjection({ checkpoint, end: 5000, nowMs })[0]?.level).toBe('ok')
    const nothing = { generation: 0, position: 0, begun: false }
    expect(judgeProjection({ checkpoint: nothing, end: 0, nowMs })[0]?.level).toBe('ok')
  })

  it.each([
    [30_000, 'ok'],
    [30_001, 'advice'],
    [600_000, 'advice'],
    [600_001, 'wrong'],
  ])('whose first missing fact happened %i ms ago are %s', (ms, level) => {
    expect(late(ms)?.level).toBe(level)
  })

  it('say how late they are in time, for positions have gaps', () => {
    expect(late(120_000)?.found).toBe('they are two minutes behind the journal')
  })

  it('that are ahead of the journal, or wanted anew, are told', () => {
    expect(judgeProjection({ checkpoint, end: 4000, nowMs })[0]?.found).toBe('read models are ahead of the journal')
    const anew = { generation: 2, position: 0, begun: false }
    expect(judgeProjection({ checkpoint: anew, end: 4000, nowMs })[0]?.found).toContain('wanted anew')
  })
})

describe('Redis', () => {
  const redis: RedisSeen = {
    product: 'Redis',
    version: '7.0.15',
    isPrimary: true,
    isCluster: false,
    evicts: 'noeviction',
    memoryBytesMax: 0,
    memoryBytes: 1_000_000,
    evicted: 0,
    persists: false,
    clock,
    roundTripMs: 0.3,
  }

  it('that is as it should be says so, and that nothing has to be kept', () => {
    const found = judgeRedis(redis)
    expect(worstOf(found)).toBe('ok')
    expect(of(found, 'redis.persistence')?.found).toBe(
      'keeps nothing on disk, and need not: nothing in it has to outlive it',
    )
  })

  it.each([
    ['6.2.0', 'ok'],
    ['6.0.16', 'wrong'],
    ['5.0.0', 'wrong'],
  ])('of version %s is %s', (version, level) => {
    expect(of(judgeRedis({ ...redis, version }), 'redis.version')?.level).toBe(level)
  })

  it.each([
    ['volatile-ttl', 1e9, 'ok'],
    ['noeviction', 1e9, 'ok'],
    ['volatile-lru', 1e9, 'advice'],
    ['allkeys-lru', 0, 'advice'],
    ['allkeys-lru', 1e9, 'wrong'],
    ['allkeys-random', 1e9, 'wrong'],
  ])('with the policy %s and %d bytes is %s', (evicts, memoryBytesMax, level) => {
    expect(of(judgeRedis({ ...redis, evicts, memoryBytesMax }), 'redis.memory')?.level).toBe(level)
  })

  it('that has thrown keys away says how many', () => {
    const full = { ...redis, evicts: 'allkeys-lru', memoryBytesMax: 1e6, evicted: 77 }
    expect(of(judgeRedis(full), 'redis.memory')).toMatchObject({ means: expect.stringContaining('77 have gone') })
  })

  it.each([
    [{ isPrimary: false }, /replica/],
    [{ isCluster: true }, /divides keys/],
    [{ refuses: 'NOPERM no permissions' }, /refuses a write: NOPERM/],
  ])('that can not be written is wrong: %j', (more, said) => {
    expect(of(judgeRedis({ ...redis, ...more }), 'redis.writes')).toMatchObject({
      level: 'wrong',
      found: expect.stringMatching(said),
    })
  })

  it('that is far away is told', () => {
    expect(of(judgeRedis({ ...redis, roundTripMs: 21 }), 'redis.latency')?.level).toBe('advice')
  })
})
