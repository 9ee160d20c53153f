import type { Clock } from '../ports/clock.ts'
import type { Journal, JournalListener } from '../ports/journal.ts'
import { StorageError } from '../ports/storage-error.ts'

/** Chances between 0 and 1 at each call; an absent one never strikes. All absent: faults have stopped. */
export interface JournalFaults {
  /** The write happened, the caller gets an error. */
  readonly lostAcknowledgement?: number
  /** An error before anything was written or read. */
  readonly refusedWrite?: number
  readonly refusedRead?: number
  /** Another node claims the partition right before a commit. */
  readonly staleOwner?: number
  /** A watch callback comes twice. */
  readonly duplicateNotice?: number
  /** A read, or a watch callback, comes late by up to 200 ms of the clock. Needs `clock`. */
  readonly delay?: number
}

export interface FaultyJournalOptions {
  readonly journal: Journal
  /** Seeded, in [0, 1). */
  readonly random: () => number
  /** Read at every call, so that a simulation can stop its faults. */
  readonly faults: () => JournalFaults
  readonly clock?: Clock
}

const delayMaxMs = 200

/** A journal with bad luck, for the simulator. What it lets through keeps every promise of the port; what it refuses is `store-unavailable`. */
export function createFaultyJournal(options: FaultyJournalOptions): Journal {
  const { journal, clock } = options
  const strikes = (fault: keyof JournalFaults): boolean => {
    const chance = options.faults()[fault] ?? 0
    return chance > 0 && options.random() < chance
  }
  const late = (run: () => void): void => {
    if (clock === undefined || !strikes('delay')) run()
    else clock.schedule(clock.nowMs() + Math.ceil(options.random() * delayMaxMs), run)
  }
  const reading = async <Value>(read: () => Promise<Value>): Promise<Value> => {
    if (strikes('refusedRead')) throw unavailable('refused the read')
    const value = await read()
    await new Promise<void>((resolve) => late(resolve))
    return value
  }
  const writing = async <Value>(write: () => Promise<Value>): Promise<Value> => {
    if (strikes('refusedWrite')) throw unavailable('refused the write')
    const value = await write()
    if (strikes('lostAcknowledgement')) throw unavailable('lost the acknowledgement')
    return value
  }
  const notice = (tell: () => void): void => {
    late(tell)
    if (strikes('duplicateNotice')) late(tell)
  }

  return {
    partitions: journal.partitions,
    append: (events) => writing(() => journal.append(events)),
    claim: (partition, node) => writing(() => journal.claim(partition, node)),
    commit: (group) =>
      writing(async () => {
        if (strikes('staleOwner')) await journal.claim(group.claim.partition, 'somebody-else')
        return journal.commit(group)
      }),
    fireTimers: (nowMs, limit) => writing(() => journal.fireTimers(nowMs, limit)),
    settleDeadLetter: (id, settlement) => writing(() => journal.settleDeadLetter(id, settlement)),
    read: (partition, afterPosition, limit) => reading(() => journal.read(partition, afterPosition, limit)),
    load: (address) => reading(() => journal.load(address)),
    withEffects: (partition, after, limit) => reading(() => journal.withEffects(partition, after, limit)),
    facts: (afterPosition, limit, address) => reading(() => journal.facts(afterPosition, limit, address)),
    factsEnd: () => reading(() => journal.factsEnd()),
    history: (address, afterRevision, limit) => reading(() => journal.history(address, afterRevision, limit)),
    list: (query) => reading(() => journal.list(query)),
    deadLetters: (query) => reading(() => journal.deadLetters(query)),
    deadLetter: (id) => reading(() => journal.deadLetter(id)),
    watch: (listener) => journal.watch(noticed(listener, notice)),
    close: () => journal.close(),
  }
}

function noticed(listener: JournalListener, notice: (tell: () => void) => void): JournalListener {
  return {
    inbox: (partition) => notice(() => listener.inbox?.(partition)),
    facts: () => notice(() => listener.facts?.()),
    timers: () => notice(() => listener.timers?.()),
    steps: (steps) => notice(() => listener.steps?.(steps)),
  }
}

function unavailable(what: string): StorageError {
  return new StorageError('store-unavailable', `the journal ${what} (injected)`)
}
