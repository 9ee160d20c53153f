import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'
import { DatabaseSync } from 'node:sqlite'
import { bringServer } from '#deploy/services/bring-server.ts'

/** What the matrix ran on, in words. */
export async function versions(): Promise<readonly string[]> {
  const { path } = await bringServer('nats')
  const nats = /v?(\d+\.\d+\.\d+)/.exec(execFileSync(path, ['--version'], { encoding: 'utf8' }))?.[1] ?? 'unknown'
  const database = new DatabaseSync(':memory:')
  const sqlite = database.prepare('SELECT sqlite_version() AS version').get()?.['version']
  database.close()
  return [
    `nats-server ${nats}`,
    `SQLite ${String(sqlite)}`,
    `Node ${process.versions.node}`,
    `${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'})`,
  ]
}
