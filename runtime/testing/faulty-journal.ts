import type { Clock } from '../ports/clock.ts'
import type { Journal, JournalListener } from '../ports/journal.ts'
import { StorageError } from '../ports/storage-error.ts'
import { aroundJournal, type Around } from './around-journal.ts'

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
  /** Nobody is told what became of events, as a journal is free to. */
  readonly lostNotice?: number
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
  const around: Around = async (call, kind) => {
    if (strikes(kind === 'read' ? 'refusedRead' : 'refusedWrite')) throw unavailable(`refused the ${kind}`)
    const value = await call()
    if (kind === 'read') await new Promise<void>((resolve) => late(resolve))
    else if (strikes('lostAcknowledgement')) throw unavailable('lost the acknowledgement')
    return value
  }
  const notice = (tell: () => void): void => {
    late(tell)
    if (strikes('duplicateNotice')) late(tell)
  }

  return aroundJournal(journal, around, {
    commit: (group) =>
      around(async () => {
        if (strikes('staleOwner')) await journal.claim(group.claim.partition, 'somebody-else')
        return journal.commit(group)
      }, 'write'),
    watch: (listener) => journal.watch(noticed(listener, notice, () => strikes('lostNotice'))),
  })
}

function noticed(
  listener: JournalListener,
  notice: (tell: () => void) => void,
  isLost: () => boolean,
): JournalListener {
  return {
    inbox: (partition) => notice(() => listener.inbox?.(partition)),
    facts: () => notice(() => listener.facts?.()),
    timers: () => notice(() => listener.timers?.()),
    steps: (steps) => (isLost() ? undefined : notice(() => listener.steps?.(steps))),
  }
}

function unavailable(what: string): StorageError {
  return new StorageError('store-unavailable', `the journal ${what} (injected)`)
}
