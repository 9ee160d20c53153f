import { headers, nuid, RequestError, type Msg, type MsgHdrs, type NatsConnection } from '@nats-io/nats-core'
import { StorageError } from '../../ports/storage-error.ts'

/** One message of an atomic batch. */
export interface BatchMessage {
  readonly subject: string
  readonly data: string
  /** The sequence of the subject's last message, 0 for none: another one refuses the whole batch. */
  readonly expect?: number
  /** The subject that is expected to be so, where it is another one that the batch does not write. */
  readonly expectOf?: string
  /** Replaces everything before it on its subject. Only the first message of a batch on a subject may. */
  readonly rollup?: true
  readonly ttlMs?: number
  /** Makes it a schedule: the server publishes it to `target` when it is due. */
  readonly schedule?: { readonly dueAtMs: number; readonly target: string; readonly ttlMs: number }
  /** The subject of a schedule that ends with this message. */
  readonly cancels?: string
  /** Who published it, to be found again after a lost acknowledgement. */
  readonly author?: string
}

export type BatchOutcome =
  /** Sequences of a batch are without gaps: message i has `firstSequence + i`. */
  | { readonly status: 'written'; readonly firstSequence: number }
  /** An expectation did not hold; nothing was written. `found` is what the server says its subject's last sequence is. */
  | { readonly status: 'refused'; readonly found: number }

/** Messages of one batch. A limit of the server's. */
export const batchMax = 1000

/** The header that names the writer of an inbox entry. */
export const authorHeader = 'FineAcers-Author'

/** `err_code`s of the server's answer. */
const wrongLastSequence = 10071
const noRoom: readonly number[] = [10002, 10023, 10047, 10077, 10122]
const tooLarge: readonly number[] = [10054]

/**
 * Publishes messages all or nothing in one round trip: all but the last without a reply, the last as a request whose answer tells. One alone is published
 * as it is, which costs the server a tenth.
 * By hand, because the client's own batch takes two round trips, drops expectations and hides error 10071.
 * Rejects with a `StorageError`; after `store-unavailable` nobody knows whether the batch was written.
 */
export async function publishBatch(
  connection: NatsConnection,
  messages: readonly BatchMessage[],
  timeoutMs: number,
): Promise<BatchOutcome> {
  const id = nuid.next()
  const last = messages.length - 1
  let answer: Promise<Msg> | undefined
  try {
    for (const [index, message] of messages.entries()) {
      const place = last === 0 ? undefined : { id, sequence: index + 1, last: index === last }
      const marked = headersOf(message, place)
      if (index === last)
        answer = connection.request(message.subject, message.data, { headers: marked, timeout: timeoutMs })
      else connection.publish(message.subject, message.data, { headers: marked })
    }
    if (answer === undefined) throw new TypeError('an empty batch')
    return outcomeOf((await answer).json<Acknowledgement>(), messages.length)
  } catch (error) {
    throw asStorageError(error, 'the journal did not say whether a batch was written')
  }
}

function headersOf(
  message: BatchMessage,
  batch: { readonly id: string; readonly sequence: number; readonly last: boolean } | undefined,
): MsgHdrs {
  const { expect, expectOf, rollup, ttlMs, schedule, cancels, author } = message
  const marked = headers()
  if (batch !== undefined) {
    marked.set('Nats-Batch-Id', batch.id)
    marked.set('Nats-Batch-Sequence', String(batch.sequence))
    if (batch.last) marked.set('Nats-Batch-Commit', '1')
  }
  if (expect !== undefined) marked.set('Nats-Expected-Last-Subject-Sequence', String(expect))
  if (expectOf !== undefined) marked.set('Nats-Expected-Last-Subject-Sequence-Subject', expectOf)
  if (rollup === true) marked.set('Nats-Rollup', 'sub')
  if (ttlMs !== undefined) marked.set('Nats-TTL', seconds(ttlMs))
  if (author !== undefined) marked.set(authorHeader, author)
  if (schedule !== undefined) {
    marked.set('Nats-Schedule', `@at ${new Date(schedule.dueAtMs).toISOString()}`)
    marked.set('Nats-Schedule-Target', schedule.target)
    marked.set('Nats-Schedule-TTL', seconds(schedule.ttlMs))
  }
  if (cancels !== undefined) {
    marked.set('Nats-Schedule-Next', 'purge')
    marked.set('Nats-Scheduler', cancels)
  }
  return marked
}

function seconds(ms: number): string {
  return `${Math.max(1, Math.ceil(ms / 1000))}s`
}

interface Acknowledgement {
  readonly seq?: number
  readonly error?: { readonly code: number; readonly err_code?: number; readonly description?: string }
}

function outcomeOf({ seq, error }: Acknowledgement, count: number): BatchOutcome {
  if (error === undefined) return { status: 'written', firstSequence: (seq ?? 0) - count + 1 }
  const { err_code: code = 0, description = 'an unnamed error' } = error
  if (code === wrongLastSequence) return { status: 'refused', found: Number(/(\d+)$/.exec(description)?.[1] ?? 0) }
  if (noRoom.includes(code))
    throw new StorageError('disk-full', `the journal's server has no room: ${description}. Give JetStream more storage`)
  // Only what is certainly wrong with the messages themselves may fail a step; anything else is tried again.
  const refused = tooLarge.includes(code) ? 'group-refused' : 'store-unavailable'
  throw new StorageError(refused, `the journal's server refused a batch: ${description} (${code})`)
}

/** Any error of the client as the port's, the cause kept. */
export function asStorageError(error: unknown, what: string): StorageError {
  if (error instanceof StorageError) return error
  const reason = error instanceof Error ? error.message : String(error)
  if (error instanceof RequestError && error.isNoResponders())
    return new StorageError('store-unavailable', `${what}: no server answers for the stream`, error)
  if (/max.?payload|payload.*exceed/i.test(reason))
    return new StorageError('group-refused', `${what}: a message is larger than the server takes: ${reason}`, error)
  return new StorageError('store-unavailable', `${what}: ${reason}`, error)
}
