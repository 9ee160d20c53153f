import { describe, expect, it } from 'vitest'
import { openSqliteRecords } from '#runtime/adapters/sqlite/records.ts'
import { createManualClock } from '#runtime/testing/manual-clock.ts'
import { createTestLog } from '../testing/test-house.ts'
import { openPages } from './open-pages.ts'

const accessToken = 'EAAG-invented-page-token'
const page = '516540199134611'

function scene() {
  const records = openSqliteRecords({ file: ':memory:' })
  const clock = createManualClock(1_790_000_000_000)
  const logged: string[] = []
  const open = (...secretKeys: readonly Uint8Array[]) =>
    openPages({ records, clock, log: createTestLog(logged), secretKeys })
  return { records, clock, logged, open }
}

describe('the Pages of a workspace', () => {
  it('are kept with their secrets sealed, and opened with a verify token that stays', async () => {
    const { records, open } = scene()
    const pages = await open()
    await pages.save('acme', { page, accessToken, appSecret: 'an-app-secret', forms: ['551'] })
    const [first] = await pages.pages('acme')
    expect(first).toMatchObject({ workspace: 'acme', page, accessToken, appSecrets: ['an-app-secret'], forms: ['551'] })
    const stored = JSON.stringify(await records.list('page-accounts', '', 10))
    for (const secret of [accessToken, 'an-app-secret', first?.verifyToken ?? '?']) expect(stored).not.toContain(secret)
    await pages.save('acme', { page, name: 'Riverside', consents: { offers: ['whatsapp:marketing'] } })
    expect(await pages.page('acme', page)).toEqual({
      ...first,
      name: 'Riverside',
      consents: { offers: ['whatsapp:marketing'] },
    })
  })

  it('need an access token at first, and share the app of the WhatsApp numbers unless they have a secret', async () => {
    const pages = await scene().open()
    await expect(pages.save('acme', { page })).rejects.toThrow(/a new Page needs one/)
    await pages.save('acme', { page, accessToken })
    expect((await pages.page('acme', page))?.appSecrets).toEqual([])
    await pages.save('acme', { page, appSecret: 'an-app-secret' })
    expect((await pages.page('acme', page))?.appSecrets).toEqual(['an-app-secret'])
    await pages.save('acme', { page, appSecret: '' })
    expect((await pages.page('acme', page))?.appSecrets).toEqual([])
  })

  it('belong to one workspace at a time', async () => {
    const pages = await scene().open()
    await pages.save('acme', { page, accessToken })
    await expect(pages.save('globex', { page, accessToken })).rejects.toThrow(
      /Page 516540199134611 is connected to another/,
    )
    expect(await pages.pages('globex')).toEqual([])
    await pages.remove('acme', page)
    expect(await pages.pages('acme')).toEqual([])
    await pages.save('globex', { page, accessToken })
    expect(await pages.pages('globex')).toHaveLength(1)
    await expect(pages.remove('acme', page)).rejects.toThrow(/not connected here/)
  })

  it('of which a process died before it wrote them are nobody’s, and anybody’s after a minute', async () => {
    const { records, clock, open } = scene()
    await records.put('page-claims', page, { workspace: 'acme', claimedAtMs: clock.nowMs() }, 0)
    const pages = await open()
    await expect(pages.save('globex', { page, accessToken })).rejects.toThrow(/another workspace/)
    await clock.advance(60_000)
    await pages.save('globex', { page, accessToken })
    expect(await pages.pages('globex')).toHaveLength(1)
  })

  it('are shown with what is wrong when their secrets do not open, and go over to a new master key', async () => {
    const { open, logged } = scene()
    const [older, newer] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
    await (await open(older)).save('acme', { page, accessToken })
    const lost = await open(newer)
    expect(logged).toHaveLength(1)
    expect(await lost.pages('acme')).toEqual([])
    expect((await lost.list('acme'))[0]?.opened).toBeInstanceOf(Error)
    await open(newer, older)
    expect(await (await open(newer)).page('acme', page)).toMatchObject({ accessToken })
  })
})
