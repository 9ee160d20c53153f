import type { NatsConnection } from '@nats-io/nats-core'
import { overriding } from '#runtime/testing/small-host.ts'

/**
 * A connection that waits before the last message of each batch: all the others are with the server by then, and without the last nothing is
 * written. `before` is told the subjects of the batch.
 */
export function watchedConnection(
  connection: NatsConnection,
  before: (subjects: readonly string[]) => Promise<void>,
): NatsConnection {
  const batch: string[] = []
  return overriding<NatsConnection>(connection, {
    publish: (subject, ...rest) => {
      if (isWrite(subject)) batch.push(subject)
      connection.publish(subject, ...rest)
    },
    request: async (subject, ...rest) => {
      if (isWrite(subject)) await before([...batch.splice(0), subject])
      return connection.request(subject, ...rest)
    },
  })
}

/** Everything else is asked of the server, not written. */
function isWrite(subject: string): boolean {
  return subject.startsWith('journal.')
}
