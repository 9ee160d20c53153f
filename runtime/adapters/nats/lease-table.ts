import type { NatsConnection } from '@nats-io/nats-core'
import { z } from 'zod'
import { StorageError } from '../../ports/storage-error.ts'
import type { Lease, LeaseListener, LeaseTable } from '../leases/lease-table.ts'
import type { Bucket, BucketEntry } from './bucket.ts'
import { decodePart, encodePart } from './kv-key.ts'

export interface LeaseTableOptions {
  readonly connection: NatsConnection
  readonly bucket: Bucket
  readonly group: string
  /** When nobody is left to remove a lease, the server does after so long without a renewal. */
  readonly timeToLiveMs: number
  /** How long a call waits for its answer. */
  readonly timeoutMs: number
}

/** The leases of one group in a key-value bucket, one key a node. */
export function createNatsLeaseTable(options: LeaseTableOptions): LeaseTable & { close(): void } {
  return new NatsLeaseTable(options)
}

const holderShape = z.object({ holder: z.string() })

/**
 * Follows whether its connection is up.
 * 1. A call fails at once when the connection is lost, and while it is: what was sent is gone, and so is its answer.
 */
class NatsLeaseTable implements LeaseTable {
  readonly #options: LeaseTableOptions
  readonly #listeners = new Set<LeaseListener>()
  #down: PromiseWithResolvers<never>
  #isDown = false
  #unwatch: () => void

  constructor(options: LeaseTableOptions) {
    this.#options = options
    this.#down = refusing()
    this.#unwatch = options.bucket.watch(this.#key('*'), (key, what) => {
      const node = this.#nodeOf(key)
      for (const listener of this.#listeners) listener.heard(node, what)
    })
    void this.#follow()
  }

  async read(): Promise<readonly Lease[]> {
    const entries = await this.#answered(this.#options.bucket.snapshot(this.#key('*')))
    return entries.flatMap((entry) => this.#leaseOf(entry) ?? [])
  }

  async get(node: string): Promise<Lease | undefined> {
    const entry = await this.#answered(this.#options.bucket.get(this.#key(encodePart(node))))
    return entry && this.#leaseOf(entry)
  }

  write(node: string, holder: string, expected: number): Promise<number | undefined> {
    const { bucket, timeToLiveMs } = this.#options
    const text = JSON.stringify({ holder })
    return this.#answered(bucket.put(this.#key(encodePart(node)), text, { expected, timeToLiveMs }))
  }

  remove(node: string, expected: number): Promise<boolean> {
    return this.#answered(this.#options.bucket.remove(this.#key(encodePart(node)), expected))
  }

  watch(listener: LeaseListener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  close(): void {
    this.#unwatch()
    this.#listeners.clear()
  }

  async #follow(): Promise<void> {
    for await (const { type } of this.#options.connection.status()) {
      if (type === 'disconnect' || type === 'close') {
        this.#isDown = true
        this.#down.reject(lost())
      } else if (type === 'reconnect') {
        this.#isDown = false
        this.#down = refusing()
        for (const listener of this.#listeners) listener.back()
      }
    }
  }

  /** 1 */
  async #answered<Value>(call: Promise<Value>): Promise<Value> {
    call.catch(() => {})
    if (this.#isDown) throw lost()
    const overdue = AbortSignal.timeout(this.#options.timeoutMs)
    const late = new Promise<never>((_, reject) => {
      overdue.addEventListener('abort', () =>
        reject(new StorageError('store-unavailable', 'leases: no answer in time')),
      )
    })
    return Promise.race([call, late, this.#down.promise])
  }

  #key(token: string): string {
    return `${encodePart(this.#options.group)}.${token}`
  }

  #nodeOf(key: string): string {
    return decodePart(key.slice(this.#key('').length))
  }

  #leaseOf(entry: BucketEntry): Lease | undefined {
    const holder = holderShape.safeParse(parsed(entry.text))
    // Somebody's own key in our bucket is nobody's lease.
    return holder.success ? { node: this.#nodeOf(entry.key), revision: entry.revision, ...holder.data } : undefined
  }
}

function refusing(): PromiseWithResolvers<never> {
  const deferred = Promise.withResolvers<never>()
  deferred.promise.catch(() => {})
  return deferred
}

function lost(): StorageError {
  return new StorageError('store-unavailable', 'leases: the connection is lost')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
