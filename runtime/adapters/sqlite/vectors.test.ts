import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeVectors } from '../../testing/contracts/vectors-contract.ts'
import { openSqliteVectors } from './vectors.ts'

let folder = ''
let made = 0
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vectors-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describeVectors('in SQLite', {
  open: async () => openSqliteVectors({ file: join(folder, `${++made}.sqlite`) }),
  matchesText: true,
  reopen: async (vectors) => {
    await vectors.close()
    return openSqliteVectors({ file: join(folder, `${made}.sqlite`) })
  },
})

describe('a vectors file', () => {
  it('[V5] without sqlite-vec says what to do', () => {
    expect(() => openSqliteVectors({ file: ':memory:', extensionPath: join(folder, 'absent') })).toThrow(
      expect.objectContaining({ code: 'store-unavailable', message: expect.stringContaining('sqlite-vec') }),
    )
  })
})
