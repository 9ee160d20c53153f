import { describe, expect, it } from 'vitest'
import type { InboxRow } from '#gateway/protocol.ts'
import { compareRows, placeRow } from './inbox-order.ts'

function row(conversation: string, change: Partial<InboxRow> = {}): InboxRow {
  return {
    conversation,
    name: conversation,
    channel: 'web',
    owner: { kind: 'assistant' },
    ownerEpoch: 1,
    status: 'open',
    lead: 'l',
    temperature: 'cold',
    lastText: '',
    lastBy: 'customer',
    lastAtMs: 100,
    lastN: 1,
    unread: 0,
    createdAtMs: 1,
    revision: 1,
    ...change,
  }
}
const waiting = (name: string, sinceMs: number) => row(name, { owner: { kind: 'queue', team: 'sales', sinceMs } })
const names = (rows: readonly InboxRow[]) => rows.map((each) => each.conversation)

describe('the order of the inbox', () => {
  it('puts who waits longest first, then who is overdue, then the newest', () => {
    const rows = [
      row('old', { lastAtMs: 1 }),
      row('late', { overdue: true }),
      row('new', { lastAtMs: 900 }),
      waiting('w2', 50),
      waiting('w1', 10),
    ]
    expect(names(rows.sort(compareRows))).toEqual(['w1', 'w2', 'late', 'new', 'old'])
  })

  it('moves a changed row to its place and leaves the others', () => {
    const rows = [waiting('w', 10), row('a', { lastAtMs: 300 }), row('b', { lastAtMs: 200 })]
    const moved = placeRow(rows, row('b', { lastAtMs: 400, revision: 2 }), { inView: true, more: false })
    expect(names(moved)).toEqual(['w', 'b', 'a'])
  })

  it('takes out a row that left the view', () => {
    expect(names(placeRow([row('a'), row('b')], row('a', { revision: 2 }), { inView: false, more: false }))).toEqual([
      'b',
    ])
  })

  it('lets an older revision change nothing', () => {
    const rows = [row('a', { revision: 5 })]
    expect(placeRow(rows, row('a', { revision: 4 }), { inView: false, more: false })).toBe(rows)
  })

  it('leaves a row below the last loaded one to the next page', () => {
    const rows = [row('a', { lastAtMs: 300 })]
    expect(placeRow(rows, row('z', { lastAtMs: 1 }), { inView: true, more: true })).toBe(rows)
    expect(names(placeRow(rows, row('z', { lastAtMs: 1 }), { inView: true, more: false }))).toEqual(['a', 'z'])
  })
})
