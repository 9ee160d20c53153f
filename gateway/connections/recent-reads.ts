/**
 * Owns what of each workspace was read in the last seconds.
 * 1. A reading that fails is not kept. 2. What is forgotten is read anew, also while a reading of before is under way.
 */
import type { Clock } from '#runtime/ports/clock.ts'

/** Workspaces answered from memory; anybody may ask for any name. */
const keptMax = 1000

/** Readings by workspace, answered from memory for `keptMs`. */
export class RecentReads<Held> {
  readonly #read: (workspace: string) => Promise<Held>
  readonly #clock: Clock
  readonly #keptMs: number
  readonly #kept = new Map<string, { readonly untilMs: number; readonly held: Promise<Held> }>()

  constructor(read: (workspace: string) => Promise<Held>, clock: Clock, keptMs: number) {
    this.#read = read
    this.#clock = clock
    this.#keptMs = keptMs
  }

  get(workspace: string): Promise<Held> {
    const nowMs = this.#clock.nowMs()
    const kept = this.#kept.get(workspace)
    if (kept !== undefined && nowMs < kept.untilMs) return kept.held
    const entry = { untilMs: nowMs + this.#keptMs, held: this.#read(workspace) }
    if (this.#kept.size >= keptMax) this.#kept.clear()
    this.#kept.set(workspace, entry)
    // 1
    entry.held.catch(() => {
      if (this.#kept.get(workspace) === entry) this.#kept.delete(workspace)
    })
    return entry.held
  }

  forget(workspace: string): void {
    this.#kept.delete(workspace)
  }
}
