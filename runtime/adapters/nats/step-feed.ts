import type { JetStreamClient } from '@nats-io/jetstream'
import type { Fact } from '../../fact.ts'
import type { Log } from '../../ports/log.ts'
import { Arrivals } from './arrivals.ts'
import { followStream } from './follow-stream.ts'
import { sequenceOf, type JournalLayout } from './journal-layout.ts'
import { factsIn, readStep, type SequencedStep } from './journal-messages.ts'
import type { StreamReads } from './stream-reads.ts'

export interface StepFeedOptions {
  readonly client: JetStreamClient
  readonly reads: StreamReads
  readonly stream: string
  readonly layout: JournalLayout
  readonly log: Log
  readonly step: (step: SequencedStep) => void
  /** There are facts, or there may be. */
  readonly facts: () => void
  readonly pause: (ms: number) => Promise<void>
}

/** Steps that said facts, kept for those who keep up; whoever is behind asks the stream. */
const ringMax = 8000

/** How long a commit that has been acknowledged may take to be delivered before the stream is asked instead. */
const deliveryMs = 10

const retryMs = 500

/**
 * The newest steps of all nodes as they become visible, for those who follow facts and for those who wait for one of them.
 * Owns a bounded ring. 1. It holds every step with facts after `#from`. 2. It begins with the first who follows.
 */
export class StepFeed {
  readonly #options: StepFeedOptions
  readonly #arrivals: Arrivals
  #ring: SequencedStep[] = []
  #from = Number.POSITIVE_INFINITY
  #end = 0
  #stop: (() => Promise<void>) | undefined
  #starting: Promise<void> | undefined
  #closed = false

  constructor(options: StepFeedOptions) {
    this.#options = options
    this.#arrivals = new Arrivals(options.pause)
  }

  start(): void {
    this.#starting ??= this.#start()
  }

  /** Facts after a position, where the ring has them all; `undefined`: ask the stream. `end` is the newest sequence known to be there. */
  async read(afterPosition: number, limit: number, end: number): Promise<readonly Fact[] | undefined> {
    const sequence = sequenceOf(afterPosition)
    if (sequence <= this.#from) return undefined
    if (this.#end < end && !(await this.#arrivals.within(deliveryMs, () => this.#end >= end))) return undefined
    if (sequence <= this.#from) return undefined
    const facts: Fact[] = []
    for (let index = firstFrom(this.#ring, sequence); index < this.#ring.length && facts.length < limit; index++) {
      const step = this.#ring[index]
      if (step !== undefined) facts.push(...factsIn(step).filter((fact) => fact.position > afterPosition))
    }
    return facts.slice(0, limit)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#arrivals.arrived()
    await this.#starting
    await this.#stop?.()
  }

  async #start(): Promise<void> {
    const { client, reads, stream, layout, log, pause, facts } = this.#options
    while (!this.#closed) {
      try {
        const last = await reads.lastSequence()
        this.#from = last
        this.#end = last
        this.#stop = await followStream(client, {
          stream,
          filter: layout.steps('*'),
          from: last + 1,
          onFound: (found) => this.#take(readStep(found)),
          onResumed: facts,
        })
        return
      } catch (error) {
        this.#from = Number.POSITIVE_INFINITY
        if (this.#closed) return
        log.warn('steps can not be followed yet', { reason: String(error) })
        await pause(retryMs)
      }
    }
  }

  #take(step: SequencedStep): void {
    const { step: tell, facts } = this.#options
    this.#end = step.sequence
    const said = step.entry.facts.length > 0
    if (said) {
      this.#ring.push(step)
      if (this.#ring.length > ringMax) {
        this.#from = this.#ring[ringMax / 2 - 1]?.sequence ?? this.#from
        this.#ring = this.#ring.slice(ringMax / 2)
      }
    }
    this.#arrivals.arrived()
    tell(step)
    if (said) facts()
  }
}

/** The index of the first step at or after a sequence, by halving. */
function firstFrom(steps: readonly SequencedStep[], sequence: number): number {
  let low = 0
  let high = steps.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((steps[middle]?.sequence ?? 0) < sequence) low = middle + 1
    else high = middle
  }
  return low
}
