import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite'
import { StorageError, type StorageErrorCode } from '../../ports/storage-error.ts'

/** A row as SQLite gives it. */
export type Row = Record<string, SQLOutputValue>

export interface ConnectionOptions {
  /** A path, or `:memory:`. Its folder is made. */
  readonly file: string
  /** `full`: each commit is on disk when it returns. `normal`: a power cut may lose the last commits, never consistency. */
  readonly synchronous: 'full' | 'normal'
  /** Raised with every change of `schema`; a file of a greater one is refused. */
  readonly version: number
  /** Statements that make the schema of `version` from nothing; run once. */
  readonly schema: string
  readonly corrupt: { readonly code: StorageErrorCode; readonly whatToDo: string }
  readonly cacheMegabytes: number
  readonly allowExtension?: boolean
  /** The file may not grow beyond this. Absent: as far as the disk goes. */
  readonly bytesMax?: number
}

const statementsMax = 400
const pageBytes = 4096
/** Pages in the log before they move into the file: 32 MB, so that a hot page moves once for many commits. */
const checkpointPages = 8192

/**
 * One SQLite file. Owns the handle and its prepared statements; used by one adapter of one process.
 * 1. Every error leaves as a `StorageError`. 2. After `close` every call is refused. 3. A transaction ends with the call that began it.
 */
export class Connection {
  readonly #options: ConnectionOptions
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  #open = true

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.#database = this.#guard(() => connect(options))
    try {
      this.#guard(() => prepareFile(this.#database, options))
    } catch (error) {
      this.#database.close()
      throw error
    }
  }

  all(sql: string, ...values: readonly SQLInputValue[]): readonly Row[] {
    return this.#guard(() => this.#statement(sql).all(...values))
  }

  get(sql: string, ...values: readonly SQLInputValue[]): Row | undefined {
    return this.#guard(() => this.#statement(sql).get(...values))
  }

  /** Runs a statement and answers how many rows it changed. */
  run(sql: string, ...values: readonly SQLInputValue[]): number {
    return this.#guard(() => Number(this.#statement(sql).run(...values).changes))
  }

  /** Inserts a row and answers its row id. */
  insert(sql: string, ...values: readonly SQLInputValue[]): number {
    return this.#guard(() => Number(this.#statement(sql).run(...values).lastInsertRowid))
  }

  /** Runs statements that have no values, for schemas. */
  script(sql: string): void {
    this.#guard(() => this.#database.exec(sql))
  }

  /** All of `work` or nothing of it. */
  transaction<Result>(work: () => Result): Result {
    return this.#guard(() => {
      this.#statement('BEGIN IMMEDIATE').run()
      try {
        const result = work()
        this.#statement('COMMIT').run()
        return result
      } finally {
        // SQLite has rolled back by itself after some errors (a full disk).
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      }
    })
  }

  loadExtension(path: string): void {
    this.#guard(() => this.#database.loadExtension(path))
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    this.#statements.clear()
    this.#database.close()
  }

  #statement(sql: string): StatementSync {
    if (!this.#open) throw new StorageError('store-closed', `${this.#options.file} is closed`)
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const oldest = this.#statements.keys().next().value
    if (this.#statements.size >= statementsMax && oldest !== undefined) this.#statements.delete(oldest)
    const made = this.#database.prepare(sql)
    this.#statements.set(sql, made)
    return made
  }

  #guard<Result>(work: () => Result): Result {
    try {
      return work()
    } catch (error) {
      throw translate(error, this.#options)
    }
  }
}

function connect(options: ConnectionOptions): DatabaseSync {
  if (options.file !== ':memory:') makeFolder(dirname(options.file))
  return new DatabaseSync(options.file, { allowExtension: options.allowExtension ?? false, timeout: 2000 })
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw new StorageError('store-unavailable', `${folder} can't be made: ${String(error)}`, error)
  }
}

/** Reads the header and the schema only, so that opening costs the same at any size. */
function prepareFile(database: DatabaseSync, options: ConnectionOptions): void {
  const found = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0)
  if (found > options.version) {
    const message = `${options.file} is of version ${found}, this program knows ${options.version}: start the newer program, or restore a backup`
    throw new StorageError('data-folder-newer', message)
  }
  database.exec('PRAGMA journal_mode = WAL')
  database.exec(`PRAGMA synchronous = ${options.synchronous}`)
  database.exec(`PRAGMA cache_size = ${-1024 * options.cacheMegabytes}`)
  database.exec(`PRAGMA wal_autocheckpoint = ${checkpointPages}`)
  database.exec('PRAGMA foreign_keys = OFF')
  database.exec('PRAGMA temp_store = MEMORY')
  if (options.bytesMax !== undefined) {
    database.exec(`PRAGMA max_page_count = ${Math.floor(options.bytesMax / pageBytes)}`)
  }
  if (found === options.version) return
  database.exec(`BEGIN IMMEDIATE; ${options.schema}; PRAGMA user_version = ${options.version}; COMMIT`)
}

function translate(error: unknown, { file, corrupt }: ConnectionOptions): unknown {
  const extended = error instanceof Error && 'errcode' in error ? Number(error.errcode) : undefined
  if (!(error instanceof Error) || extended === undefined) return error
  switch (extended & 0xff) {
    case 5:
    case 6:
      return new StorageError('data-folder-in-use', `${file} is in use by another process`, error)
    case 11:
    case 26:
      return new StorageError(corrupt.code, `${file} is damaged (${error.message}): ${corrupt.whatToDo}`, error)
    case 13:
      return new StorageError('disk-full', `no space left for ${file}: free some, and writing goes on by itself`, error)
    case 19:
      return new StorageError('document-refused', `${file} refused a row: ${error.message}`, error)
    case 8:
    case 10:
    case 14:
      return new StorageError('store-unavailable', `${file} can't be read or written: ${error.message}`, error)
    default:
      return error
  }
}
