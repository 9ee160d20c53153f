/**
 * Who visits when, one a team. M17: the only writer of slots, so a slot is never given beyond its capacity.
 */
import { setup } from 'xstate'
import { freeSlots, refusalOf, type Taken } from './calendar-slots.ts'
import { settled, type Hosted } from './hosted.ts'
import {
  calendarDefaults,
  type CalendarEvent,
  type CalendarFacts,
  type CalendarInput,
  type CalendarSettings,
} from './lead-contract.ts'
import { atMsOf, inked, oneOf, Pen, type Emitted, type Send } from './pen.ts'

interface Context {
  readonly address: string
  readonly settings: CalendarSettings
  /** Slots given and not over yet. */
  readonly taken: readonly Taken[]
}

const base = setup({
  types: {
    context: {} as Context,
    events: {} as CalendarEvent,
    emitted: {} as Emitted<CalendarFacts>,
    input: {} as CalendarInput,
  },
  actions: { send: (_args, _params: Send) => {} },
  guards: {
    held: ({ context, event }) => event.type === 'slot.claim' && isHeld(context, event),
    fits: ({ context, event }) => {
      if (event.type !== 'slot.claim') return false
      const at = { nowMs: atMsOf(event), settings: context.settings }
      return refusalOf(event, others(context, event), at) === undefined
    },
    holds: ({ context, event }) => isHeld(context, event),
  },
})

function writes(write: (pen: Pen<Context, CalendarFacts>, event: CalendarEvent) => void) {
  return base.enqueueActions(({ context, event, enqueue }) => {
    const pen = new Pen<Context, CalendarFacts>(context, event)
    write(pen, event)
    inked(pen, enqueue)
  })
}

const named = base.extend({
  actions: {
    grant: writes((pen, event) => {
      const claim = oneOf(event, ['slot.claim'])
      const { meeting, startAtMs, durationMs, releases } = claim
      if (releases !== undefined) free(pen, { meeting, startAtMs: releases })
      const current = pen.context.taken.filter((each) => each.startAtMs + each.durationMs > pen.atMs)
      pen.change({ taken: [...current, { meeting, startAtMs, durationMs }] })
      pen.fact('slot-claimed', { meeting, startAtMs, durationMs })
      tellAll(pen)
      pen.send(meeting, { type: 'slot.granted', startAtMs })
    }),
    grantAgain: writes((pen, event) => {
      const { meeting, startAtMs } = oneOf(event, ['slot.claim'])
      pen.send(meeting, { type: 'slot.granted', startAtMs })
    }),
    refuse: writes((pen, event) => {
      const claim = oneOf(event, ['slot.claim'])
      const { settings } = pen.context
      const taken = others(pen.context, claim)
      const reason = refusalOf(claim, taken, { nowMs: pen.atMs, settings }) ?? 'full'
      const alternatives = freeSlots(claim, taken, { nowMs: pen.atMs, settings, count: settings.alternativesMax })
      pen.send(claim.meeting, { type: 'slot.refused', startAtMs: claim.startAtMs, alternatives, reason })
    }),
    release: writes((pen, event) => {
      free(pen, event)
      tellAll(pen)
    }),
  },
})

/** Version 1. */
export const calendarMachine = named.createMachine({
  id: 'calendar',
  context: ({ input }) => ({ address: input.address, settings: input.settings, taken: [] }),
  initial: 'keeping',
  states: {
    keeping: {
      on: {
        'slot.claim': [
          { guard: 'held', actions: 'grantAgain' },
          { guard: 'fits', actions: 'grant' },
          { actions: 'refuse' },
        ],
        'slot.release': { guard: 'holds', actions: 'release' },
      },
    },
  },
})

/** The calendar as the host runs it. Settings come from `settings.calendar`. */
export const calendar: Hosted = {
  kind: 'calendar',
  version: 1,
  title: 'Calendar',
  description: 'The visits of a team: the one writer of slots.',
  machine: calendarMachine,
  input: (address, settings) => ({ address, settings: settled(calendarDefaults, settings['calendar']) }),
}

function isHeld(context: Context, slot: { readonly meeting: string; readonly startAtMs: number }): boolean {
  return context.taken.some((each) => each.meeting === slot.meeting && each.startAtMs === slot.startAtMs)
}

/** What stands in the way of a claim: not what the meeting has already, for nobody is at two visits of one meeting. */
function others(context: Context, claim: { readonly meeting: string }): readonly Taken[] {
  return context.taken.filter((each) => each.meeting !== claim.meeting)
}

function free(pen: Pen<Context, CalendarFacts>, slot: { readonly meeting: string; readonly startAtMs: number }): void {
  const { meeting, startAtMs } = slot
  if (!isHeld(pen.context, slot)) return
  const taken = pen.context.taken.filter((each) => each.meeting !== meeting || each.startAtMs !== startAtMs)
  pen.change({ taken })
  pen.fact('slot-released', { meeting, startAtMs })
}

function tellAll(pen: Pen<Context, CalendarFacts>): void {
  const { taken, settings } = pen.context
  pen.fact('calendar-changed', { taken, capacityPerSlot: settings.capacityPerSlot, settings })
}
