import { headers, nuid, type Msg, type MsgHdrs, type NatsConnection } from '@nats-io/nats-core'
import type { BusMessage } from '../../ports/event-bus.ts'

export type IdentifiedMessage = BusMessage & { readonly id: string }

/** Messages and bytes of one batch; the server's own limit is 1,000 messages. */
const batchMax = { messages: 500, bytes: 2 * 1024 * 1024 } as const

/** The headers of a message, its id among them. */
export function headersOf(message: IdentifiedMessage): MsgHdrs {
  const sent = headers()
  for (const [name, value] of Object.entries(message.headers)) sent.set(name, value)
  sent.set('Nats-Msg-Id', message.id)
  return sent
}

/** The messages in parts that fit into a batch, in their order. */
export function batchesOf(messages: readonly IdentifiedMessage[]): readonly (readonly IdentifiedMessage[])[] {
  const batches: IdentifiedMessage[][] = []
  let bytes = 0
  for (const message of messages) {
    const batch = batches.at(-1)
    bytes += message.body.length
    if (batch === undefined || batch.length >= batchMax.messages || bytes > batchMax.bytes) {
      batches.push([message])
      bytes = message.body.length
    } else batch.push(message)
  }
  return batches
}

/**
 * Publishes messages of one stream all or nothing in one round trip. False when the server refused: an id among them is known, one is too large, or the
 * stream takes no batches; then nothing is written. Rejects when it did not answer: then nobody knows.
 */
export async function publishedTogether(
  connection: NatsConnection,
  messages: readonly IdentifiedMessage[],
  timeoutMs: number,
): Promise<boolean> {
  const id = nuid.next()
  let answer: Promise<Msg> | undefined
  for (const [index, message] of messages.entries()) {
    const sent = headersOf(message)
    sent.set('Nats-Batch-Id', id)
    sent.set('Nats-Batch-Sequence', String(index + 1))
    if (index < messages.length - 1) connection.publish(message.subject, message.body, { headers: sent })
    else {
      sent.set('Nats-Batch-Commit', '1')
      answer = connection.request(message.subject, message.body, { headers: sent, timeout: timeoutMs })
    }
  }
  if (answer === undefined) return true
  const { error } = (await answer).json<{ readonly error?: unknown }>()
  return error === undefined
}
