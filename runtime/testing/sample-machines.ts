import { assign, cancel, emit, enqueueActions, fromPromise, log, raise, setup } from 'xstate'
import type { Json, JsonObject } from '../json.ts'
import type { HostedMachine } from '../runtime.ts'

interface DeskContext {
  readonly address: string
  readonly greeting: string
  readonly notes: readonly string[]
  readonly atMs: number
  readonly failure?: unknown
}

type DeskEvent = { readonly atMs: number; readonly eventId: string } & (
  | { readonly type: 'note'; readonly text: string }
  | { readonly type: 'ask'; readonly question: string }
  | { readonly type: 'hurry' }
  | { readonly type: 'leave' }
  | { readonly type: 'return' }
  | { readonly type: 'tell'; readonly to: string; readonly text: string }
  | { readonly type: 'post'; readonly text: string }
  | { readonly type: 'break' }
  | { readonly type: 'remind'; readonly inMs: number }
  | { readonly type: 'forget' }
  | { readonly type: 'reminder' }
  | { readonly type: 'close' }
)

/**
 * A desk that takes notes, asks a question of the world outside (an invoke with a time limit), tells other desks, posts
 * letters (a named action), leaves and returns to where it was (history), and closes. Every hop of the host is used by it.
 */
export function deskMachine() {
  return setup({
    types: {
      context: {} as DeskContext,
      events: {} as DeskEvent,
      input: {} as { readonly address: string; readonly greeting?: string },
      emitted: {} as { readonly type: string; readonly [field: string]: unknown },
    },
    actors: { answer: fromPromise<Json, { readonly question: string }>(() => Promise.resolve(null)) },
    actions: {
      send: (_args, _params: { to: string; event: JsonObject }) => {},
      post: (_args, _params: { text: string }) => {},
    },
    delays: { patience: 1000 },
    guards: {
      mustBreak: ({ event }) => {
        if (event.type === 'break') throw new Error('the desk broke')
        return true
      },
    },
  }).createMachine({
    id: 'desk',
    context: ({ input }) => ({ address: input.address, greeting: input.greeting ?? 'hello', notes: [], atMs: 0 }),
    initial: 'open',
    entry: emit(({ context }) => ({ type: 'desk-opened', greeting: context.greeting })),
    on: {
      note: {
        actions: [
          assign({
            notes: ({ context, event }) => [...context.notes, event.text].slice(-20),
            atMs: ({ event }) => event.atMs,
          }),
          emit(({ context, event }) => ({
            type: 'noted',
            text: event.text,
            n: context.notes.length,
            eventId: event.eventId,
          })),
          log('noted'),
        ],
      },
      tell: {
        actions: { type: 'send', params: ({ event }) => ({ to: event.to, event: { type: 'note', text: event.text } }) },
      },
      post: { actions: { type: 'post', params: ({ event }) => ({ text: event.text }) } },
      break: { guard: 'mustBreak' },
      remind: {
        actions: raise(
          { type: 'reminder', atMs: 0, eventId: '' },
          { id: 'reminder', delay: ({ event }) => event.inMs },
        ),
      },
      forget: { actions: cancel('reminder') },
      reminder: { actions: emit(({ event }) => ({ type: 'reminded', atMs: event.atMs })) },
      close: '.closed',
    },
    states: {
      open: {
        initial: 'idle',
        on: { leave: 'away' },
        states: {
          idle: { on: { ask: 'asking' } },
          asking: {
            invoke: {
              id: 'question',
              src: 'answer',
              input: ({ event }) => ({ question: event.type === 'ask' ? event.question : '' }),
              onDone: { target: 'idle', actions: emit(({ event }) => ({ type: 'answered', output: event.output })) },
              onError: {
                target: 'idle',
                actions: [
                  assign({ failure: ({ event }) => event.error }),
                  emit(({ event }) => ({ type: 'unanswered', error: event.error })),
                ],
              },
            },
            after: { patience: { target: 'idle', actions: emit({ type: 'gave-up' }) } },
            on: { ask: { target: 'asking', reenter: true }, hurry: 'idle' },
          },
          back: { type: 'history', history: 'deep' },
        },
      },
      away: {
        on: { return: 'open.back' },
        entry: enqueueActions(({ enqueue }) => enqueue.emit({ type: 'left' })),
      },
      closed: { type: 'final' },
    },
  })
}

/** The desk as the host takes it; `greeting` comes from the workspace's settings. */
export function hostedDesk(version = 1): HostedMachine {
  return {
    kind: 'desk',
    version,
    machine: deskMachine(),
    input: (address, settings) => ({
      address,
      ...(settings['greeting'] === undefined ? {} : { greeting: settings['greeting'] }),
    }),
  }
}
