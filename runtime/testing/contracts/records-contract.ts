import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Records } from '../../ports/records.ts'

/** An adapter under test. */
export interface RecordsBench {
  open(): Promise<Records>
  /** Closes and opens again on the same data; absent where nothing outlives the handle. */
  readonly reopen?: (records: Records) => Promise<Records>
}

/** The `R` rules, for every adapter of the records port. */
export function describeRecords(name: string, bench: RecordsBench): void {
  describe(`records ${name}`, () => {
    let records: Records
    beforeEach(async () => {
      records = await bench.open()
    })
    afterEach(() => records.close())

    it('[R1] a record comes back exactly as it was put, with its revision', async () => {
      const value = { hash: '$argon2id$…', roles: ['admin', null], nested: { 'odd key.': 'नमस्ते' } }
      const revision = await records.put('accounts', 'asha@example.in', value, 0)
      expect(await records.get('accounts', 'asha@example.in')).toEqual({ key: 'asha@example.in', revision, value })
      expect(await records.get('accounts', 'nobody')).toBeUndefined()
      expect(await records.get('tokens', 'asha@example.in')).toBeUndefined()
    })

    it('[R2] a put with another revision than the stored one changes nothing', async () => {
      const first = await records.put('accounts', 'a', { n: 1 }, 0)
      expect(await records.put('accounts', 'a', { n: 2 }, 0)).toBeUndefined()
      const second = await records.put('accounts', 'a', { n: 3 }, first ?? -1)
      expect(second).toBeGreaterThan(first ?? 0)
      expect(await records.put('accounts', 'a', { n: 4 }, first ?? -1)).toBeUndefined()
      expect(await records.put('accounts', 'absent', { n: 5 }, 7)).toBeUndefined()
      expect((await records.get('accounts', 'a'))?.value).toEqual({ n: 3 })
    })

    it('[R2] of several that read the same revision exactly one wins', async () => {
      const first = await records.put('families', 'f', { used: 0 }, 0)
      const answers = await Promise.all([1, 2, 3].map((used) => records.put('families', 'f', { used }, first ?? -1)))
      expect(answers.filter((answer) => answer !== undefined)).toHaveLength(1)
    })

    it('[R2] a revision never returns: who read a record before it was deleted can not overwrite the one that came after', async () => {
      const first = await records.put('accounts', 'a', { n: 1 }, 0)
      await records.delete('accounts', 'a')
      await records.delete('accounts', 'a')
      expect(await records.get('accounts', 'a')).toBeUndefined()
      const second = await records.put('accounts', 'a', { n: 2 }, 0)
      expect(second).not.toBe(first)
      expect(await records.put('accounts', 'a', { n: 3 }, first ?? -1)).toBeUndefined()
    })

    it('[R3] lists keys of a prefix, taken literally, in order, bounded', async () => {
      for (const key of ['acme/b', 'acme/a', 'acme%/x', 'globex/a', 'acm']) await records.put('tokens', key, {}, 0)
      const keys = async (prefix: string, limit: number) =>
        (await records.list('tokens', prefix, limit)).map((record) => record.key)
      expect(await keys('acme/', 10)).toEqual(['acme/a', 'acme/b'])
      expect(await keys('acme%', 10)).toEqual(['acme%/x'])
      expect(await keys('', 3)).toEqual(['acm', 'acme%/x', 'acme/a'])
      expect(await records.list('accounts', '', 10)).toEqual([])
    })

    it('[R4] a closed store refuses', async () => {
      await records.close()
      await expect(records.get('accounts', 'a')).rejects.toMatchObject({ code: 'store-closed' })
    })

    const { reopen } = bench
    if (reopen !== undefined) {
      it('[R4] whoever opens it again finds everything, and revisions go on', async () => {
        const first = await records.put('accounts', 'a', { n: 1 }, 0)
        records = await reopen(records)
        expect(await records.get('accounts', 'a')).toEqual({ key: 'a', revision: first, value: { n: 1 } })
        expect(await records.put('accounts', 'b', {}, 0)).toBeGreaterThan(first ?? 0)
      })
    }
  })
}
