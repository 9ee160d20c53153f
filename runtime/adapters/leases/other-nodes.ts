import type { Lease } from './lease-table.ts'

/** What is known of another node. */
export interface OtherNode {
  readonly name: string
  readonly revision: number
  /** The last sign of life, by our clock. */
  readonly seenAtMs: number
}

/**
 * The other nodes of a group, and when each last gave a sign of life.
 * 1. A sign is a word heard of it, or else a reading that shows a new revision. It counts from when it came here, so never from
 *    before it was given: nobody is taken for dead early.
 * 2. Who is not in the last reading is not alive.
 */
export class OtherNodes {
  readonly #nodes = new Map<string, OtherNode & { readonly heard: boolean }>()

  get names(): readonly string[] {
    return [...this.#nodes.keys()]
  }

  /** False when it was not known. */
  heard(name: string, nowMs: number): boolean {
    const node = this.#nodes.get(name)
    if (node !== undefined) this.#nodes.set(name, { ...node, seenAtMs: nowMs, heard: true })
    return node !== undefined
  }

  read(leases: readonly Lease[], nowMs: number): void {
    const found = new Set(leases.map((lease) => lease.node))
    for (const name of this.#nodes.keys()) if (!found.has(name)) this.#nodes.delete(name)
    for (const { node: name, revision } of leases) {
      const known = this.#nodes.get(name)
      // 1: what was heard came sooner than the reading.
      const seenAtMs = known !== undefined && (known.heard || known.revision === revision) ? known.seenAtMs : nowMs
      this.#nodes.set(name, { name, revision, seenAtMs, heard: false })
    }
  }

  silentSince(seenAtMs: number): readonly OtherNode[] {
    return [...this.#nodes.values()].filter((node) => node.seenAtMs <= seenAtMs)
  }

  /** When the one silent longest was last seen. */
  get oldestSignAtMs(): number | undefined {
    return this.#nodes.size === 0 ? undefined : Math.min(...[...this.#nodes.values()].map((node) => node.seenAtMs))
  }

  forget(name: string): void {
    this.#nodes.delete(name)
  }
}
