import { describe, expect, it } from 'vitest'
import { openSqliteRecords } from '#runtime/adapters/sqlite/records.ts'
import type { Records } from '#runtime/ports/records.ts'
import { createManualClock } from '#runtime/testing/manual-clock.ts'
import { GatewayError } from '../errors.ts'
import { createTestLog } from '../testing/test-house.ts'
import { claimGraceMs } from './account-claims.ts'
import { connectionsCacheMs, createConnections, type ConnectionDesk } from './connections.ts'
import { openConnections } from './open-connections.ts'
import { openVault } from './vault.ts'

const business = '102290129340398'
const account = '106540352242922'
const accessToken = 'EAAG-invented-access-token'
const appSecret = 'contract-test-secret'
const first = { business, account, accessToken, appSecret }
const place = { workspace: 'acme', account }

async function scene() {
  const records = openSqliteRecords({ file: ':memory:' })
  const clock = createManualClock(1_800_000_000_000)
  const vault = await openVault(records, [])
  const deskOver = (over: Records): ConnectionDesk => createConnections({ records: over, vault, clock })
  return { records, clock, vault, desk: deskOver(records), deskOver }
}

async function codeOf(doing: Promise<unknown>): Promise<string> {
  try {
    await doing
    return 'done'
  } catch (error) {
    return error instanceof GatewayError ? error.problem.code : String(error)
  }
}

/** The records with something of them done otherwise. */
function recordsWith(records: Records, otherwise: Partial<Records>): Records {
  return {
    get: (...record) => records.get(...record),
    put: (...record) => records.put(...record),
    delete: (...record) => records.delete(...record),
    list: (...range) => records.list(...range),
    close: () => records.close(),
    ...otherwise,
  }
}

/** Records that are gone after so many writes. */
function dyingAfter(records: Records, writes: number): Records {
  let left = writes
  const write = <Value>(doing: () => Promise<Value>): Promise<Value> =>
    left-- > 0 ? doing() : Promise.reject(new Error('the process is gone'))
  return recordsWith(records, {
    put: (...record) => write(() => records.put(...record)),
    delete: (...record) => write(() => records.delete(...record)),
  })
}

describe('the connections of a workspace', () => {
  it('are opened for whoever asks, with a verify token of ours, and kept without any secret in the clear', async () => {
    const { desk, records } = await scene()
    expect(await desk.whatsapp('acme')).toEqual([])
    await desk.save('acme', first)
    const [connection] = await desk.whatsapp('acme')
    expect(connection).toEqual({
      workspace: 'acme',
      business,
      account,
      displayNumber: '',
      accessToken,
      appSecrets: [appSecret],
      verifyToken: expect.stringMatching(/^[\w-]{43}$/),
    })
    expect(await desk.whatsappAccount('acme', account)).toEqual(connection)
    expect(await desk.whatsappAccount('globex', account)).toBeUndefined()
    const kept = await Promise.all(
      ['whatsapp-connections', 'whatsapp-accounts'].map((each) => records.list(each, '', 9)),
    )
    for (const secret of [accessToken, appSecret, connection?.verifyToken ?? '']) {
      expect(JSON.stringify(kept)).not.toContain(secret)
    }
  })

  it('keep the secrets that are left out of a change, and need a token at first', async () => {
    const { desk } = await scene()
    expect(await codeOf(desk.save('acme', { business, account, appSecret }))).toBe('invalid')
    await desk.save('acme', first)
    const before = await desk.whatsappAccount('acme', account)
    await desk.save('acme', { business, account, displayNumber: '+1 555-078-3881' })
    expect(await desk.whatsappAccount('acme', account)).toEqual({ ...before, displayNumber: '+1 555-078-3881' })
    await desk.save('acme', { business: '7', account, accessToken: 'another-invented-token' })
    expect(await desk.whatsappAccount('acme', account)).toMatchObject({
      business: '7',
      accessToken: 'another-invented-token',
      appSecrets: [appSecret],
      verifyToken: before?.verifyToken,
    })
  })

  it('believe the old app secret beside the new one until it is removed', async () => {
    const { desk } = await scene()
    expect(await codeOf(desk.rotateAppSecret(place, 'a-new-secret'))).toBe('not-found')
    await desk.save('acme', first)
    const secrets = async () => (await desk.whatsappAccount('acme', account))?.appSecrets
    expect(await codeOf(desk.rotateAppSecret(place, appSecret))).toBe('conflict')
    await desk.rotateAppSecret(place, 'a-new-secret')
    expect(await secrets()).toEqual(['a-new-secret', appSecret])
    await desk.rotateAppSecret(place, 'a-newer-secret')
    expect(await secrets()).toEqual(['a-newer-secret', 'a-new-secret'])
    await desk.removeOldAppSecret(place)
    expect(await secrets()).toEqual(['a-newer-secret'])
    expect(await codeOf(desk.removeOldAppSecret(place))).toBe('not-found')
    await desk.rotateAppSecret(place, 'the-newest-secret')
    await desk.save('acme', { business, account, appSecret })
    expect(await secrets()).toEqual([appSecret])
  })

  it('are seen at once where they were changed, and by another process within ten seconds', async () => {
    const { desk, deskOver, records, clock } = await scene()
    const other = deskOver(records)
    expect(await other.whatsapp('acme')).toEqual([])
    await desk.save('acme', first)
    expect(await desk.whatsapp('acme')).toHaveLength(1)
    await clock.advance(connectionsCacheMs - 1)
    expect(await other.whatsapp('acme')).toEqual([])
    await clock.advance(1)
    expect(await other.whatsapp('acme')).toHaveLength(1)
    await desk.remove(place)
    expect(await desk.whatsapp('acme')).toEqual([])
    expect(await other.whatsapp('acme')).toHaveLength(1)
    expect(await other.list('acme')).toEqual([])
  })

  it('are asked of the records once for all who ask at the same time, and again after a failure', async () => {
    const { deskOver, records } = await scene()
    let asked = 0
    const counting: Records = recordsWith(records, {
      list: async (...range: Parameters<Records['list']>) => {
        asked += 1
        if (asked === 1) throw new Error('not now')
        return records.list(...range)
      },
    })
    const desk = deskOver(counting)
    await expect(desk.whatsapp('acme')).rejects.toThrow('not now')
    await Promise.all([desk.whatsapp('acme'), desk.whatsapp('acme'), desk.whatsappAccount('acme', account)])
    expect(asked).toBe(2)
  })
})

describe('a number', () => {
  it('belongs to one workspace, until that removes it', async () => {
    const { desk, clock } = await scene()
    await desk.save('acme', first)
    await clock.advance(10 * claimGraceMs)
    expect(await codeOf(desk.save('globex', first))).toBe('conflict')
    expect(await codeOf(desk.remove({ workspace: 'globex', account }))).toBe('not-found')
    expect(await desk.whatsapp('globex')).toEqual([])
    await desk.remove(place)
    await desk.save('globex', { ...first, accessToken: 'another-invented-token' })
    expect(await desk.whatsapp('acme')).toEqual([])
    expect(await desk.whatsapp('globex')).toHaveLength(1)
    expect(await codeOf(desk.save('acme', first))).toBe('conflict')
  })

  it('of two workspaces that claim it at once goes to one', async () => {
    const { desk } = await scene()
    const codes = await Promise.all([codeOf(desk.save('acme', first)), codeOf(desk.save('globex', first))])
    expect(codes.toSorted()).toEqual(['conflict', 'done'])
    expect([...(await desk.whatsapp('acme')), ...(await desk.whatsapp('globex'))]).toHaveLength(1)
  })

  it('that was being connected when the process died can be connected again at once, and by others soon', async () => {
    for (const writes of [0, 1]) {
      const { deskOver, records, desk, clock } = await scene()
      await expect(deskOver(dyingAfter(records, writes)).save('acme', first)).rejects.toThrow('gone')
      expect(await desk.whatsapp('acme')).toEqual([])
      if (writes === 1) {
        expect(await codeOf(desk.save('globex', first))).toBe('conflict')
        await clock.advance(claimGraceMs)
        await desk.save('globex', first)
        expect(await codeOf(desk.save('acme', first))).toBe('conflict')
        await desk.remove({ workspace: 'globex', account })
      }
      await desk.save('acme', first)
      expect(await desk.whatsapp('acme')).toHaveLength(1)
    }
  })

  it('that was being removed when the process died is gone, and can be connected by anybody', async () => {
    const { deskOver, records, desk, clock } = await scene()
    await desk.save('acme', first)
    await clock.advance(claimGraceMs)
    await expect(deskOver(dyingAfter(records, 1)).remove(place)).rejects.toThrow('gone')
    expect(await desk.list('acme')).toEqual([])
    await desk.save('globex', first)
    expect(await desk.whatsapp('globex')).toHaveLength(1)
  })

  it('is nobody else’s when whoever claimed it was so slow that the claim was void by then', async () => {
    const { deskOver, records, desk, clock } = await scene()
    const slow: Records = recordsWith(records, {
      put: async (...record: Parameters<Records['put']>) => {
        if (record[0] === 'whatsapp-connections') {
          await clock.advance(claimGraceMs)
          await desk.save('globex', first)
        }
        return records.put(...record)
      },
    })
    expect(await codeOf(deskOver(slow).save('acme', first))).toBe('conflict')
    expect(await desk.list('acme')).toEqual([])
    expect(await records.get('whatsapp-connections', `acme/${account}`)).toBeUndefined()
    expect(await desk.whatsapp('globex')).toHaveLength(1)
  })
})

describe('a change of the master key', () => {
  const [older, newer] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
  const opened = async (parts: Awaited<ReturnType<typeof scene>>, secretKeys: readonly Uint8Array[]) => {
    const lines: string[] = []
    const desk = await openConnections({ ...parts, log: createTestLog(lines), secretKeys })
    return { desk, lines }
  }

  it('is done with a start: from then on the new key opens everything alone', async () => {
    const parts = await scene()
    const { desk: before } = await opened(parts, [older])
    await before.save('acme', first)
    await before.rotateAppSecret(place, 'a-new-secret')
    const connections = await before.whatsapp('acme')
    await opened(parts, [newer, older])
    const { desk: after, lines } = await opened(parts, [newer])
    expect(await after.whatsapp('acme')).toEqual(connections)
    expect(lines.filter((line) => line.startsWith('error'))).toEqual([])
  })

  it('to one that opens nothing is said, in the log and the list, and saving the secrets again mends it', async () => {
    const parts = await scene()
    const { desk: before } = await opened(parts, [older])
    await before.save('acme', first)
    const { desk, lines } = await opened(parts, [newer])
    expect(lines.join()).toContain('FINEACERS_SECRET_KEY')
    const [held] = await desk.list('acme')
    expect(held).toMatchObject({ account, opened: { problem: { code: 'internal' } } })
    expect(await codeOf(desk.whatsapp('acme'))).toBe('internal')
    await desk.save('acme', first)
    expect(await desk.whatsapp('acme')).toHaveLength(1)
  })
})
