import { describe, expect, it } from 'vitest'
import type { ConsumerSeen, StreamSeen } from '#runtime/adapters/nats/survey-streams.ts'
import { judgeReaders, judgeStreams } from './judge-streams.ts'

const wanted = { stream: 'FINEACERS', replicas: 3, partitions: 32 }
const follower = { server: 'nats-2', current: true, offline: false, lag: 0, silentMs: 300 }
const stream = (name: string, holds: StreamSeen['holds'], more: Partial<StreamSeen> = {}): StreamSeen => ({
  name,
  holds,
  replicas: 3,
  lacks: [],
  acknowledgesEarly: false,
  bytes: 1_500_000,
  leader: 'nats-1',
  followers: [follower, { ...follower, server: 'nats-3' }],
  consumers: [],
  ...more,
})
const layout = { partitions: 32, newer: false }
const records = stream('KV_FINEACERS_records', 'records')
const members = stream('KV_FINEACERS_members', 'members')
const house = (journal: Partial<StreamSeen> = {}) => [
  stream('FINEACERS', 'journal', { layout, ...journal }),
  records,
  members,
]
const judged = (streams: readonly StreamSeen[]) => judgeStreams(streams, wanted)

describe('streams', () => {
  it('that are all there with all their copies are one good finding', () => {
    expect(judged(house())).toEqual([
      {
        level: 'ok',
        check: 'nats.streams',
        about: 'journal',
        found:
          'FINEACERS, KV_FINEACERS_records and KV_FINEACERS_members: 3 copies that are current; the journal has 1.5 MB',
      },
    ])
  })

  it('that are not there yet are made by a start, or looked for under another name', () => {
    expect(judged([])[0]).toMatchObject({ level: 'advice', found: 'there is no stream FINEACERS yet' })
  })

  it('that lack what they need are wrong, each by name', () => {
    expect(judged(house({ lacks: ['allow_atomic', 'max_age'] }))).toEqual([
      expect.objectContaining({
        level: 'wrong',
        check: 'nats.properties',
        found: 'FINEACERS differs in allow_atomic and max_age',
        todo: expect.stringContaining('nats stream edit FINEACERS'),
      }),
    ])
    const early = judged([...house(), stream('FINEACERS_LEADS', 'messages', { acknowledgesEarly: true })])
    expect(early[0]?.found).toBe('FINEACERS_LEADS differs in persist_mode')
  })

  it('of another number of partitions, or of a newer version, are not started on', () => {
    expect(judged(house({ layout: { partitions: 16, newer: false } }))[0]).toMatchObject({
      level: 'wrong',
      todo: 'Set FINEACERS_PARTITIONS to 16.',
    })
    expect(judged(house({ layout: { partitions: 32, newer: true } }))[0]).toMatchObject({
      level: 'wrong',
      check: 'nats.layout',
      found: 'FINEACERS was written by a newer FineAcers',
    })
  })

  it('with other copies than are wanted are named together', () => {
    const [found, ...more] = judged([...house({ replicas: 1, followers: [] }), stream('FINEACERS_LEADS', 'messages')])
    expect(found).toMatchObject({
      level: 'wrong',
      check: 'nats.replicas',
      found: 'NATS_REPLICAS is 3, and copies there are: FINEACERS 1',
      todo: expect.stringContaining('--replicas 3'),
    })
    expect(more).toEqual([])
  })

  it('that nobody leads can not be written', () => {
    const { leader: _, ...headless } = stream('FINEACERS', 'journal', { layout })
    expect(judged([headless, records, members])[0]).toMatchObject({
      level: 'wrong',
      found: 'no server leads FINEACERS',
    })
  })

  it('whose copies are on a server that is away are one finding', () => {
    const followers = [{ ...follower, offline: true, current: false, lag: 12 }]
    const found = judged([stream('FINEACERS', 'journal', { layout, followers }), { ...records, followers }, members])
    expect(found).toEqual([
      expect.objectContaining({
        level: 'wrong',
        check: 'nats.copies',
        found: 'nats-2 keeps copies of FINEACERS and KV_FINEACERS_records and is away',
      }),
    ])
  })

  it('whose copies are on a server that is silent count as away before the servers call it so', () => {
    const [silent, heard] = [5001, 5000].map((silentMs) => house({ followers: [{ ...follower, lag: 4, silentMs }] }))
    expect(judged(silent ?? [])[0]).toMatchObject({ level: 'wrong', check: 'nats.copies' })
    expect(judged(heard ?? [])[0]).toMatchObject({ level: 'advice', check: 'nats.copies' })
  })

  it('whose copies are behind are worth another look', () => {
    const followers = [{ ...follower, lag: 512 }]
    expect(judged(house({ followers }))[0]).toMatchObject({
      level: 'advice',
      found: 'nats-2 is up to 512 writes behind with its copies of FINEACERS',
    })
    expect(judged(house({ followers: [{ ...follower, current: false }] }))[0]?.found).toContain('is catching up')
  })

  it('without a bucket beside the journal look like half a restore', () => {
    expect(judged([stream('FINEACERS', 'journal', { layout }), members])[0]).toMatchObject({
      level: 'advice',
      check: 'nats.buckets',
      means: expect.stringContaining('invited again'),
    })
  })
})

describe('readers', () => {
  const reader: ConsumerSeen = { name: 'r1', durable: false, waiting: 0, unacknowledged: 0, read: true }
  const readBy = (consumer: Partial<ConsumerSeen>, holds: StreamSeen['holds'] = 'journal') =>
    judgeReaders([stream('S', holds, { consumers: [{ ...reader, ...consumer }] })])

  it('that keep up are counted', () => {
    expect(readBy({})[0]).toMatchObject({ level: 'ok', found: '1 reader keeps up' })
    expect(readBy({ waiting: 10_000 })[0]?.level).toBe('ok')
    expect(judgeReaders([records])).toEqual([])
  })

  it('that are far behind are told', () => {
    expect(readBy({ waiting: 10_001 })[0]).toMatchObject({
      level: 'advice',
      about: 'journal',
      found: 'a reader (r1) of S is 10001 messages behind',
    })
  })

  it('whose place is kept, and where nobody reads, are told when something waits', () => {
    const left = { durable: true, read: false }
    expect(readBy({ ...left, waiting: 2, unacknowledged: 1 }, 'messages')[0]).toMatchObject({
      level: 'advice',
      about: 'lead events',
      found: 'nobody reads r1 of S, and 3 messages wait for it',
    })
    expect(readBy(left, 'messages')[0]?.level).toBe('ok')
  })
})
