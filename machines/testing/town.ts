/**
 * Several actors that write to each other: every event one sends is handled by the other, oldest first, until nobody has
 * anything left to say. The order between actors can be chosen, so that a test can try the unlucky ones.
 */
import { catalogue } from '../catalogue.ts'
import type { JsonObject } from '../hosted.ts'
import { after, onStage, waited, type Sent, type Stage, type StageEvent } from './harness.ts'

/** Owns its actors and the events on their way; used by one test. */
export class Town {
  readonly actors = new Map<string, Stage>()
  readonly #settings: JsonObject
  readonly #pending: Sent[] = []

  constructor(settings: JsonObject = {}) {
    this.#settings = settings
  }

  /** The actor at an address, made when it is first asked for. */
  at(address: string): Stage {
    const found = this.actors.get(address)
    if (found !== undefined) return found
    const kind = address.split('/')[1]
    const hosted = catalogue.find((each) => each.kind === kind)
    if (hosted === undefined) throw new Error(`no machine of kind ${kind}`)
    const stage = onStage(hosted.machine, hosted.input(address, this.#settings))
    this.actors.set(address, stage)
    return stage
  }

  /** Gives an actor an event, and holds back what it sends until `settle`. */
  give(address: string, event: StageEvent): void {
    this.#keep(address, after(this.at(address), event))
  }

  /** Gives an actor an event and lets everybody answer. */
  tell(address: string, event: StageEvent): Stage {
    this.give(address, event)
    this.settle()
    return this.at(address)
  }

  /** Delivers what is on its way, the event `pick` chooses first; throws when they never stop talking. */
  settle(pick: (pending: readonly Sent[]) => number = () => 0): void {
    for (let delivered = 0; this.#pending.length > 0; delivered++) {
      if (delivered > 1000) throw new Error('they never stop talking')
      const [sent] = this.#pending.splice(pick(this.#pending), 1)
      if (sent !== undefined) this.give(sent.to, sent.event)
    }
  }

  /** Lets time pass for one actor and everybody answer. */
  wait(address: string, passedMs: number): Stage {
    this.#keep(address, waited(this.at(address), passedMs))
    this.settle()
    return this.at(address)
  }

  /** Replaces an actor's stage after the test has done something to it, such as completing work. */
  set(address: string, stage: Stage): Stage {
    this.#keep(address, stage)
    this.settle()
    return this.at(address)
  }

  #keep(address: string, stage: Stage): void {
    const known = this.actors.get(address)?.sends.length ?? 0
    this.actors.set(address, stage)
    this.#pending.push(...stage.sends.slice(known))
  }
}
