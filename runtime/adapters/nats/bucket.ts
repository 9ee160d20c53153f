import { jetstreamManager, type JetStreamManager, type StoredMsg, type StreamConfig } from '@nats-io/jetstream'
import { headers, nuid, type NatsConnection } from '@nats-io/nats-core'
import { setTimeout as sleep } from 'node:timers/promises'
import { StorageError } from '../../ports/storage-error.ts'
import { apiCode, asBucketError, asRefusal, isNoSuchMessage, isWrongRevision, type ApiAnswer } from './bucket-errors.ts'

export interface BucketOptions {
  readonly connection: NatsConnection
  /** Letters, digits, `-` and `_`. */
  readonly bucket: string
  /** Servers that keep a copy: 1, 3 or 5. */
  readonly replicas: number
  /** How long a call waits for its answer, milliseconds. */
  readonly timeoutMs: number
  /** How long opening waits for a cluster that is not ready, milliseconds. 30,000 when absent. */
  readonly waitMs?: number
}

/** What a key holds. */
export interface BucketEntry {
  readonly key: string
  readonly revision: number
  readonly text: string
  /** Names the write; absent for writes of somebody else's. */
  readonly writeId?: string
}

/** The entry is replaced only when it has this revision, 0 for «must not exist». */
export interface BucketWrite {
  readonly expected: number
  /** After so long the server removes it, milliseconds, in whole seconds. */
  readonly timeToLiveMs?: number
  readonly writeId?: string
}

const operationHeader = 'KV-Operation'
const writeIdHeader = 'FineAcers-Write'
const expectedHeader = 'Nats-Expected-Last-Subject-Sequence'
/** How long the server remembers that a key was removed. Nothing here needs it: it is for whoever watches the bucket. */
const markerMs = 60_000
const tryAgainMs = 250

/** Opens a key-value bucket, made when it is not there. Throws `StorageError`: `store-unsuitable`, `store-unavailable`. */
export async function openBucket(options: BucketOptions): Promise<Bucket> {
  const { connection, bucket, timeoutMs, waitMs = 30_000 } = options
  const manager = await jetstreamManager(connection, { checkAPI: false, timeout: timeoutMs })
  const open = async (): Promise<Bucket> => {
    try {
      await makeStream(manager, options)
    } catch (error) {
      throw asBucketError(error, `bucket ${bucket} can not be opened`)
    }
    return new Bucket(connection, manager, bucket)
  }
  return insisting(connection, open, waitMs)
}

/** Tries again while the server does not answer: a cluster that has just started knows its servers one by one, and a bucket just made has no leader for a moment. */
export async function insisting<Value>(
  connection: Pick<NatsConnection, 'isClosed'>,
  act: () => Promise<Value>,
  withinMs: number,
): Promise<Value> {
  const untilMs = performance.now() + withinMs
  for (;;) {
    try {
      return await act()
    } catch (error) {
      const away = error instanceof StorageError && error.code === 'store-unavailable'
      if (!away || performance.now() >= untilMs || connection.isClosed()) throw error
      await sleep(tryAgainMs)
    }
  }
}

/** Owns nothing but the way to the bucket: the connection belongs to whoever made it. Reads are answered by the leader. */
export class Bucket {
  readonly #connection: NatsConnection
  readonly #manager: JetStreamManager
  readonly #name: string
  readonly #timeoutMs: number

  constructor(connection: NatsConnection, manager: JetStreamManager, name: string) {
    this.#connection = connection
    this.#manager = manager
    this.#name = name
    this.#timeoutMs = manager.getOptions().timeout ?? 5_000
  }

  get stream(): string {
    return streamOf(this.#name)
  }

  async get(key: string): Promise<BucketEntry | undefined> {
    const message = await this.#last(key)
    return message === undefined || isRemoval(message.header) ? undefined : this.#entryOf(message)
  }

  /** The new revision, or `undefined` when the entry has another one than expected. */
  async put(key: string, text: string, write: BucketWrite): Promise<number | undefined> {
    const answer = await this.#publish(key, text, write)
    if (typeof answer === 'number' || write.expected !== 0) return answer
    // What was removed may still be marked as such, and the mark has a revision.
    const mark = await this.#last(key)
    if (mark === undefined || !isRemoval(mark.header)) return undefined
    return this.#publish(key, text, { ...write, expected: mark.seq })
  }

  /** Removes an entry of this revision; false when there is none. */
  async remove(key: string, expected: number): Promise<boolean> {
    const write = { expected, timeToLiveMs: markerMs }
    return (await this.#publish(key, '', write, { [operationHeader]: 'PURGE', 'Nats-Rollup': 'sub' })) !== undefined
  }

  /** As `remove`, leaving no mark: nobody hears of it, its bytes are overwritten, and a full disk does not refuse it. */
  async erase(revision: number): Promise<boolean> {
    try {
      return await this.#manager.streams.deleteMessage(this.stream, revision)
    } catch (error) {
      if (isNoSuchMessage(error)) return false
      throw asBucketError(error, `bucket ${this.#name} did not say whether an entry was erased`)
    }
  }

  /** Keys of a filter, removed ones included while they are marked, in no order. */
  async keys(filter: string): Promise<readonly string[]> {
    try {
      const asked = { subjects_filter: this.#subject(filter) }
      const { state } = await this.#manager.streams.info(this.stream, asked)
      return Object.keys(state.subjects ?? {}).map((subject) => this.#keyOf(subject))
    } catch (error) {
      throw asBucketError(error, `bucket ${this.#name} can not be read`)
    }
  }

  /** Entries of a filter as they were at one moment, at most 1,000; perhaps a little old, because any replica may answer. */
  async snapshot(filter: string): Promise<readonly BucketEntry[]> {
    try {
      const found: BucketEntry[] = []
      const asked = { multi_last: [this.#subject(filter)] }
      for await (const message of await this.#manager.direct.getLastMessagesFor(this.stream, asked))
        if (!isRemoval(message.header)) found.push(this.#entryOf(message))
      return found
    } catch (error) {
      throw asBucketError(error, `bucket ${this.#name} can not be read`)
    }
  }

  /** Hears of writes and removals as they are tried, before it is known whether they were accepted. */
  watch(filter: string, heard: (key: string, what: 'written' | 'removed') => void): () => void {
    const subscription = this.#connection.subscribe(this.#subject(filter), {
      callback: (error, message) => {
        if (error === null) heard(this.#keyOf(message.subject), isRemoval(message.headers) ? 'removed' : 'written')
      },
    })
    return () => this.#connection.isClosed() || subscription.unsubscribe()
  }

  async #last(key: string): Promise<StoredMsg | undefined> {
    try {
      const asked = { last_by_subj: this.#subject(key) }
      return (await this.#manager.streams.getMessage(this.stream, asked)) ?? undefined
    } catch (error) {
      throw asBucketError(error, `bucket ${this.#name} can not be read`)
    }
  }

  /** By hand: the client's own calls drop the time to live. */
  async #publish(
    key: string,
    text: string,
    ...[write, marks = {}]: readonly [BucketWrite, { readonly [header: string]: string }?]
  ): Promise<number | undefined> {
    const marked = headers()
    marked.set(expectedHeader, String(write.expected))
    if (write.timeToLiveMs !== undefined) marked.set('Nats-TTL', `${Math.ceil(write.timeToLiveMs / 1000)}s`)
    if (write.writeId !== undefined) marked.set(writeIdHeader, write.writeId)
    for (const [header, value] of Object.entries(marks)) marked.set(header, value)
    try {
      const options = { headers: marked, timeout: this.#timeoutMs }
      const { seq, error } = (await this.#connection.request(this.#subject(key), text, options)).json<ApiAnswer>()
      if (error === undefined) return seq
      if (isWrongRevision(error)) return undefined
      throw asRefusal(error, `bucket ${this.#name} did not take a write`)
    } catch (error) {
      throw asBucketError(error, `bucket ${this.#name} did not say whether a write was made`)
    }
  }

  #subject(key: string): string {
    return `$KV.${this.#name}.${key}`
  }

  #keyOf(subject: string): string {
    return subject.slice(this.#subject('').length)
  }

  #entryOf(message: StoredMsg): BucketEntry {
    const writeId = message.header.get(writeIdHeader)
    const entry = { key: this.#keyOf(message.subject), revision: message.seq, text: message.string() }
    return writeId === '' ? entry : { ...entry, writeId }
  }
}

/** A name for a write, to find out afterwards whether it was made. */
export function nextWriteId(): string {
  return nuid.next()
}

function streamOf(bucket: string): string {
  return `KV_${bucket}`
}

function isRemoval(header: { has(name: string): boolean } | undefined): boolean {
  return header !== undefined && (header.has(operationHeader) || header.has('Nats-Marker-Reason'))
}

const streamNotFound = 10059
const nameInUse = 10058

async function makeStream(manager: JetStreamManager, { bucket, replicas }: BucketOptions): Promise<void> {
  const name = streamOf(bucket)
  const there = await configOf(manager, name)
  if (there === undefined) {
    await manager.streams
      .add({ ...needs, name, subjects: [`$KV.${bucket}.>`], num_replicas: replicas })
      .catch((error: unknown) => {
        // Another process made it in the same instant.
        if (apiCode(error) !== nameInUse) throw error
      })
    return
  }
  const lacking = lackingInBucket(there)
  if (lacking.length > 0)
    throw new StorageError('store-unsuitable', `bucket ${bucket} is there and differs in ${lacking.join(', ')}`)
  if (there.num_replicas !== replicas) await manager.streams.update(name, { ...there, num_replicas: replicas })
}

/** The properties by which a stream can't be a bucket of ours; none for one that can. */
export function lackingInBucket(config: StreamConfig): readonly string[] {
  return Object.entries(needs).flatMap(([part, value]) => (Reflect.get(config, part) === value ? [] : [part]))
}

/** A bucket as every client knows it, with the newest value of each key and times to live by key. */
const needs = {
  storage: 'file',
  retention: 'limits',
  discard: 'new',
  max_age: 0,
  max_msgs_per_subject: 1,
  allow_rollup_hdrs: true,
  allow_direct: true,
  allow_msg_ttl: true,
} as const

async function configOf(manager: JetStreamManager, name: string): Promise<StreamConfig | undefined> {
  try {
    return (await manager.streams.info(name)).config
  } catch (error) {
    if (apiCode(error) === streamNotFound) return undefined
    throw error
  }
}
