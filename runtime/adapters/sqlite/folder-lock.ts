import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StorageError } from '../../ports/storage-error.ts'

const sqliteBusy = 5

/**
 * Holds a file for this process until released: an exclusive SQLite lock on an empty database beside it, which the system drops
 * with the process, also after `kill -9`. Throws `data-folder-in-use` when another holds it, `store-unavailable` when it can't be made.
 */
export function holdFile(file: string): () => void {
  const database = openBeside(file)
  try {
    database.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (!(error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy)) throw unusable(file, error)
    const message = `${dirname(file)} is in use by another process: stop that one, or choose another data folder`
    throw new StorageError('data-folder-in-use', message, error)
  }
  return () => {
    if (database.isOpen) database.close()
  }
}

/** Whether a process holds a file now. Looks for an instant and makes nothing; throws `store-unavailable` when it can't look. */
export function isHeld(file: string): boolean {
  if (!existsSync(`${file}.lock`)) return false
  try {
    const database = new DatabaseSync(`${file}.lock`, { readOnly: true, timeout: 0 })
    try {
      database.prepare('SELECT count(*) FROM sqlite_master').get()
      return false
    } finally {
      database.close()
    }
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy) return true
    throw unusable(file, error)
  }
}

function openBeside(file: string): DatabaseSync {
  try {
    mkdirSync(dirname(file), { recursive: true })
    return new DatabaseSync(`${file}.lock`, { timeout: 0 })
  } catch (error) {
    throw unusable(file, error)
  }
}

function unusable(file: string, error: unknown): StorageError {
  const why = error instanceof Error ? error.message : String(error)
  return new StorageError('store-unavailable', `${dirname(file)} can't be used as a data folder: ${why}`, error)
}
