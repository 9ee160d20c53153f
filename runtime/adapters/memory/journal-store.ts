import type { Address } from '../../address.ts'
import type { EventId } from '../../event.ts'
import type { Fact } from '../../fact.ts'
import type { DeadLetter, HistoryEntry, InboxEntry, JournalListener, Timer } from '../../ports/journal.ts'

/**
 * How positions are given. `dense`: inbox entries and facts are each counted 1…n, as in one file. `rising`: whatever is written takes
 * a number of one sequence and a step's facts share one, as in a server's stream, so that both have gaps.
 */
export type Numbering = 'dense' | 'rising'

/** What a memory journal keeps: the «disk» that outlives the handles on it, so that a simulated crash loses only handles. */
export interface MemoryJournalStore {
  readonly numbering: Numbering
  /** The last number of the one sequence, where numbers rise. */
  sequence: number
  /** All entries, oldest first. */
  readonly inbox: InboxEntry[]
  /** The entries of each partition, oldest first. */
  readonly partitions: InboxEntry[][]
  /** The newest acceptance of each event id, by `guardKey`. */
  readonly guards: Map<string, { readonly position: number; readonly atMs: number }>
  readonly cursors: { readonly epoch: number; readonly position: number }[]
  readonly actors: Map<Address, MemoryActor>
  readonly timers: Map<string, { readonly address: Address; readonly timer: Timer }>
  readonly facts: Fact[]
  readonly history: Map<Address, HistoryEntry[]>
  readonly deadLetters: DeadLetter[]
  /** Watchers of every handle: two handles on one store behave as two nodes. */
  readonly listeners: Set<JournalListener>
}

/** An actor at rest; its bulk as text, so that a reader always gets a copy of its own. */
export interface MemoryActor {
  readonly text: string
  readonly machine: string
  readonly status: 'active' | 'done' | 'failed'
  readonly revision: number
  readonly updatedAtMs: number
  readonly effects: number
}

/** An empty store for `partitions` partitions. */
export function createMemoryJournalStore(partitions: number, numbering: Numbering = 'dense'): MemoryJournalStore {
  return {
    numbering,
    sequence: 0,
    inbox: [],
    partitions: Array.from({ length: partitions }, () => []),
    guards: new Map(),
    cursors: Array.from({ length: partitions }, () => ({ epoch: 0, position: 0 })),
    actors: new Map(),
    timers: new Map(),
    facts: [],
    history: new Map(),
    deadLetters: [],
    listeners: new Set(),
  }
}

/** Facts of one step share its number; far more than a step may say. */
const factsOfStepMax = 1000

/** The position of the entry about to be written. */
export function nextEntryPosition(store: MemoryJournalStore): number {
  return store.numbering === 'dense' ? store.inbox.length + 1 : nextInSequence(store)
}

/** The position of the first fact of the step about to be written. */
export function nextFactPosition(store: MemoryJournalStore): number {
  return store.numbering === 'dense' ? store.facts.length + 1 : nextInSequence(store) * factsOfStepMax
}

/** Where the feed ends: beyond every fact so far, before every later one. */
export function factsEndOf({ numbering, sequence, facts }: MemoryJournalStore): number {
  return numbering === 'dense' ? facts.length : (sequence + 1) * factsOfStepMax - 1
}

/** Something other than an entry or a step has been written. */
export function nextInSequence(store: MemoryJournalStore): number {
  store.sequence += 1
  return store.sequence
}

/** The key of an event id in `guards`. */
export function guardKey(address: Address, id: EventId): string {
  return `${address}\n${id}`
}

/** A deep, frozen copy without absent fields: what a round trip over a disk would give, and a writer can't change later. */
export function stored<T>(value: T): T {
  return frozen(JSON.parse(JSON.stringify(value))) as T
}

function frozen(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  for (const each of Object.values(value)) frozen(each)
  return Object.freeze(value)
}
