import { describe, expect, it } from 'vitest'
import { openSqliteRecords } from '#runtime/adapters/sqlite/records.ts'
import { heldMasterKeys, masterKey } from './master-keys.ts'
import { createVault, openVault } from './vault.ts'

const [older, newer] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
const vaultOf = (...keys: readonly Uint8Array[]) => createVault({ keys: heldMasterKeys(keys.map(masterKey)) })
const here = 'workspace/acme/whatsapp/1/access-token'
const token = 'EAAG-invented-access-token'

describe('the vault', () => {
  it('opens what it sealed, of any text, and seals the same secret differently each time', async () => {
    const vault = vaultOf(older)
    for (const secret of ['', token, 'é🏠\n'.repeat(500)]) {
      const sealed = await vault.seal(secret, here)
      expect(await vault.open(sealed, here)).toBe(secret)
      expect(sealed).not.toBe(await vault.seal(secret, here))
    }
    expect(await vault.seal(token, here)).not.toContain(token)
  })

  it('opens nothing of which a single character was changed', async () => {
    const vault = vaultOf(older)
    const sealed = await vault.seal(token, here)
    for (let place = 0; place < sealed.length; place++) {
      const other = sealed[place] === 'A' ? 'B' : 'A'
      const altered = sealed.slice(0, place) + other + sealed.slice(place + 1)
      // The last character of base64 may have bits that mean nothing.
      if (sameBytes(altered, sealed)) continue
      await expect(vault.open(altered, here), `character ${place}`).rejects.toThrow(here)
    }
    for (const nonsense of ['', 'v1', 'v1.a.b.c', `v2${sealed.slice(2)}`, sealed.slice(0, -8)]) {
      await expect(vault.open(nonsense, here)).rejects.toThrow(here)
    }
  })

  it('opens nothing that was moved to another place, whole or in parts', async () => {
    const vault = vaultOf(older)
    const there = here.replace('acme', 'globex')
    const [mine, theirs] = [await vault.seal(token, here), await vault.seal('their token', there)]
    await expect(vault.open(mine, there)).rejects.toThrow(there)
    await expect(vault.rewrap(mine, there)).resolves.toBe(mine)
    await expect(vaultOf(newer, older).rewrap(mine, there)).rejects.toThrow(there)
    const [version, key, wrapped] = mine.split('.')
    const grafted = [version, key, wrapped, theirs.split('.')[3]].join('.')
    await expect(vault.open(grafted, here)).rejects.toThrow(here)
  })

  it('goes over to a new master key: both open, the first seals, and what was rewrapped needs the old one no more', async () => {
    const sealed = await vaultOf(older).seal(token, here)
    const both = vaultOf(newer, older)
    expect(await both.open(sealed, here)).toBe(token)
    const rewrapped = await both.rewrap(sealed, here)
    expect(await vaultOf(newer).open(rewrapped, here)).toBe(token)
    expect(await both.rewrap(rewrapped, here)).toBe(rewrapped)
    expect(await vaultOf(newer).open(await both.seal(token, here), here)).toBe(token)
  })

  it('says of a master key it does not have which one that is and what to do, and nothing of the secret', async () => {
    const sealed = await vaultOf(older).seal(token, here)
    const { id } = masterKey(older)
    const refusal = await vaultOf(newer).open(sealed, here).catch(String)
    expect(refusal).toContain(`master key ${id}`)
    expect(refusal).toContain('FINEACERS_SECRET_KEY')
    for (const secret of [token, older.toString('base64'), sealed]) expect(refusal).not.toContain(secret)
    await expect(vaultOf(newer).rewrap(sealed, here)).rejects.toThrow(id)
  })

  it('of a house without a given key makes one, the same for all, that opens also when keys are given later', async () => {
    const records = openSqliteRecords({ file: ':memory:' })
    const [first, second] = [await openVault(records, []), await openVault(records, [])]
    const sealed = await first.seal(token, here)
    expect(await second.open(sealed, here)).toBe(token)
    const given = await openVault(records, [newer])
    expect(await given.open(sealed, here)).toBe(token)
    expect(await vaultOf(newer).open(await given.rewrap(sealed, here), here)).toBe(token)
    const fresh = openSqliteRecords({ file: ':memory:' })
    await openVault(fresh, [newer])
    expect(await fresh.list('keys', '', 10)).toEqual([])
  })
})

function sameBytes(one: string, other: string): boolean {
  const bytes = (text: string) => text.split('.').map((part, index) => (index < 2 ? part : decoded(part)))
  return JSON.stringify(bytes(one)) === JSON.stringify(bytes(other))
}

function decoded(part: string): string {
  return Buffer.from(part, 'base64url').toString('hex')
}
