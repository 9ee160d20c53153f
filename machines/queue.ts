/**
 * The customers of a team who wait for a person, and the members who take them. What each name does is in `queue-line.ts`;
 * its promises are M15 and M16.
 */
import { setup } from 'xstate'
import { settled, type Hosted } from './hosted.ts'
import { queueDefaults, type QueueEvent, type QueueFacts, type QueueInput } from './lead-contract.ts'
import { inked, oneOf, Pen, type Emitted, type Send } from './pen.ts'
import * as line from './queue-line.ts'

const base = setup({
  types: {
    context: {} as line.QueueContext,
    events: {} as QueueEvent,
    emitted: {} as Emitted<QueueFacts>,
    input: {} as QueueInput,
  },
  actions: { send: (_args, _params: Send) => {} },
  guards: {
    staffed: ({ context }) => line.isStaffed(context),
    unstaffed: ({ context }) => !line.isStaffed(context),
    someWait: ({ context }) => context.waiting.length > 0,
    nobodyWaits: ({ context }) => context.waiting.length === 0,
    waitsAlready: ({ context, event }) =>
      event.type === 'queue.join' && context.waiting.some((each) => each.conversation === event.conversation),
    toManual: ({ event }) => event.type === 'queue.settings' && event.assignment === 'manual',
    toBalanced: ({ event }) => event.type === 'queue.settings' && event.assignment === 'balanced',
    isBalanced: ({ context }) => context.assignment === 'balanced',
  },
})

function writes(write: (pen: line.QueuePen, event: QueueEvent) => void) {
  return base.enqueueActions(({ context, event, enqueue }) => {
    const pen = new Pen<line.QueueContext, QueueFacts>(context, event)
    write(pen, event)
    inked(pen, enqueue)
  })
}

const named = base.extend({
  actions: {
    join: writes((pen, event) => line.join(pen, oneOf(event, ['queue.join']))),
    leave: writes((pen, event) => line.leave(pen, oneOf(event, ['queue.leave']))),
    taken: writes((pen, event) => line.taken(pen, oneOf(event, ['queue.taken']))),
    released: writes((pen, event) => line.released(pen, oneOf(event, ['queue.released']))),
    available: writes((pen, event) => line.available(pen, oneOf(event, ['member.available']))),
    away: writes((pen, event) => line.away(pen, oneOf(event, ['member.away']))),
    assignBy: writes((pen, event) => {
      pen.change({ assignment: oneOf(event, ['queue.settings']).assignment })
      line.settle(pen)
    }),
  },
})

/** Version 1. */
export const queueMachine = named.createMachine({
  id: 'queue',
  context: ({ input }) => ({
    address: input.address,
    settings: input.settings,
    assignment: input.settings.assignment,
    waiting: [],
    members: [],
    held: {},
    tickets: 0,
  }),
  type: 'parallel',
  on: {
    'queue.join': [{ guard: 'waitsAlready' }, { actions: 'join' }],
    'queue.leave': { actions: 'leave' },
    'queue.taken': { actions: 'taken' },
    'queue.released': { actions: 'released' },
    'member.available': { actions: 'available' },
    'member.away': { actions: 'away' },
  },
  states: {
    line: {
      initial: 'empty',
      states: {
        empty: { always: { guard: 'someWait', target: 'waiting' } },
        waiting: { always: { guard: 'nobodyWaits', target: 'empty' } },
      },
    },
    shift: {
      initial: 'unstaffed',
      states: {
        unstaffed: { always: { guard: 'staffed', target: 'staffed' } },
        staffed: { always: { guard: 'unstaffed', target: 'unstaffed' } },
      },
    },
    assignment: {
      initial: 'manual',
      states: {
        manual: {
          always: { guard: 'isBalanced', target: 'balanced' },
          on: { 'queue.settings': { guard: 'toBalanced', target: 'balanced', actions: 'assignBy' } },
        },
        balanced: { on: { 'queue.settings': { guard: 'toManual', target: 'manual', actions: 'assignBy' } } },
      },
    },
  },
})

/** The queue as the host runs it. Settings come from `settings.queue`. */
export const queue: Hosted = {
  kind: 'queue',
  version: 1,
  title: 'Queue',
  description: 'Who waits for a person of a team, in which order, and who takes them.',
  machine: queueMachine,
  input: (address, settings) => ({ address, settings: settled(queueDefaults, settings['queue']) }),
}
