import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeFiles } from '../../testing/contracts/files-contract.ts'
import { openFolderFiles } from './files.ts'

let folder = ''
let made = 0
const fresh = () => join(folder, String(++made))
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'files-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describeFiles('in a folder', {
  open: () => openFolderFiles({ folder: fresh() }),
  reopen: async (files) => {
    await files.close()
    return openFolderFiles({ folder: join(folder, String(made)) })
  },
})

describe('files in a folder', () => {
  it('[K3] what a process that died has left half written is cleared away, and was never a file', async () => {
    const place = fresh()
    mkdirSync(join(place, '.unfinished'), { recursive: true })
    writeFileSync(join(place, '.unfinished', 'half'), 'image/jpeg\nhal')
    const files = await openFolderFiles({ folder: place })
    expect(readdirSync(join(place, '.unfinished'))).toEqual([])
    await expect(files.stat('.unfinished/half')).rejects.toMatchObject({ code: 'file-refused' })
    await files.close()
  })

  it('a file that somebody else has put there, and is none of ours, is told as damaged', async () => {
    const place = fresh()
    const files = await openFolderFiles({ folder: place })
    mkdirSync(join(place, 'acme'))
    writeFileSync(join(place, 'acme', 'odd'), 'x'.repeat(2000))
    await expect(files.stat('acme/odd')).rejects.toMatchObject({ code: 'store-corrupt' })
    await files.close()
  })

  it('a folder that can not be made is told as such', async () => {
    const file = join(folder, 'a-file')
    writeFileSync(file, '')
    await expect(openFolderFiles({ folder: file })).rejects.toMatchObject({ code: 'store-unavailable' })
  })
})
