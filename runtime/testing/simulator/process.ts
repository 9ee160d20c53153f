import { catalogue } from '#machines/catalogue.ts'
import { createRuntime } from '../../host.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Ids } from '../../ports/ids.ts'
import type { Journal } from '../../ports/journal.ts'
import type { EffectHandler, Runtime } from '../../runtime.ts'
import { noDocuments, silentLog } from '../small-host.ts'
import type { Members } from './members.ts'
import { createMortal, type Mortal } from './mortal.ts'

export interface ProcessParts {
  readonly clock: Clock
  readonly ids: Ids
  /** The journal as this process sees it, with all that may go wrong on the way. */
  readonly journal: (process: Reachable) => Journal
  readonly members: Members
  readonly effects: (clock: Clock) => { readonly [name: string]: EffectHandler }
}

/** A process as its journal and those who watch it know it. */
export interface Reachable {
  readonly name: string
  /** It can't reach the world outside. */
  readonly cut: () => boolean
  /** It has been paused and woken: whatever it believes may be old. */
  readonly slept: () => boolean
}

/** A simulated process with a node of the cluster in it. */
export interface Process extends Reachable {
  readonly mortal: Mortal
  /** Up once its start has succeeded. */
  readonly runtime: Runtime | undefined
  /** Resolves when the node serves, rejects when its start fails; never for a process that dies meanwhile. */
  start(): Promise<void>
  /** SIGTERM: it stops by itself and exits. Resolves then, with what it took in milliseconds. */
  terminate(): Promise<number>
  cutOff(ms: number): void
}

/** Makes a process that has not begun. `strike` is called around each of its calls, and may kill or pause it. */
export function createProcess(name: string, parts: ProcessParts, strike: (process: Process) => void): Process {
  const { clock } = parts
  let runtime: Runtime | undefined
  let cutUntilMs = 0
  const reach: Reachable = { name, cut: () => clock.nowMs() < cutUntilMs, slept: () => mortal.slept() }
  const mortal: Mortal = createMortal({ journal: parts.journal(reach), clock }, () => strike(process))
  const process: Process = {
    ...reach,
    mortal,
    get runtime() {
      return mortal.state() === 'alive' ? runtime : undefined
    },
    async start() {
      runtime = await createRuntime({
        journal: mortal.journal,
        documents: noDocuments,
        clock: mortal.clock,
        ids: parts.ids,
        log: silentLog,
        machines: catalogue,
        settings: () => ({}),
        effects: parts.effects(mortal.clock),
        projections: [],
        membership: await parts.members.join(name, { ...mortal, cut: reach.cut }),
      })
    },
    async terminate() {
      const fromMs = clock.nowMs()
      const stopping = runtime
      runtime = undefined
      await stopping?.stop()
      mortal.kill()
      return clock.nowMs() - fromMs
    },
    cutOff(ms) {
      cutUntilMs = Math.max(cutUntilMs, clock.nowMs() + ms)
    },
  }
  return process
}
