/**
 * One home on the market. M20: the same content again changes nothing; every change raises the version, which claims and cards name.
 * The content itself is in the facts; the actor keeps only what tells a change.
 */
import { setup } from 'xstate'
import type { Hosted } from './hosted.ts'
import type { ListingEvent, ListingFacts, ListingInput } from './listing-contract.ts'
import { inked, oneOf, Pen, type Emitted } from './pen.ts'

interface Context {
  readonly address: string
  readonly version: number
  readonly hash: string
}

const base = setup({
  types: {
    context: {} as Context,
    events: {} as ListingEvent,
    emitted: {} as Emitted<ListingFacts>,
    input: {} as ListingInput,
  },
  guards: {
    same: ({ context, event }) => event.type === 'listing.put' && event.hash === context.hash,
  },
})

function writes(write: (pen: Pen<Context, ListingFacts>, event: ListingEvent) => void) {
  return base.enqueueActions(({ context, event, enqueue }) => {
    const pen = new Pen<Context, ListingFacts>(context, event)
    write(pen, event)
    inked(pen, enqueue)
  })
}

const named = base.extend({
  actions: {
    put: writes((pen, event) => {
      const { content, hash, source } = oneOf(event, ['listing.put'])
      pen.change({ version: pen.context.version + 1, hash })
      pen.fact('listing-changed', { version: pen.context.version, content, source })
    }),
    keep: writes((pen) => pen.fact('listing-unchanged', { version: pen.context.version })),
    withdraw: writes((pen, event) => {
      const { reason, by } = oneOf(event, ['listing.withdraw'])
      pen.change({ version: pen.context.version + 1 })
      pen.fact('listing-withdrawn', { version: pen.context.version, reason, by })
    }),
  },
})

/** Version 1. */
export const listingMachine = named.createMachine({
  id: 'listing',
  context: ({ input }) => ({ address: input.address, version: 0, hash: '' }),
  initial: 'unlisted',
  states: {
    unlisted: { on: { 'listing.put': { target: 'listed', actions: 'put' } } },
    listed: {
      on: {
        'listing.put': [{ guard: 'same', actions: 'keep' }, { actions: 'put' }],
        'listing.withdraw': { target: 'withdrawn', actions: 'withdraw' },
      },
    },
    withdrawn: { on: { 'listing.put': { target: 'listed', actions: 'put' } } },
  },
})

/** The listing as the host runs it. */
export const listing: Hosted = {
  kind: 'listing',
  version: 1,
  title: 'Listing',
  description: 'One home on the market: its versions, and whether it can be offered.',
  machine: listingMachine,
  input: (address) => ({ address }),
}
