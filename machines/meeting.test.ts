import { describe, expect, it } from 'vitest'
import { nextOpening } from './business-hours.ts'
import { freeSlots, refusalOf } from './calendar-slots.ts'
import { businessHoursDefaults, calendarDefaults } from './lead-contract.ts'
import { said, type Stage } from './testing/harness.ts'
import { Town } from './testing/town.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
/** The stage's clock starts on Friday 15 January 2027, 13:30 in India. */
const now = 1_800_000_000_000
const tomorrow11 = Date.UTC(2027, 0, 16, 5, 30)
const meeting = 'acme/meeting/v1'
const calendar = 'acme/calendar/sales'

const wish = {
  type: 'meeting.request',
  conversation: 'acme/conversation/c1',
  lead: 'acme/lead/l1',
  listingId: 'h1',
  title: '3 BHK',
  place: 'Whitefield',
  startAtMs: tomorrow11,
  durationMs: hour,
  timeZone: 'Asia/Kolkata',
  calendar,
}

function statuses(stage: Stage): readonly unknown[] {
  return said(stage, 'meeting-changed').map((each) => each['status'])
}

function taken(town: Town): readonly unknown[] {
  const context = town.at(calendar).snapshot.context as { taken: { meeting: string; startAtMs: number }[] }
  return context.taken.map((each) => [each.meeting, each.startAtMs])
}

function booked(): Town {
  const town = new Town()
  town.tell(meeting, wish)
  return town
}

describe('a meeting', () => {
  it('[M18] claims its slot before it is booked, and tells conversation and lead', () => {
    const town = booked()
    expect(statuses(town.at(meeting))).toEqual(['requested', 'booked'])
    expect(taken(town)).toEqual([[meeting, tomorrow11]])
    expect(said(town.at('acme/conversation/c1'), 'meeting-linked').at(-1)).toMatchObject({
      meetingId: 'v1',
      status: 'booked',
    })
  })

  it('[M19] reminds the day before and the hour before, once each, and is over when it has been', () => {
    const town = booked()
    town.tell(meeting, { type: 'meeting.reschedule', startAtMs: tomorrow11 + 2 * day, by: 'customer' })
    town.tell(meeting, { type: 'meeting.confirm', by: 'customer' })
    town.wait(meeting, 5 * day)
    expect(said(town.at(meeting), 'meeting-reminder-due').map((each) => each['kind'])).toEqual([
      'day-before',
      'hour-before',
    ])
    expect(town.at(meeting).snapshot.value).toBe('over')
    expect(town.at(meeting).timers.size).toBe(0)
  })

  it('[M19] follows up a no-show step by step, until they came after all or take another time', () => {
    const town = booked()
    town.wait(meeting, 2 * day)
    town.tell(meeting, { type: 'meeting.missed', by: 'm1' })
    town.wait(meeting, 2 * day)
    expect(said(town.at(meeting), 'no-show-follow-up-due').map((each) => each['step'])).toEqual([1, 2])
    town.tell(meeting, { type: 'meeting.attended', by: 'm1' })
    town.wait(meeting, 30 * day)
    expect(said(town.at(meeting), 'no-show-follow-up-due')).toHaveLength(2)
    const silent = booked()
    silent.wait(meeting, 2 * day)
    silent.tell(meeting, { type: 'meeting.missed', by: 'm1' })
    silent.wait(meeting, 30 * day)
    expect(said(silent.at(meeting), 'no-show-follow-up-due')).toHaveLength(4)
    expect(silent.at(meeting).snapshot.value).toEqual({ missed: 'done' })
  })

  it('[M18] is refused with free times nearby, and booked at one of them', () => {
    const town = new Town({ calendar: { capacityPerSlot: 1 } })
    town.tell('acme/meeting/other', { ...wish, conversation: 'acme/conversation/c2' })
    town.tell(meeting, wish)
    expect(said(town.at(meeting), 'meeting-changed').at(-1)).toMatchObject({
      status: 'refused',
      reason: 'full',
      alternatives: [tomorrow11 - hour, tomorrow11 + hour, tomorrow11 + hour + 30 * minute],
    })
    town.tell(meeting, { type: 'meeting.reschedule', startAtMs: tomorrow11 + hour, by: 'customer' })
    expect(statuses(town.at(meeting)).at(-1)).toBe('booked')
  })

  it('[M18] keeps its old slot when the new one is not to be had, and gives it back when it is', () => {
    const town = new Town({ calendar: { capacityPerSlot: 1 } })
    town.tell(meeting, wish)
    town.tell('acme/meeting/other', { ...wish, startAtMs: tomorrow11 + 2 * hour })
    town.tell(meeting, { type: 'meeting.reschedule', startAtMs: tomorrow11 + 2 * hour, by: 'customer' })
    expect(said(town.at(meeting), 'meeting-changed').at(-1)).toMatchObject({ status: 'booked', startAtMs: tomorrow11 })
    town.tell(meeting, { type: 'meeting.reschedule', startAtMs: tomorrow11 + 30 * minute, by: 'customer' })
    expect(taken(town)).toContainEqual([meeting, tomorrow11 + 30 * minute])
    expect(taken(town)).not.toContainEqual([meeting, tomorrow11])
  })

  it('[M18] cancelled or given up gives the slot back, also one that is granted too late', () => {
    const town = booked()
    town.tell(meeting, { type: 'meeting.cancel', by: 'customer', reason: 'ill' })
    expect(taken(town)).toEqual([])
    const late = new Town()
    late.give(meeting, wish)
    late.give(meeting, { type: 'meeting.cancel', by: 'customer' })
    late.settle()
    expect(taken(late)).toEqual([])
    expect(statuses(late.at(meeting)).at(-1)).toBe('cancelled')
  })

  it('refuses what makes no sense now, and says so', () => {
    const town = new Town()
    town.tell(meeting, { type: 'meeting.confirm', by: 'm1' })
    expect(said(town.at(meeting), 'command-refused')).toMatchObject([{ command: 'meeting.confirm', code: 'none' }])
  })
})

describe('a calendar', () => {
  it('[M17] never gives a slot beyond its capacity, whoever asks in which order', () => {
    const town = new Town({ calendar: { capacityPerSlot: 2 } })
    for (let index = 0; index < 6; index++) {
      town.tell(`acme/meeting/m${index}`, { ...wish, startAtMs: tomorrow11 + index * 20 * minute })
    }
    const all = taken(town).map((each) => (each as [string, number])[1])
    for (let instant = tomorrow11; instant < tomorrow11 + 4 * hour; instant += minute) {
      expect(all.filter((start) => start <= instant && start + hour > instant).length).toBeLessThanOrEqual(2)
    }
  })

  it('refuses the past, the far future and closed hours by name', () => {
    const at = { nowMs: now, settings: calendarDefaults }
    const slot = (startAtMs: number) => refusalOf({ startAtMs, durationMs: hour }, [], at)
    expect(slot(now - 1)).toBe('past')
    expect(slot(now + 90 * day)).toBe('too-far')
    expect(slot(tomorrow11 - 3 * hour)).toBe('outside-hours')
    expect(slot(tomorrow11)).toBeUndefined()
  })

  it('offers only what it would grant', () => {
    const at = { nowMs: now, settings: calendarDefaults, count: 40 }
    const free = freeSlots({ startAtMs: tomorrow11, durationMs: hour }, [], at)
    expect(free).toHaveLength(40)
    for (const startAtMs of free) expect(refusalOf({ startAtMs, durationMs: hour }, [], at)).toBeUndefined()
    const shut = { ...calendarDefaults, days: [] }
    expect(freeSlots({ startAtMs: tomorrow11, durationMs: hour }, [], { ...at, settings: shut })).toEqual([])
  })

  it('forgets what is over', () => {
    const town = booked()
    town.wait(calendar, 3 * day)
    town.tell('acme/meeting/later', { ...wish, startAtMs: tomorrow11 + 5 * day })
    expect(taken(town)).toEqual([['acme/meeting/later', tomorrow11 + 5 * day]])
  })

  it('knows when it opens next', () => {
    expect(nextOpening(now, businessHoursDefaults)).toBe(Date.UTC(2027, 0, 16, 3, 30))
    expect(nextOpening(now, { ...businessHoursDefaults, days: [1] })).toBe(Date.UTC(2027, 0, 18, 3, 30))
    expect(nextOpening(now, { ...businessHoursDefaults, days: [] })).toBeUndefined()
  })
})
