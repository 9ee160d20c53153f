import { partitionOf, type Address } from './address.ts'
import type { Resident } from './decide.ts'
import type { Clock } from './ports/clock.ts'
import type { Journal } from './ports/journal.ts'

export interface ActivationOptions {
  readonly journal: Pick<Journal, 'load' | 'partitions'>
  readonly clock: Clock
  readonly residentMax: number
  readonly idleMs: number
}

/** Actors as one group sees them: those in memory, those loaded, and `undefined` for those that do not exist yet. */
export type WorkingSet = Map<Address, Resident | undefined>

interface Seat {
  readonly resident: Resident
  readonly usedAtMs: number
}

/**
 * Which actors are in memory. Owned by the host; called by the partition loops.
 * 1. A resident is exactly what the last commit wrote: it enters only after a commit, and leaves when a commit is in doubt.
 * 2. Residents are ordered by use, the least recent first; at most `residentMax` stay, none longer than `idleMs` without use.
 * 3. Leaving loses nothing: pending effects are in the runner and timers in the journal.
 */
export class Activation {
  readonly #options: ActivationOptions
  readonly #seats = new Map<Address, Seat>()
  #loads = 0
  #cancelSweep: (() => void) | undefined
  #closed = false

  constructor(options: ActivationOptions) {
    this.#options = options
  }

  get residents(): number {
    return this.#seats.size
  }

  get loads(): number {
    return this.#loads
  }

  /** The working set of a group: what is resident as it is, the rest loaded at once. */
  async gather(addresses: Iterable<Address>): Promise<WorkingSet> {
    const set: WorkingSet = new Map()
    let missing: Address[] | undefined
    for (const address of addresses) {
      if (set.has(address)) continue
      const seat = this.#seats.get(address)
      set.set(address, seat?.resident)
      if (seat === undefined) (missing ??= []).push(address)
    }
    if (missing !== undefined) await this.#load(missing, set)
    return set
  }

  /** Keeps what a commit wrote. */
  keep(set: WorkingSet): void {
    const usedAtMs = this.#options.clock.nowMs()
    for (const [address, resident] of set) {
      // Deleting first makes it the most recent: a map keeps the order of insertion.
      this.#seats.delete(address)
      if (resident !== undefined) this.#seats.set(address, { resident, usedAtMs })
    }
    for (const address of this.#seats.keys()) {
      if (this.#seats.size <= this.#options.residentMax) break
      this.#seats.delete(address)
    }
    this.#sweepLater()
  }

  /** Forgets the residents of a partition that is lost or in doubt. */
  forget(partition: number): void {
    for (const address of this.#seats.keys()) {
      if (partitionOf(address, this.#options.journal.partitions) === partition) this.#seats.delete(address)
    }
  }

  close(): void {
    this.#closed = true
    this.#cancelSweep?.()
    this.#seats.clear()
  }

  async #load(missing: readonly Address[], set: WorkingSet): Promise<void> {
    const loaded = await Promise.all(missing.map((address) => this.#options.journal.load(address)))
    this.#loads += missing.length
    loaded.forEach((stored, index) => {
      const address = missing[index]
      if (address !== undefined && stored !== undefined) set.set(address, { stored })
    })
  }

  #sweepLater(): void {
    if (this.#cancelSweep !== undefined || this.#closed || this.#seats.size === 0) return
    const { clock, idleMs } = this.#options
    this.#cancelSweep = clock.schedule(clock.nowMs() + idleMs, () => {
      this.#cancelSweep = undefined
      const beforeMs = clock.nowMs() - idleMs
      for (const [address, seat] of this.#seats) {
        if (seat.usedAtMs > beforeMs) break
        this.#seats.delete(address)
      }
      this.#sweepLater()
    })
  }
}
