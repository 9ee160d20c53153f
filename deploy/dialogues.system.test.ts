import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { playDialogues, readDialogues } from '#bench/dialogues.ts'
import { signIn } from '#bench/live.ts'
import { connectMember } from '#bench/member.ts'
import { startServer, type ServerProcess } from '#bench/server-process.ts'

const recorded = resolve(import.meta.dirname, '../../shared/data/sgd-homes/homes_dev.jsonl')
/** Every so-manieth dialogue here; `npm run dialogues` plays all of them. */
const everyNth = process.env['FINEACERS_LONG'] === '1' ? 1 : 4

describe('dialogues that people recorded, over real sockets', () => {
  const house: { server?: ServerProcess; dataFolder: string } = { dataFolder: '' }
  beforeAll(async () => {
    if (!existsSync(recorded)) return
    house.dataFolder = mkdtempSync(join(tmpdir(), 'fineacers-dialogues-'))
    house.server = await startServer({ dataFolder: house.dataFolder })
  })
  afterAll(async () => {
    if (house.server === undefined) return
    await house.server.stop()
    rmSync(house.dataFolder, { recursive: true, force: true })
  })

  it.skipIf(!existsSync(recorded))(
    'end each message in exactly one answer or hand-off and no error [needs ../shared/data/sgd-homes]',
    async () => {
      const { server } = house
      if (server === undefined) throw new Error('the server has not started')
      const dialogues = readDialogues(recorded).filter((_, index) => index % everyNth === 0)
      const staff = await connectMember(server.url, (await signIn(server)).accessToken)
      const report = await playDialogues(server.url, 'demo', { dialogues, atOnce: 8, staff })
      staff.close()
      expect(report.wrong).toEqual([])
      expect(report.dialogues).toBe(dialogues.length)
      expect(report.messages).toBe(dialogues.reduce((sum, { says }) => sum + says.length, 0))
      expect(report.answered + report.handedOver).toBe(report.messages)
      // Hardly a warning in the log: an error nobody saw would be there.
      expect(server.printed()).not.toMatch(/"level":(50|60)/)
    },
    600_000,
  )
})
