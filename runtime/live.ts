import { partsOf, type Address } from './address.ts'
import type { Fact } from './fact.ts'
import type { Json } from './json.ts'
import type { Log } from './ports/log.ts'
import type { Live } from './runtime.ts'
import type { SignalBridge } from './signal-bridge.ts'

/** The stream, and the end that the projector feeds. */
export interface LiveFeed extends Live {
  /** Hands a fact to those who asked for its address. */
  deliver(fact: Fact): void
  /** Read models are complete up to here. Going back is ignored. */
  advance(position: number): void
  /** Read models are built anew and complete only up to here: they are behind until they are where they were. */
  rewind(position: number): void
  /** Whether facts are told before read models know them. Ending it tells those who wait for it. */
  setBehind(behind: boolean): void
}

/**
 * The live stream of one process. A prefix that ends with `/` (or is empty) takes everything beneath it, any other is one whole
 * address: so that `acme/lead/4` never hears of `acme/lead/42`. A listener that throws is logged and the others hear the rest.
 * With a `bridge`, topics cross to other processes; listeners here are told at once, and once.
 *
 * Owns the listeners. 1. Facts of one address reach a listener in order. 2. Who has left hears nothing more. 3. A delivery costs
 * four look-ups however many listen elsewhere.
 */
export function createLive(log?: Log, bridge?: SignalBridge): LiveFeed {
  const byPrefix = new Listeners<Fact>(log)
  const byTopic = new Listeners<Json>(log)
  const caughtUp = new Listeners<number>(log)
  let position = 0
  let rewoundFrom = 0
  let isBehind = false
  const setBehind = (now: boolean): void => {
    const before = isBehind
    isBehind = now
    if (before && !now) caughtUp.tell('', position)
  }
  return {
    facts: (prefix, listener) => byPrefix.add(prefix, listener),
    subscribe(topic, listener) {
      const leave = byTopic.add(topic, listener)
      const hangUp = bridge?.join(topic, (message) => byTopic.tell(topic, message))
      return () => {
        leave()
        hangUp?.()
      }
    },
    publish(topic, message) {
      byTopic.tell(topic, message)
      bridge?.publish(topic, message)
    },
    behind: () => isBehind,
    caughtUp: (listener) => caughtUp.add('', listener),
    deliver(fact) {
      for (const prefix of prefixesOf(fact.address)) byPrefix.tell(prefix, fact)
    },
    advance(to) {
      position = Math.max(position, to)
      if (rewoundFrom === 0 || position < rewoundFrom) return
      rewoundFrom = 0
      setBehind(false)
    },
    rewind(to) {
      if (to >= position) return
      rewoundFrom = Math.max(rewoundFrom, position)
      position = to
      setBehind(true)
    },
    setBehind,
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
