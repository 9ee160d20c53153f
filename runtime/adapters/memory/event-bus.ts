import type { Clock } from '../../ports/clock.ts'
import type { BusDelivery, BusMessage, BusSubscription, BusTopic, EventBus } from '../../ports/event-bus.ts'
import { StorageError } from '../../ports/storage-error.ts'

/** What outlives a bus that is closed, as a server would. */
export interface MemoryBusStore {
  readonly topics: Map<string, Topic>
}

/** An empty store. */
export function createMemoryBusStore(): MemoryBusStore {
  return { topics: new Map() }
}

/** A bus in this process. Buses of one store are clients of one server. */
export function createMemoryEventBus(options: { readonly clock: Clock; readonly store?: MemoryBusStore }): EventBus {
  return new MemoryEventBus(options.clock, options.store ?? createMemoryBusStore())
}

interface Kept extends BusMessage {
  readonly sequence: number
  readonly atMs: number
}

/** A message handed out: how often, and what will hand it out again. */
interface Out {
  readonly message: Kept
  readonly deliveries: number
  cancel(): void
}

interface Reader {
  readonly subscription: BusSubscription
  readonly takers: ((delivery: BusDelivery) => void)[]
  readonly out: Map<number, Out>
  /** Handed out before and due again, oldest first. */
  again: Out[]
  /** The last sequence handed out for the first time. */
  cursor: number
}

interface Topic {
  definition: BusTopic
  messages: Kept[]
  lastSequence: number
  readonly ids: Map<string, number>
  readonly readers: Map<string, Reader>
}

/**
 * Owns what its handles subscribed; the topics are the store's.
 * 1. A message is with a reader at most once at a time: waiting, in `out`, or in `again`.
 * 2. `out` and `again` together never exceed the reader's `inFlightMax`.
 */
class MemoryEventBus implements EventBus {
  readonly #clock: Clock
  readonly #store: MemoryBusStore
  readonly #stops = new Set<() => void>()
  #closed = false

  constructor(clock: Clock, store: MemoryBusStore) {
    this.#clock = clock
    this.#store = store
  }

  async define(definition: BusTopic): Promise<void> {
    this.#assertOpen()
    const { topics } = this.#store
    const known = topics.get(definition.name)
    if (known === undefined) {
      topics.set(definition.name, { definition, messages: [], lastSequence: 0, ids: new Map(), readers: new Map() })
      return
    }
    const subjects = [...new Set([...known.definition.subjects, ...definition.subjects])]
    known.definition = { ...definition, subjects }
  }

  async publish(message: BusMessage & { readonly id: string }): Promise<{ readonly duplicate: boolean }> {
    this.#assertOpen()
    const topic = [...this.#store.topics.values()].find(({ definition }) =>
      definition.subjects.some((each) => matches(each, message.subject)),
    )
    if (topic === undefined) throw new StorageError('message-refused', `no topic has the subject ${message.subject}`)
    assertTakes(topic.definition, message)
    const nowMs = this.#clock.nowMs()
    this.#expire(topic, nowMs)
    const knownUntilMs = topic.ids.get(message.id)
    if (knownUntilMs !== undefined && knownUntilMs > nowMs) return { duplicate: true }
    makeRoom(topic, message)
    topic.ids.set(message.id, nowMs + topic.definition.duplicatesMs)
    const { subject, headers } = message
    topic.lastSequence += 1
    const body = Uint8Array.from(message.body)
    topic.messages.push({ subject, headers: { ...headers }, body, sequence: topic.lastSequence, atMs: nowMs })
    for (const reader of topic.readers.values()) this.#pump(topic, reader)
    return { duplicate: false }
  }

  async publishAll(messages: readonly (BusMessage & { readonly id: string })[]): Promise<void> {
    for (const message of messages) await this.publish(message)
  }

  async subscribe(subscription: BusSubscription, take: (delivery: BusDelivery) => void): Promise<() => Promise<void>> {
    this.#assertOpen()
    const topic = this.#store.topics.get(subscription.topic)
    if (topic === undefined) throw new StorageError('message-refused', `there is no topic ${subscription.topic}`)
    const known = topic.readers.get(subscription.name)
    const reader: Reader = known ?? { subscription, takers: [], out: new Map(), again: [], cursor: 0 }
    topic.readers.set(subscription.name, reader)
    reader.takers.push(take)
    const stop = (): void => {
      const index = reader.takers.indexOf(take)
      if (index >= 0) reader.takers.splice(index, 1)
      this.#stops.delete(stop)
    }
    this.#stops.add(stop)
    this.#pump(topic, reader)
    return async () => stop()
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const stop of this.#stops) stop()
  }

  #assertOpen(): void {
    if (this.#closed) throw new StorageError('store-closed', 'the event bus is closed')
  }

  /** Forgets what is too old. */
  #expire(topic: Topic, nowMs: number): void {
    const { maxAgeMs } = topic.definition
    topic.messages = topic.messages.filter((each) => each.atMs + maxAgeMs > nowMs)
    for (const [id, untilMs] of topic.ids) if (untilMs <= nowMs) topic.ids.delete(id)
  }

  #pump(topic: Topic, reader: Reader): void {
    const { subscription, takers, out } = reader
    while (takers.length > 0) {
      const before = reader.again.shift()
      const next = before ?? this.#fresh(topic, reader)
      if (next === undefined) return
      const taker = takers.shift()
      if (taker === undefined) return
      // In turn, so that those who share a name share the work.
      takers.push(taker)
      const deliveries = next.deliveries + 1
      const wait = this.#after(subscription.ackWaitMs, () => this.#return(topic, reader, next.message.sequence))
      out.set(next.message.sequence, { message: next.message, deliveries, cancel: wait })
      const delivery = this.#delivery(topic, reader, { message: next.message, deliveries })
      queueMicrotask(() => {
        // Who has left meanwhile is handed nothing more.
        if (takers.includes(taker)) taker(delivery)
        else delivery.retry(0)
      })
    }
  }

  #fresh(topic: Topic, reader: Reader): Omit<Out, 'cancel'> | undefined {
    if (reader.out.size + reader.again.length >= reader.subscription.inFlightMax) return undefined
    const message = topic.messages.find(
      (each) => each.sequence > reader.cursor && each.subject === reader.subscription.subject,
    )
    if (message === undefined) return undefined
    reader.cursor = message.sequence
    return { message, deliveries: 0 }
  }

  #delivery(topic: Topic, reader: Reader, { message, deliveries }: Omit<Out, 'cancel'>): BusDelivery {
    const { sequence, subject, headers, body } = message
    const mine = (): Out | undefined => {
      const held = reader.out.get(sequence)
      return held?.deliveries === deliveries ? held : undefined
    }
    const again = (afterMs: number): void => {
      const held = mine()
      if (held === undefined) return
      held.cancel()
      const cancel = this.#after(afterMs, () => this.#return(topic, reader, sequence))
      reader.out.set(sequence, { ...held, cancel })
    }
    let settled = false
    return {
      subject,
      headers,
      body,
      deliveries,
      acknowledge: () => {
        const held = settled ? undefined : mine()
        settled = true
        if (held === undefined) return
        held.cancel()
        reader.out.delete(sequence)
        if (topic.definition.keeps === 'until-acknowledged')
          topic.messages = topic.messages.filter((each) => each.sequence !== sequence)
        this.#pump(topic, reader)
      },
      retry: (afterMs) => {
        if (settled) return
        settled = true
        again(afterMs)
      },
      working: () => {
        if (!settled) again(reader.subscription.ackWaitMs)
      },
    }
  }

  /** Hands a message out again, unless it has gone meanwhile. */
  #return(topic: Topic, reader: Reader, sequence: number): void {
    const held = reader.out.get(sequence)
    if (held === undefined) return
    reader.out.delete(sequence)
    reader.again.push(held)
    this.#pump(topic, reader)
  }

  #after(ms: number, run: () => void): () => void {
    return this.#clock.schedule(this.#clock.nowMs() + ms, run)
  }
}

function assertTakes({ name, maxMessageBytes }: BusTopic, message: BusMessage): void {
  const bytes = sizeOf(message)
  if (bytes <= maxMessageBytes) return
  throw new StorageError('message-refused', `${bytes} bytes are more than the ${maxMessageBytes} that ${name} takes`)
}

/** Drops the oldest, or refuses, until the message fits. */
function makeRoom(topic: Topic, message: BusMessage): void {
  const { name, maxBytes, maxPerSubject = Infinity, whenFull } = topic.definition
  const full = (): boolean => {
    const bytes = topic.messages.reduce((sum, each) => sum + sizeOf(each), sizeOf(message))
    const same = topic.messages.filter((each) => each.subject === message.subject).length
    return bytes > maxBytes || (whenFull === 'refuse' && same >= maxPerSubject)
  }
  while (full()) {
    if (whenFull === 'refuse') throw new StorageError('disk-full', `${name} is full: its readers are behind`)
    topic.messages.shift()
  }
}

function sizeOf({ subject, headers, body }: BusMessage): number {
  return subject.length + JSON.stringify(headers).length + body.length
}

/** Whether a subject is one of a pattern; `*` stands for one word. */
function matches(pattern: string, subject: string): boolean {
  const [words, parts] = [pattern.split('.'), subject.split('.')]
  return words.length === parts.length && words.every((word, index) => word === '*' || word === parts[index])
}
