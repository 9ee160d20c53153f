import { catalogue } from '#machines/catalogue.ts'
import { createRuntimeClient } from '../../client.ts'
import { createRuntime } from '../../host.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Documents } from '../../ports/documents.ts'
import type { Ids } from '../../ports/ids.ts'
import type { Journal } from '../../ports/journal.ts'
import type { EffectHandler, Runtime } from '../../runtime.ts'
import { silentLog } from '../small-host.ts'
import type { Members } from './members.ts'
import { createMortal, type Mortal } from './mortal.ts'
import { distantDocuments } from './projectors.ts'

type EffectHandlers = { readonly [name: string]: EffectHandler }

export interface ProcessParts {
  readonly clock: Clock
  readonly ids: Ids
  /** The journal as this process sees it, with all that may go wrong on the way. */
  readonly journal: (process: Reachable) => Journal
  readonly documents: Documents
  readonly members: Members
  /** Its effects, on its clock; for those that call the house back or the world outside, the process itself. */
  readonly effects: (clock: Clock, process: Process) => EffectHandlers
}

/** A process as its journal and those who watch it know it. */
export interface Reachable {
  readonly name: string
  /** It can't reach the world outside. */
  readonly cut: () => boolean
  /** It has been paused and woken: whatever it believes may be old. */
  readonly slept: () => boolean
}

/** `node`: hosts actors. `gateway`: talks to those that other processes host. */
export type Role = 'node' | 'gateway'

/** A simulated process of the cluster. */
export interface Process extends Reachable {
  readonly mortal: Mortal
  /** Up once its start has succeeded. */
  readonly runtime: Runtime | undefined
  /** Positions of the facts its live stream has told, from the first it heard of. */
  readonly told: readonly number[]
  /** Resolves when the node serves, rejects when its start fails; never for a process that dies meanwhile. */
  start(): Promise<void>
  /** SIGTERM: it stops by itself and exits. Resolves then, with what it took in milliseconds. */
  terminate(): Promise<number>
  cutOff(ms: number): void
}

/** Makes a process that has not begun. `strike` is called around each of its calls, and may kill or pause it. */
export function createProcess(
  { name, role }: { readonly name: string; readonly role: Role },
  parts: ProcessParts,
  strike: (process: Process) => void,
): Process {
  const { clock } = parts
  let runtime: Runtime | undefined
  let cutUntilMs = 0
  const told: number[] = []
  const reach: Reachable = { name, cut: () => clock.nowMs() < cutUntilMs, slept: () => mortal.slept() }
  const mortal: Mortal = createMortal({ journal: parts.journal(reach), clock }, () => strike(process))
  const process: Process = {
    ...reach,
    mortal,
    told,
    get runtime() {
      return mortal.state() === 'alive' ? runtime : undefined
    },
    async start() {
      runtime = await (role === 'node' ? startNode : startGateway)(parts, process, reach.cut)
      runtime.live.facts('', (fact) => told.push(fact.position))
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

async function startNode(parts: ProcessParts, process: Process, cut: () => boolean): Promise<Runtime> {
  const { name, mortal } = process
  return createRuntime({
    ...portsOf(parts, mortal),
    settings: () => ({}),
    effects: parts.effects(mortal.clock, process),
    readModels: 'followed',
    projections: [],
    membership: await parts.members.join(name, { ...mortal, cut }),
  })
}

function startGateway(parts: ProcessParts, { mortal }: Process): Promise<Runtime> {
  return createRuntimeClient(portsOf(parts, mortal))
}

function portsOf({ ids, documents }: ProcessParts, mortal: Mortal) {
  return {
    journal: mortal.journal,
    documents: distantDocuments(documents, mortal, () => false),
    clock: mortal.clock,
    ids,
    log: silentLog,
    machines: catalogue,
  }
}
