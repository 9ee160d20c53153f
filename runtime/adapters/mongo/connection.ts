import type { Collection, Db } from 'mongodb'
import type { Log } from '../../ports/log.ts'
import { StorageError } from '../../ports/storage-error.ts'
import { LivelyClient } from './lively-client.ts'
import { storageErrorOf } from './storage-errors.ts'

export interface MongoConnectionOptions {
  /** `mongodb://…` or `mongodb+srv://…`; credentials and certificates are told in it. */
  readonly url: string
  /** Absent: the one in the address, or `fineacers`. */
  readonly database?: string
  readonly log: Log
}

/** What the server can do. */
export interface ServerTraits {
  readonly name: string
  /**
   * FerretDB 1 looks at every document for all but a key alone, forgets to close what an update has read until the whole command is done, and
   * has 100 such places; a longer command waits for itself for ever.
   */
  readonly scansAlways: boolean
}

/** A server that falls silent is found out by its heartbeat, and what waits for it is ended then; the socket's limit is for what is merely long. */
const waitMs = { serverSelection: 2000, connect: 2000, heartbeat: 2000, socket: 30_000, majority: 10_000 } as const

/** Beyond the socket's limit and the time it takes to find a server. */
const answerMs = 45_000

/**
 * One database on one server or replica set. Owns the client, which connects when first used and again whenever it must.
 * 1. Every error leaves as a `StorageError`. 2. After `close` every call is refused. 3. Reads are the primary's, writes a majority's.
 */
export class MongoConnection {
  readonly database: string
  readonly #client: LivelyClient
  #traits: ServerTraits | undefined
  #open = true

  constructor({ url, database, log }: MongoConnectionOptions) {
    this.database = database ?? databaseOf(url)
    this.#client = new LivelyClient({
      url,
      log,
      answerMs,
      driver: {
        appName: 'fineacers',
        serverSelectionTimeoutMS: waitMs.serverSelection,
        connectTimeoutMS: waitMs.connect,
        heartbeatFrequencyMS: waitMs.heartbeat,
        socketTimeoutMS: waitMs.socket,
        readPreference: 'primary',
        writeConcern: { w: 'majority', wtimeoutMS: waitMs.majority },
      },
    })
  }

  /** Runs calls of the driver; what they reject with becomes a `StorageError`. */
  async run<Result>(work: (db: Db) => Promise<Result>): Promise<Result> {
    if (!this.#open) throw new StorageError('store-closed', `documents in ${this.database} are closed`)
    try {
      return await this.#client.run((client) => work(client.db(this.database)))
    } catch (error) {
      if (!this.#open)
        throw new StorageError('store-closed', `documents in ${this.database} were closed meanwhile`, error)
      throw storageErrorOf(error, this.database)
    }
  }

  /** A collection of the database. Use it within `run` only. */
  collection<Row extends { readonly _id: unknown }>(name: string): Collection<Row> {
    return this.#client.client.db(this.database).collection<Row>(name)
  }

  /** Asked of the server once. */
  async traits(): Promise<ServerTraits> {
    this.#traits ??= traitsIn(await this.run((db) => db.command({ buildInfo: 1 })))
    return this.#traits
  }

  async close(): Promise<void> {
    if (!this.#open) return
    this.#open = false
    await this.#client.close()
  }
}

function traitsIn(build: { readonly [name: string]: unknown }): ServerTraits {
  const ferret = build['ferretdbVersion']
  if (typeof ferret === 'string') return { name: `FerretDB ${ferret}`, scansAlways: ferret.startsWith('v1.') }
  return { name: `MongoDB ${String(build['version'])}`, scansAlways: false }
}

/** The database that an address names, or `fineacers`. */
export function databaseOf(url: string): string {
  const found = /^mongodb(?:\+srv)?:\/\/[^/?]+\/([^/?]+)/.exec(url)?.[1]
  return found === undefined ? 'fineacers' : decodeURIComponent(found)
}
