import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { openSqliteRecords } from '#runtime/adapters/sqlite/records.ts'
import { createManualClock } from '#runtime/testing/manual-clock.ts'
import { GatewayError } from '../errors.ts'
import { accountsCacheMs, createSealedAccounts } from './sealed-accounts.ts'
import { createVault, openVault } from './vault.ts'
import { heldMasterKeys, masterKey } from './master-keys.ts'

const kind = {
  kind: 'pager',
  settings: z.object({ account: z.string(), colour: z.exactOptional(z.string()) }),
  secrets: ['pin', 'puk'],
} as const
const secrets = { pin: 'an-invented-pin', puk: 'an-invented-puk' }

async function scene() {
  const records = openSqliteRecords({ file: ':memory:' })
  const clock = createManualClock(1_800_000_000_000)
  const vault = await openVault(records, [])
  const desk = () => createSealedAccounts(kind, { records, vault, clock })
  return { records, clock, vault, desk }
}

async function codeOf(doing: Promise<unknown>): Promise<string> {
  try {
    await doing
    return 'done'
  } catch (error) {
    return error instanceof GatewayError ? error.problem.code : String(error)
  }
}

describe('accounts with sealed secrets', () => {
  it('are opened for their own workspace, and kept without any secret in the clear', async () => {
    const { desk, records } = await scene()
    const accounts = desk()
    await accounts.save('acme', { settings: { account: '7' }, secrets })
    const opened = { workspace: 'acme', settings: { account: '7' }, secrets }
    expect(await accounts.of('acme')).toEqual([opened])
    expect(await accounts.account('acme', '7')).toEqual(opened)
    expect(await accounts.account('globex', '7')).toBeUndefined()
    expect(await accounts.all()).toEqual([opened])
    const kept = JSON.stringify(await records.list('pager-accounts', '', 9))
    for (const secret of Object.values(secrets)) expect(kept).not.toContain(secret)
  })

  it('keep the secrets that are left out of a change, and need each at first', async () => {
    const { desk } = await scene()
    const accounts = desk()
    const { pin } = secrets
    expect(await codeOf(accounts.save('acme', { settings: { account: '7' }, secrets: { pin } }))).toBe('invalid')
    await accounts.save('acme', { settings: { account: '7' }, secrets })
    await accounts.save('acme', { settings: { account: '7', colour: 'red' }, secrets: { pin: 'a-new-pin' } })
    expect(await accounts.account('acme', '7')).toEqual({
      workspace: 'acme',
      settings: { account: '7', colour: 'red' },
      secrets: { ...secrets, pin: 'a-new-pin' },
    })
    expect(await codeOf(accounts.remove('globex', '7'))).toBe('not-found')
    await accounts.remove('acme', '7')
    expect(await accounts.list('acme')).toEqual([])
  })

  it('are one workspace’s at a time: another is refused, also at the same moment, until it is removed there', async () => {
    const { desk, records } = await scene()
    const accounts = desk()
    await accounts.save('acme', { settings: { account: '7' }, secrets })
    expect(await codeOf(accounts.save('globex', { settings: { account: '7' }, secrets }))).toBe('conflict')
    expect(await accounts.list('globex')).toEqual([])
    // One that was connected before there were claims.
    await records.delete('pager-claims', '7')
    expect(await codeOf(desk().save('globex', { settings: { account: '7' }, secrets }))).toBe('conflict')
    await accounts.remove('acme', '7')
    const [one, two] = ['globex', 'initech'].map((each) => desk().save(each, { settings: { account: '7' }, secrets }))
    expect([await codeOf(one ?? Promise.reject()), await codeOf(two ?? Promise.reject())].toSorted()).toEqual([
      'conflict',
      'done',
    ])
  })

  it('are seen at once where they were changed, and by another process within ten seconds', async () => {
    const { desk, clock } = await scene()
    const [mine, other] = [desk(), desk()]
    expect(await other.of('acme')).toEqual([])
    await mine.save('acme', { settings: { account: '7' }, secrets })
    expect(await mine.of('acme')).toHaveLength(1)
    expect(await other.of('acme')).toEqual([])
    await clock.advance(accountsCacheMs)
    expect(await other.of('acme')).toHaveLength(1)
  })

  it('say what does not open, and open again once the key is back; a newer key takes them over', async () => {
    const { desk, records, clock } = await scene()
    await desk().save('acme', { settings: { account: '7' }, secrets })
    const newer = createVault({ keys: heldMasterKeys([masterKey(new Uint8Array(32).fill(7))]) })
    const keyless = createSealedAccounts(kind, { records, clock, vault: newer })
    expect(await keyless.of('acme')).toEqual([])
    expect((await keyless.list('acme'))[0]?.opened).toBeInstanceOf(GatewayError)
    expect(await codeOf(keyless.account('acme', '7'))).toBe('internal')
    expect(await keyless.rewrap()).toHaveLength(1)
    const both = await openVault(records, [new Uint8Array(32).fill(7)])
    expect(await createSealedAccounts(kind, { records, clock, vault: both }).rewrap()).toEqual([])
    expect(await createSealedAccounts(kind, { records, clock, vault: newer }).of('acme')).toHaveLength(1)
  })
})
