/**
 * One contact key (a phone number, an e-mail address, a visitor), so that two leads of one person find each other.
 * M14: the first lead to claim the key owns it until it lets go or hands it over; whoever claims is told who owns it.
 */
import { setup } from 'xstate'
import type { Hosted } from './hosted.ts'
import type { IdentityEvent, IdentityFacts, IdentityInput } from './lead-contract.ts'
import { inked, oneOf, Pen, type Emitted, type Send } from './pen.ts'

interface Context {
  readonly address: string
  readonly key: string
  /** Address of the lead that owns the key; empty while it is free. */
  readonly lead: string
}

const base = setup({
  types: {
    context: {} as Context,
    events: {} as IdentityEvent,
    emitted: {} as Emitted<IdentityFacts>,
    input: {} as IdentityInput,
  },
  actions: { send: (_args, _params: Send) => {} },
  guards: {
    byOwner: ({ context, event }) => event.lead === context.lead,
  },
})

function writes(write: (pen: Pen<Context, IdentityFacts>, event: IdentityEvent) => void) {
  return base.enqueueActions(({ context, event, enqueue }) => {
    const pen = new Pen<Context, IdentityFacts>(context, event)
    write(pen, event)
    inked(pen, enqueue)
  })
}

const named = base.extend({
  actions: {
    claim: writes((pen, event) => {
      const { lead, key } = oneOf(event, ['identity.claim'])
      pen.change({ lead, key })
      pen.fact('identity-claimed', { key, lead })
    }),
    tell: writes((pen, event) => {
      const { key, lead } = pen.context
      pen.send(event.lead, { type: 'identity.owned', key, lead, undoable: true })
    }),
    handOver: writes((pen, event) => {
      const { to: lead } = oneOf(event, ['identity.hand-over'])
      const { key } = pen.context
      pen.change({ lead })
      pen.fact('identity-claimed', { key, lead })
      pen.send(lead, { type: 'identity.owned', key, lead, undoable: true })
    }),
    release: writes((pen) => {
      const { key, lead } = pen.context
      pen.change({ lead: '' })
      pen.fact('identity-released', { key, lead })
    }),
  },
})

/** Version 1. */
export const identityMachine = named.createMachine({
  id: 'identity',
  context: ({ input }) => ({ address: input.address, key: '', lead: '' }),
  initial: 'free',
  states: {
    free: { on: { 'identity.claim': { target: 'owned', actions: ['claim', 'tell'] } } },
    owned: {
      on: {
        'identity.claim': { actions: 'tell' },
        'identity.release': { guard: 'byOwner', target: 'free', actions: 'release' },
        'identity.hand-over': { guard: 'byOwner', actions: 'handOver' },
      },
    },
  },
})

/** The contact key as the host runs it. */
export const identity: Hosted = {
  kind: 'identity',
  version: 1,
  title: 'Identity',
  description: 'One contact key and the lead that owns it, so that a person is one lead.',
  machine: identityMachine,
  input: (address) => ({ address }),
}
