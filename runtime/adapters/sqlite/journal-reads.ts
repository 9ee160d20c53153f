import type { SQLInputValue } from 'node:sqlite'
import type { Address } from '../../address.ts'
import type { Fact } from '../../fact.ts'
import type {
  ActorQuery,
  ActorSummary,
  DeadLetter,
  HistoryEntry,
  InboxEntry,
  StoredActor,
} from '../../ports/journal.ts'
import { sameRevisionMax } from '../journal-rules.ts'
import type { Connection } from './connection.ts'
import { actorOf, deadLetterOf, entryOf, factOf, historyEntryOf, summaryOf } from './journal-rows.ts'
import { numberOf, textOf } from './row.ts'

/** The journal's reads: each one statement or a few, on what is committed. */
export class JournalReads {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  inbox(partition: number, afterPosition: number, limit: number): readonly InboxEntry[] {
    const sql =
      'SELECT position, at_ms, address, event_id, body FROM inbox WHERE partition = ? AND position > ? ORDER BY position LIMIT ?'
    return this.#connection.all(sql, partition, afterPosition, limit).map(entryOf)
  }

  actor(address: Address): StoredActor | undefined {
    const row = this.#connection.get('SELECT * FROM actors WHERE address = ?', address)
    return row && actorOf(row)
  }

  withEffects(partition: number, after: Address | undefined, limit: number): readonly StoredActor[] {
    const sql = 'SELECT * FROM actors WHERE effects > 0 AND partition = ? AND address > ? ORDER BY address LIMIT ?'
    return this.#connection.all(sql, partition, after ?? '', limit).map(actorOf)
  }

  nextDueAtMs(): number | undefined {
    const row = this.#connection.get('SELECT due_ms FROM timers ORDER BY due_ms LIMIT 1')
    return row && numberOf(row, 'due_ms')
  }

  facts(afterPosition: number, limit: number): readonly Fact[] {
    const sql = 'SELECT * FROM facts WHERE position > ? ORDER BY position LIMIT ?'
    return this.#connection.all(sql, afterPosition, limit).map(factOf)
  }

  factsEnd(): number {
    const row = this.#connection.get('SELECT position FROM facts ORDER BY position DESC LIMIT 1')
    return row === undefined ? 0 : numberOf(row, 'position')
  }

  /** Facts have no index by address: an actor's steps know where its facts are. */
  factsOfActor(address: Address, afterPosition: number, limit: number): readonly Fact[] {
    const sql = `SELECT facts.* FROM steps JOIN facts ON facts.position BETWEEN first_fact AND first_fact + facts_count - 1
      WHERE steps.address = ? AND facts_count > 0 AND first_fact + facts_count - 1 > ? AND facts.position > ?
      ORDER BY steps.revision, steps.position, facts.position LIMIT ?`
    return this.#connection.all(sql, address, afterPosition, afterPosition, limit).map(factOf)
  }

  history(address: Address, afterRevision: number, limit: number): readonly HistoryEntry[] {
    const page = this.#steps('revision > ? ORDER BY revision, steps.position', [address, afterRevision, limit])
    const last = page.at(-1)
    if (last === undefined || page.length < limit) return page
    const rest = 'revision = ? AND steps.position > ? ORDER BY steps.position'
    return [...page, ...this.#steps(rest, [address, last.revision, last.position, sameRevisionMax])]
  }

  list(query: ActorQuery): readonly ActorSummary[] {
    const kinds = query.kind === undefined ? this.#kinds(query.workspace) : [query.kind]
    return kinds
      .flatMap((kind) => this.#listKind(query, kind))
      .sort((a, b) => b.updatedAtMs - a.updatedAtMs || (a.address < b.address ? -1 : 1))
      .slice(0, query.limit)
  }

  deadLetters(workspace: string, before: number | undefined, limit: number): readonly DeadLetter[] {
    const sql = 'SELECT * FROM dead_letters WHERE workspace = ? AND id < ? ORDER BY id DESC LIMIT ?'
    return this.#connection.all(sql, workspace, before ?? Number.MAX_SAFE_INTEGER, limit).map(deadLetterOf)
  }

  deadLetter(id: number): DeadLetter | undefined {
    const row = this.#connection.get('SELECT * FROM dead_letters WHERE id = ?', id)
    return row && deadLetterOf(row)
  }

  #steps(which: string, values: readonly SQLInputValue[]): readonly HistoryEntry[] {
    const sql = `SELECT revision, outcome, first_fact, facts_count, detail, inbox.position, at_ms, inbox.address, event_id, body
      FROM steps JOIN inbox ON inbox.position = steps.position WHERE steps.address = ? AND ${which} LIMIT ?`
    return this.#connection.all(sql, ...values).map((row) => {
      const count = numberOf(row, 'facts_count')
      const facts = count === 0 ? [] : this.facts(numberOf(row, 'first_fact') - 1, count)
      return historyEntryOf(
        row,
        facts.map(({ type, data }) => ({ type, data })),
      )
    })
  }

  /** The kinds of a workspace, by leaping through the index: one look-up a kind. */
  #kinds(workspace: string): readonly string[] {
    const kinds: string[] = []
    for (;;) {
      const sql = 'SELECT min(kind) AS kind FROM actors WHERE workspace = ? AND kind > ?'
      const row = this.#connection.get(sql, workspace, kinds.at(-1) ?? '')
      if (row === undefined || row['kind'] === null) return kinds
      kinds.push(textOf(row, 'kind'))
    }
  }

  #listKind(query: ActorQuery, kind: string): readonly ActorSummary[] {
    const conditions = ['workspace = ?', 'kind = ?']
    const values: SQLInputValue[] = [query.workspace, kind]
    if (query.status !== undefined) {
      conditions.push('status = ?')
      values.push(query.status)
    }
    if (query.beforeMs !== undefined && query.afterAddress === undefined) {
      conditions.push('updated_ms < ?')
      values.push(query.beforeMs)
    }
    if (query.beforeMs !== undefined && query.afterAddress !== undefined) {
      conditions.push('updated_ms <= ?', '(updated_ms < ? OR address > ?)')
      values.push(query.beforeMs, query.beforeMs, query.afterAddress)
    }
    const sql = `SELECT address, machine, status, revision, updated_ms FROM actors WHERE ${conditions.join(' AND ')} ORDER BY updated_ms DESC, address LIMIT ?`
    return this.#connection.all(sql, ...values, query.limit).map(summaryOf)
  }
}
