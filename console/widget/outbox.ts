/**
 * Messages the visitor has sent and the transcript does not show yet.
 * Owns: one storage key per message, so that two tabs writing at once can't overwrite each other's.
 * Called by: `Session` and `Sender` of the same tab; another tab's changes come in by `reread`.
 * O1: a message is stored before it is shown as sent, and removed only when the transcript holds its clientId.
 * O2: entries leave in the order they were written.
 * O3: an entry of another tab is left to that tab until it is `orphanAfterMs` old; sending it twice is harmless anyway (same clientId).
 * O4: what has lain here for `staleAfterMs` is not sent by itself any more ("tomorrow at 11" means another day now): the person decides.
 */
import type { KeyValueStore } from './storage.ts'

export interface OutboxEntry {
  readonly clientId: string
  readonly text: string
  readonly atMs: number
  /** `waiting` to be sent or acknowledged; `accepted` as number `n`; `failed` until the person retries. */
  readonly state: 'waiting' | 'accepted' | 'failed'
  readonly n?: number
  readonly problem?: string
}

/** How long another tab's message is left to it. */
export const orphanAfterMs = 15_000

/** Older than this when a page begins: shown as not sent. */
export const staleAfterMs = 12 * 60 * 60 * 1000

export class Outbox {
  readonly #store: KeyValueStore
  readonly #prefix: string
  readonly #own = new Set<string>()
  #entries: readonly OutboxEntry[] = []

  constructor(store: KeyValueStore, prefix: string, nowMs: number) {
    this.#store = store
    this.#prefix = prefix
    this.reread()
    // What lies here at the start was left by a page that is gone: this tab takes it on.
    for (const { clientId, atMs, state } of this.#entries) {
      this.#own.add(clientId)
      if (state === 'waiting' && nowMs - atMs > staleAfterMs) this.failed(clientId) // O4
    }
  }

  get entries(): readonly OutboxEntry[] {
    return this.#entries
  }

  add(entry: Pick<OutboxEntry, 'clientId' | 'text' | 'atMs'>): void {
    this.#own.add(entry.clientId)
    this.#write({ ...entry, state: 'waiting' })
  }

  accepted(clientId: string, n: number): void {
    this.#change(clientId, ({ clientId, text, atMs }) => ({ clientId, text, atMs, state: 'accepted', n }))
  }

  failed(clientId: string, problem?: string): void {
    this.#change(clientId, ({ clientId, text, atMs }) => ({
      clientId,
      text,
      atMs,
      state: 'failed',
      ...(problem === undefined ? {} : { problem }),
    }))
  }

  retry(clientId: string): void {
    this.#own.add(clientId)
    this.#change(clientId, ({ clientId, text, atMs }) => ({ clientId, text, atMs, state: 'waiting' }))
  }

  remove(clientId: string): void {
    this.#store.remove(this.#prefix + clientId)
    this.#entries = this.#entries.filter((entry) => entry.clientId !== clientId)
  }

  clear(): void {
    for (const entry of this.#entries) this.remove(entry.clientId)
  }

  /** The next one this tab should send. */
  next(nowMs: number): OutboxEntry | undefined {
    return this.#entries.find(
      (entry) => entry.state === 'waiting' && (this.#own.has(entry.clientId) || nowMs - entry.atMs >= orphanAfterMs), // O3
    )
  }

  /** Takes in what other tabs wrote. Returns whether anything changed. */
  reread(): boolean {
    const before = JSON.stringify(this.#entries)
    const read = this.#store.keys(this.#prefix).map((key) => parseEntry(this.#store.get(key)))
    this.#entries = inOrder(read.filter((entry) => entry !== undefined))
    return JSON.stringify(this.#entries) !== before
  }

  #change(clientId: string, change: (entry: OutboxEntry) => OutboxEntry): void {
    const entry = this.#entries.find((each) => each.clientId === clientId)
    if (entry !== undefined) this.#write(change(entry))
  }

  #write(entry: OutboxEntry): void {
    this.#store.set(this.#prefix + entry.clientId, JSON.stringify(entry)) // O1
    this.#entries = inOrder([...this.#entries.filter((each) => each.clientId !== entry.clientId), entry])
  }
}

// O2: the moment of writing, then the id, which counts up within a moment.
function inOrder(entries: readonly OutboxEntry[]): readonly OutboxEntry[] {
  return entries.toSorted((a, b) => a.atMs - b.atMs || (a.clientId < b.clientId ? -1 : 1))
}

function parseEntry(text: string | undefined): OutboxEntry | undefined {
  if (text === undefined) return undefined
  try {
    const value: Partial<OutboxEntry> = JSON.parse(text)
    const { clientId, text: words, atMs, state, n, problem } = value
    if (typeof clientId !== 'string' || typeof words !== 'string' || typeof atMs !== 'number') return undefined
    if (state === 'accepted' && typeof n === 'number') return { clientId, text: words, atMs, state, n }
    if (state === 'failed')
      return { clientId, text: words, atMs, state, ...(typeof problem === 'string' ? { problem } : {}) }
    return { clientId, text: words, atMs, state: 'waiting' }
  } catch {
    return undefined
  }
}
