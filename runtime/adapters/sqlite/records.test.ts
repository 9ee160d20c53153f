import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { describeRecords } from '../../testing/contracts/records-contract.ts'
import { openSqliteRecords } from './records.ts'

let folder = ''
let made = 0
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'records-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describeRecords('in SQLite', {
  open: async () => openSqliteRecords({ file: join(folder, `${++made}.sqlite`) }),
  reopen: async (records) => {
    await records.close()
    return openSqliteRecords({ file: join(folder, `${made}.sqlite`) })
  },
})
