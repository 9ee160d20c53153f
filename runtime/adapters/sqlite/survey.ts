import { existsSync, statSync } from 'node:fs'
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'
import { pathToFileURL } from 'node:url'

/** What a file of the data folder shows of itself. */
export interface FileSurvey {
  /** With its log. */
  readonly bytes: number
  readonly journalMode: string
  /** What is wrong with its pages: empty when nothing is, absent when it was too large to look. */
  readonly damage?: readonly string[]
}

/** What a journal's file shows of itself. */
export interface JournalFileSurvey extends FileSurvey {
  readonly partitions?: number
  /** When the newest event was taken in, by the clock of its time, epoch milliseconds. */
  readonly newestAtMs?: number
}

/** A fact by where and when it was. */
export interface FactPlace {
  readonly position: number
  readonly atMs: number
}

/** Looks at a file without changing it, also while a process has it. Its pages are looked at where it has no more than `checkBytesMax`. */
export function surveySqliteFile(file: string, checkBytesMax: number): FileSurvey {
  return reading(file, (database) => pagesOf(file, database, checkBytesMax))
}

/** As `surveySqliteFile`, for the journal. */
export function surveySqliteJournal(file: string, checkBytesMax: number): JournalFileSurvey {
  return reading(file, (database) => {
    const survey = pagesOf(file, database, checkBytesMax)
    if (survey.damage !== undefined && survey.damage.length > 0) return survey
    const partitions = numberIn(database, 'SELECT partitions AS found FROM meta')
    const newestAtMs = numberIn(database, 'SELECT at_ms AS found FROM inbox ORDER BY position DESC LIMIT 1')
    return {
      ...survey,
      ...(partitions === undefined ? {} : { partitions }),
      ...(newestAtMs === undefined ? {} : { newestAtMs }),
    }
  })
}

/** Where the facts of a journal's file end; 0 where there is none. */
export function factsEndIn(file: string): number {
  return reading(file, (database) => numberIn(database, 'SELECT max(position) AS found FROM facts') ?? 0)
}

/** The first fact of a journal's file after a position. */
export function factAfterIn(file: string, position: number): FactPlace | undefined {
  return reading(file, (database) => {
    const row = database
      .prepare('SELECT position, at_ms FROM facts WHERE position > ? ORDER BY position LIMIT 1')
      .get(position)
    return row === undefined ? undefined : { position: Number(row['position']), atMs: Number(row['at_ms']) }
  })
}

function reading<Found>(file: string, read: (database: DatabaseSync) => Found): Found {
  const database = new DatabaseSync(placeOf(file), { readOnly: true, timeout: 2000 })
  try {
    return read(database)
  } finally {
    database.close()
  }
}

/** A file without a log is read as one that nobody writes: a reader would make a log otherwise, and leave it. */
function placeOf(file: string): string | URL {
  if (existsSync(logOf(file))) return file
  const place = pathToFileURL(file)
  place.searchParams.set('immutable', '1')
  return place
}

function pagesOf(file: string, database: DatabaseSync, checkBytesMax: number): FileSurvey {
  const bytes = [file, logOf(file)].reduce(
    (sum, each) => sum + (statSync(each, { throwIfNoEntry: false })?.size ?? 0),
    0,
  )
  try {
    const journalMode = String(database.prepare('PRAGMA journal_mode').get()?.['journal_mode'])
    if (bytes > checkBytesMax) return { bytes, journalMode }
    const rows = database.prepare('PRAGMA quick_check(5)').all()
    return { bytes, journalMode, damage: rows.map((row) => String(row['quick_check'])).filter((line) => line !== 'ok') }
  } catch (error) {
    if (!isDamage(error)) throw error
    return { bytes, journalMode: 'unknown', damage: [error.message] }
  }
}

/** SQLite's «malformed» and «not a database». */
function isDamage(error: unknown): error is Error {
  return error instanceof Error && 'errcode' in error && [11, 26].includes(Number(error.errcode) & 0xff)
}

function numberIn(database: DatabaseSync, sql: string): number | undefined {
  const found: SQLOutputValue | undefined = database.prepare(sql).get()?.['found']
  return found === undefined || found === null ? undefined : Number(found)
}

function logOf(file: string): string {
  return `${file}-wal`
}
