import { backoffMs, pause } from './backoff.ts'
import { Partition, type PartitionTools } from './partition.ts'
import { errorAsJson } from './plain.ts'
import type { Membership } from './ports/membership.ts'

/**
 * Which partitions this process works on: follows membership. Owns one loop a partition.
 * 1. Changes are applied one after the other; the last word of membership wins.
 * 2. A partition is started again only after its loop has ended.
 */
export class Ownership {
  readonly #membership: Membership
  readonly #tools: PartitionTools
  readonly #loops = new Map<number, Partition>()
  readonly #stopped = new AbortController()
  #changing: Promise<void> = Promise.resolve()
  #unwatch: (() => void) | undefined

  constructor(membership: Membership, tools: PartitionTools) {
    this.#membership = membership
    this.#tools = tools
  }

  /** Claims what this node owns now and follows membership from here on. Rejects when a first claim fails. */
  async start(): Promise<void> {
    const first = this.#apply()
    // 1: a change that comes while the first claims are made waits for them.
    this.#changing = first.catch(() => {})
    this.#unwatch = this.#membership.watch(() => this.#change())
    await first
  }

  /** Whether a loop of ours serves it, or is about to claim it again. */
  has(partition: number): boolean {
    const loop = this.#loops.get(partition)
    return loop !== undefined && !loop.ended
  }

  /** Events read and not yet handled, over all partitions. */
  get inHand(): number {
    let events = 0
    for (const loop of this.#loops.values()) events += loop.inHand
    return events
  }

  wake(partition: number): void {
    this.#loops.get(partition)?.wake()
  }

  redrive(partitions: readonly number[]): void {
    for (const partition of partitions) this.#loops.get(partition)?.redrive()
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    this.#unwatch?.()
    await this.#changing
    await Promise.all([...this.#loops.values()].map((loop) => loop.stop()))
    this.#loops.clear()
  }

  #change(): void {
    this.#changing = this.#changing.then(() => this.#applyUntilDone())
  }

  async #applyUntilDone(): Promise<void> {
    const { clock, ids, log } = this.#tools
    for (let tries = 1; !this.#stopped.signal.aborted; tries++) {
      try {
        return await this.#apply()
      } catch (error) {
        log.error('partitions could not be claimed', { tries, error: errorAsJson(error) })
        await pause(clock, backoffMs(100, tries, ids.random()), this.#stopped.signal)
      }
    }
  }

  async #apply(): Promise<void> {
    const wanted = new Set(this.#membership.owned())
    const going = [...this.#loops].filter(([partition]) => !wanted.has(partition))
    await Promise.all(
      going.map(async ([partition, loop]) => {
        await loop.stop()
        this.#loops.delete(partition)
      }),
    )
    const coming = [...wanted].filter((partition) => !this.#loops.has(partition))
    await Promise.all(coming.map((partition) => this.#begin(partition)))
  }

  async #begin(partition: number): Promise<void> {
    const loop = new Partition(partition, this.#tools)
    this.#loops.set(partition, loop)
    try {
      await loop.start()
    } catch (error) {
      this.#loops.delete(partition)
      throw error
    }
  }
}
