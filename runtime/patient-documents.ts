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
  /** How long a read may take before the store counts as away. 2,000 when absent. */
  readonly patienceMs?: number
}

/** Documents that know whether their store answers. */
export interface PatientDocuments extends Documents {
  reachable(): boolean
  /** Calls back when `reachable` changes. */
  watch(listener: (reachable: boolean) => void): () => void
}

const askAgainMs = 500

/**
 * Documents whose reads fail at once while their store is away, so that only the first reader waits for a store that does not answer and
 * customers do not. One question at a time finds out when it is back. Writes and definitions go to the store as they are.
 */
export function createPatientDocuments(options: PatientDocumentsOptions): PatientDocuments {
  return new WatchingDocuments(options)
}

/** Owns whether the store is there. 1. While it is away no read reaches it but the one that asks. 2. After `close` nothing asks any more. */
class WatchingDocuments implements PatientDocuments {
  readonly #options: PatientDocumentsOptions
  readonly #listeners = new Set<(reachable: boolean) => void>()
  readonly #closing = new AbortController()
  #asking: Promise<void> | undefined

  constructor(options: PatientDocumentsOptions) {
    this.#options = options
  }

  reachable(): boolean {
    return this.#asking === undefined
  }

  watch(listener: (reachable: boolean) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  define: Documents['define'] = (collection) => this.#options.documents.define(collection)
  write: Documents['write'] = (writes) => this.#options.documents.write(writes)
  clear: Documents['clear'] = (collection) => this.#options.documents.clear(collection)
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
    // 1
    if (!this.reachable()) throw away('read models are away')
    try {
      return await this.#inTime(ask(this.#options.documents))
    } catch (error) {
      if (isAway(error)) this.#wentAway(error)
      throw error
    }
  }

  #inTime<Answer>(asked: Promise<Answer>): Promise<Answer> {
    const { clock, patienceMs = 2000 } = this.#options
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const late = (): void => reject(away(`read models did not answer within ${patienceMs} ms`))
    const cancel = clock.schedule(clock.nowMs() + patienceMs, late)
    void asked.then(resolve, reject).finally(cancel)
    return promise
  }

  #wentAway(error: unknown): void {
    if (this.#asking !== undefined || this.#closing.signal.aborted) return
    this.#options.log.warn('read models are away', { error: errorAsJson(error) })
    this.#asking = this.#askUntilBack()
    this.#tell(false)
  }

  async #askUntilBack(): Promise<void> {
    const { clock, documents, log } = this.#options
    const { signal } = this.#closing
    for (;;) {
      await pause(clock, askAgainMs, signal)
      // 2
      if (signal.aborted) return
      try {
        await this.#inTime(documents.get(checkpointCollection, 'checkpoint'))
        break
      } catch (error) {
        if (!isAway(error)) break
      }
    }
    log.info('read models are back')
    this.#asking = undefined
    this.#tell(true)
  }

  #tell(reachable: boolean): void {
    for (const listener of this.#listeners) listener(reachable)
  }
}

function away(message: string): StorageError {
  return new StorageError('store-unavailable', message)
}

function isAway(error: unknown): boolean {
  return error instanceof StorageError && error.code === 'store-unavailable'
}
