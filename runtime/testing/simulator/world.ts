import { catalogue } from '#machines/catalogue.ts'
import type { NewEvent } from '../../event.ts'
import { createRuntime } from '../../host.ts'
import type { Documents } from '../../ports/documents.ts'
import type { Ids } from '../../ports/ids.ts'
import type { Journal } from '../../ports/journal.ts'
import type { Log } from '../../ports/log.ts'
import type { EffectHandler, Runtime } from '../../runtime.ts'
import type { ManualClock } from '../manual-clock.ts'
import type { Faults } from './faults.ts'
import { createMortal, type Mortal } from './mortal.ts'

/** The world a simulated company lives in: one journal that outlives every process, and the processes that come and go. */
export interface World {
  readonly clock: ManualClock
  readonly ids: Ids
  /** The truth, read around all faults. */
  readonly journal: Journal
  faults: Faults
  /** Sends until a process says that it is durable, as a client with a retry would. */
  send(event: NewEvent & { readonly id: string }): Promise<void>
  /** The process that serves now, when one is up. */
  current(): Runtime | undefined
  /** Wakes every paused process. */
  wakeZombies(): void
  readonly counts: { crashes: number; pauses: number; boots: number; retries: number }
}

export interface WorldParts {
  readonly clock: ManualClock
  readonly ids: Ids
  readonly journal: Journal
  /** The journal as a process sees it, with lost answers and refusals. */
  readonly faulty: (faults: () => Faults) => Journal
  readonly documents: Documents
  readonly log: Log
  readonly faults: Faults
  readonly effects: (faults: () => Faults, clock: Mortal['clock']) => { readonly [name: string]: EffectHandler }
}

interface Process {
  readonly name: string
  readonly mortal: Mortal
  runtime?: Runtime
  readonly membershipListeners: Set<() => void>
}

const answerTimeoutMs = 2_000

/** Makes a world and boots its first process. */
export function createWorld(parts: WorldParts): World {
  const counts = { crashes: 0, pauses: 0, boots: 0, retries: 0 }
  let now: Process | undefined
  const zombies = new Set<Process>()

  const strike = (mortal: Mortal): void => {
    const chance = parts.ids.random()
    if (chance < world.faults.crash) crash(mortal)
    else if (chance < world.faults.crash + world.faults.pause) pause(mortal)
  }
  const crash = (mortal: Mortal): void => {
    if (mortal.state() !== 'alive') return
    counts.crashes += 1
    mortal.kill()
    if (now?.mortal === mortal) now = undefined
    parts.clock.schedule(parts.clock.nowMs() + Math.floor(parts.ids.random() * 1500), () => void (now ?? boot()))
  }
  const pause = (mortal: Mortal): void => {
    const victim = now
    if (victim?.mortal !== mortal) return
    counts.pauses += 1
    mortal.pause()
    zombies.add(victim)
    boot()
    parts.clock.schedule(parts.clock.nowMs() + Math.floor(parts.ids.random() * 8000), () => wake(victim))
  }
  const wake = (zombie: Process): void => {
    if (!zombies.delete(zombie)) return
    zombie.mortal.resume()
    for (const listener of zombie.membershipListeners) listener()
  }
  const boot = (): void => {
    counts.boots += 1
    const faulty = parts.faulty(() => world.faults)
    const mortal = createMortal({ journal: faulty, clock: parts.clock }, (it) => strike(it))
    const process: Process = { name: `node-${counts.boots}`, mortal, membershipListeners: new Set() }
    now = process
    void start(parts, process, { isCurrent: () => now === process, faults: () => world.faults }).catch(
      (error: unknown) => {
        parts.log.warn('boot failed', { reason: String(error) })
        if (now !== process) return
        now = undefined
        parts.clock.schedule(parts.clock.nowMs() + 200, () => void (now ?? boot()))
      },
    )
  }

  const world: World = {
    clock: parts.clock,
    ids: parts.ids,
    journal: parts.journal,
    faults: parts.faults,
    counts,
    current: () => now?.runtime,
    wakeZombies: () => [...zombies].forEach(wake),
    send: async (event) => {
      for (;;) {
        const runtime = now?.runtime
        const answer = runtime === undefined ? undefined : await within(parts.clock, runtime.send(event))
        if (answer === 'durable') return
        counts.retries += 1
        await sleep(parts.clock, 50)
      }
    },
  }
  boot()
  return world
}

async function start(
  parts: WorldParts,
  process: Process,
  now: { isCurrent(): boolean; faults(): Faults },
): Promise<void> {
  const { mortal } = process
  const all = Array.from({ length: parts.journal.partitions }, (_, index) => index)
  const runtime = await createRuntime({
    journal: mortal.journal,
    documents: parts.documents,
    clock: mortal.clock,
    ids: parts.ids,
    log: parts.log,
    machines: catalogue,
    settings: () => ({}),
    effects: parts.effects(() => now.faults(), mortal.clock),
    projections: [],
    membership: {
      node: process.name,
      owned: () => (now.isCurrent() ? all : []),
      watch: (listener) => {
        process.membershipListeners.add(listener)
        return () => process.membershipListeners.delete(listener)
      },
      leave: () => Promise.resolve(),
    },
  })
  process.runtime = runtime
}

function within(clock: ManualClock, work: Promise<unknown>): Promise<'durable' | 'unknown'> {
  return new Promise((resolve) => {
    const cancel = clock.schedule(clock.nowMs() + answerTimeoutMs, () => resolve('unknown'))
    const settle = (outcome: 'durable' | 'unknown') => () => {
      cancel()
      resolve(outcome)
    }
    work.then(settle('durable'), settle('unknown'))
  })
}

/** Resolves after `ms` of simulated time. */
export function sleep(clock: ManualClock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.schedule(clock.nowMs() + ms, resolve))
}
