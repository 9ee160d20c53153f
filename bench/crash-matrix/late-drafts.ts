import { setTimeout as sleep } from 'node:timers/promises'
import { partitionOf, type Address } from '#runtime/address.ts'
import type { InboxEntry, Journal } from '#runtime/ports/journal.ts'

const lookEveryMs = 10
const inboxMax = 10_000
/** A commit waits no longer for an outcome: it may have been lost with its network. */
const patienceMs = 5_000

/**
 * Makes the outcome of every draft come after the event that takes it away, and be in the inbox before that event is committed: so
 * that it has to be fenced. The same could happen by itself, once in a thousand times. Owns the drafts that this process works at.
 * 1. The work on a draft waits until the event that takes it is in the inbox.
 * 2. That event is read by itself, so that the draft has been asked for before.
 * 3. Its commit waits until the outcome of the work is in the inbox too, when the work is done here.
 */
export class LateDrafts {
  readonly #journal: Journal
  /** The keys of drafts worked at here, by actor. */
  readonly #open = new Map<Address, string>()

  /** `journal` without any fault in between. */
  constructor(journal: Journal) {
    this.#journal = journal
  }

  /** 1: to be called by the work on a draft. Rejects with the signal's reason. */
  async taken(
    draft: { readonly address: Address; readonly key: string },
    by: string,
    signal: AbortSignal,
  ): Promise<void> {
    const { address, key } = draft
    this.#open.set(address, key)
    signal.addEventListener('abort', () => this.#close(address, key))
    while (!(await this.#has(address, by))) await sleep(lookEveryMs, undefined, { signal })
  }

  /** The journal as the node is to see it. */
  around(journal: Journal): Pick<Journal, 'read' | 'commit'> {
    return {
      read: async (...page) => upToTake(await journal.read(...page)),
      commit: async (group) => {
        for (const { entry } of group.steps)
          if (isTake(entry)) await this.#outcomeCame(entry.envelope.to, performance.now() + patienceMs)
        return journal.commit(group)
      },
    }
  }

  async #outcomeCame(address: Address, untilMs: number): Promise<void> {
    for (let key = this.#open.get(address); key !== undefined; key = this.#open.get(address)) {
      if ((await this.#has(address, key)) || performance.now() > untilMs) this.#close(address, key)
      else await sleep(lookEveryMs)
    }
  }

  /** Whether an event is in its actor's inbox; also false while nobody can tell. */
  async #has(address: Address, id: string): Promise<boolean> {
    const partition = partitionOf(address, this.#journal.partitions)
    const entries = await this.#journal.read(partition, 0, inboxMax).catch(() => [])
    return entries.some(({ envelope }) => envelope.id === id && envelope.to === address)
  }

  #close(address: Address, key: string): void {
    if (this.#open.get(address) === key) this.#open.delete(address)
  }
}

function upToTake(entries: readonly InboxEntry[]): readonly InboxEntry[] {
  const at = entries.findIndex((entry, index) => index > 0 && (isTake(entry) || isTake(entries[index - 1])))
  return at === -1 ? entries : entries.slice(0, at)
}

function isTake(entry: InboxEntry | undefined): boolean {
  return entry?.envelope.event.type === 'take'
}
