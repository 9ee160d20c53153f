import {
  MongoAPIError,
  MongoBulkWriteError,
  MongoCompatibilityError,
  MongoNetworkError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
  MongoNotConnectedError,
} from 'mongodb'
import { StorageError } from '../../ports/storage-error.ts'

/** What servers answer, by their code. Other answers pass as they are: they are faults of this program's. */
const answers = {
  unauthorized: new Set([13, 18, 31, 8000, 5746]),
  diskFull: new Set([14_031]),
  refused: new Set([11_000, 11_001, 10_334, 121, 17_280, 17_419, 17_420, 15]),
  unavailable: new Set([
    6, 7, 64, 89, 91, 100, 133, 134, 189, 262, 317, 358, 9001, 10_058, 10_107, 11_600, 11_602, 13_388, 13_435, 13_436,
    50, 20,
  ]),
} as const

/** What helps when a database is damaged. */
export const whenDamaged =
  'drop the database and start again if it holds read models, which are rebuilt from the journal; restore a backup if it holds an archive'

/** The `StorageError` for what the driver rejected with, or the error as it is when it is no fault of the store's. */
export function storageErrorOf(error: unknown, database: string): unknown {
  if (!(error instanceof Error) || error instanceof StorageError) return error
  // A bulk write hides what became of its line.
  const hidden: unknown = error instanceof MongoBulkWriteError ? error.errorResponse : undefined
  if (hidden instanceof Error) return storageErrorOf(hidden, database)
  const code = codeOf(error)
  const said = error.message
  if (answers.unauthorized.has(code)) {
    return new StorageError('store-unauthorized', `the documents server refused us at ${database}: ${said}`, error)
  }
  if (answers.diskFull.has(code) || /no space left|disk is full/i.test(said)) {
    return new StorageError(
      'disk-full',
      `no space left for ${database}: free some, and writing goes on by itself`,
      error,
    )
  }
  if (answers.refused.has(code) || /too large|UNIQUE constraint/i.test(said)) {
    return new StorageError('document-refused', `${database} refused a document: ${said}`, error)
  }
  if (error instanceof MongoCompatibilityError || error.cause instanceof MongoCompatibilityError) {
    return new StorageError('store-unsuitable', `the documents server of ${database} does not suit: ${said}`, error)
  }
  if (isAway(error, code)) {
    return new StorageError('store-unavailable', `the documents server of ${database} can't be reached: ${said}`, error)
  }
  return error
}

/** Whether the server refused a document for what is in it. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && (answers.refused.has(codeOf(error)) || /UNIQUE constraint/i.test(error.message))
}

/** Whether there is a document of that key already. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof Error && [11_000, 11_001].includes(codeOf(error))
}

function isAway(error: Error, code: number): boolean {
  if (error instanceof MongoNetworkError || error instanceof MongoServerSelectionError) return true
  if (error instanceof MongoTopologyClosedError || error instanceof MongoNotConnectedError) return true
  if (answers.unavailable.has(code)) return true
  if (error instanceof MongoServerError && error.hasErrorLabel('RetryableWriteError')) return true
  // The driver's other errors come of the connection (a pool cleared, a wait over), unless they speak of how it is called.
  if (error.name.startsWith('Mongo')) return !(error instanceof MongoServerError) && !(error instanceof MongoAPIError)
  // Names that can't be resolved, for addresses of the kind mongodb+srv.
  return 'code' in error && typeof error.code === 'string' && /^E[A-Z]+$/.test(error.code)
}

function codeOf(error: Error): number {
  if (error instanceof MongoBulkWriteError) {
    const first = Array.isArray(error.writeErrors) ? error.writeErrors[0] : error.writeErrors
    return first?.code ?? (Number(error.code) || 0)
  }
  return error instanceof MongoServerError && typeof error.code === 'number' ? error.code : 0
}
