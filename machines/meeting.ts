/**
 * A visit to a home: claimed at the calendar, booked, confirmed, reminded, attended or missed, and followed up after a no-show.
 * What each name writes is in `meeting-writing.ts`; its promises are M18 and M19.
 */
import { setup } from 'xstate'
import { settled, type Hosted } from './hosted.ts'
import { meetingDefaults, type MeetingFacts, type MeetingInput } from './lead-contract.ts'
import * as writing from './meeting-writing.ts'
import { inked, oneOf, Pen, type Emitted, type Send } from './pen.ts'

const base = setup({
  types: {
    context: {} as writing.MeetingContext,
    events: {} as writing.MeetingMachineEvent,
    emitted: {} as Emitted<MeetingFacts>,
    input: {} as MeetingInput,
  },
  actions: { send: (_args, _params: Send) => {} },
  guards: {
    /** An answer about a slot asked for before is not about this one. */
    asked: ({ context, event }) =>
      (event.type === 'slot.granted' || event.type === 'slot.refused') && event.startAtMs === context.wantedAtMs,
    stray: ({ context, event }) => event.type === 'slot.granted' && event.startAtMs !== context.heldAtMs,
    sameTime: ({ context, event }) => event.type === 'meeting.reschedule' && event.startAtMs === context.heldAtMs,
    moreFollowUps: ({ context }) => context.followUps < context.settings.followUpsMs.length,
    noMoreFollowUps: ({ context }) => context.followUps >= context.settings.followUpsMs.length,
    wasConfirmed: ({ context }) => context.status === 'confirmed',
    wasReminded: ({ context }) => context.status === 'reminded',
  },
  delays: { claimTimeout: ({ context }) => context.settings.claimTimeoutMs },
})

function writes(write: (pen: writing.MeetingPen, event: writing.MeetingMachineEvent) => void) {
  return base.enqueueActions(({ context, event, enqueue }) => {
    const pen = new Pen<writing.MeetingContext, MeetingFacts>(context, event)
    write(pen, event)
    inked(pen, enqueue)
  })
}

const named = base.extend({
  actions: {
    request: writes((pen, event) => writing.request(pen, oneOf(event, ['meeting.request']))),
    reschedule: writes((pen, event) => writing.reschedule(pen, oneOf(event, ['meeting.reschedule']))),
    book: writes((pen) => writing.book(pen)),
    refuse: writes((pen, event) => {
      const { alternatives, reason } = oneOf(event, ['slot.refused'])
      writing.refuse(pen, { alternatives, reason: reason ?? 'full' })
    }),
    stay: writes((pen, event) => {
      const { alternatives, reason } = oneOf(event, ['slot.refused'])
      writing.stay(pen, { alternatives, reason: reason ?? 'full' })
    }),
    giveUp: writes((pen) => {
      writing.giveUp(pen)
      writing.refuse(pen, { alternatives: [], reason: 'no-answer' })
    }),
    giveUpAndStay: writes((pen) => {
      writing.giveUp(pen)
      writing.stay(pen, { alternatives: [], reason: 'no-answer' })
    }),
    giveBack: writes((pen, event) => writing.release(pen, oneOf(event, ['slot.granted']).startAtMs)),
    letGo: writes((pen) => writing.letGo(pen)),
    confirm: writes((pen, event) => {
      const { by } = oneOf(event, ['meeting.confirm'])
      writing.become(pen, 'confirmed', { by, startAtMs: pen.context.heldAtMs })
    }),
    cancel: writes((pen, event) => {
      const { by, reason } = oneOf(event, ['meeting.cancel'])
      const startAtMs = pen.context.heldAtMs === 0 ? pen.context.wantedAtMs : pen.context.heldAtMs
      writing.become(pen, 'cancelled', { by, startAtMs, ...(reason === undefined ? {} : { reason }) })
    }),
    attend: writes((pen, event) => writing.attend(pen, oneOf(event, ['meeting.attended']))),
    miss: writes((pen, event) => writing.miss(pen, oneOf(event, ['meeting.missed']))),
    remindDayBefore: writes((pen) => writing.remind(pen, 'day-before')),
    remindHourBefore: writes((pen) => writing.remind(pen, 'hour-before')),
    armReminders: writes((pen) => writing.armReminders(pen)),
    disarmReminders: writes((pen) => writing.disarmReminders(pen)),
    armFollowUp: writes((pen) => writing.armFollowUp(pen)),
    disarmFollowUp: writes((pen) => pen.disarm('follow-up.due')),
    followUp: writes((pen) => writing.followUp(pen)),
    refuseCommand: writes((pen, event) => {
      const message = `a meeting that is ${pen.context.status === 'none' ? 'not asked for' : pen.context.status} cannot do that`
      pen.fact('command-refused', { command: event.type, code: pen.context.status, message })
    }),
  },
})

const outcomes = {
  'meeting.attended': { target: '#meeting.attended', actions: 'attend' },
  'meeting.missed': { target: '#meeting.missed', actions: 'miss' },
} as const

/** Version 1. */
export const meetingMachine = named.createMachine({
  id: 'meeting',
  context: ({ input }) => writing.newMeeting(input),
  initial: 'unasked',
  on: {
    'slot.granted': { guard: 'stray', actions: 'giveBack' },
    'meeting.confirm': { actions: 'refuseCommand' },
    'meeting.reschedule': { actions: 'refuseCommand' },
    'meeting.cancel': { actions: 'refuseCommand' },
    'meeting.attended': { actions: 'refuseCommand' },
    'meeting.missed': { actions: 'refuseCommand' },
  },
  states: {
    unasked: { on: { 'meeting.request': { target: 'requested', actions: 'request' } } },
    requested: {
      after: { claimTimeout: { target: 'refused', actions: 'giveUp' } },
      on: {
        'slot.granted': [
          { guard: 'asked', target: 'scheduled', actions: 'book' },
          { guard: 'stray', actions: 'giveBack' },
        ],
        'slot.refused': { guard: 'asked', target: 'refused', actions: 'refuse' },
        'meeting.cancel': { target: 'cancelled', actions: 'cancel' },
      },
    },
    refused: {
      on: {
        'meeting.reschedule': { target: 'requested', actions: 'reschedule' },
        'meeting.cancel': { target: 'cancelled', actions: 'cancel' },
      },
    },
    scheduled: {
      initial: 'standing',
      entry: 'armReminders',
      exit: 'disarmReminders',
      on: {
        ...outcomes,
        'meeting.reschedule': [{ guard: 'sameTime' }, { target: 'rescheduling', actions: 'reschedule' }],
        'meeting.cancel': { target: 'cancelled', actions: ['cancel', 'letGo'] },
        'meeting.over': 'over',
      },
      states: {
        standing: {
          always: [
            { guard: 'wasConfirmed', target: 'confirmed' },
            { guard: 'wasReminded', target: 'reminded' },
            { target: 'booked' },
          ],
        },
        booked: {
          on: {
            'meeting.confirm': { target: 'confirmed', actions: 'confirm' },
            'reminder.day-due': { target: 'reminded', actions: 'remindDayBefore' },
            'reminder.hour-due': { target: 'reminded', actions: 'remindHourBefore' },
          },
        },
        confirmed: {
          on: {
            'meeting.confirm': {},
            'reminder.day-due': { target: 'reminded', actions: 'remindDayBefore' },
            'reminder.hour-due': { target: 'reminded', actions: 'remindHourBefore' },
          },
        },
        reminded: {
          on: {
            'meeting.confirm': { target: 'confirmed', actions: 'confirm' },
            'reminder.hour-due': { actions: 'remindHourBefore' },
          },
        },
      },
    },
    rescheduling: {
      after: { claimTimeout: { target: 'scheduled', actions: 'giveUpAndStay' } },
      on: {
        'slot.granted': [
          { guard: 'asked', target: 'scheduled', actions: 'book' },
          { guard: 'stray', actions: 'giveBack' },
        ],
        'slot.refused': { guard: 'asked', target: 'scheduled', actions: 'stay' },
        'meeting.cancel': { target: 'cancelled', actions: ['cancel', 'letGo'] },
      },
    },
    over: {
      on: {
        ...outcomes,
        'meeting.reschedule': { target: 'rescheduling', actions: 'reschedule' },
        'meeting.cancel': { target: 'cancelled', actions: ['cancel', 'letGo'] },
      },
    },
    attended: { on: { 'meeting.attended': {}, 'meeting.missed': { target: 'missed', actions: 'miss' } } },
    missed: {
      initial: 'followedUp',
      on: {
        'meeting.missed': {},
        'meeting.attended': { target: 'attended', actions: 'attend' },
        'meeting.reschedule': { target: 'requested', actions: ['letGo', 'reschedule'] },
        'meeting.cancel': { target: 'cancelled', actions: ['cancel', 'letGo'] },
      },
      states: {
        followedUp: {
          entry: 'armFollowUp',
          exit: 'disarmFollowUp',
          always: { guard: 'noMoreFollowUps', target: 'done' },
          on: { 'follow-up.due': { guard: 'moreFollowUps', target: 'followedUp', reenter: true, actions: 'followUp' } },
        },
        done: {},
      },
    },
    cancelled: {
      on: {
        'meeting.cancel': {},
        'meeting.reschedule': { target: 'requested', actions: 'reschedule' },
      },
    },
  },
})

/** The meeting as the host runs it. Settings come from `settings.meeting`. */
export const meeting: Hosted = {
  kind: 'meeting',
  version: 1,
  title: 'Meeting',
  description: 'A visit to a home, from the wish to the follow-up.',
  machine: meetingMachine,
  input: (address, settings) => ({ address, settings: settled(meetingDefaults, settings['meeting']) }),
}
