import { DeliverPolicy, type Consumer, type ConsumerMessages, type JetStreamClient } from '@nats-io/jetstream'
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

/** How long a silence of the server is believed: heart-beats come at half of it, and after two missed ones the client makes the consumer anew. */
const expiresMs = 2_000

/** So long without a message or a heart-beat, and the client has not helped itself: it is begun again from here. */
const silentMaxMs = 6_000
const watchMs = 1_000

/** How long a follower may be behind its leader before what it shows is looked at for the last time. */
const lookAgainMs = [250, 1500] as const

/** Follows a part of the stream in order and without a gap, whatever becomes of the consumer. The returned function ends it. */
export async function followStream(client: JetStreamClient, options: FollowOptions): Promise<() => Promise<void>> {
  const follower = new Follower(client, options)
  try {
    await follower.begin()
  } catch (error) {
    throw asStorageError(error, 'the journal could not be followed')
  }
  return () => follower.end()
}

interface Following {
  readonly consumer: Consumer
  readonly messages: ConsumerMessages
}

/**
 * Owns one consumer at a time. 1. What it hands on comes in order, each message once. 2. A consumer that has fallen silent is replaced by one that begins after
 * the last message handed on, as often as it takes.
 */
class Follower {
  readonly #client: JetStreamClient
  readonly #options: FollowOptions
  readonly #timers = new Set<NodeJS.Timeout>()
  #watch: NodeJS.Timeout | undefined
  #next: number
  #following: Following | undefined
  #heardMs = 0
  #beginning = false
  #ended = false

  constructor(client: JetStreamClient, options: FollowOptions) {
    this.#client = client
    this.#options = options
    this.#next = options.from
  }

  async begin(): Promise<void> {
    await this.#consume()
    this.#watch = setInterval(() => void this.#look(), watchMs).unref()
  }

  async end(): Promise<void> {
    this.#ended = true
    clearInterval(this.#watch)
    for (const timer of this.#timers) clearTimeout(timer)
    await this.#leave(this.#following)
  }

  async #consume(): Promise<void> {
    const { stream, filter } = this.#options
    const consumer = await this.#client.consumers.get(stream, {
      filter_subjects: typeof filter === 'string' ? filter : [...filter],
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: this.#next,
    })
    const messages = await consumer.consume({
      max_messages: 4096,
      expires: expiresMs,
      callback: (message) => this.#take(foundDelivered(message)),
    })
    this.#following = { consumer, messages }
    this.#heardMs = performance.now()
    void this.#listen(messages)
    this.#resumed()
  }

  async #listen(messages: ConsumerMessages): Promise<void> {
    for await (const { type } of messages.status()) {
      if (messages !== this.#following?.messages) return
      if (type === 'heartbeat') this.#heardMs = performance.now()
      if (type === 'ordered_consumer_recreated') this.#resumed()
    }
  }

  #take(found: Found): void {
    this.#heardMs = performance.now()
    // 1: of a consumer that has been replaced.
    if (this.#ended || found.sequence < this.#next) return
    this.#next = found.sequence + 1
    this.#options.onFound(found)
  }

  /** 2: looks whether the consumer still gives a sign of life. */
  async #look(): Promise<void> {
    if (this.#ended || this.#beginning || performance.now() - this.#heardMs < silentMaxMs) return
    this.#beginning = true
    const silent = this.#following
    try {
      await this.#consume()
      void this.#leave(silent)
    } catch {
      // The server is away: the next look tries again.
    } finally {
      this.#beginning = false
    }
    if (this.#ended) await this.#leave(this.#following)
  }

  async #leave(followed: Following | undefined): Promise<void> {
    await followed?.messages.close().catch(() => undefined)
    // Nobody waits for it: the server drops it by itself minutes after nobody asks any more.
    void followed?.consumer.delete().catch(() => false)
  }

  #resumed(): void {
    const { onResumed } = this.#options
    if (this.#ended) return
    onResumed()
    for (const afterMs of lookAgainMs) {
      const timer = setTimeout(() => {
        this.#timers.delete(timer)
        onResumed()
      }, afterMs).unref()
      this.#timers.add(timer)
    }
  }
}
