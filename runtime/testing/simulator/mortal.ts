import type { Clock } from '../../ports/clock.ts'
import type { Journal } from '../../ports/journal.ts'
import { aroundJournal, type Around } from '../around-journal.ts'

/**
 * One simulated process's grip on the world. Killed, nothing it waits for ever comes and nothing it scheduled ever runs;
 * paused, all of that is held back and happens on resume, as with a process that was stopped and woken: a zombie.
 * Invariant 1: a dead process asks for nothing more; what was on its way arrives. Invariant 2: what had been written stays written.
 */
export interface Mortal {
  readonly journal: Journal
  readonly clock: Clock
  /** Makes any other call as this process would. */
  readonly pass: <Value>(call: () => Promise<Value>) => Promise<Value>
  readonly state: () => 'alive' | 'paused' | 'dead'
  /** Whether it has been paused and woken. */
  readonly slept: () => boolean
  kill(): void
  pause(): void
  resume(): void
}

/** Wraps the ports of one simulated process. `onCall` runs before and after each call, and may kill the process right there. */
export function createMortal(
  ports: { readonly journal: Journal; readonly clock: Clock },
  onCall: (mortal: Mortal) => void,
): Mortal {
  let state: 'alive' | 'paused' | 'dead' = 'alive'
  let held: (() => void)[] = []
  let slept = false
  const gate = (run: () => void): void => {
    if (state === 'alive') run()
    else if (state === 'paused') held.push(run)
  }
  const pass = async <Value>(call: () => Promise<Value>): Promise<Value> => {
    await new Promise<void>((resolve) => gate(resolve))
    onCall(mortal)
    await new Promise<void>((resolve) => gate(resolve))
    let result: { readonly value: Value } | { readonly error: unknown }
    try {
      result = { value: await call() }
    } catch (error) {
      result = { error }
    }
    onCall(mortal)
    await new Promise<void>((resolve) => gate(resolve))
    if ('error' in result) throw result.error
    return result.value
  }
  const mortal: Mortal = {
    state: () => state,
    slept: () => slept,
    pass,
    journal: throughGate(ports.journal, pass, gate),
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
      slept = true
      const waiting = held
      held = []
      for (const run of waiting) gate(run)
    },
  }
  return mortal
}

function throughGate(journal: Journal, pass: Around, gate: (run: () => void) => void): Journal {
  return aroundJournal(journal, pass, {
    watch: (listener) =>
      journal.watch({
        inbox: (partition) => gate(() => listener.inbox?.(partition)),
        facts: () => gate(() => listener.facts?.()),
        timers: () => gate(() => listener.timers?.()),
        steps: (steps) => gate(() => listener.steps?.(steps)),
      }),
    close: () => Promise.resolve(),
  })
}
