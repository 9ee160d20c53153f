import { pause } from './backoff.ts'
import { errorAsJson } from './plain.ts'
import type { Clock } from './ports/clock.ts'
import type { Documents } from './ports/documents.ts'
import type { Log } from './ports/log.ts'
import { StorageError } from './ports/storage-error.ts'
import { checkpointCollection } from './projection-checkpoint.ts'

export interface PatientDocumentsOptions {
  readonly documents: Documents
  readonly clock: Clock
  readonly log: Log
  /** How long a read may take. 5,000 when absent. */
  readonly patienceMs?: number
}

/** Documents that know whether their store answers. */
export interface PatientDocuments extends Documents {
  reachable(): boolean
  /** Calls back when `reachable` changes. */
  watch(listener: (reachable: boolean) => void): () => void
}

const askAgainMs = 500
/** A store that gives one document within so long is there, however long it takes for more. */
const askPatienceMs = 1500

/**
 * Documents whose reads fail at once while their store is away, so that only the first readers wait for a store that does not answer. One
 * question at a time finds out whether a store that was too slow is there at all, and when one that was away is back. Writes and definitions go to
 * the store as they are.
 */
export function createPatientDocuments(options: PatientDocumentsOptions): PatientDocuments {
  return new WatchingDocuments(options)
}

/** Owns whether the store is there. 1. While it is away no read reaches it but the one that asks. 2. After `close` nothing asks any more. */
class WatchingDocuments implements PatientDocuments {
  readonly #options: PatientDocumentsOptions
  readonly #listeners = new Set<(reachable: boolean) => void>()
  readonly #closing = new AbortController()
  #away = false
  #asking: Promise<void> | undefined

  constructor(options: PatientDocumentsOptions) {
    this.#options = options
  }

  reachable(): boolean {
    return !this.#away
  }

  watch(listener: (reachable: boolean) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  define: Documents['define'] = (collection) => this.#options.documents.define(collection)
  write: Documents['write'] = (...what) => this.#options.documents.write(...what)
  clear: Documents['clear'] = (...what) => this.#options.documents.clear(...what)
  get: Documents['get'] = (collection, key) => this.#read((documents) => documents.get(collection, key))
  getMany: Documents['getMany'] = (collection, keys) => this.#read((documents) => documents.getMany(collection, keys))
  query: Documents['query'] = (query) => this.#read((documents) => documents.query(query))
  count: Documents['count'] = (collection, where, most) =>
    this.#read((documents) => documents.count(collection, where, most))
  countBy: Documents['countBy'] = (collection, fields, where) =>
    this.#read((documents) => documents.countBy(collection, fields, where))

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#options.documents.close()
    await this.#asking
  }

  async #read<Answer>(ask: (documents: Documents) => Promise<Answer>): Promise<Answer> {
    const { documents, patienceMs = 5000 } = this.#options
    // 1
    if (this.#away) throw away('read models are away')
    try {
      return await this.#within(patienceMs, ask(documents))
    } catch (error) {
      if (isAway(error)) this.#suspect(error)
      throw error
    }
  }

  #within<Answer>(patienceMs: number, asked: Promise<Answer>): Promise<Answer> {
    const { clock } = this.#options
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const cancel = clock.schedule(clock.nowMs() + patienceMs, () => reject(new TooSlow(patienceMs)))
    void asked.then(resolve, reject).finally(cancel)
    return promise
  }

  #suspect(error: unknown): void {
    if (this.#closing.signal.aborted) return
    // A store that says itself that it can't be reached is believed.
    if (!(error instanceof TooSlow)) this.#turn(false, error)
    this.#asking ??= this.#askUntilBack()
  }

  async #askUntilBack(): Promise<void> {
    const { clock } = this.#options
    const { signal } = this.#closing
    if (this.#away) await pause(clock, askAgainMs, signal)
    // 2
    while (!signal.aborted) {
      const error = await this.#ask()
      if (error === undefined) break
      this.#turn(false, error)
      await pause(clock, askAgainMs, signal)
    }
    this.#asking = undefined
    if (!signal.aborted) this.#turn(true)
  }

  /** Why it is away; `undefined` when it is there, whatever it says. */
  async #ask(): Promise<unknown> {
    try {
      await this.#within(askPatienceMs, this.#options.documents.get(checkpointCollection, 'checkpoint'))
    } catch (error) {
      if (isAway(error)) return error
    }
    return undefined
  }

  #turn(reachable: boolean, error?: unknown): void {
    if (this.#away === !reachable) return
    this.#away = !reachable
    const { log } = this.#options
    if (reachable) log.info('read models are back')
    else log.warn('read models are away', { error: errorAsJson(error) })
    for (const listener of this.#listeners) listener(reachable)
  }
}

/** No answer in time; whether the store is there has to be asked. */
class TooSlow extends StorageError {
  constructor(patienceMs: number) {
    super('store-unavailable', `read models did not answer within ${patienceMs} ms`)
  }
}

function away(message: string): StorageError {
  return new StorageError('store-unavailable', message)
}

function isAway(error: unknown): boolean {
  return error instanceof StorageError && error.code === 'store-unavailable'
}
