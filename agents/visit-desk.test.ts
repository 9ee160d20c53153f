import { describe, expect, it } from 'vitest'
import type { Address } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { JsonObject } from '#runtime/json.ts'
import type { Handled } from '#runtime/runtime.ts'
import { createManualClock } from '#runtime/testing/manual-clock.ts'
import { createVisitDesk, meetingAddress } from './visit-desk.ts'

const request = {
  conversation: 'acme/conversation/c1',
  lead: 'acme/lead/c1',
  fromN: 3,
  turn: 4,
  listingId: 'l1',
  title: 'A home',
  place: 'Whitefield',
  startAtMs: 1_000_000,
  durationMs: 3_600_000,
  timeZone: 'Asia/Kolkata',
  calendar: 'acme/calendar/sales',
}
const address = meetingAddress(request.conversation, request.fromN)
const changed = (data: JsonObject): Fact => ({
  type: 'meeting-changed',
  data: {
    startAtMs: 1_000_000,
    durationMs: 3_600_000,
    title: 'A home',
    place: 'Whitefield',
    timeZone: 'Asia/Kolkata',
    ...data,
  },
  position: 1,
  address,
  revision: 2,
  index: 0,
  atMs: 5,
  causedBy: 'x',
})

function desk(answers: { readonly handled?: Partial<Handled>; readonly journal?: readonly Fact[] } = {}) {
  const clock = createManualClock(0)
  const listeners = new Set<(fact: Fact) => void>()
  const sent: { readonly id?: string; readonly to: Address }[] = []
  const runtime: Parameters<typeof createVisitDesk>[0]['runtime'] = {
    submit: async (event) => {
      sent.push(event)
      return { duplicate: false, outcome: 'applied', facts: [], ...answers.handled }
    },
    live: { facts: (_prefix, listener) => (listeners.add(listener), () => listeners.delete(listener)) },
    journal: { facts: async () => answers.journal ?? [] },
  }
  const tell = (fact: Fact): void => listeners.forEach((listener) => listener(fact))
  return { desk: createVisitDesk({ runtime, clock, timeoutMs: 8000 }), clock, tell, sent, listeners }
}
const signal = new AbortController().signal

describe('a visit asked of the meeting actor', () => {
  it('is booked when the calendar grants it, and nobody goes on listening', async () => {
    const { desk: visits, clock, tell, listeners } = desk()
    const asked = visits.book(request, signal)
    await clock.settle()
    tell(changed({ status: 'requested' }))
    tell(changed({ status: 'booked' }))
    expect(await asked).toMatchObject({ status: 'booked', meetingId: address })
    expect(listeners.size).toBe(0)
    expect(clock.nextDueAtMs()).toBeUndefined()
  })

  it('is refused with other times', async () => {
    const { desk: visits, clock, tell } = desk()
    const asked = visits.book(request, signal)
    await clock.settle()
    tell(changed({ status: 'refused', alternatives: [2_000_000] }))
    expect(await asked).toMatchObject({ status: 'refused', alternatives: [2_000_000] })
  })

  it('asked again in the same turn is the same visit: the outcome comes from the journal', async () => {
    const { desk: visits, sent } = desk({
      handled: { duplicate: true },
      journal: [changed({ status: 'requested' }), changed({ status: 'booked' })],
    })
    expect(await visits.book(request, signal)).toMatchObject({ status: 'booked' })
    await visits.book(request, signal)
    expect(new Set(sent.map((each) => `${each.to} ${each.id ?? ''}`)).size).toBe(1)
  })

  it('asked again in a turn begun again, with another time, moves the visit that is there', async () => {
    const { desk: visits, clock, tell, sent } = desk({ journal: [changed({ status: 'booked', listingId: 'l1' })] })
    expect(await visits.made(request)).toMatchObject({ status: 'booked', meetingId: address, listingId: 'l1' })
    const asked = visits.book({ ...request, turn: 5, startAtMs: 2_000_000 }, signal)
    await clock.settle()
    tell(changed({ status: 'booked', startAtMs: 2_000_000 }))
    expect(await asked).toMatchObject({ status: 'booked', meetingId: address, startAtMs: 2_000_000 })
    expect(sent).toMatchObject([{ to: address, event: { type: 'meeting.reschedule' } }])
  })

  it('is pending when no answer comes in time', async () => {
    const { desk: visits, clock } = desk()
    const asked = visits.book(request, signal)
    await clock.advance(8000)
    expect(await asked).toMatchObject({ status: 'pending', meetingId: address })
  })

  it('an abort ends the wait', async () => {
    const abort = new AbortController()
    const { desk: visits, clock, listeners } = desk()
    const asked = visits.book(request, abort.signal)
    await clock.settle()
    abort.abort()
    await expect(asked).rejects.toThrow(/abort/iu)
    expect(listeners.size).toBe(0)
  })

  it('of another customer can be neither moved nor cancelled', async () => {
    const { desk: visits } = desk()
    const other = { conversation: 'acme/conversation/other', turn: 1, meetingId: address }
    await expect(visits.cancel(other, signal)).rejects.toThrow('is not a visit of')
    await expect(visits.reschedule({ ...other, startAtMs: 5 }, signal)).rejects.toThrow('is not a visit of')
  })
})
