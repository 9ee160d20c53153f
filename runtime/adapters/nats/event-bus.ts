import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  jetstream,
  JetStreamApiError,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type Consumer,
  type ConsumerMessages,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
  type StreamConfig,
} from '@nats-io/jetstream'
import { delay, nanos, RequestError, type MsgHdrs, type NatsConnection } from '@nats-io/nats-core'
import type { Clock } from '../../ports/clock.ts'
import type { BusDelivery, BusReader, BusSubscription, BusTopic, EventBus } from '../../ports/event-bus.ts'
import type { Log } from '../../ports/log.ts'
import { StorageError } from '../../ports/storage-error.ts'
import { batchesOf, headersOf, publishedTogether, type IdentifiedMessage } from './bus-batch.ts'

export interface NatsEventBusOptions {
  /** Somebody else's: closing the bus leaves it open. */
  readonly connection: NatsConnection
  /** Copies of every message: 1, or 3 in a cluster. */
  readonly replicas: number
  /** The streams are called `<prefix>_<TOPIC>`. */
  readonly prefix: string
  readonly clock: Clock
  readonly log: Log
}

/**
 * The bus on JetStream: a stream a topic, a durable pull consumer a subscription name, `Nats-Msg-Id` for ids. Nothing is asked of the server
 * before the first call. Rejects with a `StorageError`; after `store-unavailable` nobody knows whether a message was written: publish it again.
 */
export function openNatsEventBus(options: NatsEventBusOptions): EventBus {
  return new NatsEventBus(options)
}

const publishTimeoutMs = 5000
/** How often a message is offered again that no server takes, and how long after. */
const [unknownMax, unknownForMs] = [8, 250]
/** An idle reader asks again this often; a message that comes meanwhile is handed out at once. */
const pullExpiresMs = 30_000
const healAfterMs = 1000

interface Reader {
  readonly subscription: BusSubscription
  readonly take: (delivery: BusDelivery) => void
  messages?: ConsumerMessages
  stopped: boolean
  cancel: () => void
}

/**
 * Owns the readers of this handle and what topics it has defined.
 * 1. A stopped reader hands out nothing more: what still arrives for it goes back at once.
 * 2. A reader whose stream or consumer has gone makes them anew, until it is stopped.
 */
class NatsEventBus implements EventBus {
  readonly #options: NatsEventBusOptions
  readonly #stream: JetStreamClient
  readonly #topics = new Map<string, BusTopic>()
  readonly #readers = new Set<Reader>()
  #manager: Promise<JetStreamManager> | undefined
  #closed = false

  constructor(options: NatsEventBusOptions) {
    this.#options = options
    this.#stream = jetstream(options.connection, { timeout: publishTimeoutMs })
  }

  async define(topic: BusTopic): Promise<void> {
    this.#assertOpen()
    await this.#told(`topic ${topic.name} could not be made`, () => this.#define(topic))
    this.#topics.set(topic.name, topic)
  }

  async #define(topic: BusTopic): Promise<void> {
    const { streams } = await this.#management()
    const wanted = this.#configOf(topic)
    const known = await found(streams.info(wanted.name))
    if (known === undefined) await streams.add(wanted)
    else await streams.update(wanted.name, { ...wanted, subjects: union(known.config.subjects, topic.subjects) })
    for (const reader of topic.readers ?? []) await this.#keepPlace(wanted.name, reader)
  }

  /** A durable pull consumer of somebody else's: how they set it is left alone. */
  async #keepPlace(stream: string, { name, subjects }: BusReader): Promise<void> {
    const { consumers } = await this.#management()
    if ((await found(consumers.info(stream, name))) !== undefined) return
    const place = { ack_policy: AckPolicy.Explicit, deliver_policy: DeliverPolicy.All, max_deliver: -1 } as const
    await consumers.add(stream, { durable_name: name, filter_subjects: [...subjects], ...place })
  }

  async publish(message: IdentifiedMessage): Promise<{ readonly duplicate: boolean }> {
    this.#assertOpen()
    this.#topicOf(message.subject)
    return this.#publishOne(message)
  }

  /** Runs of one topic go as atomic batches: one acknowledgement, and one sync where each is synced. A batch that is refused is published one by one. */
  async publishAll(messages: readonly IdentifiedMessage[]): Promise<void> {
    this.#assertOpen()
    for (const run of runsOf(messages, ({ subject }) => this.#topicOf(subject).name)) {
      for (const batch of batchesOf(run)) {
        const [first] = batch
        const together = await this.#told(`messages on ${first?.subject ?? ''} were not acknowledged`, () =>
          publishedTogether(this.#options.connection, batch, publishTimeoutMs),
        )
        // In their order, so one after the other.
        if (!together) for (const message of batch) await this.#publishOne(message)
      }
    }
  }

  #topicOf(subject: string): BusTopic {
    const topic = [...this.#topics.values()].find(({ subjects }) => subjects.some((each) => matches(each, subject)))
    if (topic === undefined) throw new StorageError('message-refused', `no topic has the subject ${subject}`)
    return topic
  }

  async #publishOne(message: IdentifiedMessage): Promise<{ readonly duplicate: boolean }> {
    const { subject, body } = message
    const sent = { headers: headersOf(message), timeout: publishTimeoutMs }
    const { duplicate } = await this.#told(`a message on ${subject} was not acknowledged`, () =>
      this.#untilTaken(() => this.#stream.publish(subject, body, sent)),
    )
    return { duplicate }
  }

  /** A topic just made, or whose leader has just changed, is not known to every server at once: nobody has the message yet. */
  async #untilTaken<Value>(publish: () => Promise<Value>): Promise<Value> {
    for (let left = unknownMax; ; left--) {
      try {
        return await publish()
      } catch (error) {
        if (left === 0 || this.#closed || !hasNoTaker(error)) throw error
        await delay(unknownForMs)
      }
    }
  }

  async subscribe(subscription: BusSubscription, take: (delivery: BusDelivery) => void): Promise<() => Promise<void>> {
    this.#assertOpen()
    const reader: Reader = { subscription, take, stopped: false, cancel: () => {} }
    await this.#told(`${subscription.subject} could not be read`, () => this.#read(reader))
    this.#readers.add(reader)
    return () => this.#stop(reader)
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#readers].map((reader) => this.#stop(reader)))
  }

  async #stop(reader: Reader): Promise<void> {
    reader.stopped = true
    reader.cancel()
    this.#readers.delete(reader)
    if (!this.#options.connection.isClosed()) await reader.messages?.close()
  }

  async #read(reader: Reader): Promise<void> {
    const consumer = await this.#consumer(reader.subscription)
    const messages = await consumer.consume({
      max_messages: reader.subscription.inFlightMax,
      expires: pullExpiresMs,
      callback: (message) => {
        // 1: the server has it out for us; somebody else can have it now.
        if (reader.stopped) message.nak()
        else reader.take(deliveryOf(message))
      },
    })
    reader.messages = messages
    this.#watch(reader, messages).catch((error: unknown) => this.#heal(reader, error))
  }

  async #consumer({ name, topic, subject, inFlightMax, ackWaitMs }: BusSubscription): Promise<Consumer> {
    const stream = this.#streamName(topic)
    const { consumers } = await this.#management()
    await consumers.add(stream, {
      durable_name: name,
      filter_subject: subject,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(ackWaitMs),
      deliver_policy: DeliverPolicy.All,
      max_ack_pending: inFlightMax,
      max_deliver: -1,
    })
    return this.#stream.consumers.get(stream, name)
  }

  async #watch(reader: Reader, messages: ConsumerMessages): Promise<void> {
    for await (const { type } of messages.status()) {
      const gone = type === 'consumer_deleted' || type === 'consumer_not_found' || type === 'stream_not_found'
      if (gone && !reader.stopped) throw new Error(type)
    }
    if (!reader.stopped && !this.#options.connection.isClosed()) throw new Error('the subscription ended')
  }

  /** 2: begins anew, and again until it has succeeded. */
  #heal(reader: Reader, reason: unknown): void {
    if (reader.stopped || this.#options.connection.isClosed()) return
    const { clock, log } = this.#options
    const { topic: name, subject } = reader.subscription
    log.warn('a subscription begins anew', { subject, reason: String(reason) })
    reader.cancel = clock.schedule(clock.nowMs() + healAfterMs, () => {
      const begin = async (): Promise<void> => {
        await reader.messages?.close()
        const topic = this.#topics.get(name)
        if (topic !== undefined) await this.#define(topic)
        if (!reader.stopped) await this.#read(reader)
      }
      begin().catch((error: unknown) => this.#heal(reader, error))
    })
  }

  #configOf(topic: BusTopic): StreamConfigOf {
    const { keeps, whenFull, maxPerSubject } = topic
    return {
      name: this.#streamName(topic.name),
      subjects: [...topic.subjects],
      storage: StorageType.File,
      num_replicas: this.#options.replicas,
      retention: keeps === 'until-acknowledged' ? RetentionPolicy.Workqueue : RetentionPolicy.Limits,
      discard: whenFull === 'refuse' ? DiscardPolicy.New : DiscardPolicy.Old,
      max_age: nanos(topic.maxAgeMs),
      max_bytes: topic.maxBytes,
      max_msg_size: topic.maxMessageBytes,
      max_msgs_per_subject: whenFull === 'refuse' ? (maxPerSubject ?? -1) : -1,
      discard_new_per_subject: whenFull === 'refuse' && maxPerSubject !== undefined,
      duplicate_window: nanos(Math.min(topic.duplicatesMs, topic.maxAgeMs)),
      allow_atomic: true,
    }
  }

  #streamName(topic: string): string {
    return `${this.#options.prefix}_${topic.toUpperCase()}`
  }

  #management(): Promise<JetStreamManager> {
    this.#manager ??= jetstreamManager(this.#options.connection, { timeout: publishTimeoutMs }).catch(
      (error: unknown) => {
        this.#manager = undefined
        throw error
      },
    )
    return this.#manager
  }

  #assertOpen(): void {
    if (this.#closed) throw new StorageError('store-closed', 'the event bus is closed')
  }

  async #told<Value>(what: string, ask: () => Promise<Value>): Promise<Value> {
    try {
      return await ask()
    } catch (error) {
      throw asStorageError(error, what)
    }
  }
}

type StreamConfigOf = Partial<StreamConfig> & Pick<StreamConfig, 'name' | 'subjects'>

function deliveryOf(message: JsMsg): BusDelivery {
  let settled = false
  const once = (settle: () => void): void => {
    if (!settled) settle()
    settled = true
  }
  return {
    subject: message.subject,
    headers: ownHeaders(message.headers),
    body: message.data,
    deliveries: message.info.deliveryCount,
    acknowledge: () => once(() => message.ack()),
    retry: (afterMs) => once(() => message.nak(afterMs > 0 ? afterMs : undefined)),
    working: () => {
      if (!settled) message.working()
    },
  }
}

/** What the sender gave, by names in small letters; the server's own headers are not part of a message. */
function ownHeaders(received: MsgHdrs | undefined): { readonly [name: string]: string } {
  const own: { [name: string]: string } = {}
  for (const name of received?.keys() ?? []) {
    const small = name.toLowerCase()
    if (!small.startsWith('nats-')) own[small] = received?.get(name) ?? ''
  }
  return own
}

function union(known: readonly string[], wanted: readonly string[]): string[] {
  return [...new Set([...known, ...wanted])]
}

async function found<Value>(asked: Promise<Value>): Promise<Value | undefined> {
  try {
    return await asked
  } catch (error) {
    const missing: readonly number[] = apiCodes.notFound
    if (error instanceof JetStreamApiError && missing.includes(error.code)) return undefined
    throw error
  }
}

/** `err_code`s of the server's answer. */
const apiCodes = {
  /** A stream, a consumer. */
  notFound: [10059, 10014],
  tooLarge: 10054,
  /** Resources, storage, limits of the stream, and messages of one subject. */
  noRoom: [10023, 10047, 10077, 10122],
} as const

function hasNoTaker(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof RequestError && error.cause.isNoResponders()
}

function asStorageError(error: unknown, what: string): StorageError {
  if (error instanceof StorageError) return error
  const reason = error instanceof Error ? error.message : String(error)
  if (!(error instanceof JetStreamApiError)) return new StorageError('store-unavailable', `${what}: ${reason}`, error)
  if (error.code === apiCodes.tooLarge) return new StorageError('message-refused', `${what}: ${reason}`, error)
  const noRoom: readonly number[] = apiCodes.noRoom
  if (noRoom.includes(error.code)) return new StorageError('disk-full', `${what}: ${reason}`, error)
  return new StorageError('store-unavailable', `${what}: ${reason}`, error)
}

/** Neighbours that have something in common, together. */
function runsOf<Item>(items: readonly Item[], common: (item: Item) => string): readonly (readonly Item[])[] {
  const runs: { readonly of: string; readonly items: Item[] }[] = []
  for (const item of items) {
    const of = common(item)
    const last = runs.at(-1)
    if (last?.of === of) last.items.push(item)
    else runs.push({ of, items: [item] })
  }
  return runs.map((run) => run.items)
}

/** Whether a subject is one of a pattern; `*` stands for one word. */
function matches(pattern: string, subject: string): boolean {
  const [words, parts] = [pattern.split('.'), subject.split('.')]
  return words.length === parts.length && words.every((word, index) => word === '*' || word === parts[index])
}
