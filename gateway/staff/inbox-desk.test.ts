import { describe, expect, it } from 'vitest'
import { addressOf } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import { giveBack, late, newDesk, note, taken } from './inbox-desk.ts'

const talk = (id: number) => addressOf('acme', 'conversation', `c${id}`)

function said(id: number, position: number, type = 'message-added'): Fact {
  return { type, data: {}, address: talk(id), position, revision: position, index: 0, atMs: 0, causedBy: 'e' }
}

function desk() {
  const counts = { spoil: () => undefined, stale: () => false, now: async () => [] }
  return newDesk('acme', counts)
}

describe('what the inbox feed has to read', () => {
  it('is what facts touched, and again whatever read models did not hold when it was read', () => {
    const ours = desk()
    expect(note(ours, said(1, 5))).toBe(true)
    note(ours, said(2, 9, 'handed-off'))
    note(ours, { ...said(3, 10), address: addressOf('acme', 'queue', 'sales') })
    const batch = taken(ours)
    expect([...batch.conversations.keys()]).toEqual([talk(1), talk(2)])
    expect(ours.conversations.size).toBe(0)
    const missing = late(batch, 5)
    expect([[...missing.conversations], [...missing.ringing]]).toEqual([[[talk(2), 9]], [[talk(2), 9]]])
    // Meanwhile something newer was said there: its position stands.
    note(ours, said(2, 12))
    expect(giveBack(ours, missing)).toBe(true)
    expect([...ours.conversations]).toEqual([[talk(2), 12]])
    expect(giveBack(ours, late(taken(ours), 12))).toBe(false)
  })

  it('is bounded: beyond it consoles are to read their lists again', () => {
    const ours = desk()
    for (let id = 1; id <= 2000; id++) note(ours, said(id, id))
    expect(ours.missed).toBe(false)
    note(ours, said(2001, 2001))
    expect(ours.missed).toBe(true)
    expect(ours.conversations.size).toBeLessThan(2000)
  })
})
