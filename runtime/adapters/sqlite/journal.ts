import type { Journal, JournalListener } from '../../ports/journal.ts'
import type { Log } from '../../ports/log.ts'
import { Connection } from './connection.ts'
import { holdFile } from './folder-lock.ts'
import { GroupWriter } from './group-writer.ts'
import { JournalReads } from './journal-reads.ts'
import { journalSchema, journalVersion } from './journal-schema.ts'
import { JournalWrites, type Woken } from './journal-writes.ts'
import { numberOf } from './row.ts'

export interface SqliteJournalOptions {
  readonly file: string
  readonly partitions: number
  readonly log: Log
  /** The file may not grow beyond this; absent: as far as the disk goes. Beyond it writes are refused as `disk-full`. */
  readonly bytesMax?: number
}

/** What the SQLite journal can do beside the port. */
export interface SqliteJournal extends Journal {
  /**
   * Frees the space of up to `limit` actors that were done before `beforeMs`: their events and history go, themselves and their
   * facts stay. Choose a time more than 8 days ago, for event ids are forgotten with it. Answers how many; 0 when none is left.
   */
  prune(beforeMs: number, limit: number): Promise<number>
}

/**
 * The truth in one SQLite file, synced at every group commit, held by one process at a time.
 * Throws `StorageError`: `data-folder-in-use`, `data-folder-newer`, `journal-corrupt`, `store-unavailable`.
 */
export function openSqliteJournal(options: SqliteJournalOptions): SqliteJournal {
  const release = holdFile(options.file)
  try {
    const connection = new Connection({
      file: options.file,
      synchronous: 'full',
      version: journalVersion,
      schema: journalSchema,
      corrupt: {
        code: 'journal-corrupt',
        whatToDo: 'restore the newest backup, or move the folder away to begin anew',
      },
      cacheMegabytes: 128,
      ...(options.bytesMax === undefined ? {} : { bytesMax: options.bytesMax }),
    })
    assertPartitions(connection, options)
    return journalOn(connection, options, release)
  } catch (error) {
    release()
    throw error
  }
}

/** The number is fixed with the file: every row's partition follows from it. */
function assertPartitions(connection: Connection, { file, partitions }: SqliteJournalOptions): void {
  const row = connection.get('SELECT partitions FROM meta')
  if (row === undefined) connection.run('INSERT INTO meta VALUES (?)', partitions)
  else if (numberOf(row, 'partitions') !== partitions) {
    const found = numberOf(row, 'partitions')
    connection.close()
    throw new RangeError(`${file} has ${found} partitions, not ${partitions}: set it back to ${found}`)
  }
}

function journalOn(
  connection: Connection,
  { partitions, log }: SqliteJournalOptions,
  release: () => void,
): SqliteJournal {
  const listeners = new Set<JournalListener>()
  const reads = new JournalReads(connection)
  const writes = new JournalWrites(connection, partitions)
  const writer = new GroupWriter(connection, writes, () => notify(writes.takeWoken(), listeners, log))
  return {
    partitions,
    append: (events) => writer.write(() => writes.append(events)),
    claim: (partition, node) => writer.write(() => writes.claim(partition, node)),
    commit: (group) => writer.write(() => writes.commit(group)),
    async fireTimers(nowMs, limit) {
      const dueAtMs = reads.nextDueAtMs()
      const due = dueAtMs !== undefined && dueAtMs <= nowMs
      const fired = due ? await writer.write(() => writes.fireTimers(nowMs, limit)) : 0
      const nextDueAtMs = reads.nextDueAtMs()
      return { fired, ...(nextDueAtMs === undefined ? {} : { nextDueAtMs }) }
    },
    settleDeadLetter: (id, settlement) =>
      writer.write(() => {
        connection.run('UPDATE dead_letters SET settled = ? WHERE id = ?', JSON.stringify(settlement), id)
      }),
    prune: (beforeMs, limit) => writer.write(() => writes.prune(beforeMs, limit)),
    read: async (partition, afterPosition, limit) =>
      writes.tail.read(partition, afterPosition, limit) ?? reads.inbox(partition, afterPosition, limit),
    load: async (address) => reads.actor(address),
    withEffects: async (partition, after, limit) => reads.withEffects(partition, after, limit),
    facts: async (afterPosition, limit, address) =>
      address === undefined ? reads.facts(afterPosition, limit) : reads.factsOfActor(address, afterPosition, limit),
    factsEnd: async () => reads.factsEnd(),
    history: async (address, afterRevision, limit) => reads.history(address, afterRevision, limit),
    list: async (query) => reads.list(query),
    deadLetters: async ({ workspace, before, limit }) => reads.deadLetters(workspace, before, limit),
    deadLetter: async (id) => reads.deadLetter(id),
    watch(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async close() {
      writer.close()
      listeners.clear()
      connection.close()
      release()
    },
  }
}

function notify(woken: Woken, listeners: ReadonlySet<JournalListener>, log: Log): void {
  for (const listener of listeners) {
    try {
      for (const partition of woken.partitions) listener.inbox?.(partition)
      if (woken.facts) listener.facts?.()
      if (woken.timers) listener.timers?.()
    } catch (error) {
      log.error('a watcher of the journal threw', { reason: String(error) })
    }
  }
}
