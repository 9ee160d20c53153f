import { DeliverPolicy, type JetStreamClient } from '@nats-io/jetstream'
import { asStorageError } from './batch.ts'
import { foundDelivered, type Found } from './stream-reads.ts'

export interface FollowOptions {
  readonly stream: string
  readonly filter: string | readonly string[]
  /** The first sequence that may come. */
  readonly from: number
  readonly onFound: (found: Found) => void
  /**
   * It begins, or its consumer was lost and has been made again: look at what came before or meanwhile. Called again a little later, for a
   * follower that was behind when it was asked the first time.
   */
  readonly onResumed: () => void
}

/** How long a silence of the server is believed: heart-beats come at half of it, and after two missed ones the consumer is made anew. */
const expiresMs = 2_000

/** How long a follower may be behind its leader before what it shows is looked at for the last time. */
const lookAgainMs = [250, 1500] as const

/** Follows a part of the stream in order and without a gap, whatever becomes of the consumer. The returned function ends it. */
export async function followStream(client: JetStreamClient, options: FollowOptions): Promise<() => Promise<void>> {
  const { stream, filter, from, onFound, onResumed } = options
  try {
    const consumer = await client.consumers.get(stream, {
      filter_subjects: typeof filter === 'string' ? filter : [...filter],
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: from,
    })
    const messages = await consumer.consume({
      max_messages: 4096,
      expires: expiresMs,
      callback: (message) => onFound(foundDelivered(message)),
    })
    const timers = new Set<NodeJS.Timeout>()
    const resumed = (): void => {
      onResumed()
      for (const afterMs of lookAgainMs) timers.add(setTimeout(onResumed, afterMs).unref())
    }
    void (async () => {
      for await (const { type } of messages.status()) if (type === 'ordered_consumer_recreated') resumed()
    })()
    resumed()
    return async () => {
      for (const timer of timers) clearTimeout(timer)
      await messages.close()
      // The server drops it by itself when nobody asks any more; to say so is only polite.
      await consumer.delete().catch(() => false)
    }
  } catch (error) {
    throw asStorageError(error, 'the journal could not be followed')
  }
}
