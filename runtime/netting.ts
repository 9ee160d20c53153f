import { RuntimeError } from './errors.ts'
import type { Address } from './address.ts'
import type { NewFact } from './fact.ts'
import { askedMax } from './limits.ts'
import type { PendingEffect, Timer } from './ports/journal.ts'
import type { MachineEvent } from './event.ts'
import type { Asked } from './step.ts'

type Timers = { readonly [id: string]: Timer }
type Effects = { readonly [id: string]: PendingEffect }

/** What an actor holds between steps. */
export interface Held {
  readonly timers: Timers
  readonly effects: Effects
}

/** What remains of all that a step asked for: an id is in one of two lists at most, and nothing is undone that was never done. */
export interface Net extends Held {
  readonly timersArmed: readonly Timer[]
  readonly timersCancelled: readonly string[]
  readonly effectsAsked: readonly PendingEffect[]
  readonly effectsStopped: readonly string[]
  readonly sends: readonly { readonly to: Address; readonly event: MachineEvent }[]
  readonly facts: readonly NewFact[]
}

/** Which step this is: ids and epochs come from `revision`, due times from `atMs`. */
export interface NettingStep {
  readonly revision: number
  readonly atMs: number
  /** What caused the step: effects carry it on. */
  readonly cause?: { readonly causedBy: string; readonly correlationId: string }
  /** The machine is done: its timers and invokes end with it. Actions asked for still run. */
  readonly done: boolean
}

/**
 * Nets what one macrostep asked for. A timer armed and disarmed in it never was; a child stopped and started again is
 * a new effect, whose epoch fences the old one.
 */
export function net(held: Held, asked: readonly Asked[], step: NettingStep): Net {
  if (asked.length === 0 && !step.done) return { ...nothing, timers: held.timers, effects: held.effects }
  if (asked.length > askedMax) throw new Error(`a step asked for ${asked.length} things; ${askedMax} is the limit`)
  const tally = new Tally(held, step)
  asked.forEach((each, index) => tally.add(each, index))
  if (step.done) tally.end()
  return tally.result()
}

const nothing = {
  timersArmed: [],
  timersCancelled: [],
  effectsAsked: [],
  effectsStopped: [],
  sends: [],
  facts: [],
} as const

class Tally {
  readonly #held: Held
  readonly #step: NettingStep
  readonly #armed = new Map<string, Timer>()
  readonly #cancelled = new Set<string>()
  readonly #asked = new Map<string, PendingEffect>()
  readonly #stopped = new Set<string>()
  readonly #sends: { to: Address; event: MachineEvent }[] = []
  readonly #facts: NewFact[] = []

  constructor(held: Held, step: NettingStep) {
    this.#held = held
    this.#step = step
  }

  add(asked: Asked, index: number): void {
    const { revision, atMs, cause } = this.#step
    switch (asked.ask) {
      case 'arm': {
        const id = asked.id ?? `raise:${revision}.${index}`
        this.#armed.set(id, { id, epoch: revision, dueAtMs: atMs + asked.delayMs, event: asked.event })
        this.#cancelled.delete(id)
        return
      }
      case 'cancel':
        this.#cancel(asked.id)
        return
      case 'start': {
        const { id, name, input } = asked
        this.#asked.set(id, { id, epoch: revision, name, input, kind: 'invoke', ...cause })
        this.#stopped.delete(id)
        return
      }
      case 'stop':
        this.#stop(asked.id)
        return
      case 'act': {
        const id = `${asked.name}:${revision}.${index}`
        const { name, input } = asked
        this.#asked.set(id, { id, epoch: revision, name, input, kind: 'action', ...cause })
        return
      }
      case 'emit':
        this.#facts.push(asked.fact)
        return
      case 'send':
        this.#sends.push({ to: asked.to, event: asked.event })
        return
      default:
        throw new RuntimeError('bad-machine', `unknown request ${JSON.stringify(asked satisfies never)}`)
    }
  }

  end(): void {
    for (const id of [...this.#armed.keys(), ...Object.keys(this.#held.timers)]) this.#cancel(id)
    const invokes = [...this.#asked.values(), ...Object.values(this.#held.effects)].filter(
      (each) => each.kind === 'invoke',
    )
    for (const each of invokes) this.#stop(each.id)
  }

  result(): Net {
    return {
      timers: merged(this.#held.timers, this.#armed, this.#cancelled),
      effects: merged(this.#held.effects, this.#asked, this.#stopped),
      timersArmed: [...this.#armed.values()],
      timersCancelled: [...this.#cancelled],
      effectsAsked: [...this.#asked.values()],
      effectsStopped: [...this.#stopped],
      sends: this.#sends,
      facts: this.#facts,
    }
  }

  #cancel(id: string): void {
    this.#armed.delete(id)
    if (Object.hasOwn(this.#held.timers, id)) this.#cancelled.add(id)
  }

  #stop(id: string): void {
    this.#asked.delete(id)
    if (Object.hasOwn(this.#held.effects, id)) this.#stopped.add(id)
  }
}

/** Keeps the very same object when nothing changed: most steps touch neither timers nor effects. */
function merged<T>(
  before: { readonly [id: string]: T },
  added: ReadonlyMap<string, T>,
  removed: ReadonlySet<string>,
): { readonly [id: string]: T } {
  if (added.size === 0 && removed.size === 0) return before
  const kept = Object.entries(before).filter(([id]) => !removed.has(id))
  return Object.fromEntries([...kept, ...added])
}
