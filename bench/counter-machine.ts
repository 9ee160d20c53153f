import { assign, emit, setup } from 'xstate'
import type { HostedMachine } from '#runtime/runtime.ts'

/** The smallest machine that still does what a step does: it changes its context and says a fact. */
export const counter: HostedMachine = {
  kind: 'counter',
  version: 1,
  input: () => ({}),
  machine: setup({
    types: {
      context: {} as { count: number },
      events: {} as { type: 'add'; by: number },
      emitted: {} as { type: 'counted'; count: number },
    },
  }).createMachine({
    id: 'counter',
    context: { count: 0 },
    initial: 'counting',
    states: {
      counting: {
        on: {
          add: {
            actions: [
              assign({ count: ({ context, event }) => context.count + event.by }),
              emit(({ context }) => ({ type: 'counted' as const, count: context.count })),
            ],
          },
        },
      },
    },
  }),
}
