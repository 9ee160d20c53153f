import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/**
 * The raw floor of a durable step on this disk: the rows a step writes (inbox, actor, step, fact, cursor) by bare prepared statements,
 * in groups, one synced transaction a group. Steps a second.
 */
export function sqliteGroupCommitFloor(
  folder: string,
  load: { readonly steps: number; readonly group: number; readonly actors: number },
): number {
  const database = new DatabaseSync(join(folder, 'floor.sqlite'))
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  database.exec(`CREATE TABLE inbox (position INTEGER PRIMARY KEY, partition INTEGER, address TEXT, id TEXT, at INTEGER, event TEXT);
    CREATE UNIQUE INDEX guard ON inbox (address, id);
    CREATE TABLE actors (address TEXT PRIMARY KEY, revision INTEGER, snapshot TEXT, at INTEGER) WITHOUT ROWID;
    CREATE TABLE steps (position INTEGER PRIMARY KEY, address TEXT, revision INTEGER, outcome TEXT);
    CREATE TABLE facts (position INTEGER PRIMARY KEY, address TEXT, revision INTEGER, type TEXT, data TEXT, at INTEGER);
    CREATE TABLE cursors (partition INTEGER PRIMARY KEY, position INTEGER)`)
  const inbox = database.prepare('INSERT INTO inbox VALUES (?, ?, ?, ?, ?, ?)')
  const actor = database.prepare(
    'INSERT INTO actors VALUES (?, ?, ?, ?) ON CONFLICT (address) DO UPDATE SET revision = excluded.revision, snapshot = excluded.snapshot, at = excluded.at',
  )
  const step = database.prepare('INSERT INTO steps VALUES (?, ?, ?, ?)')
  const fact = database.prepare('INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?)')
  const cursor = database.prepare(
    'INSERT INTO cursors VALUES (?, ?) ON CONFLICT (partition) DO UPDATE SET position = excluded.position',
  )
  const snapshot = JSON.stringify({
    status: 'active',
    value: 'counting',
    context: { count: 1 },
    children: {},
    historyValue: {},
    tags: [],
  })
  const beganMs = performance.now()
  for (let position = 1; position <= load.steps; position++) {
    if (position % load.group === 1) database.exec('BEGIN IMMEDIATE')
    const address = `bench/counter/${position % load.actors}`
    inbox.run(position, position % 32, address, `event-${position}`, position, '{"type":"add","by":1}')
    actor.run(address, position, snapshot, position)
    step.run(position, address, position, 'applied')
    fact.run(position, address, position, 'counted', '{"count":1}', position)
    if (position % load.group === 0 || position === load.steps) {
      cursor.run(position % 32, position)
      database.exec('COMMIT')
    }
  }
  const seconds = (performance.now() - beganMs) / 1000
  database.close()
  return load.steps / seconds
}
