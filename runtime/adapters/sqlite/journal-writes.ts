import { partitionOf, partsOf, type Address } from '../../address.ts'
import type { EventEnvelope } from '../../event.ts'
import type { Fact } from '../../fact.ts'
import type { Appended, Claim, CommitGroup, CommitOutcome, StepCommit, StoredActor } from '../../ports/journal.ts'
import { assertGroup, factsOf, holds, isDead, isDuplicate, timerEnvelope } from '../journal-rules.ts'
import type { Connection } from './connection.ts'
import type { Revertible } from './group-writer.ts'
import { InboxTail } from './inbox-tail.ts'
import { addressIn, bodyOf, detailOf, stateOf, timerOf } from './journal-rows.ts'
import { numberOf } from './row.ts'

/** What a group of writes has woken, for the watchers. */
export interface Woken {
  readonly partitions: Set<number>
  facts: boolean
  timers: boolean
}

interface Cursor {
  readonly epoch: number
  readonly position: number
}

/**
 * The journal's writes. Every method runs inside a transaction of the group writer.
 * Owns the counters and cursors, which the file has too: this process is its only writer (J14).
 * 1. They change only within a group and go back with it. 2. A fence is checked before the first row is written (J5).
 */
export class JournalWrites implements Revertible {
  readonly #connection: Connection
  readonly #partitions: number
  #lastPosition: number
  #lastFact: number
  #cursors: readonly Cursor[]
  readonly #tail: InboxTail
  #woken: Woken = nobody()

  constructor(connection: Connection, partitions: number) {
    this.#connection = connection
    this.#partitions = partitions
    const rows = new Map(connection.all('SELECT * FROM cursors').map((row) => [row['partition'], row]))
    this.#cursors = Array.from({ length: partitions }, (_, partition) => {
      const row = rows.get(partition)
      return row === undefined
        ? { epoch: 0, position: 0 }
        : { epoch: numberOf(row, 'epoch'), position: numberOf(row, 'position') }
    })
    // Pruning may have taken the newest rows; no cursor is beyond the inbox.
    this.#lastPosition = Math.max(this.#last('inbox'), ...this.#cursors.map((cursor) => cursor.position))
    this.#lastFact = this.#last('facts')
    this.#tail = new InboxTail(partitions, this.#lastPosition)
  }

  save(): () => void {
    const [lastPosition, lastFact, cursors] = [this.#lastPosition, this.#lastFact, this.#cursors]
    return () => {
      this.#lastPosition = lastPosition
      this.#lastFact = lastFact
      this.#cursors = cursors
      this.#woken = nobody()
      this.#tail.reset(lastPosition)
    }
  }

  /** The newest entries, as they were appended. */
  get tail(): Pick<InboxTail, 'read'> {
    return this.#tail
  }

  /** Who was woken since the last call. */
  takeWoken(): Woken {
    const woken = this.#woken
    this.#woken = nobody()
    return woken
  }

  append(events: readonly EventEnvelope[]): readonly Appended[] {
    return events.map((envelope) => this.#append(envelope))
  }

  claim(partition: number, node: string): Claim {
    const { epoch, position } = this.#cursor(partition)
    this.#moveCursor(partition, { epoch: epoch + 1, position })
    this.#connection.run('UPDATE cursors SET node = ? WHERE partition = ?', node, partition)
    return { partition, node, epoch: epoch + 1, position }
  }

  commit(group: CommitGroup): CommitOutcome {
    const { claim } = group
    const cursor = this.#cursor(claim.partition)
    if (!holds(claim, cursor)) return { status: 'stale' }
    assertGroup(group, this.#lastPosition)
    const facts = group.steps.flatMap((step) => this.#step(step))
    if (group.position !== cursor.position) {
      this.#moveCursor(claim.partition, { epoch: cursor.epoch, position: group.position })
      this.#tail.drop(claim.partition, group.position)
    }
    if (facts.length > 0) this.#woken.facts = true
    return { status: 'committed', claim: { ...claim, position: group.position }, facts }
  }

  fireTimers(nowMs: number, limit: number): number {
    const rows = this.#connection.all(
      'SELECT address, id, epoch, due_ms, event FROM timers WHERE due_ms <= ? ORDER BY due_ms, address, id LIMIT ?',
      nowMs,
      limit,
    )
    for (const row of rows) {
      const [address, timer] = [addressIn(row), timerOf(row)]
      this.#append(timerEnvelope(address, timer, nowMs))
      this.#connection.run('DELETE FROM timers WHERE address = ? AND id = ?', address, timer.id)
    }
    return rows.length
  }

  /** Forgets events and steps of up to `limit` actors done before a time; answers of how many. */
  prune(beforeMs: number, limit: number): number {
    const connection = this.#connection
    const rows = connection.all(
      `SELECT address FROM actors WHERE status = 'done' AND pruned = 0 AND updated_ms < ? ORDER BY updated_ms LIMIT ?`,
      beforeMs,
      limit,
    )
    for (const address of rows.map(addressIn)) {
      const steps = 'SELECT position FROM steps WHERE address = ?'
      connection.run(`DELETE FROM inbox WHERE position IN (${steps})`, address)
      connection.run('DELETE FROM steps WHERE address = ?', address)
      connection.run('UPDATE actors SET pruned = 1 WHERE address = ?', address)
    }
    return rows.length
  }

  #append(envelope: EventEnvelope): Appended {
    const position = this.#lastPosition + 1
    const partition = partitionOf(envelope.to, this.#partitions)
    if (!this.#insert(envelope, position, partition)) {
      const first = this.#connection.get(
        'SELECT position, at_ms FROM inbox WHERE event_id = ? AND address = ?',
        envelope.id,
        envelope.to,
      )
      if (first !== undefined && isDuplicate(numberOf(first, 'at_ms'), envelope.atMs)) {
        return { id: envelope.id, duplicate: true, position: numberOf(first, 'position') }
      }
      this.#lapse(envelope)
      this.#insert(envelope, position, partition)
    }
    this.#lastPosition = position
    this.#woken.partitions.add(partition)
    this.#tail.push(partition, { position, envelope })
    return { id: envelope.id, duplicate: false, position }
  }

  #insert(envelope: EventEnvelope, position: number, partition: number): boolean {
    const { id, to, atMs } = envelope
    const sql =
      'INSERT INTO inbox (position, partition, at_ms, address, event_id, body) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING'
    return this.#connection.run(sql, position, partition, atMs, to, id, bodyOf(envelope)) > 0
  }

  /** Lets an id be used again after its time; history keeps it in the body. */
  #lapse({ id, to }: EventEnvelope): void {
    const sql = `UPDATE inbox SET event_id = NULL, body = json_set(body, '$.id', event_id) WHERE event_id = ? AND address = ?`
    this.#connection.run(sql, id, to)
  }

  #step(step: StepCommit): readonly Fact[] {
    const address = step.entry.envelope.to
    const facts = factsOf(step, this.#lastFact + 1)
    const revision = step.actor?.revision ?? this.#foundRevision(address)
    const connection = this.#connection
    if (step.actor !== undefined) this.#putActor(step.actor)
    for (const id of step.timersCancelled)
      connection.run('DELETE FROM timers WHERE address = ? AND id = ?', address, id)
    for (const timer of step.timersArmed) {
      const { id, epoch, dueAtMs, event } = timer
      connection.run(
        'INSERT OR REPLACE INTO timers VALUES (?, ?, ?, ?, ?)',
        address,
        id,
        epoch,
        dueAtMs,
        JSON.stringify(event),
      )
      this.#woken.timers = true
    }
    for (const { position, index, atMs, causedBy, type, data } of facts) {
      const sql = 'INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?, ?)'
      connection.run(sql, position, address, revision, index, atMs, causedBy, type, JSON.stringify(data))
    }
    const first = facts[0]?.position ?? 0
    const sql = 'INSERT INTO steps VALUES (?, ?, ?, ?, ?, ?, ?)'
    connection.run(sql, address, revision, step.entry.position, step.outcome, first, facts.length, detailOf(step))
    this.#lastFact += facts.length
    for (const send of step.sends) this.#append(send)
    if (isDead(step)) this.#bury(step)
    return facts
  }

  #putActor(actor: StoredActor): void {
    const { address, machine, status, revision, createdAtMs, updatedAtMs } = actor
    const effects = Object.keys(actor.effects).length
    const state = stateOf(actor)
    const connection = this.#connection
    const changed = connection.run(
      'UPDATE actors SET machine = ?, status = ?, revision = ?, updated_ms = ?, effects = ?, pruned = 0, state = ? WHERE address = ?',
      ...([machine, status, revision, updatedAtMs, effects, state, address] as const),
    )
    if (changed > 0) return
    const { workspace, kind } = partsOf(address)
    const partition = partitionOf(address, this.#partitions)
    connection.run(
      'INSERT INTO actors (address, partition, workspace, kind, machine, status, revision, created_ms, updated_ms, effects, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      ...([address, partition, workspace, kind, machine, status, revision] as const),
      ...([createdAtMs, updatedAtMs, effects, state] as const),
    )
  }

  #bury({ entry, outcome, reason }: StepCommit): void {
    const { envelope } = entry
    this.#connection.run(
      'INSERT INTO dead_letters (workspace, envelope, reason, at_ms) VALUES (?, ?, ?, ?)',
      partsOf(envelope.to).workspace,
      JSON.stringify(envelope),
      reason ?? outcome,
      envelope.atMs,
    )
  }

  #foundRevision(address: Address): number {
    const row = this.#connection.get('SELECT revision FROM actors WHERE address = ?', address)
    return row === undefined ? 0 : numberOf(row, 'revision')
  }

  #cursor(partition: number): Cursor {
    const cursor = this.#cursors[partition]
    if (cursor === undefined) throw new RangeError(`partition ${partition} is not one of ${this.#partitions}`)
    return cursor
  }

  #moveCursor(partition: number, cursor: Cursor): void {
    this.#cursors = this.#cursors.with(partition, cursor)
    this.#connection.run(
      `INSERT INTO cursors (partition, epoch, position, node) VALUES (?, ?, ?, '') ON CONFLICT (partition) DO UPDATE SET epoch = excluded.epoch, position = excluded.position`,
      partition,
      cursor.epoch,
      cursor.position,
    )
  }

  #last(table: 'inbox' | 'facts'): number {
    const row = this.#connection.get(`SELECT coalesce(max(position), 0) AS last FROM ${table}`)
    return row === undefined ? 0 : numberOf(row, 'last')
  }
}

function nobody(): Woken {
  return { partitions: new Set(), facts: false, timers: false }
}
