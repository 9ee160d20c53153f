/**
 * Messages to and from other systems: durable topics, each message at least once until it is acknowledged, and an id that makes
 * a repeated publish one message. Its promises are the `B` rules of `runtime/SPEC.md`.
 */
export interface EventBus {
  /** Makes a topic. Again, it adds subjects and takes the new bounds; what the topic holds stays. */
  define(topic: BusTopic): Promise<void>

  /**
   * Durable when it resolves; `duplicate` when the id was there already and nothing was written. Rejects with `message-refused` for a subject of no
   * topic defined here, or what the topic never takes; with `disk-full` while a topic that refuses is full.
   */
  publish(message: BusMessage & { readonly id: string }): Promise<{ readonly duplicate: boolean }>

  /**
   * Publishes several in their order, together where the bus can; all of them durable when it resolves, those whose id was there already left out.
   * When it rejects some may be written: the same again does no harm.
   */
  publishAll(messages: readonly (BusMessage & { readonly id: string })[]): Promise<void>

  /**
   * Hands every message of a subject to `take`, also those from before, until it is stopped. Those who subscribe under one name share the
   * messages, from any process; a name's place outlives them all. `take` must not throw.
   */
  subscribe(subscription: BusSubscription, take: (delivery: BusDelivery) => void): Promise<() => Promise<void>>

  close(): Promise<void>
}

/** A topic: some subjects kept together, and how. */
export interface BusTopic {
  /** Small letters, digits and hyphens. */
  readonly name: string
  /** Dotted words; `*` stands for one word. No two topics share a subject. */
  readonly subjects: readonly string[]
  /** `until-acknowledged`: for one subscription a subject, gone once acknowledged. `for-a-time`: until too old, whoever has read it. */
  readonly keeps: 'until-acknowledged' | 'for-a-time'
  readonly maxAgeMs: number
  readonly maxBytes: number
  /** Messages of one subject at a time, so that one does not fill the topic for all. Only for a topic that refuses. */
  readonly maxPerSubject?: number
  readonly maxMessageBytes: number
  /** What happens beyond the bounds: the new message is refused, or the oldest goes. */
  readonly whenFull: 'refuse' | 'drop-oldest'
  /** How long an id is remembered. */
  readonly duplicatesMs: number
  /** Places kept for systems that read by the bus's own means and not through this port. Made where they are missing, then theirs. */
  readonly readers?: readonly BusReader[]
}

/** A system outside, and what of a topic it reads. */
export interface BusReader {
  /** Letters, digits, `_` and `-`. */
  readonly name: string
  readonly subjects: readonly string[]
}

export interface BusMessage {
  readonly subject: string
  /** By name in small letters; printable ASCII. */
  readonly headers: { readonly [name: string]: string }
  readonly body: Uint8Array
}

export interface BusSubscription {
  /** Who reads: letters, digits, `_` and `-`. */
  readonly name: string
  /** The topic, and the one subject of it, that are read. */
  readonly topic: string
  readonly subject: string
  /** Messages handed out and not acknowledged at any time, over all who share the name. */
  readonly inFlightMax: number
  /** A message neither acknowledged nor worked at for this long is handed out again. */
  readonly ackWaitMs: number
}

/** One message handed out. After `acknowledge` or `retry` it is out of this taker's hands: further calls do nothing. */
export interface BusDelivery extends BusMessage {
  /** How often it has been handed out, from 1. */
  readonly deliveries: number
  /** It is taken in: never again. A message whose acknowledgement is lost on the way comes once more. */
  acknowledge(): void
  /** Hand it out again, `afterMs` from now. */
  retry(afterMs: number): void
  /** Still at it: begins the wait anew. */
  working(): void
}
