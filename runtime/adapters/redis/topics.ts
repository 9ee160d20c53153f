import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Json } from '../../json.ts'
import type { Log } from '../../ports/log.ts'
import type { RedisLink } from './link.ts'

type Listener = (message: Json) => void

/** Messages on their way to the server at most; beyond it they are lost, as they may be. */
const inFlightMax = 1000
/** Channels asked for in one command after a reconnect. */
const channelsPerCommand = 500

const envelope = z.object({ from: z.string(), message: z.json() })

/**
 * Publish and subscribe over one connection. Owns the listeners by channel. 1. A channel is asked for by its first listener and given up
 * with its last. 2. Listeners of this process are told directly, so they hear each other while the server is away; what comes back from it is
 * known by its sender. 3. After a reconnect every channel is asked for again. 4. A listener that throws harms no other.
 */
export class RedisTopics {
  readonly #link: RedisLink
  readonly #log: Log
  readonly #prefix: string
  readonly #self = randomUUID()
  readonly #listeners = new Map<string, Set<Listener>>()
  #inFlight = 0

  constructor(link: RedisLink, { log, prefix }: { readonly log: Log; readonly prefix: string }) {
    this.#link = link
    this.#log = log
    this.#prefix = prefix
    link.messages.on('ready', () => this.#askAgain())
    link.messages.on('message', (channel: string, text: string) => this.#hear(channel, text))
  }

  publish(topic: string, message: Json): void {
    const channel = this.#prefix + topic
    const text = JSON.stringify({ from: this.#self, message })
    // 2. As late as a message from elsewhere: never within the call that published it.
    queueMicrotask(() => this.#tell(channel, message))
    if (this.#inFlight >= inFlightMax) return
    this.#inFlight += 1
    this.#link
      .run((redis) => redis.publish(channel, text))
      .catch(() => undefined)
      .finally(() => {
        this.#inFlight -= 1
      })
  }

  subscribe(topic: string, listener: Listener): () => void {
    const channel = this.#prefix + topic
    // Wrapped, so that the same function may subscribe twice.
    const own = (message: Json): void => listener(message)
    const listeners = this.#listeners.get(channel) ?? new Set()
    this.#listeners.set(channel, listeners.add(own))
    // 1.
    if (listeners.size === 1) this.#ask([channel])
    return () => {
      if (!listeners.delete(own) || listeners.size > 0) return
      this.#listeners.delete(channel)
      if (this.#link.messages.status === 'ready') this.#link.messages.unsubscribe(channel).catch(() => undefined)
    }
  }

  close(): void {
    this.#listeners.clear()
  }

  #ask(channels: readonly string[]): void {
    // 3. Without a connection the next one asks.
    if (this.#link.messages.status !== 'ready') return
    this.#link.messages.subscribe(...channels).catch((error: unknown) => {
      // A connection that does not take a subscription is of no use: the next one asks for all again.
      if (this.#link.messages.status !== 'ready') return
      this.#log.warn('topics could not be subscribed to', { reason: String(error) })
      this.#link.messages.disconnect(true)
    })
  }

  #askAgain(): void {
    const channels = [...this.#listeners.keys()]
    for (let from = 0; from < channels.length; from += channelsPerCommand) {
      this.#ask(channels.slice(from, from + channelsPerCommand))
    }
  }

  #hear(channel: string, text: string): void {
    const read = envelope.safeParse(parsed(text))
    if (!read.success) return this.#log.warn('a message on a topic was not one of ours', { channel })
    // 2.
    if (read.data.from !== this.#self) this.#tell(channel, read.data.message)
  }

  #tell(channel: string, message: Json): void {
    // A copy: who begins to listen during a delivery has not asked for this message.
    for (const listener of new Set(this.#listeners.get(channel))) {
      if (this.#listeners.get(channel)?.has(listener) !== true) continue
      try {
        listener(structuredClone(message))
      } catch (error) {
        this.#log.error('a listener of a topic threw', { channel, reason: String(error) })
      }
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
