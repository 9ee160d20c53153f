import { describe, expect, it } from 'vitest'
import type { SyncSeen } from './durability.ts'
import { judgeSync, syncsOf, worstSync } from './judge-sync.ts'
import type { MonitorSeen } from './look-monitor.ts'

const always: SyncSeen = { when: 'always' }
const late: SyncSeen = { when: 'interval', everyMs: 120_000 }
const unknown: SyncSeen = { when: 'unknown' }
const named = (...syncs: readonly SyncSeen[]) => syncs.map((sync, index) => ({ name: `nats-${index + 1}`, sync }))
const monitor = (id: string, sync: SyncSeen): MonitorSeen => ({
  url: `http://${id}:8222`,
  server: { id, name: id, sync, storedBytes: 0, storedBytesMax: 0 },
})
const one = { copies: 1, monitors: [] }
const three = { copies: 3, monitors: [] }

describe('syncing', () => {
  it('is what the monitoring of that very server says', () => {
    const servers = [
      { id: 'a', name: 'nats-1' },
      { id: 'b', name: 'nats-2' },
    ]
    expect(syncsOf(servers, [monitor('b', always), monitor('somebody-elses', late)])).toEqual([
      { name: 'nats-1', sync: unknown },
      { name: 'nats-2', sync: always },
    ])
  })

  it('before each acknowledgement is well', () => {
    expect(judgeSync(named(always, always), three)).toEqual([expect.objectContaining({ level: 'ok' })])
  })

  it('at an interval is wrong on one server, and worth a thought on three', () => {
    expect(judgeSync(named(late), one)[0]).toMatchObject({
      level: 'wrong',
      found: 'nats-1 syncs every two minutes and acknowledges before',
      means: expect.stringContaining('cut in half'),
    })
    expect(judgeSync(named(always, late, always), three)).toEqual([
      expect.objectContaining({ level: 'advice', found: expect.stringContaining('nats-2') }),
    ])
  })

  it('that could not be seen is said, with who was asked and how to look', () => {
    const monitors = [{ url: 'http://a:8222', problem: 'ECONNREFUSED' }, monitor('other', late)]
    expect(judgeSync(named(unknown), { copies: 1, monitors })[0]).toMatchObject({
      level: 'advice',
      found:
        'whether nats-1 syncs before acknowledging could not be seen; asked: http://a:8222 (ECONNREFUSED) and http://other:8222 (another server)',
      todo: expect.stringContaining('NATS_MONITOR_URL'),
    })
  })

  it('of no server is not called well', () => {
    expect(judgeSync([], one)).toEqual([])
    expect(worstSync([])).toEqual(unknown)
  })

  it('of several is as good as the worst', () => {
    expect(worstSync(named(always, always))).toEqual(always)
    expect(worstSync(named(always, unknown))).toEqual(unknown)
    expect(worstSync(named(unknown, late, { when: 'interval', everyMs: 1000 }))).toEqual(late)
  })
})
