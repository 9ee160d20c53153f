/**
 * A person as one key of a channel's provider names them. Everything the provider tells of them comes through here, so that it is in order, and
 * reaches one conversation however the person is named. What each name writes is in `contact-writing.ts`; its promises are M22 and M23.
 */
import { setup } from 'xstate'
import type { ContactEvent, ContactFacts, ContactInput } from './contact-contract.ts'
import * as writing from './contact-writing.ts'
import type { Hosted } from './hosted.ts'
import { inked, oneOf, Pen, type Emitted, type Send } from './pen.ts'

/** A neighbour that says nothing for so long is done without. */
const askMs = 30_000

const base = setup({
  types: {
    context: {} as writing.ContactContext,
    events: {} as ContactEvent,
    emitted: {} as Emitted<ContactFacts>,
    input: {} as ContactInput,
  },
  actions: { send: (_args, _params: Send) => {} },
  guards: {
    namedTwice: ({ event }) => event.type === 'contact.heard' && event.beside !== undefined,
    full: ({ context }) => context.waiting.length >= writing.waitingMax,
  },
  delays: { ask: askMs },
})

function writes(write: (pen: writing.ContactPen, event: ContactEvent) => void) {
  return base.enqueueActions(({ context, event, enqueue }) => {
    const pen = new Pen<writing.ContactContext, ContactFacts>(context, event)
    write(pen, event)
    inked(pen, enqueue)
  })
}

const named = base.extend({
  actions: {
    keep: writes((pen, event) => writing.keep(pen, oneOf(event, ['contact.heard']))),
    ask: writes((pen, event) => writing.ask(pen, oneOf(event, ['contact.heard']))),
    answer: writes((pen, event) => writing.answer(pen, oneOf(event, ['contact.asked']))),
    belong: writes((pen, event) => writing.belong(pen, oneOf(event, ['contact.answered', 'contact.moved']))),
    standAlone: writes((pen) => writing.standAlone(pen)),
    handOn: writes((pen, event) => writing.handOn(pen, oneOf(event, ['contact.heard']))),
    release: writes((pen) => writing.release(pen)),
  },
})

/** Version 1. */
export const contactMachine = named.createMachine({
  id: 'contact',
  context: ({ input }) => writing.newContact(input),
  initial: 'unknown',
  states: {
    unknown: {
      on: {
        'contact.heard': [
          { guard: 'namedTwice', target: 'asking', actions: ['keep', 'ask'] },
          { target: 'known', actions: ['standAlone', 'handOn'] },
        ],
        'contact.asked': { target: 'known', actions: ['standAlone', 'answer'] },
        'contact.moved': { target: 'known', actions: 'belong' },
      },
    },
    asking: {
      after: { ask: { target: 'known', actions: ['standAlone', 'release'] } },
      on: {
        'contact.heard': [
          { guard: 'full', target: 'known', actions: ['standAlone', 'release', 'handOn'] },
          { actions: 'keep' },
        ],
        'contact.answered': { target: 'known', actions: ['belong', 'release'] },
        'contact.moved': { target: 'known', actions: ['belong', 'release'] },
      },
    },
    known: {
      on: {
        'contact.heard': { actions: 'handOn' },
        'contact.asked': { actions: 'answer' },
        'contact.moved': { actions: 'belong' },
      },
    },
  },
})

/** The contact as the host runs it. */
export const contact: Hosted = {
  kind: 'contact',
  version: 1,
  title: 'Contact',
  description: 'One key by which a channel knows a person, and the conversation that what it brings belongs to.',
  machine: contactMachine,
  input: (address) => ({ address }),
}
