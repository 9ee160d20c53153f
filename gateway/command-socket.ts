import type { Log } from '#runtime/ports/log.ts'
import { StorageError } from '#runtime/ports/storage-error.ts'
import { GatewayError, problemOf } from './errors.ts'
import type { Reply } from './protocol.ts'

/** Commands of one socket that may be under way at once. */
const inFlightMax = 64

/**
 * Answers a socket's commands: each acknowledgement gets a `Reply`, whatever the client sent and whatever went wrong, and no error leaves
 * the socket it belongs to.
 */
export function onCommands(
  socket: {
    on(name: 'command', listener: (input: unknown, acknowledge: unknown) => void): unknown
  },
  { log, handle }: { readonly log: Log; readonly handle: (input: unknown) => Promise<unknown> },
): void {
  let inFlight = 0
  socket.on('command', (input, acknowledge) => {
    const answer = (reply: Reply<unknown>): void => {
      if (typeof acknowledge === 'function') acknowledge(reply)
    }
    if (inFlight >= inFlightMax) return answer({ ok: false, error: problemOf(new GatewayError('busy')) })
    inFlight += 1
    handle(input)
      .then(
        (value) => answer({ ok: true, value: value ?? null }),
        (error: unknown) => {
          const report = problemOf(error)
          // The client is told to try later; only this line tells whoever runs the house that its disk is full.
          const ours = report.code === 'internal' || error instanceof StorageError
          if (ours) log.error('a command failed', { error: String(error) })
          answer({ ok: false, error: report })
        },
      )
      .finally(() => {
        inFlight -= 1
      })
      .catch((error: unknown) => log.error('an acknowledgement failed', { error: String(error) }))
  })
}

/** Runs tasks one after another, so that what was asked first happens first; a failure does not stop the next. */
export function createTurnstile(): <Value>(task: () => Promise<Value>) => Promise<Value> {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => {
    const run = last.then(task, task)
    last = run.catch(() => undefined)
    return run
  }
}

/** Lets a socket in once its handshake has been read, or tells it why not: the problem is in the error's `data`. */
export function admitted(reading: Promise<void>, next: (error?: Error) => void): void {
  const letIn = async (): Promise<void> => {
    const refusal = await reading.then(() => undefined, problemOf)
    next(refusal === undefined ? undefined : Object.assign(new Error(refusal.message), { data: refusal }))
  }
  void letIn()
}
