import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { acceptAndStep, eventTo, lead, startMs } from '../../testing/contracts/journal-material.ts'
import { createSystemLog } from '../system/log.ts'
import { isHeld } from './folder-lock.ts'
import { openSqliteJournal, type SqliteJournal } from './journal.ts'
import { factAfterIn, factsEndIn, surveySqliteFile, surveySqliteJournal } from './survey.ts'

const folders: string[] = []
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })))

const log = createSystemLog({ level: 'silent' })
const bytesMax = 1e9

async function journalWithFacts(): Promise<{
  readonly folder: string
  readonly file: string
  readonly journal: SqliteJournal
}> {
  const folder = mkdtempSync(join(tmpdir(), 'fineacers-survey-'))
  folders.push(folder)
  const file = join(folder, 'journal.sqlite')
  const journal = openSqliteJournal({ file, partitions: 4, log })
  for (const index of [0, 1, 2]) {
    const event = eventTo(lead(1), `e${index}`, startMs + index * 1000)
    await acceptAndStep(journal, event, { facts: [{ type: 'noted', data: { index } }] })
  }
  return { folder, file, journal }
}

describe('a survey of a journal file', () => {
  it('reads it while a process has it', async () => {
    const { file, journal } = await journalWithFacts()
    expect(isHeld(file)).toBe(true)
    expect(surveySqliteJournal(file, bytesMax)).toMatchObject({
      journalMode: 'wal',
      damage: [],
      partitions: 4,
      newestAtMs: startMs + 2000,
    })
    expect(factsEndIn(file)).toBe(3)
    expect(factAfterIn(file, 1)).toEqual({ position: 2, atMs: startMs + 1000 })
    expect(factAfterIn(file, 3)).toBeUndefined()
    await journal.close()
  })

  it('leaves nothing behind where nobody has it', async () => {
    const { folder, file, journal } = await journalWithFacts()
    await journal.close()
    const before = readdirSync(folder).toSorted()
    expect(isHeld(file)).toBe(false)
    expect(surveySqliteJournal(file, bytesMax)).toMatchObject({ damage: [], newestAtMs: startMs + 2000 })
    expect(factsEndIn(file)).toBe(3)
    expect(readdirSync(folder).toSorted()).toEqual(before)
  })

  it('does not keep a process from taking it', async () => {
    const { file, journal } = await journalWithFacts()
    await journal.close()
    surveySqliteJournal(file, bytesMax)
    isHeld(file)
    const again = openSqliteJournal({ file, partitions: 4, log })
    expect(await again.factsEnd()).toBe(3)
    await again.close()
  })

  it('finds damage, also where the file is no database at all', async () => {
    const { file, journal } = await journalWithFacts()
    await journal.close()
    const bytes = readFileSync(file)
    // A page in the middle, overwritten.
    writeFileSync(file, Buffer.concat([bytes.subarray(0, 8192), Buffer.alloc(4096, 0xff), bytes.subarray(12_288)]))
    expect(surveySqliteJournal(file, bytesMax).damage).not.toEqual([])
    writeFileSync(file, 'not a database, and long enough to be read as the head of one: it is only words and words')
    expect(surveySqliteFile(file, bytesMax).damage).toEqual([expect.stringContaining('not a database')])
  })

  it('does not look through a file that is too large', async () => {
    const { file, journal } = await journalWithFacts()
    await journal.close()
    const survey = surveySqliteFile(file, 1000)
    expect(survey.bytes).toBeGreaterThan(1000)
    expect(survey).not.toHaveProperty('damage')
  })

  it('knows of a file that was never held', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fineacers-survey-'))
    folders.push(folder)
    expect(isHeld(join(folder, 'journal.sqlite'))).toBe(false)
    expect(readdirSync(folder)).toEqual([])
  })
})
