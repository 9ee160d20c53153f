import type { Records, StoredRecord } from '../../ports/records.ts'
import { Connection, type Row } from './connection.ts'
import { numberOf, objectOf, textOf } from './row.ts'

/** Raised with every change of the schema. */
const version = 1
const schema = `
  CREATE TABLE records (
    collection TEXT NOT NULL, key TEXT NOT NULL, revision INTEGER NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (collection, key)
  ) WITHOUT ROWID;
  -- The last revision given out: none is ever given twice, also to a key that was deleted and comes back.
  CREATE TABLE counter (last INTEGER NOT NULL);
  INSERT INTO counter VALUES (0)
`

/** Small durable records in one SQLite file, synced at every write. `:memory:` for tests. Throws `StorageError` when it can't be opened. */
export function openSqliteRecords(options: { readonly file: string }): Records {
  const connection = new Connection({
    file: options.file,
    synchronous: 'full',
    version,
    schema,
    corrupt: { code: 'store-corrupt', whatToDo: 'restore the newest backup of it' },
    cacheMegabytes: 8,
  })
  return new SqliteRecords(connection)
}

/** Owns the connection. A write is one transaction, done before its promise settles: whoever comes second finds the revision moved on. */
class SqliteRecords implements Records {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  async get(collection: string, key: string): Promise<StoredRecord | undefined> {
    const row = this.#row(collection, key)
    return row && recordOf(row)
  }

  async put(...[collection, key, value, expected]: Parameters<Records['put']>): Promise<number | undefined> {
    return this.#connection.transaction(() => {
      const found = this.#row(collection, key)
      if ((found === undefined ? 0 : numberOf(found, 'revision')) !== expected) return undefined
      const counter = this.#connection.get('UPDATE counter SET last = last + 1 RETURNING last')
      const revision = counter === undefined ? 0 : numberOf(counter, 'last')
      const sql = 'INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?)'
      this.#connection.run(sql, collection, key, revision, JSON.stringify(value))
      return revision
    })
  }

  async delete(collection: string, key: string): Promise<void> {
    this.#connection.run('DELETE FROM records WHERE collection = ? AND key = ?', collection, key)
  }

  async list(collection: string, prefix: string, limit: number): Promise<readonly StoredRecord[]> {
    const sql =
      'SELECT key, revision, value FROM records WHERE collection = ? AND key >= ? AND substr(key, 1, length(?)) = ? ORDER BY key LIMIT ?'
    return this.#connection.all(sql, collection, prefix, prefix, prefix, limit).map(recordOf)
  }

  async close(): Promise<void> {
    this.#connection.close()
  }

  #row(collection: string, key: string): Row | undefined {
    return this.#connection.get(
      'SELECT key, revision, value FROM records WHERE collection = ? AND key = ?',
      collection,
      key,
    )
  }
}

function recordOf(row: Row): StoredRecord {
  return { key: textOf(row, 'key'), revision: numberOf(row, 'revision'), value: objectOf(row, 'value') }
}
