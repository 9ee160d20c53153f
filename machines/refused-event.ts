/**
 * A message of another system that could not be taken in. M21: it waits as it came until it has gone in or was thrown away, which happens once.
 * What is waiting is in the actor too, not in its facts alone: nothing that waits for a person is forgotten with age.
 */
import { setup } from 'xstate'
import type { Hosted } from './hosted.ts'
import { inked, oneOf, Pen, type Emitted } from './pen.ts'
import type {
  RefusedEventEvent,
  RefusedEventFacts,
  RefusedEventInput,
  RefusedMessage,
} from './refused-event-contract.ts'

interface Context {
  readonly address: string
  /** As it came; empty once settled. */
  readonly message: RefusedMessage
  /** As somebody last mended it; empty while nobody has. */
  readonly text: string
  readonly reasons: readonly string[]
  /** Who settled it. */
  readonly by: string
}

const nothing: RefusedMessage = { subject: '', headers: {}, body: '', encoding: 'text' }

const base = setup({
  types: {
    context: {} as Context,
    events: {} as RefusedEventEvent,
    emitted: {} as Emitted<RefusedEventFacts>,
    input: {} as RefusedEventInput,
  },
})

function writes(write: (pen: Pen<Context, RefusedEventFacts>, event: RefusedEventEvent) => void) {
  return base.enqueueActions(({ context, event, enqueue }) => {
    const pen = new Pen<Context, RefusedEventFacts>(context, event)
    write(pen, event)
    inked(pen, enqueue)
  })
}

const named = base.extend({
  actions: {
    keep: writes((pen, event) => {
      const { message, reasons } = oneOf(event, ['event.refused'])
      pen.change({ message, reasons })
      pen.fact('event-refused', { message, reasons })
    }),
    mend: writes((pen, event) => {
      const { text, reasons, by } = oneOf(event, ['event.mended'])
      pen.change({ text, reasons })
      pen.fact('event-mended', { text, reasons, by })
    }),
    replay: writes((pen, event) => {
      const { lead, text, by } = oneOf(event, ['event.replayed'])
      settle(pen, by)
      pen.fact('event-replayed', { lead, ...(text === undefined ? {} : { text }), by })
    }),
    discard: writes((pen, event) => {
      const { by } = oneOf(event, ['event.discarded'])
      settle(pen, by)
      pen.fact('event-discarded', { by })
    }),
    refuseCommand: writes((pen, event) => {
      const message = pen.context.by === '' ? 'there is no such event' : `${pen.context.by} has dealt with this one`
      pen.fact('command-refused', { command: event.type, code: 'settled', message })
    }),
  },
})

function settle(pen: Pen<Context, RefusedEventFacts>, by: string): void {
  pen.change({ message: nothing, text: '', reasons: [], by })
}

const refused = {
  'event.mended': { actions: 'refuseCommand' },
  'event.replayed': { actions: 'refuseCommand' },
  'event.discarded': { actions: 'refuseCommand' },
} as const

/** Version 1. */
export const refusedEventMachine = named.createMachine({
  id: 'refused-event',
  context: ({ input }) => ({ address: input.address, message: nothing, text: '', reasons: [], by: '' }),
  initial: 'expected',
  states: {
    expected: { on: { 'event.refused': { target: 'waiting', actions: 'keep' }, ...refused } },
    waiting: {
      on: {
        'event.mended': { actions: 'mend' },
        'event.replayed': { target: 'replayed', actions: 'replay' },
        'event.discarded': { target: 'discarded', actions: 'discard' },
      },
    },
    replayed: { on: refused },
    discarded: { on: refused },
  },
})

/** The refused event as the host runs it. */
export const refusedEvent: Hosted = {
  kind: 'refused-event',
  version: 1,
  title: 'Refused event',
  description:
    'A message of another system that could not be taken in: kept with its reasons until somebody mends it or throws it away.',
  machine: refusedEventMachine,
  input: (address) => ({ address }),
}
