import { partitionOf, partsOf, type Address } from '../../address.ts'
import type { EventEnvelope } from '../../event.ts'
import type { Fact } from '../../fact.ts'
import type {
  ActorQuery,
  ActorSummary,
  Appended,
  CommitGroup,
  CommitOutcome,
  HistoryEntry,
  Journal,
  JournalListener,
  StepCommit,
  StepNotice,
  StoredActor,
} from '../../ports/journal.ts'
import { StorageError } from '../../ports/storage-error.ts'
import {
  assertGroup,
  factsOf,
  historyOf,
  holds,
  isDead,
  isDuplicate,
  sameRevisionMax,
  timerEnvelope,
  wholeRevisions,
} from '../journal-rules.ts'
import {
  createMemoryJournalStore,
  factsEndOf,
  guardKey,
  nextEntryPosition,
  nextFactPosition,
  nextInSequence,
  stored,
  type MemoryActor,
  type MemoryJournalStore,
  type Numbering,
} from './journal-store.ts'

export interface MemoryJournalOptions {
  readonly partitions: number
  /** What outlives the handle. Absent: an empty one. */
  readonly store?: MemoryJournalStore
  /** How an empty store made here gives positions. */
  readonly numbering?: Numbering
}

/**
 * The journal's exact promises in memory, for unit tests and the simulator. A crash is `close` (the handle is dead from then on,
 * whoever still holds it) and a new handle on the same store; two open handles on one store are two nodes.
 */
export function createMemoryJournal(options: MemoryJournalOptions): Journal {
  const { partitions, store, numbering } = options
  return new MemoryJournal(partitions, store ?? createMemoryJournalStore(partitions, numbering))
}

/**
 * Owns nothing but its liveness and its listeners; the store is shared. Each method does its work in one go, before its promise
 * settles, so that
 * 1. no other call sees half of an append or a commit;
 * 2. after `close` nothing is written or called back;
 * 3. listeners run in a later microtask, never inside the call that woke them.
 */
class MemoryJournal implements Journal {
  readonly partitions: number
  readonly #store: MemoryJournalStore
  readonly #listeners = new Set<JournalListener>()
  #closed = false

  constructor(partitions: number, store: MemoryJournalStore) {
    if (store.cursors.length !== partitions) {
      throw new RangeError(`the store has ${store.cursors.length} partitions, not ${partitions}`)
    }
    this.partitions = partitions
    this.#store = store
  }

  async append(events: readonly EventEnvelope[]): Promise<readonly Appended[]> {
    this.#assertOpen()
    return this.#append(stored(events))
  }

  async claim(partition: number, node: string) {
    const { epoch, position } = this.#cursor(partition)
    nextInSequence(this.#store)
    this.#store.cursors[partition] = { epoch: epoch + 1, position }
    return { partition, node, epoch: epoch + 1, position }
  }

  async read(partition: number, afterPosition: number, limit: number) {
    this.#cursor(partition)
    const entries = this.#store.partitions[partition] ?? []
    const first = firstAfter(entries, afterPosition)
    return entries.slice(first, first + limit)
  }

  async commit(group: CommitGroup): Promise<CommitOutcome> {
    const cursor = this.#cursor(group.claim.partition)
    if (!holds(group.claim, cursor)) return { status: 'stale' }
    assertGroup(group, this.#store.inbox.at(-1)?.position ?? 0)
    nextInSequence(this.#store)
    const before = this.#store.facts.length
    const notices = stored(group.steps).map((step) => this.#write(step))
    this.#store.cursors[group.claim.partition] = { epoch: cursor.epoch, position: group.position }
    const facts = this.#store.facts.slice(before)
    if (notices.length > 0) this.#notify((listener) => listener.steps?.(notices))
    if (facts.length > 0) this.#notify((listener) => listener.facts?.())
    if (group.steps.some((step) => step.timersArmed.length > 0)) this.#notify((listener) => listener.timers?.())
    return { status: 'committed', claim: { ...group.claim, position: group.position }, facts }
  }

  async load(address: Address): Promise<StoredActor | undefined> {
    this.#assertOpen()
    const actor = this.#store.actors.get(address)
    return actor && parse(actor)
  }

  async withEffects(partition: number, after: Address | undefined, limit: number) {
    this.#cursor(partition)
    return [...this.#store.actors]
      .filter(([address, actor]) => actor.effects > 0 && partitionOf(address, this.partitions) === partition)
      .filter(([address]) => after === undefined || address > after)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .slice(0, limit)
      .map(([, actor]) => parse(actor))
  }

  async fireTimers(nowMs: number, limit: number) {
    this.#assertOpen()
    const byTime = [...this.#store.timers].sort(([, a], [, b]) => a.timer.dueAtMs - b.timer.dueAtMs)
    const due = byTime.filter(([, { timer }]) => timer.dueAtMs <= nowMs).slice(0, limit)
    this.#append(due.map(([, { address, timer }]) => timerEnvelope(address, timer, nowMs)))
    for (const [key] of due) this.#store.timers.delete(key)
    const next = byTime[due.length]
    return { fired: due.length, ...(next === undefined ? {} : { nextDueAtMs: next[1].timer.dueAtMs }) }
  }

  async facts(afterPosition: number, limit: number, address?: Address): Promise<readonly Fact[]> {
    this.#assertOpen()
    const { facts } = this.#store
    const later = firstAfter(facts, afterPosition)
    if (address === undefined) return facts.slice(later, later + limit)
    return facts.filter((fact, index) => index >= later && fact.address === address).slice(0, limit)
  }

  async factsEnd(): Promise<number> {
    this.#assertOpen()
    return factsEndOf(this.#store)
  }

  async history(address: Address, afterRevision: number, limit: number): Promise<readonly HistoryEntry[]> {
    this.#assertOpen()
    const entries = (this.#store.history.get(address) ?? []).filter((entry) => entry.revision > afterRevision)
    return wholeRevisions(entries.slice(0, limit + sameRevisionMax), limit)
  }

  async list(query: ActorQuery): Promise<readonly ActorSummary[]> {
    this.#assertOpen()
    return [...this.#store.actors]
      .filter(([address, actor]) => matches(query, address, actor))
      .sort(([a, one], [b, two]) => two.updatedAtMs - one.updatedAtMs || (a < b ? -1 : 1))
      .slice(0, query.limit)
      .map(([address, { machine, status, revision, updatedAtMs }]) => ({
        address,
        machine,
        status,
        revision,
        updatedAtMs,
      }))
  }

  async deadLetters(query: { readonly workspace: string; readonly before?: number; readonly limit: number }) {
    this.#assertOpen()
    return this.#store.deadLetters
      .filter((letter) => partsOf(letter.address).workspace === query.workspace)
      .filter((letter) => query.before === undefined || letter.id < query.before)
      .reverse()
      .slice(0, query.limit)
  }

  async deadLetter(id: number) {
    this.#assertOpen()
    return this.#store.deadLetters[id - 1]
  }

  async settleDeadLetter(id: number, settlement: { by: string; atMs: number; how: 'replayed' | 'discarded' }) {
    this.#assertOpen()
    const letter = this.#store.deadLetters[id - 1]
    if (letter !== undefined) this.#store.deadLetters[id - 1] = { ...letter, settled: settlement }
  }

  watch(listener: JournalListener): () => void {
    this.#listeners.add(listener)
    this.#store.listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
      this.#store.listeners.delete(listener)
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const listener of this.#listeners) this.#store.listeners.delete(listener)
  }

  #assertOpen(): void {
    if (this.#closed) throw new StorageError('store-closed', 'the journal is closed')
  }

  #cursor(partition: number) {
    this.#assertOpen()
    const cursor = this.#store.cursors[partition]
    if (cursor === undefined) throw new RangeError(`partition ${partition} is not one of ${this.partitions}`)
    return cursor
  }

  #append(events: readonly EventEnvelope[]): readonly Appended[] {
    const woken = new Set<number>()
    const appended = events.map((envelope) => {
      const { inbox, guards, partitions } = this.#store
      const key = guardKey(envelope.to, envelope.id)
      const first = guards.get(key)
      if (first !== undefined && isDuplicate(first.atMs, envelope.atMs)) {
        return { id: envelope.id, duplicate: true, position: first.position }
      }
      const entry = Object.freeze({ position: nextEntryPosition(this.#store), envelope })
      const partition = partitionOf(envelope.to, this.partitions)
      inbox.push(entry)
      partitions[partition]?.push(entry)
      guards.set(key, { position: entry.position, atMs: envelope.atMs })
      woken.add(partition)
      return { id: envelope.id, duplicate: false, position: entry.position }
    })
    for (const partition of woken) this.#notify((listener) => listener.inbox?.(partition))
    return appended
  }

  #write(step: StepCommit): StepNotice {
    const { actors, facts, history, timers } = this.#store
    const address = step.entry.envelope.to
    const entry = historyOf(step, actors.get(address)?.revision ?? 0)
    if (step.actor !== undefined) actors.set(address, atRest(step.actor))
    for (const id of step.timersCancelled) timers.delete(`${address}\n${id}`)
    for (const timer of step.timersArmed) timers.set(`${address}\n${timer.id}`, { address, timer })
    const said = factsOf(step, nextFactPosition(this.#store))
    facts.push(...said)
    const steps = history.get(address) ?? []
    steps.push(entry)
    history.set(address, steps)
    this.#append(step.sends)
    if (isDead(step)) this.#bury(step)
    return { address, eventId: step.entry.envelope.id, outcome: step.outcome, facts: said }
  }

  #bury(step: StepCommit): void {
    const { deadLetters } = this.#store
    const { envelope } = step.entry
    deadLetters.push({
      id: deadLetters.length + 1,
      address: envelope.to,
      envelope,
      reason: step.reason ?? step.outcome,
      atMs: envelope.atMs,
    })
  }

  #notify(tell: (listener: JournalListener) => void): void {
    queueMicrotask(() => {
      for (const listener of this.#store.listeners) tell(listener)
    })
  }
}

function atRest(actor: StoredActor): MemoryActor {
  const { machine, status, revision, updatedAtMs } = actor
  const effects = Object.keys(actor.effects).length
  return { text: JSON.stringify(actor), machine, status, revision, updatedAtMs, effects }
}

function parse(actor: MemoryActor): StoredActor {
  return JSON.parse(actor.text) as StoredActor
}

function matches(query: ActorQuery, address: Address, actor: MemoryActor): boolean {
  const { workspace, kind } = partsOf(address)
  if (workspace !== query.workspace) return false
  if (query.kind !== undefined && query.kind !== kind) return false
  if (query.status !== undefined && query.status !== actor.status) return false
  if (query.beforeMs === undefined || actor.updatedAtMs < query.beforeMs) return true
  return query.afterAddress !== undefined && actor.updatedAtMs === query.beforeMs && address > query.afterAddress
}

/** The index of the first entry after a position, by halving. */
function firstAfter(entries: readonly { readonly position: number }[], position: number): number {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((entries[middle]?.position ?? 0) <= position) low = middle + 1
    else high = middle
  }
  return low
}
