import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { seededRandom } from '#rag/random.ts'
import { crashCrowd } from '#bench/crash.ts'
import { freePort } from '#bench/server-process.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

describe('a server killed again and again while a crowd chats', () => {
  // `npm run crash -- --kills 100` is the long run of the same.
  it('answers or hands over every message exactly once, numbered without a gap, with no timer lost or doubled', async () => {
    const dataFolder = mkdtempSync(join(tmpdir(), 'fineacers-crash-'))
    folders.push(dataFolder)
    const random = seededRandom('crash')
    const port = await freePort()
    const report = await crashCrowd({
      dataFolder,
      port,
      workspace: 'demo',
      kills: 8,
      visitors: 6,
      random: () => random.next(),
    })
    expect(report.wrong).toEqual([])
    expect(report.kills).toBeGreaterThanOrEqual(8)
    // The test would prove nothing if nobody had got a word in.
    expect(report.messages).toBeGreaterThan(10)
    expect(report.answered).toBeGreaterThan(5)
  })
})
