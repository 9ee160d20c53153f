import { assign, cancel, emit, fromPromise, raise, setup } from 'xstate'
import type { Json, JsonObject } from '#runtime/json.ts'
import type { HostedMachine } from '#runtime/runtime.ts'

interface ClerkContext {
  /** Facts said so far: each carries its number. */
  readonly said: number
  /** Rises when what is being drafted is taken away. */
  readonly epoch: number
  readonly questions: readonly string[]
}

type ClerkEvent = { readonly atMs: number; readonly eventId: string } & (
  | { readonly type: 'note'; readonly text: string }
  | { readonly type: 'ask'; readonly question: string }
  | { readonly type: 'tell'; readonly to: string; readonly text: string }
  | { readonly type: 'heard'; readonly text: string }
  | { readonly type: 'remind'; readonly inMs: number }
  | { readonly type: 'reminder' }
  | { readonly type: 'alarm'; readonly inMs: number }
  | { readonly type: 'ring' }
  | { readonly type: 'quiet' }
  | { readonly type: 'post'; readonly text: string }
  | { readonly type: 'draft'; readonly takenBy: string }
  | { readonly type: 'take' }
)

const clerks = setup({
  types: {
    context: {} as ClerkContext,
    events: {} as ClerkEvent,
    emitted: {} as { readonly type: string; readonly said: number; readonly [field: string]: unknown },
  },
  actors: {
    answer: fromPromise<Json, { readonly question: string }>(() => Promise.resolve(null)),
    draft: fromPromise<Json, { readonly takenBy: string }>(() => Promise.resolve(null)),
  },
  actions: {
    send: (_args, _params: { to: string; event: JsonObject }) => {},
    post: (_args, _params: { text: string }) => {},
  },
  guards: { hasQuestion: ({ context }) => context.questions.length > 0 },
})

/** Goes before every fact: it gets the next number. */
const numbered = clerks.assign({ said: ({ context }) => context.said + 1 })

/** Questions are asked of the world outside one after the other. */
const asking = clerks.createStateConfig({
  initial: 'idle',
  on: { ask: { actions: assign({ questions: ({ context, event }) => [...context.questions, event.question] }) } },
  states: {
    idle: { always: { guard: 'hasQuestion', target: 'waiting' } },
    waiting: {
      invoke: {
        id: 'question',
        src: 'answer',
        input: ({ context }) => ({ question: context.questions[0] ?? '' }),
        onDone: {
          target: 'idle',
          actions: [
            assign({
              said: ({ context }) => context.said + 1,
              questions: ({ context }) => context.questions.slice(1),
            }),
            emit(({ context, event }) => ({ type: 'answered', said: context.said, to: event.output })),
          ],
        },
      },
    },
  },
})

/** A draft is taken away before it is done, as by a person who takes over: its outcome comes too late. */
const drafting = clerks.createStateConfig({
  initial: 'idle',
  states: {
    idle: { on: { draft: 'working' } },
    working: {
      invoke: {
        id: 'draft',
        src: 'draft',
        input: ({ event }) => ({ takenBy: event.type === 'draft' ? event.takenBy : '' }),
        onDone: {
          target: 'idle',
          actions: [
            assign({ said: ({ context }) => context.said + 1 }),
            emit(({ context, event }) => ({ type: 'drafted', said: context.said, by: event.output })),
          ],
        },
      },
      on: {
        take: {
          target: 'idle',
          actions: [
            numbered,
            assign({ epoch: ({ context }) => context.epoch + 1 }),
            emit(({ context, event }) => ({ type: 'taken', said: context.said, by: event.eventId })),
          ],
        },
      },
    },
  },
})

const machine = clerks.createMachine({
  id: 'clerk',
  context: { said: 0, epoch: 0, questions: [] },
  type: 'parallel',
  states: { asking, drafting },
  on: {
    note: {
      actions: [numbered, emit(({ context, event }) => ({ type: 'noted', said: context.said, text: event.text }))],
    },
    heard: {
      actions: [numbered, emit(({ context, event }) => ({ type: 'told', said: context.said, text: event.text }))],
    },
    tell: {
      actions: { type: 'send', params: ({ event }) => ({ to: event.to, event: { type: 'heard', text: event.text } }) },
    },
    post: { actions: { type: 'post', params: ({ event }) => ({ text: event.text }) } },
    remind: {
      actions: raise({ type: 'reminder', atMs: 0, eventId: '' }, { id: 'reminder', delay: ({ event }) => event.inMs }),
    },
    reminder: { actions: [numbered, emit(({ context }) => ({ type: 'reminded', said: context.said }))] },
    alarm: {
      actions: raise({ type: 'ring', atMs: 0, eventId: '' }, { id: 'alarm', delay: ({ event }) => event.inMs }),
    },
    quiet: { actions: cancel('alarm') },
    ring: { actions: [numbered, emit(({ context }) => ({ type: 'rang', said: context.said }))] },
  },
})

/**
 * An actor that uses every hop of the host, and numbers its facts. It notes; asks (an invoke); tells another clerk (`send`); arms and re-arms
 * a reminder, arms and cancels an alarm; posts letters (a named action); and drafts in vain.
 */
export const clerk: HostedMachine = { kind: 'clerk', version: 1, input: () => ({}), machine }
