import { partsOf, type Address } from './address.ts'
import type { Fact } from './fact.ts'
import type { Json } from './json.ts'
import type { Log } from './ports/log.ts'
import type { Live } from './runtime.ts'

/** The stream, and the end that the projector feeds. */
export interface LiveFeed extends Live {
  /** Hands a fact to those who asked for its address. */
  deliver(fact: Fact): void
  /** Read models are complete up to here. Going back is ignored. */
  advance(position: number): void
}

/**
 * The live stream of one process. A prefix that ends with `/` (or is empty) takes everything beneath it, any other is one whole
 * address: so that `acme/lead/4` never hears of `acme/lead/42`. A listener that throws is logged and the others hear the rest.
 *
 * Owns the listeners. 1. Facts of one address reach a listener in order. 2. Who has left hears nothing more. 3. A delivery costs
 * four look-ups however many listen elsewhere.
 */
export function createLive(log?: Log): LiveFeed {
  const byPrefix = new Listeners<Fact>(log)
  const byTopic = new Listeners<Json>(log)
  let position = 0
  return {
    facts: (prefix, listener) => byPrefix.add(prefix, listener),
    subscribe: (topic, listener) => byTopic.add(topic, listener),
    publish: (topic, message) => byTopic.tell(topic, message),
    deliver(fact) {
      for (const prefix of prefixesOf(fact.address)) byPrefix.tell(prefix, fact)
    },
    advance(to) {
      position = Math.max(position, to)
    },
    position: () => position,
  }
}

function prefixesOf(address: Address): readonly string[] {
  const { workspace, kind } = partsOf(address)
  return ['', `${workspace}/`, `${workspace}/${kind}/`, address]
}

type Listener<Message> = (message: Message) => void

class Listeners<Message> {
  readonly #log: Log | undefined
  readonly #byName = new Map<string, Set<{ readonly tell: Listener<Message> }>>()

  constructor(log: Log | undefined) {
    this.#log = log
  }

  add(name: string, tell: Listener<Message>): () => void {
    const entry = { tell }
    const entries = this.#byName.get(name) ?? new Set()
    entries.add(entry)
    this.#byName.set(name, entries)
    return () => {
      entries.delete(entry)
      if (entries.size === 0 && this.#byName.get(name) === entries) this.#byName.delete(name)
    }
  }

  tell(name: string, message: Message): void {
    const entries = this.#byName.get(name)
    if (entries === undefined) return
    // A copy: who begins to listen during a delivery has not asked for this message.
    const present = [...entries]
    for (const entry of present) {
      if (!entries.has(entry)) continue
      try {
        entry.tell(message)
      } catch (error) {
        this.#log?.error('a listener of the live stream threw', { name, reason: String(error) })
      }
    }
  }
}
