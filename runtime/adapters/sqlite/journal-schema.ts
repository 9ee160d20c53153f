/** Raised with every change of the schema below. */
export const journalVersion = 1

/**
 * The journal's tables. Rows are laid so that a step touches few pages that are not at a table's end:
 * `inbox`, `facts` grow at their ends; event ids begin with their time, so `inbox_guard` does nearly so; `actors` and `steps` lie by address.
 */
export const journalSchema = `
  CREATE TABLE meta (partitions INTEGER NOT NULL);

  CREATE TABLE cursors (partition INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, position INTEGER NOT NULL, node TEXT NOT NULL);

  -- Events as accepted; handled ones stay as history. event_id is null once the id may be used again (8 days).
  CREATE TABLE inbox (
    position INTEGER PRIMARY KEY, partition INTEGER NOT NULL, at_ms INTEGER NOT NULL,
    address TEXT NOT NULL, event_id TEXT, body TEXT NOT NULL
  );
  CREATE UNIQUE INDEX inbox_guard ON inbox (event_id, address) WHERE event_id IS NOT NULL;
  CREATE INDEX inbox_partition ON inbox (partition, position);

  -- state: JSON of snapshot, input, timers and effects.
  CREATE TABLE actors (
    id INTEGER PRIMARY KEY, address TEXT NOT NULL UNIQUE, partition INTEGER NOT NULL,
    workspace TEXT NOT NULL, kind TEXT NOT NULL, machine TEXT NOT NULL, status TEXT NOT NULL,
    revision INTEGER NOT NULL, created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL,
    effects INTEGER NOT NULL, pruned INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL
  );
  CREATE INDEX actors_listed ON actors (workspace, kind, updated_ms DESC, address);
  CREATE INDEX actors_working ON actors (partition, address) WHERE effects > 0;

  CREATE INDEX actors_finished ON actors (updated_ms) WHERE status = 'done' AND pruned = 0;

  -- What each step did. detail: JSON of what is not empty. Its facts are first_fact and the facts_count - 1 after it.
  CREATE TABLE steps (
    address TEXT NOT NULL, revision INTEGER NOT NULL, position INTEGER NOT NULL, outcome TEXT NOT NULL,
    first_fact INTEGER NOT NULL, facts_count INTEGER NOT NULL, detail TEXT,
    PRIMARY KEY (address, revision, position)
  ) WITHOUT ROWID;

  CREATE TABLE facts (
    position INTEGER PRIMARY KEY, address TEXT NOT NULL, revision INTEGER NOT NULL, place INTEGER NOT NULL,
    at_ms INTEGER NOT NULL, caused_by TEXT NOT NULL, type TEXT NOT NULL, data TEXT NOT NULL
  );

  CREATE TABLE timers (
    address TEXT NOT NULL, id TEXT NOT NULL, epoch INTEGER NOT NULL, due_ms INTEGER NOT NULL, event TEXT NOT NULL,
    PRIMARY KEY (address, id)
  ) WITHOUT ROWID;
  CREATE INDEX timers_due ON timers (due_ms);

  CREATE TABLE dead_letters (
    id INTEGER PRIMARY KEY, workspace TEXT NOT NULL, envelope TEXT NOT NULL, reason TEXT NOT NULL,
    at_ms INTEGER NOT NULL, settled TEXT
  );
  CREATE INDEX dead_letters_listed ON dead_letters (workspace, id)
`
