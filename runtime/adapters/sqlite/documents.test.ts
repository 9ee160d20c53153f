import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Log } from '../../ports/log.ts'
import { describeDocuments } from '../../testing/contracts/documents-contract.ts'
import { openSqliteDocuments } from './documents.ts'

const log: Log = { debug() {}, info() {}, warn() {}, error() {} }
let folder = ''
let made = 0
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'documents-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describeDocuments('in SQLite, in memory', { open: async () => openSqliteDocuments({ file: ':memory:', log }) })
describeDocuments('in SQLite, in a file', {
  open: async () => openSqliteDocuments({ file: join(folder, `${++made}.sqlite`), log }),
  reopen: async (documents) => {
    await documents.close()
    return openSqliteDocuments({ file: join(folder, `${made}.sqlite`), log })
  },
})

describe('a documents file', () => {
  it('[D7] that is damaged says that it can be deleted', () => {
    const file = join(folder, 'damaged.sqlite')
    writeFileSync(file, 'not a database at all, but long enough to be taken for one'.repeat(40))
    expect(() => openSqliteDocuments({ file, log })).toThrow(
      expect.objectContaining({ code: 'documents-corrupt', message: expect.stringContaining('rebuilt') }),
    )
  })
})
