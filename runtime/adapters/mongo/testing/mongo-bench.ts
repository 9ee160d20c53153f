import { type Db, MongoClient } from 'mongodb'
import type { Clock } from '../../../ports/clock.ts'
import type { Documents } from '../../../ports/documents.ts'
import type { Log } from '../../../ports/log.ts'
import { openMongoDocuments } from '../documents.ts'

/** Fresh databases on the server under test, and a look behind the port. */
export class MongoBench {
  readonly url: string
  readonly #run = `t${process.pid}-${Date.now()}`
  readonly #client: MongoClient
  #made = 0

  constructor(url: string) {
    this.url = url
    this.#client = new MongoClient(url)
  }

  fresh(): string {
    return `${this.#run}-${++this.#made}`
  }

  /** The database made last. */
  latest(): string {
    return `${this.#run}-${this.#made}`
  }

  /** A database made anew unless one is named. */
  open(database = this.fresh(), url = this.url): Promise<Documents> {
    return openMongoDocuments({ url, database, log: silent })
  }

  /** Opens as a process that comes after another, and whose patience with it takes a tenth of the time. */
  succeed(database = this.latest(), url = this.url): Promise<Documents> {
    return openMongoDocuments({ url, database, log: silent, clock: hasty })
  }

  behind(database = this.latest()): Db {
    return this.#client.db(database)
  }

  async close(): Promise<void> {
    for (let made = 1; made <= this.#made; made++) await this.#client.db(`${this.#run}-${made}`).dropDatabase()
    await this.#client.close()
  }
}

const startMs = Date.now()
const hasty: Clock = {
  nowMs: () => startMs + (Date.now() - startMs) * 10,
  schedule(atMs, run) {
    const timer = setTimeout(run, Math.max(0, (atMs - hasty.nowMs()) / 10))
    return () => clearTimeout(timer)
  },
}

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
