/** When a caller may try the same again: never, later, or now. */
export type Retry = 'never' | 'later' | 'now'

interface ErrorRow {
  readonly message: string
  readonly retry: Retry
  /** The status a gateway answers with. */
  readonly status: number
}

/** Every way the runtime refuses. The message is for people; the code decides what happens. */
export const runtimeErrors = {
  busy: { message: 'too many events are waiting to be handled', retry: 'later', status: 503 },
  stopped: { message: 'the runtime has stopped; what was accepted stays durable', retry: 'later', status: 503 },
  'bad-event': { message: 'the event is not plain JSON with a type', retry: 'never', status: 400 },
  'reserved-event': { message: 'this event type belongs to the host', retry: 'never', status: 400 },
  'event-too-large': { message: 'the event is larger than the limit', retry: 'never', status: 413 },
  'bad-machine': { message: 'the machine cannot be hosted', retry: 'never', status: 500 },
  'no-handler': { message: 'a machine asks for work that nobody handles', retry: 'never', status: 500 },
  'no-such-actor': { message: 'there is no such actor', retry: 'never', status: 404 },
  'no-such-dead-letter': { message: 'there is no such dead letter', retry: 'never', status: 404 },
  'dead-letter-settled': { message: 'the dead letter has been dealt with', retry: 'never', status: 409 },
  'history-diverged': {
    message: 'replaying the history does not lead to what was journaled',
    retry: 'never',
    status: 500,
  },
} as const satisfies Record<string, ErrorRow>

export type RuntimeErrorCode = keyof typeof runtimeErrors

/** A refusal of the runtime's: `code` decides, `message` names the thing. */
export class RuntimeError extends Error {
  readonly code: RuntimeErrorCode
  readonly retry: Retry
  readonly status: number

  constructor(code: RuntimeErrorCode, detail: string, cause?: unknown) {
    super(`${detail}: ${runtimeErrors[code].message}`, cause === undefined ? {} : { cause })
    this.name = 'RuntimeError'
    this.code = code
    this.retry = runtimeErrors[code].retry
    this.status = runtimeErrors[code].status
  }
}
