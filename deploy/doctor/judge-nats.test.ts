import { describe, expect, it } from 'vitest'
import { judgeAddresses, judgeCopies, judgeRoom, judgeServers } from './judge-nats.ts'
import { worstOf } from './finding.ts'
import type { MonitorSeen } from './look-monitor.ts'

const line = (name: string, version = '2.15.2', maxPayloadBytes = 8_000_000) => ({
  name,
  id: `id-${name}`,
  version,
  maxPayloadBytes,
  jetStream: true,
})
const clock = { remoteMs: 0, beforeMs: 0, afterMs: 0 }
const address = (name: string) => ({ address: `nats://${name}:4222`, line: line(name) })
const away = (name: string) => ({ address: `nats://${name}:4222`, problem: 'connect ECONNREFUSED' })

describe('addresses of NATS', () => {
  it('that answer are named by their servers', () => {
    expect(judgeAddresses([address('a')])[0]).toMatchObject({ level: 'ok', found: 'server a answers' })
    expect(judgeAddresses([address('a'), address('b')])[0]?.found).toBe('servers a and b answer')
  })

  it('that do not are wrong; that the others go on is said only where there are others', () => {
    const [some] = judgeAddresses([address('a'), away('b')])
    expect(some).toMatchObject({
      level: 'wrong',
      found: 'nats://b:4222 does not answer (connect ECONNREFUSED)',
      means: expect.stringContaining('The others go on'),
    })
    const [all, ...more] = judgeAddresses([away('a'), away('b')])
    expect(all).toMatchObject({ level: 'wrong', means: expect.stringContaining('Nothing is taken in') })
    expect(more).toEqual([])
  })
})

describe('servers of NATS', () => {
  it.each([
    ['2.15.2', 'ok'],
    ['2.14.4', 'ok'],
    ['2.14.3', 'wrong'],
    ['2.12.14', 'ok'],
    ['2.12.13', 'wrong'],
    ['2.13.9', 'wrong'],
    ['2.10.7', 'wrong'],
    ['dev', 'wrong'],
  ])('of version %s are %s', (version, level) => {
    expect(worstOf(judgeServers([line('a', version)], []))).toBe(level)
  })

  it('are judged also where only the others know them', () => {
    const found = judgeServers([line('a')], [{ name: 'b', id: 'id-b', version: '2.10.0', clock }])
    expect(found).toEqual([expect.objectContaining({ level: 'wrong', found: 'b is nats-server 2.10.0' })])
  })

  it('that take no large message are advised to', () => {
    expect(judgeServers([line('a', '2.15.2', 1_048_576)], [])).toContainEqual(
      expect.objectContaining({ level: 'advice', check: 'nats.payload', found: 'a takes messages of up to 1.0 MB' }),
    )
  })
})

describe('copies', () => {
  it('need as many servers', () => {
    expect(judgeCopies(3, 1)[0]).toMatchObject({ level: 'wrong', todo: expect.stringContaining('NATS_REPLICAS to 1') })
    expect(judgeCopies(5, 3)[0]).toMatchObject({ level: 'wrong', todo: expect.stringContaining('NATS_REPLICAS to 3') })
    expect(judgeCopies(3, 3)).toEqual([])
    expect(judgeCopies(1, 1)).toEqual([])
  })

  it('of one are a pity where there are three servers', () => {
    expect(judgeCopies(1, 3)[0]?.level).toBe('advice')
  })
})

describe('room', () => {
  const monitor = (storedBytes: number): MonitorSeen => ({
    url: 'http://a:8222',
    server: { id: 'id-a', name: 'a', sync: { when: 'always' }, storedBytes, storedBytesMax: 1000 },
  })

  it('is told with every bound there is', () => {
    const [found] = judgeRoom({ storedBytes: 500, storedBytesMax: 1000, streams: 3 }, [monitor(500)])
    expect(found).toMatchObject({
      level: 'ok',
      found: '500 bytes are kept; the account may keep 1.0 kB; server a may keep 1.0 kB',
    })
    expect(judgeRoom({ storedBytes: 500, streams: 3 }, [])[0]?.found).toBe('500 bytes are kept')
  })

  it.each([
    [801, 'advice'],
    [951, 'wrong'],
  ])('of 1,000 bytes with %i taken is %s, by the account and by the server', (taken, level) => {
    expect(judgeRoom({ storedBytes: taken, storedBytesMax: 1000, streams: 3 }, [])[0]?.level).toBe(level)
    expect(judgeRoom({ storedBytes: 1, streams: 3 }, [monitor(taken)])[0]?.level).toBe(level)
  })
})
