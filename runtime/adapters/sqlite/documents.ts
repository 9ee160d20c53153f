import type { Json } from '../../json.ts'
import type {
  CollectionDefinition,
  Condition,
  Document,
  DocumentPage,
  DocumentQuery,
  Documents,
  DocumentWrite,
  Expectation,
  GroupCount,
} from '../../ports/documents.ts'
import type { Log } from '../../ports/log.ts'
import { assertExpected, assertGroupFields, decodeCursor, encodeCursor, limitOf, textIn } from '../document-rules.ts'
import { Connection, type Row } from './connection.ts'
import { afterOf, allOf, orderOf, pathOf, tableOf, valueOf, whereOf, wordsOf } from './document-query.ts'
import { numberOf, objectOf, textOf } from './row.ts'

export interface SqliteDocumentsOptions {
  /** A path, or `:memory:`. */
  readonly file: string
  readonly log: Log
  /** What a person does about a damaged file. For read models, which can be deleted, when absent. */
  readonly whenDamaged?: string
}

/** Raised when the shape of the tables changes. */
const version = 1

const madeAnew = 'delete the file and start again, it is rebuilt from the journal'

/**
 * Documents in one SQLite file: a table a collection, JSON as text, expression indexes, FTS5 for words.
 * Not synced at every write, because whoever writes can write it again. Throws `StorageError` when the file can't be opened.
 */
export function openSqliteDocuments(options: SqliteDocumentsOptions): Documents {
  const connection = new Connection({
    file: options.file,
    synchronous: 'normal',
    version,
    schema: 'CREATE TABLE collections (name TEXT PRIMARY KEY, definition TEXT NOT NULL) WITHOUT ROWID',
    corrupt: { code: 'documents-corrupt', whatToDo: options.whenDamaged ?? madeAnew },
    cacheMegabytes: 64,
  })
  return new SqliteDocuments(connection, options.log)
}

/** Owns the connection and the known definitions. Every method does its work before its promise settles; writes are one transaction (D2). */
class SqliteDocuments implements Documents {
  readonly #connection: Connection
  readonly #log: Log
  /** The text fields of each collection that has a table. */
  readonly #text = new Map<string, readonly string[]>()

  constructor(connection: Connection, log: Log) {
    this.#connection = connection
    this.#log = log
    for (const row of connection.all('SELECT name, definition FROM collections')) {
      this.#text.set(textOf(row, 'name'), (JSON.parse(textOf(row, 'definition')) as CollectionDefinition).text ?? [])
    }
  }

  async define(collection: CollectionDefinition): Promise<void> {
    const definition = JSON.stringify(collection)
    const found = this.#connection.get('SELECT definition FROM collections WHERE name = ?', collection.name)
    if (found !== undefined && textOf(found, 'definition') === definition) return
    this.#connection.transaction(() => {
      this.#makeTable(collection)
      this.#makeWords(collection)
      this.#connection.run('INSERT OR REPLACE INTO collections VALUES (?, ?)', collection.name, definition)
    })
    this.#text.set(collection.name, collection.text ?? [])
    this.#log.debug('collection defined', { collection: collection.name })
  }

  async get(collection: string, key: string): Promise<Document | undefined> {
    const row = this.#connection.get(`SELECT key, revision, value FROM ${this.#table(collection)} WHERE key = ?`, key)
    return row && documentOf(row)
  }

  async getMany(collection: string, keys: readonly string[]): Promise<readonly Document[]> {
    const sql = `SELECT key, revision, value FROM ${this.#table(collection)} WHERE key IN (SELECT value FROM json_each(?))`
    const found = new Map(this.#connection.all(sql, JSON.stringify(keys)).map((row) => [row['key'], documentOf(row)]))
    return keys.flatMap((key) => found.get(key) ?? [])
  }

  async write(writes: readonly DocumentWrite[], expecting?: Expectation): Promise<void> {
    if (writes.length === 0) return
    this.#connection.transaction(() => {
      this.#assertExpected(expecting)
      for (const write of writes) this.#write(write)
    })
  }

  async clear(collection: string, expecting?: Expectation): Promise<void> {
    const table = this.#table(collection)
    const text = this.#text.get(collection) ?? []
    this.#connection.transaction(() => {
      this.#assertExpected(expecting)
      this.#connection.run(`DELETE FROM ${table}`)
      if (text.length > 0) this.#makeWords({ name: collection, indexes: [], text })
    })
  }

  async query(query: DocumentQuery): Promise<DocumentPage> {
    const order = query.order ?? []
    const limit = limitOf(query)
    const where = allOf([
      whereOf(query.collection, query.where),
      ...(query.after === undefined ? [] : [afterOf(order, decodeCursor(query.after, order.length + 1))]),
    ])
    const fields = order.map(({ field }, index) => `, ${valueOf(field)} AS o${index}`).join('')
    const sql = `SELECT key, revision, value${fields} FROM ${this.#table(query.collection)} WHERE ${where.sql} ORDER BY ${orderOf(order)} LIMIT ?`
    const rows = this.#connection.all(sql, ...where.values, limit + 1)
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    if (rows.length <= limit || last === undefined) return { documents: page.map(documentOf) }
    const cursor = [...order.map((_, index) => scalarOf(last[`o${index}`])), textOf(last, 'key')]
    return { documents: page.map(documentOf), next: encodeCursor(cursor) }
  }

  async count(collection: string, where: readonly Condition[], most?: number): Promise<number> {
    const { sql, values } = whereOf(collection, where)
    const found = `SELECT 1 FROM ${this.#table(collection)} WHERE ${sql} LIMIT ?`
    const row = this.#connection.get(`SELECT count(*) AS total FROM (${found})`, ...values, most ?? -1)
    return row === undefined ? 0 : numberOf(row, 'total')
  }

  async countBy(
    collection: string,
    fields: readonly string[],
    where: readonly Condition[],
  ): Promise<readonly GroupCount[]> {
    assertGroupFields(fields)
    const { sql, values } = whereOf(collection, where)
    const columns = fields.map((field, index) => `${valueOf(field)} AS f${index}`)
    const groups = fields.map((field) => valueOf(field))
    const rows = this.#connection.all(
      `SELECT ${columns.join(', ')}, count(*) AS total, max(id) AS sample FROM ${this.#table(collection)} WHERE ${sql} GROUP BY ${groups.join(', ')} ORDER BY total DESC, ${groups.join(', ')}`,
      ...values,
    )
    return rows.map((row) => ({
      values: fields.map((field, index) => this.#groupValue({ collection, field }, row, `f${index}`)),
      count: numberOf(row, 'total'),
    }))
  }

  async close(): Promise<void> {
    this.#connection.close()
  }

  #table(collection: string): string {
    if (!this.#text.has(collection)) throw new TypeError(`collection ${collection} is not defined`)
    return tableOf(collection)
  }

  /** Makes the table and exactly the indexes of the definition; ones it no longer names go. */
  #makeTable({ name, indexes, unique = [] }: CollectionDefinition): void {
    const table = tableOf(name)
    this.#connection.script(
      `CREATE TABLE IF NOT EXISTS ${table} (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL, value TEXT NOT NULL)`,
    )
    const stale = this.#connection.all(
      `SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL`,
      table.slice(1, -1),
    )
    for (const row of stale) this.#connection.script(`DROP INDEX "${textOf(row, 'name')}"`)
    for (const fields of indexes) {
      this.#connection.script(`CREATE INDEX "i ${name} ${fields.join(' ')}" ON ${table} (${indexed(fields)}, key)`)
    }
    for (const fields of unique) {
      this.#connection.script(`CREATE UNIQUE INDEX "u ${name} ${fields.join(' ')}" ON ${table} (${indexed(fields)})`)
    }
  }

  /** Words are indexed beside the table, under its row ids; a changed list of text fields indexes all of it anew. */
  #makeWords({ name, text = [] }: CollectionDefinition): void {
    this.#connection.script(`DROP TABLE IF EXISTS ${wordsOf(name)}`)
    if (text.length === 0) return
    this.#connection.script(
      `CREATE VIRTUAL TABLE ${wordsOf(name)} USING fts5(words, content='', contentless_delete=1, prefix='2 3', tokenize="unicode61 remove_diacritics 2 categories 'L* N* Mn Mc Co'")`,
    )
    for (const row of this.#connection.all(`SELECT id, value FROM ${tableOf(name)}`)) {
      this.#index(name, numberOf(row, 'id'), textIn(objectOf(row, 'value'), text))
    }
  }

  #assertExpected(expecting?: Expectation): void {
    if (expecting === undefined) return
    const { collection, key } = expecting
    const found = this.#connection.get(`SELECT revision FROM ${this.#table(collection)} WHERE key = ?`, key)
    assertExpected(expecting, found === undefined ? 0 : numberOf(found, 'revision'))
  }

  #write(write: DocumentWrite): void {
    const table = this.#table(write.collection)
    const text = this.#text.get(write.collection) ?? []
    // D3: a repeat, or a write that comes late, changes nothing.
    if (write.op === 'put' && text.length === 0) {
      this.#connection.run(
        `INSERT INTO ${table} (key, revision, value) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET revision = excluded.revision, value = excluded.value WHERE excluded.revision > revision`,
        write.key,
        write.revision,
        JSON.stringify(write.value),
      )
      return
    }
    const found = this.#connection.get(`SELECT id, revision, value FROM ${table} WHERE key = ?`, write.key)
    if (write.op === 'delete') {
      if (found === undefined || numberOf(found, 'revision') > (write.revision ?? Infinity)) return
      if (text.length > 0) this.#index(write.collection, numberOf(found, 'id'), '')
      this.#connection.run(`DELETE FROM ${table} WHERE key = ?`, write.key)
      return
    }
    // D3
    if (found !== undefined && numberOf(found, 'revision') >= write.revision) return
    const value = JSON.stringify(write.value)
    const words = textIn(write.value, text)
    if (found === undefined) {
      const made = this.#connection.insert(
        `INSERT INTO ${table} (key, revision, value) VALUES (?, ?, ?)`,
        write.key,
        write.revision,
        value,
      )
      if (words !== '') this.#index(write.collection, made, words)
      return
    }
    const id = numberOf(found, 'id')
    this.#connection.run(`UPDATE ${table} SET revision = ?, value = ? WHERE id = ?`, write.revision, value, id)
    if (text.length > 0 && words !== textIn(objectOf(found, 'value'), text)) {
      this.#index(write.collection, id, words)
    }
  }

  #index(collection: string, id: number, words: string): void {
    this.#connection.run(`DELETE FROM ${wordsOf(collection)} WHERE rowid = ?`, id)
    if (words !== '') this.#connection.run(`INSERT INTO ${wordsOf(collection)} (rowid, words) VALUES (?, ?)`, id, words)
  }

  /** SQLite gives 1 and 0 for booleans: one document of the group tells which it was. */
  #groupValue(at: { readonly collection: string; readonly field: string }, row: Row, column: string): Json {
    const value = scalarOf(row[column])
    if (value !== 0 && value !== 1) return value
    const sql = `SELECT json_type(value, '${pathOf(at.field)}') AS kind FROM ${tableOf(at.collection)} WHERE id = ?`
    const kind = this.#connection.get(sql, numberOf(row, 'sample'))?.['kind']
    return kind === 'true' || kind === 'false' ? kind === 'true' : value
  }
}

function indexed(fields: readonly string[]): string {
  return fields.map((field) => valueOf(field)).join(', ')
}

function documentOf(row: Row): Document {
  return { key: textOf(row, 'key'), revision: numberOf(row, 'revision'), value: objectOf(row, 'value') }
}

function scalarOf(value: unknown): string | number | null {
  return typeof value === 'string' || typeof value === 'number' ? value : null
}
