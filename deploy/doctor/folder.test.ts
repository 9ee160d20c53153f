import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openSqliteJournal, type SqliteJournal } from '#runtime/adapters/sqlite/journal.ts'
import { openSqliteRecords } from '#runtime/adapters/sqlite/records.ts'
import { createSystemLog } from '#runtime/adapters/system/log.ts'
import { eventTo, lead } from '#runtime/testing/contracts/journal-material.ts'
import { dataFiles, readConfig, type Config } from '../config.ts'
import { putUpNamePlate } from '../holder.ts'
import { worstOf, type Finding } from './finding.ts'
import { judgeFolder, judgeOwnClock } from './judge-folder.ts'
import { lookAtFolder, type FolderSeen } from './look-folder.ts'

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const each of undo.splice(0).reverse()) await each()
})

const all = { journal: true, documents: true }
const of = (findings: readonly Finding[], check: string) => findings.find((finding) => finding.check === check)

function place(): Config {
  const folder = mkdtempSync(join(tmpdir(), 'fineacers-doctor-'))
  undo.push(() => rmSync(folder, { recursive: true, force: true }))
  return readConfig({ FINEACERS_DATA: folder })
}

function journalIn({ dataFolder }: Config): SqliteJournal {
  const log = createSystemLog({ level: 'silent' })
  const journal = openSqliteJournal({ file: dataFiles(dataFolder).journal, partitions: 4, log })
  undo.push(() => journal.close())
  return journal
}

/** A process that says how it is. */
async function reached(status: string): Promise<string> {
  const server = createServer((_, answer) => answer.end(JSON.stringify({ status })))
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  undo.push(() => server.close())
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

describe('a data folder', () => {
  it('that is not there yet is well, and is still not there afterwards', async () => {
    const { dataFolder } = place()
    const config = readConfig({ FINEACERS_DATA: join(dataFolder, 'deep', 'data') })
    const findings = judgeFolder(await lookAtFolder(config), all)
    expect(worstOf(findings.filter(({ check }) => check !== 'folder.sync'))).toBe('ok')
    expect(of(findings, 'folder.writable')?.found).toContain('the first start makes it')
    expect(readdirSync(dataFolder)).toEqual([])
  })

  it('that can not be made is wrong', async () => {
    const { dataFolder } = place()
    writeFileSync(join(dataFolder, 'file'), '')
    const config = readConfig({ FINEACERS_DATA: join(dataFolder, 'file', 'data') })
    expect(of(judgeFolder(await lookAtFolder(config), all), 'folder.writable')).toMatchObject({
      level: 'wrong',
      found: expect.stringContaining('ENOTDIR'),
    })
  })

  it('whose files are whole is well, and nothing is left in it', async () => {
    const config = place()
    const journal = journalIn(config)
    await journal.append([eventTo(lead(1), 'e1')])
    await openSqliteRecords({ file: dataFiles(config.dataFolder).records }).close()
    await journal.close()
    const before = readdirSync(config.dataFolder)
    const findings = judgeFolder(await lookAtFolder(config), all)
    // How long a sync takes is this machine's affair.
    expect(worstOf(findings.filter(({ check }) => check !== 'folder.sync'))).toBe('ok')
    expect(findings.filter(({ check }) => check === 'folder.files').map(({ found }) => found)).toEqual([
      expect.stringMatching(/^journal\.sqlite, .* is whole$/),
      expect.stringMatching(/^records\.sqlite, .* is whole$/),
    ])
    expect(readdirSync(config.dataFolder)).toEqual(before)
  })

  it.each([
    ['ready', 'ok'],
    ['degraded', 'advice'],
    ['not-ready', 'wrong'],
  ])('that a process has, which says that it is %s, is %s', async (status, level) => {
    const config = place()
    journalIn(config)
    putUpNamePlate(config.dataFolder).reachedAt(await reached(status))
    const found = of(judgeFolder(await lookAtFolder(config), all), 'folder.held')
    expect(found?.level).toBe(level)
    expect(found?.found).toContain(`process ${process.pid} at http://127.0.0.1:`)
  })

  it('that was left by a dead process is free, whatever its name plate says', async () => {
    const config = place()
    await journalIn(config).close()
    putUpNamePlate(config.dataFolder)
    expect(of(judgeFolder(await lookAtFolder(config), all), 'folder.held')?.found).toBe('no process has it now')
  })

  it('is told which file is damaged, and what to do about that one', async () => {
    const config = place()
    const { archive, documents, records } = dataFiles(config.dataFolder)
    for (const file of [archive, documents, records]) writeFileSync(file, 'no database, only words'.repeat(50))
    const damaged = judgeFolder(await lookAtFolder(config), all).filter(({ level }) => level === 'wrong')
    expect(damaged).toEqual([
      expect.objectContaining({
        found: expect.stringContaining('records.sqlite is damaged'),
        todo: expect.stringContaining('backup'),
      }),
      expect.objectContaining({
        found: expect.stringContaining('documents.sqlite is damaged'),
        todo: expect.stringContaining('made anew'),
      }),
      expect.objectContaining({
        found: expect.stringContaining('archive.sqlite is damaged'),
        todo: expect.stringContaining('backup'),
      }),
    ])
  })

  it('of which only imports are used is no more than advised about', async () => {
    const { dataFolder } = place()
    writeFileSync(join(dataFolder, 'file'), '')
    const seen = await lookAtFolder(readConfig({ FINEACERS_DATA: join(dataFolder, 'file', 'data') }))
    const findings = judgeFolder(seen, { journal: false, documents: false })
    expect(findings).toEqual([expect.objectContaining({ level: 'advice', check: 'folder.imports' })])
  })
})

describe('what a folder is on', () => {
  const seen: FolderSeen = {
    folder: '/data',
    exists: true,
    syncMs: 3,
    freeBytes: 50e9,
    disk: 'local',
    held: false,
    files: [],
  }

  it.each([
    ['memory', 'wrong'],
    ['network', 'wrong'],
    ['container-layer', 'advice'],
  ] as const)('%s is %s', (disk, level) => {
    expect(of(judgeFolder({ ...seen, disk }, all), 'folder.disk')?.level).toBe(level)
    expect(of(judgeFolder({ ...seen, disk }, { journal: false, documents: true }), 'folder.disk')?.level).toBe(level)
  })

  it.each([
    [2e9, 'ok'],
    [1.9e9, 'advice'],
    [199e6, 'wrong'],
  ])('with %d bytes free is %s', (freeBytes, level) => {
    expect(of(judgeFolder({ ...seen, freeBytes }, all), 'folder.space')?.level).toBe(level)
  })

  it('says when its journal is synced, and that a sync is slow', () => {
    expect(of(judgeFolder(seen, all), 'folder.sync')?.found).toContain('synchronous FULL')
    expect(of(judgeFolder({ ...seen, syncMs: 51 }, all), 'folder.sync')?.level).toBe('advice')
    const journal = { bytes: 1, journalMode: 'delete', damage: [] }
    expect(of(judgeFolder({ ...seen, journal }, all), 'folder.sync')).toMatchObject({
      level: 'advice',
      found: expect.stringContaining('journal_mode delete'),
    })
  })

  it('shows a clock that was set back', () => {
    const journal = { bytes: 1, journalMode: 'wal', damage: [], newestAtMs: 1_000_000 }
    expect(judgeOwnClock({ ...seen, journal }, 995_000)).toEqual([])
    expect(judgeOwnClock({ ...seen, journal }, 994_000)[0]).toMatchObject({
      level: 'wrong',
      found: 'the journal’s newest event is six seconds in the future',
    })
  })
})
