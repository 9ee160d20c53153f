import type { Address } from '../../address.ts'
import type { StoredActor } from '../../ports/journal.ts'
import type { JournalLayout } from './journal-layout.ts'
import { readActor } from './journal-messages.ts'
import type { Found, StreamReads } from './stream-reads.ts'

/** An actor's place in the stream: what its next state has to follow. */
export interface ActorHead {
  readonly revision: number
  /** Of its last state; 0 for an actor that does not exist yet. */
  readonly sequence: number
  /** Whether it has effects that have not settled, and so a `busy` message. */
  readonly busy: boolean
  /** Those armed; absent: none. */
  readonly timers?: StoredActor['timers']
}

const none: ActorHead = { revision: 0, sequence: 0, busy: false }

/** Heads kept. A head that is not there is read again. */
const headsMax = 100_000

/**
 * The heads of actors that were loaded or committed here, so that a commit can say which state each of its actors follows: a step decided on
 * an older one, read from a follower that was behind, is refused with its group. Owns a bounded map; the least recently set leaves first.
 */
export class ActorHeads {
  readonly #reads: Pick<StreamReads, 'lasts'>
  readonly #layout: JournalLayout
  readonly #known = new Map<Address, ActorHead>()

  constructor(reads: Pick<StreamReads, 'lasts'>, layout: JournalLayout) {
    this.#reads = reads
    this.#layout = layout
  }

  /** Keeps the newer of two. */
  set(address: Address, head: ActorHead): void {
    const known = this.#known.get(address)
    if (known !== undefined && known.sequence > head.sequence) return
    this.#known.delete(address)
    this.#known.set(address, head)
    if (this.#known.size <= headsMax) return
    const oldest = this.#known.keys().next()
    if (oldest.done !== true) this.#known.delete(oldest.value)
  }

  has(address: Address): boolean {
    return this.#known.has(address)
  }

  /** Whether more is known of an actor than what was found. */
  isNewer(address: Address, found: Found | undefined): boolean {
    return (this.#known.get(address)?.sequence ?? 0) > (found?.sequence ?? 0)
  }

  /** Remembers what a load found. */
  loaded(address: Address, found: Found | undefined): StoredActor | undefined {
    if (found === undefined) {
      this.set(address, none)
      return undefined
    }
    const actor = readActor(found)
    this.set(address, headOf(actor, found.sequence))
    return actor
  }

  /** Nobody knows what was written: ask again. */
  forget(addresses: Iterable<Address>): void {
    for (const address of addresses) this.#known.delete(address)
  }

  async of(addresses: readonly Address[]): Promise<ReadonlyMap<Address, ActorHead>> {
    const missing = addresses.filter((address) => !this.#known.has(address))
    const found = await this.#reads.lasts(missing.map((address) => this.#layout.actor(address)))
    for (const address of missing) this.loaded(address, found.get(this.#layout.actor(address)))
    return new Map(addresses.map((address) => [address, this.#known.get(address) ?? none]))
  }
}

export function headOf(actor: StoredActor, sequence: number): ActorHead {
  const { revision, effects, timers } = actor
  const armed = Object.keys(timers).length > 0
  return { revision, sequence, busy: Object.keys(effects).length > 0, ...(armed ? { timers } : {}) }
}
