import { describe, expect, it } from 'vitest'
import type { InboxRow, StaffFrame } from '#gateway/protocol.ts'
import { ringOn, silence, without } from './ringing.ts'

const counts = { mine: 0, waiting: 0, assistant: 0, all: 0, closed: 0 }
const waiting: InboxRow = {
  conversation: 'c1',
  name: 'Neha',
  channel: 'web',
  owner: { kind: 'queue', team: 'sales', sinceMs: 1 },
  ownerEpoch: 2,
  status: 'open',
  lead: 'l',
  temperature: 'hot',
  lastText: '',
  lastBy: 'customer',
  lastAtMs: 1,
  lastN: 1,
  unread: 1,
  createdAtMs: 1,
  revision: 1,
}
const rowFrame = (row: InboxRow): StaffFrame => ({ type: 'inbox.row', row, inView: true, counts })
const rung = ringOn(silence, { type: 'alert.waiting', row: waiting })

describe('ringing', () => {
  it('begins once for one who waits, however often it is told', () => {
    expect(ringOn(rung, { type: 'alert.waiting', row: waiting }).ringing).toEqual([waiting])
  })

  it('ends with who took it, whichever frame comes first', () => {
    const byAlert = ringOn(rung, { type: 'alert.taken', conversation: 'c1', memberId: 'p', name: 'Priya' })
    const byRow = ringOn(rung, rowFrame({ ...waiting, owner: { kind: 'member', memberId: 'p', name: 'Priya' } }))
    for (const state of [byAlert, byRow]) {
      expect(state.ringing).toEqual([])
      expect(state.taken).toMatchObject({ memberId: 'p', name: 'Priya', row: { name: 'Neha' } })
    }
    expect(ringOn(byRow, { type: 'alert.taken', conversation: 'c1', memberId: 'p', name: 'Priya' })).toBe(byRow)
  })

  it('ends without a word when the conversation is closed or silenced', () => {
    expect(ringOn(rung, rowFrame({ ...waiting, status: 'closed' }))).toMatchObject({ ringing: [] })
    expect(without(rung, 'c1')).toMatchObject({ ringing: [] })
  })

  it('that was silenced stays silent after a reconnect, and the next hand-off of the same customer rings', () => {
    const silenced = ringOn(without(rung, 'c1'), { type: 'alert.waiting', row: waiting })
    expect(silenced.ringing).toEqual([])
    const next = ringOn(silenced, { type: 'alert.waiting', row: { ...waiting, ownerEpoch: 4 } })
    expect(next.ringing).toHaveLength(1)
  })

  it('begins anew with the line: only who still waits rings', () => {
    const member = { memberId: 'a', name: 'Asha', email: 'a@example.com', role: 'admin', workspace: 'demo' } as const
    expect(ringOn(rung, { type: 'welcome', member, serverTimeMs: 1, available: true }).ringing).toEqual([])
  })

  it('goes on while it still waits', () => expect(ringOn(rung, rowFrame(waiting))).toBe(rung))
})
