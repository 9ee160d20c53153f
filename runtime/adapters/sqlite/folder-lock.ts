import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StorageError } from '../../ports/storage-error.ts'

/**
 * Holds a file for this process until released: an exclusive SQLite lock on an empty database beside it, which the system drops
 * with the process, also after `kill -9`. Throws `data-folder-in-use` when another holds it.
 */
export function holdFile(file: string): () => void {
  mkdirSync(dirname(file), { recursive: true })
  const database = new DatabaseSync(`${file}.lock`, { timeout: 0 })
  try {
    database.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    const message = `${dirname(file)} is in use by another process: stop that one, or choose another data folder`
    throw new StorageError('data-folder-in-use', message, error)
  }
  return () => {
    if (database.isOpen) database.close()
  }
}
