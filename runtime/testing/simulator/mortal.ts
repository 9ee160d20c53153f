import type { Clock } from '../../ports/clock.ts'
import type { Journal } from '../../ports/journal.ts'

/**
 * One simulated process's grip on the world. Killed, nothing it waits for ever comes and nothing it scheduled ever runs;
 * paused, all of that is held back and happens on resume, as with a process that was stopped and woken: a zombie.
 * Invariant 1: a dead process writes nothing. Invariant 2: what had been written stays written.
 */
export interface Mortal {
  readonly journal: Journal
  readonly clock: Clock
  readonly state: () => 'alive' | 'paused' | 'dead'
  kill(): void
  pause(): void
  resume(): void
}

/** Wraps the ports of one simulated process. `onCall` runs before each journal call, and may kill the process right there. */
export function createMortal(
  ports: { readonly journal: Journal; readonly clock: Clock },
  onCall: (call: 'before' | 'after', mortal: Mortal) => void,
): Mortal {
  let state: 'alive' | 'paused' | 'dead' = 'alive'
  let held: (() => void)[] = []
  const gate = (run: () => void): void => {
    if (state === 'alive') run()
    else if (state === 'paused') held.push(run)
  }
  const passing = async <Value>(call: () => Promise<Value>): Promise<Value> => {
    await new Promise<void>((resolve) => gate(resolve))
    onCall('before', mortal)
    await new Promise<void>((resolve) => gate(resolve))
    let result: { readonly value: Value } | { readonly error: unknown }
    try {
      result = { value: await call() }
    } catch (error) {
      result = { error }
    }
    onCall('after', mortal)
    await new Promise<void>((resolve) => gate(resolve))
    if ('error' in result) throw result.error
    return result.value
  }
  const mortal: Mortal = {
    state: () => state,
    journal: throughGate(ports.journal, passing, gate),
    clock: {
      nowMs: () => ports.clock.nowMs(),
      schedule: (atMs, run) => ports.clock.schedule(atMs, () => gate(run)),
    },
    kill: () => {
      state = 'dead'
      held = []
    },
    pause: () => {
      if (state === 'alive') state = 'paused'
    },
    resume: () => {
      if (state !== 'paused') return
      state = 'alive'
      const waiting = held
      held = []
      for (const run of waiting) gate(run)
    },
  }
  return mortal
}

type Passing = <Value>(call: () => Promise<Value>) => Promise<Value>

function throughGate(journal: Journal, passing: Passing, gate: (run: () => void) => void): Journal {
  return {
    partitions: journal.partitions,
    append: (events) => passing(() => journal.append(events)),
    claim: (partition, node) => passing(() => journal.claim(partition, node)),
    read: (partition, after, limit) => passing(() => journal.read(partition, after, limit)),
    commit: (group) => passing(() => journal.commit(group)),
    load: (address) => passing(() => journal.load(address)),
    withEffects: (partition, after, limit) => passing(() => journal.withEffects(partition, after, limit)),
    fireTimers: (nowMs, limit) => passing(() => journal.fireTimers(nowMs, limit)),
    facts: (after, limit, address) => passing(() => journal.facts(after, limit, address)),
    factsEnd: () => passing(() => journal.factsEnd()),
    history: (address, after, limit) => passing(() => journal.history(address, after, limit)),
    list: (query) => passing(() => journal.list(query)),
    deadLetters: (query) => passing(() => journal.deadLetters(query)),
    deadLetter: (id) => passing(() => journal.deadLetter(id)),
    settleDeadLetter: (id, settlement) => passing(() => journal.settleDeadLetter(id, settlement)),
    watch: (listener) =>
      journal.watch({
        inbox: (partition) => gate(() => listener.inbox?.(partition)),
        facts: () => gate(() => listener.facts?.()),
        timers: () => gate(() => listener.timers?.()),
        steps: (steps) => gate(() => listener.steps?.(steps)),
      }),
    close: () => Promise.resolve(),
  }
}
