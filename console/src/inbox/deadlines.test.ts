import { describe, expect, it } from 'vitest'
import type { ConsentView, InboxRow, TranscriptMessage } from '#gateway/protocol.ts'
import { replyDueAt, standingStop, windowEndsAt } from './deadlines.ts'

const hour = 3_600_000
const heard = (atMs: number, more: Partial<TranscriptMessage> = {}): TranscriptMessage => ({
  n: 1,
  author: { kind: 'customer' },
  text: '',
  atMs,
  epoch: 0,
  ...more,
})
const notice: TranscriptMessage = { ...heard(0), author: { kind: 'system', notice: 'opted-out' } }
const stop = (atMs: number): ConsentView => ({
  scope: '*:marketing',
  state: 'withdrawn',
  atMs,
  source: 'words',
  proof: 'STOP',
})

describe('an answer', () => {
  const row: InboxRow = {
    conversation: 'c',
    name: 'Ana',
    channel: 'whatsapp',
    owner: { kind: 'member', memberId: 'm', name: 'Priya' },
    ownerEpoch: 1,
    status: 'open',
    lead: 'l',
    temperature: 'cold',
    lastText: '',
    lastBy: 'customer',
    lastAtMs: 0,
    lastN: 2,
    unread: 1,
    createdAtMs: 0,
    revision: 1,
  }

  it('is due some minutes after the first unanswered message, and not to who has said stop', () => {
    const asked = [heard(hour), heard(2 * hour)]
    expect(replyDueAt(row, asked)).toBe(hour + 5 * 60_000)
    expect(replyDueAt(row, [...asked, notice])).toBeUndefined()
    expect(replyDueAt(row, [...asked, notice, heard(3 * hour)])).toBe(3 * hour + 5 * 60_000)
  })
})

describe('the window', () => {
  it('counts from when the customer wrote by the provider’s clock, however late and in whatever order it came', () => {
    const messages = [heard(50 * hour, { sentAtMs: 40 * hour }), heard(51 * hour, { sentAtMs: 2 * hour })]
    expect(windowEndsAt('whatsapp', messages)).toBe(64 * hour)
    expect(windowEndsAt('whatsapp', [heard(10 * hour)])).toBe(34 * hour)
    expect(windowEndsAt('widget', messages)).toBeUndefined()
    expect(windowEndsAt('whatsapp', [])).toBeUndefined()
  })

  it('of one channel is not opened by words on another', () => {
    expect(windowEndsAt('whatsapp', [heard(hour, { channel: 'email', sentAtMs: hour })])).toBeUndefined()
  })
})

describe('a stop', () => {
  it('stands until the customer writes again, and not on the page in front of them', () => {
    const said = [heard(5 * hour, { sentAtMs: 4 * hour })]
    expect(standingStop('whatsapp', said, [stop(4 * hour)])?.proof).toBe('STOP')
    expect(standingStop('whatsapp', said, [stop(3 * hour)])).toBeUndefined()
    expect(standingStop('widget', said, [stop(4 * hour)])).toBeUndefined()
    expect(standingStop('whatsapp', said, [])).toBeUndefined()
    expect(standingStop('whatsapp', said, [{ ...stop(4 * hour), state: 'given' }])).toBeUndefined()
  })
})
