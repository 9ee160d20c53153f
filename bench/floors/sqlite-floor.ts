import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { journalSchema } from '#runtime/adapters/sqlite/journal-schema.ts'

/**
 * The raw floor of a durable step on this disk: the rows a step writes (event, actor, step, fact, cursor), in the journal's own tables with their
 * indexes, by bare prepared statements with ready-made values, one synced transaction a group. Steps a second.
 */
export function sqliteGroupCommitFloor(
  folder: string,
  load: { readonly steps: number; readonly group: number; readonly actors: number },
): number {
  const database = new DatabaseSync(join(folder, 'floor.sqlite'))
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -131072')
  database.exec(journalSchema)
  const rows = statements(database)
  const beganMs = performance.now()
  for (let position = 1; position <= load.steps; position++) {
    if (position % load.group === 1) database.exec('BEGIN IMMEDIATE')
    const address = `bench/counter/${position % load.actors}`
    const id = `ev_${String(position).padStart(26, '0')}`
    rows.inbox.run(position, position % 32, position, address, id, '{"event":{"type":"add","by":1}}')
    rows.actor.run(address, position % 32, position, position)
    rows.fact.run(position, address, position, position, id)
    rows.step.run(address, position, position, position)
    if (position % load.group === 0 || position === load.steps) {
      rows.cursor.run(position % 32, position)
      database.exec('COMMIT')
    }
  }
  const seconds = (performance.now() - beganMs) / 1000
  database.close()
  return load.steps / seconds
}

/** A counter's state as the journal keeps it. */
const state =
  '{"snapshot":{"status":"active","value":"counting","historyValue":{},"context":{"count":1},"children":{}},"input":{"address":"bench/counter/1"},"timers":{},"effects":{}}'

function statements(database: DatabaseSync) {
  return {
    inbox: database.prepare('INSERT INTO inbox VALUES (?, ?, ?, ?, ?, ?)'),
    actor: database.prepare(`INSERT INTO actors
      (address, partition, workspace, kind, machine, status, revision, created_ms, updated_ms, effects, state)
      VALUES (?, ?, 'bench', 'counter', 'counter@1', 'active', ?, 1, ?, 0, '${state}')
      ON CONFLICT (address) DO UPDATE SET revision = excluded.revision, updated_ms = excluded.updated_ms, state = excluded.state`),
    step: database.prepare(`INSERT INTO steps VALUES (?, ?, ?, 'applied', ?, 1, NULL)`),
    fact: database.prepare(`INSERT INTO facts VALUES (?, ?, ?, 0, ?, ?, 'counted', '{"count":1}')`),
    cursor: database.prepare(`INSERT INTO cursors VALUES (?, 1, ?, 'bench')
      ON CONFLICT (partition) DO UPDATE SET position = excluded.position`),
  }
}
