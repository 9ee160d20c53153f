import type { Address } from '../../address.ts'
import type { Fact } from '../../fact.ts'
import type { HistoryEntry, InboxEntry, StoredActor } from '../../ports/journal.ts'
import { sameRevisionMax, wholeRevisions } from '../journal-rules.ts'
import type { ActorHeads } from './actor-heads.ts'
import type { Archive } from './archive.ts'
import { sequenceOf, type JournalLayout } from './journal-layout.ts'
import { factsIn, readEntry, readStep, type SequencedStep } from './journal-messages.ts'
import type { Found, StreamReads } from './stream-reads.ts'

export interface JournalReadsOptions {
  readonly reads: Pick<StreamReads, 'after' | 'at' | 'last' | 'lastOnLeader' | 'subjects'>
  readonly layout: JournalLayout
  readonly heads: ActorHeads
  readonly archive: Archive
  /** Whether there are followers, that may be behind. */
  readonly replicated: boolean
}

/** Steps fetched in one go. */
const pageMax = 500

/** Actors whose state has been asked for before anybody wants it, and how long that answer will do, milliseconds. */
const aheadMax = 2000
const aheadMs = 1000

/** Actors whose place in the stream is remembered between two pages of their history. */
const placesMax = 1000

/**
 * Reads of the journal that nothing in memory answers: the stream, and before what it retains the archive.
 * Owns the places where pages of histories ended, so that the next page need not begin at the first step, and the answers asked for ahead.
 */
export class JournalReads {
  readonly #options: JournalReadsOptions
  readonly #places = new Map<Address, { readonly revision: number; readonly sequence: number }>()
  readonly #ahead = new Map<Address, { readonly found: Promise<Found | undefined>; readonly askedMs: number }>()

  constructor(options: JournalReadsOptions) {
    this.#options = options
  }

  async inbox(partition: number, afterPosition: number, limit: number): Promise<readonly InboxEntry[]> {
    const { reads, layout } = this.#options
    return (await reads.after(afterPosition, layout.inboxOf(partition), limit)).map(readEntry)
  }

  /**
   * Asks for an actor of which nothing is known here, while an event for it is being written: its state is there when the event is. A state that has
   * become old meanwhile is refused where something is decided on it, as that of a follower would be.
   */
  askAhead(address: Address): void {
    const { reads, layout, heads, replicated } = this.#options
    if (replicated || heads.has(address) || this.#ahead.has(address)) return
    const found = reads.last(layout.actor(address))
    found.catch(() => undefined)
    this.#ahead.set(address, { found, askedMs: performance.now() })
    const oldest = this.#ahead.keys().next()
    if (this.#ahead.size > aheadMax && oldest.done !== true) this.#ahead.delete(oldest.value)
  }

  /** An actor has taken a step, here or on another node: what was asked for before is old. */
  stepped(address: Address): void {
    this.#ahead.delete(address)
  }

  /**
   * The actor as it is, never as a follower that lags still shows it: a step that leaves it unchanged, for what an old state did not know yet, would be
   * wrong, and nothing it writes could tell.
   */
  async load(address: Address): Promise<StoredActor | undefined> {
    const { reads, layout, heads, replicated } = this.#options
    const subject = layout.actor(address)
    const found = replicated ? undefined : await this.#last(address)
    const current = replicated || heads.isNewer(address, found) ? await reads.lastOnLeader(subject) : found
    return heads.loaded(address, current)
  }

  async withEffects(partition: number, after: Address | undefined, limit: number): Promise<readonly StoredActor[]> {
    const { reads, layout, heads } = this.#options
    const busy = (await reads.subjects(layout.busyOf(partition)))
      .map((subject) => layout.addressIn(subject))
      .filter((address) => after === undefined || address > after)
      .sort()
    const found: StoredActor[] = []
    for (let from = 0; from < busy.length && found.length < limit; from += limit) {
      const actors = await Promise.all(
        busy
          .slice(from, from + limit)
          .map(async (address) => heads.loaded(address, await reads.lastOnLeader(layout.actor(address)))),
      )
      // The mark of one that has settled everything stays for a moment.
      found.push(
        ...actors
          .filter((actor) => actor !== undefined && Object.keys(actor.effects).length > 0)
          .flatMap((actor) => actor ?? []),
      )
    }
    return found.slice(0, limit)
  }

  /** The feed, or an actor's part of it. */
  async facts(afterPosition: number, limit: number, address?: Address): Promise<readonly Fact[]> {
    const { archive } = this.#options
    if (await this.#retains(afterPosition, address)) return this.#streamed(afterPosition, limit, address)
    const facts = await archive.facts(afterPosition, limit, address)
    if (facts.length >= limit) return facts
    const last = facts.at(-1)?.position ?? afterPosition
    return [...facts, ...(await this.#streamed(last, limit - facts.length, address))]
  }

  /** The position of the last fact. */
  async factsEnd(): Promise<number> {
    const { reads, layout, archive } = this.#options
    const last = await reads.lastOnLeader(layout.steps('said'))
    if (last === undefined) return archive.factsEnd()
    return factsIn(readStep(last)).at(-1)?.position ?? 0
  }

  async history(address: Address, afterRevision: number, limit: number): Promise<readonly HistoryEntry[]> {
    const { archive } = this.#options
    const wanted = limit + sameRevisionMax
    const steps = await this.#stepsAfter(address, afterRevision, wanted)
    const first = steps[0]?.entry.revision
    const whole =
      first === undefined ? !(await this.#goesBeyond(address, afterRevision)) : first <= Math.max(1, afterRevision + 1)
    if (whole) return this.#page(address, steps, limit)
    const archived = await archive.history(address, afterRevision, wanted)
    const positions = new Set(archived.map(({ position }) => position))
    const newer = steps.map(({ entry }) => entry).filter(({ position }) => !positions.has(position))
    return wholeRevisions([...archived, ...newer].slice(0, wanted), limit)
  }

  async #last(address: Address): Promise<Found | undefined> {
    const { reads, layout } = this.#options
    const ahead = this.#ahead.get(address)
    this.#ahead.delete(address)
    if (ahead === undefined || performance.now() - ahead.askedMs > aheadMs) return reads.last(layout.actor(address))
    return ahead.found.catch(() => reads.last(layout.actor(address)))
  }

  /** Whether the stream still has every step after a position. */
  async #retains(afterPosition: number, address?: Address): Promise<boolean> {
    const { reads, layout, heads } = this.#options
    // A step that is there is older than all that follow, and all live equally long.
    if (afterPosition > 0 && (await reads.at(sequenceOf(afterPosition))) !== undefined) return true
    if (address === undefined) return false
    const [first] = await reads.after(0, layout.step(address, '*'), 1)
    if (first !== undefined) return readStep(first).entry.revision <= 1
    return (await heads.of([address])).get(address)?.revision === 0
  }

  async #streamed(afterPosition: number, limit: number, address?: Address): Promise<readonly Fact[]> {
    const { reads, layout } = this.#options
    const filter = address === undefined ? layout.steps('said') : layout.step(address, 'said')
    // The step of the position itself may have more facts.
    const found = await reads.after(Math.max(0, sequenceOf(afterPosition) - 1), filter, limit + 1)
    return found
      .flatMap((each) => factsIn(readStep(each)))
      .filter((fact) => fact.position > afterPosition)
      .slice(0, limit)
  }

  async #stepsAfter(address: Address, afterRevision: number, limit: number): Promise<readonly SequencedStep[]> {
    const { reads, layout } = this.#options
    const place = this.#places.get(address)
    let sequence = place !== undefined && place.revision <= afterRevision ? place.sequence : 0
    const steps: SequencedStep[] = []
    while (steps.length < limit) {
      const page = await reads.after(sequence, layout.step(address, '*'), pageMax)
      steps.push(...page.map(readStep).filter(({ entry }) => entry.revision > afterRevision))
      if (page.length < pageMax) break
      sequence = page.at(-1)?.sequence ?? sequence
    }
    return steps.slice(0, limit)
  }

  #page(address: Address, steps: readonly SequencedStep[], limit: number): readonly HistoryEntry[] {
    const page = wholeRevisions(
      steps.map(({ entry }) => entry),
      limit,
    )
    const last = page.at(-1)?.revision ?? 0
    // The last revision may still get entries that change nothing: whoever reads on from it reads them too.
    const before = steps.slice(0, page.length).findLast(({ entry }) => entry.revision < last)
    if (before !== undefined) this.#remember(address, { revision: before.entry.revision, sequence: before.sequence })
    return page
  }

  #remember(address: Address, place: { readonly revision: number; readonly sequence: number }): void {
    this.#places.delete(address)
    this.#places.set(address, place)
    const oldest = this.#places.keys().next()
    if (this.#places.size > placesMax && oldest.done !== true) this.#places.delete(oldest.value)
  }

  async #goesBeyond(address: Address, revision: number): Promise<boolean> {
    const head = (await this.#options.heads.of([address])).get(address)
    return (head?.revision ?? 0) > Math.max(0, revision)
  }
}
