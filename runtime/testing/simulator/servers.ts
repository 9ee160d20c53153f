import { createMemoryJournalStore, type MemoryJournalStore } from '../../adapters/memory/journal-store.ts'
import { createMemoryJournal } from '../../adapters/memory/journal.ts'
import type { Address } from '../../address.ts'
import type { Clock } from '../../ports/clock.ts'
import type { CommitGroup, CommitOutcome, Journal, StepCommit, StoredActor } from '../../ports/journal.ts'
import { StorageError } from '../../ports/storage-error.ts'
import { aroundJournal, type Around } from '../around-journal.ts'

export interface ServersOptions {
  readonly partitions: number
  readonly clock: Clock
  readonly random: () => number
  /** How far a follower trails the write being made, milliseconds; asked at each write. */
  readonly lagMs: () => number
  /** Which steps must have been decided on an actor's present state: every one, as it should be, or fewer, to see that this is noticed. */
  readonly fences?: 'every step' | 'steps that change something' | 'none'
}

/** A journal on replicated servers, as far as it differs from one in a file. */
export interface Servers {
  /** The truth, for whoever judges. */
  readonly leader: Journal
  /** The journal as one more node sees it. */
  readonly connect: () => Journal
}

/** The scheduler of a server looks this often. */
const timerStepMs = 250

/**
 * Owns the leader's store and its follower's.
 * 1. Every write is the leader's; the follower repeats the same writes in the same order, later.
 * 2. A node reads from the follower or from the leader, as it happens: what it sees is whole, but may be old, and older than before.
 * 3. A group decided on an old state of an actor is refused, whether the step would change that actor or not.
 * 4. Timers are fired by the leader; nodes fire none.
 */
export function createServers(options: ServersOptions): Servers {
  const { partitions, clock, random, fences = 'every step' } = options
  const store = createMemoryJournalStore(partitions, 'rising')
  const leader = createMemoryJournal({ partitions, store })
  const follower = createFollower(options)
  const write: Write = (run) => {
    // The memory journal has written when the call returns: what another node asks for in between can't come in between here.
    const answer = run(leader)
    follower.follow(run)
    return answer
  }
  const timers = createTimerServer(clock, write)
  return {
    leader,
    connect: () =>
      createHandle({
        leader,
        follower: follower.journal,
        store,
        write,
        random,
        fences,
        armed: (dueAtMs) => timers.dueAt(dueAtMs),
      }),
  }
}

type Write = <Value>(run: (journal: Journal) => Promise<Value>) => Promise<Value>

interface Handle {
  readonly leader: Journal
  readonly follower: Journal
  readonly store: MemoryJournalStore
  readonly write: Write
  readonly random: () => number
  readonly fences: NonNullable<ServersOptions['fences']>
  readonly armed: (dueAtMs: number) => void
}

function createHandle({ leader, follower, store, write, random, fences, armed }: Handle): Journal {
  /** Revisions of actors as this node was last given them. */
  const given = new Map<Address, number>()
  const somewhere = (): Journal => (random() < 0.5 ? follower : leader)
  const isOld = ({ entry, actor }: StepCommit): boolean => {
    if (fences === 'none' || (fences === 'steps that change something' && actor === undefined)) return false
    const address = entry.envelope.to
    const known = given.get(address)
    return known !== undefined && known !== (store.actors.get(address)?.revision ?? 0)
  }
  const load = async (address: Address): Promise<StoredActor | undefined> => {
    const actor = await somewhere().load(address)
    given.set(address, actor?.revision ?? 0)
    return actor
  }
  const commit = async (group: CommitGroup): Promise<CommitOutcome> => {
    // 3: which of its expectations did not hold, a server says or does not.
    if (group.steps.some(isOld)) {
      if (random() < 0.5) return { status: 'stale' }
      throw new StorageError('store-unavailable', 'a step was decided on an old state')
    }
    const outcome = await write((journal) => journal.commit(group))
    if (outcome.status === 'stale') return outcome
    for (const { actor, timersArmed } of group.steps) {
      if (actor !== undefined) given.set(actor.address, actor.revision)
      for (const timer of timersArmed) armed(timer.dueAtMs)
    }
    return outcome
  }
  let closed = false
  const whileOpen: Around = (call) =>
    closed ? Promise.reject(new StorageError('store-closed', 'the journal is closed')) : call()
  const handle: Journal = {
    partitions: leader.partitions,
    append: (events) => write((journal) => journal.append(events)),
    claim: (partition, node) => write((journal) => journal.claim(partition, node)),
    commit,
    fireTimers: () => Promise.resolve({ fired: 0 }),
    settleDeadLetter: (id, settlement) => write((journal) => journal.settleDeadLetter(id, settlement)),
    load,
    read: (partition, after, limit) => somewhere().read(partition, after, limit),
    // What the owner before asked for has to be seen by the claim after it, or nobody drives it.
    withEffects: (partition, after, limit) => leader.withEffects(partition, after, limit),
    facts: (after, limit, address) => somewhere().facts(after, limit, address),
    factsEnd: () => leader.factsEnd(),
    history: (address, after, limit) => somewhere().history(address, after, limit),
    list: (query) => somewhere().list(query),
    deadLetters: (query) => somewhere().deadLetters(query),
    deadLetter: (id) => somewhere().deadLetter(id),
    // Told at once, perhaps in vain, and again when the follower knows.
    watch: (listener) => {
      const leave = [leader.watch(listener), follower.watch(listener)]
      return () => leave.forEach((each) => each())
    },
    close: async () => {
      closed = true
    },
  }
  return aroundJournal(handle, whileOpen)
}

interface Follower {
  readonly journal: Journal
  follow(run: (journal: Journal) => Promise<unknown>): void
}

function createFollower({ partitions, clock, lagMs }: ServersOptions): Follower {
  const journal = createMemoryJournal({ partitions, store: createMemoryJournalStore(partitions, 'rising') })
  let dueAtMs = 0
  let waiting = 0
  return {
    journal,
    follow(run) {
      const repeat = (): void => void run(journal).catch(() => {})
      dueAtMs = Math.max(dueAtMs, clock.nowMs() + lagMs())
      if (waiting === 0 && dueAtMs <= clock.nowMs()) return repeat()
      waiting += 1
      clock.schedule(dueAtMs, () => {
        waiting -= 1
        repeat()
      })
    },
  }
}

function createTimerServer(clock: Clock, write: Write): { dueAt(dueAtMs: number): void } {
  let lookAtMs = Number.POSITIVE_INFINITY
  let cancel = (): void => {}
  const look = async (): Promise<void> => {
    lookAtMs = Number.POSITIVE_INFINITY
    const nowMs = clock.nowMs()
    const { nextDueAtMs } = await write((journal) => journal.fireTimers(nowMs, 1000))
    if (nextDueAtMs !== undefined) dueAt(nextDueAtMs)
  }
  const dueAt = (dueAtMs: number): void => {
    const atMs = Math.ceil(dueAtMs / timerStepMs) * timerStepMs
    if (atMs >= lookAtMs) return
    cancel()
    lookAtMs = atMs
    cancel = clock.schedule(atMs, () => void look())
  }
  return { dueAt }
}
