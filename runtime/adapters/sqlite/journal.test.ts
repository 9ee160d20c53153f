import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { Log } from '../../ports/log.ts'
import { describeJournal } from '../../testing/contracts/journal-contract.ts'
import { openSqliteJournal } from './journal.ts'

const log: Log = { debug() {}, info() {}, warn() {}, error() {} }
let folder = ''
let made = 0
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describeJournal('in SQLite', {
  open: async (partitions) => openSqliteJournal({ file: join(folder, `${++made}.sqlite`), partitions, log }),
  reopen: async (journal) => {
    await journal.close()
    return openSqliteJournal({ file: join(folder, `${made}.sqlite`), partitions: journal.partitions, log })
  },
})
