import type { NatsConnection } from '@nats-io/nats-core'
import type { JsonObject } from '../../json.ts'
import type { Records, StoredRecord } from '../../ports/records.ts'
import { StorageError } from '../../ports/storage-error.ts'
import { nextWriteId, openBucket, type Bucket, type BucketEntry } from './bucket.ts'
import { decodeKey, encodeKey, encodePart, filterFor, keyMaxLength } from './kv-key.ts'

export interface NatsRecordsOptions {
  readonly connection: NatsConnection
  /** The key-value bucket, made when it is not there. */
  readonly bucket: string
  readonly replicas: number
  /** How long a call waits for its answer, milliseconds. 5,000 when absent. */
  readonly timeoutMs?: number
}

/** Entries of a list that are fetched at a time. */
const fetchMax = 32
const triesMax = 3

/**
 * Records in a NATS key-value bucket: one key a record, `<collection>.<key>`, its revision the sequence of its last write, which no other write
 * of the bucket ever has. Rejects with `StorageError`; after `store-unavailable` nobody knows whether a write was made. The connection
 * stays the caller's.
 */
export async function openNatsRecords(options: NatsRecordsOptions): Promise<Records> {
  return new NatsRecords(await openBucket({ ...options, timeoutMs: options.timeoutMs ?? 5_000 }))
}

/** Owns nothing. A write whose answer was lost is looked for, and made again only when it is not there. */
class NatsRecords implements Records {
  readonly #bucket: Bucket
  #closed = false

  constructor(bucket: Bucket) {
    this.#bucket = bucket
  }

  async get(collection: string, key: string): Promise<StoredRecord | undefined> {
    this.#assertOpen()
    const entry = await this.#bucket.get(keyOf(collection, key))
    return entry && recordOf(entry, collection)
  }

  async put(...[collection, key, value, expected]: Parameters<Records['put']>): Promise<number | undefined> {
    this.#assertOpen()
    const at = keyOf(collection, key)
    const write = { expected, writeId: nextWriteId() }
    const text = JSON.stringify(value)
    let lost: unknown
    for (let tries = 1; ; tries++) {
      try {
        const revision = await this.#bucket.put(at, text, write)
        if (revision !== undefined || lost === undefined) return revision
      } catch (error) {
        if (!isUnavailable(error)) throw error
        lost = error
      }
      const entry = await this.#bucket.get(at)
      if (entry?.writeId === write.writeId) return entry.revision
      // Another write is there: it may have come instead of ours or after it, and nobody can tell.
      if ((entry?.revision ?? 0) !== expected || tries === triesMax) throw lost
    }
  }

  async delete(collection: string, key: string): Promise<void> {
    this.#assertOpen()
    const at = keyOf(collection, key)
    for (let tries = 1; tries <= triesMax; tries++) {
      const entry = await this.#bucket.get(at)
      // Of a revision, so that one that arrives late deletes nothing newer.
      if (entry === undefined || (await this.#bucket.erase(entry.revision))) return
    }
    throw new StorageError('store-unavailable', `record ${at} is written again and again`)
  }

  async list(collection: string, prefix: string, limit: number): Promise<readonly StoredRecord[]> {
    this.#assertOpen()
    const keys = await this.#bucket.keys(`${encodePart(collection)}.${filterFor(prefix)}`)
    const wanted = keys
      .map((key) => ({ key, text: textOf(key, collection) }))
      .filter(({ text }) => text.startsWith(prefix))
      .sort((one, other) => Buffer.compare(Buffer.from(one.text), Buffer.from(other.text)))
    const found: StoredRecord[] = []
    for (let from = 0; from < wanted.length && found.length < limit; from += fetchMax) {
      const entries = await Promise.all(wanted.slice(from, from + fetchMax).map(({ key }) => this.#bucket.get(key)))
      for (const entry of entries) if (entry !== undefined) found.push(recordOf(entry, collection))
    }
    return found.slice(0, limit)
  }

  close(): Promise<void> {
    this.#closed = true
    return Promise.resolve()
  }

  #assertOpen(): void {
    if (this.#closed) throw new StorageError('store-closed', 'the records are closed')
  }
}

function keyOf(collection: string, key: string): string {
  const at = `${encodePart(collection)}.${encodeKey(key)}`
  if (at.length > keyMaxLength) throw new RangeError(`a key of ${at.length} characters in ${collection} is too long`)
  return at
}

function textOf(key: string, collection: string): string {
  return decodeKey(key.slice(encodePart(collection).length + 1))
}

function recordOf(entry: BucketEntry, collection: string): StoredRecord {
  return { key: textOf(entry.key, collection), revision: entry.revision, value: valueOf(entry) }
}

function valueOf({ key, text }: BucketEntry): JsonObject {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
  } catch (error) {
    throw new StorageError('store-corrupt', `record ${key} is not JSON: restore the newest backup of the bucket`, error)
  }
  throw new StorageError('store-corrupt', `record ${key} is no object: restore the newest backup of the bucket`)
}

function isUnavailable(error: unknown): boolean {
  return error instanceof StorageError && error.code === 'store-unavailable'
}
