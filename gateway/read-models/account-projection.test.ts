import { describe, expect, it } from 'vitest'
import type { Address } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { JsonObject } from '#runtime/json.ts'
import {
  accountProjection,
  accountView,
  templateView,
  type AccountDocument,
  type TemplateDocument,
} from './account-projection.ts'
import { collections } from './collections.ts'
import { fromJson } from './shape.ts'

const address = 'acme/account/whatsapp:106540352242922' as Address
const viewing = {
  name: 'viewing',
  language: 'en',
  status: 'APPROVED',
  category: 'utility',
  body: 'Hi {{1}}',
  variables: 1,
  buttons: [],
}

/** The read model after some facts. */
async function built(facts: readonly (readonly [type: string, data: object])[]) {
  const stored = new Map<string, JsonObject>()
  for (const [index, [type, data]] of facts.entries()) {
    const fact = { address, type, data, position: index + 1, atMs: 1000 + index } as unknown as Fact
    const read = { get: async (collection: string, key: string) => stored.get(`${collection} ${key}`) }
    for (const write of await accountProjection.apply(fact, read)) {
      if (write.op === 'put') stored.set(`${write.collection} ${write.key}`, write.value)
      else stored.delete(`${write.collection} ${write.key}`)
    }
  }
  const account = stored.get(`${collections.accounts} ${address}`)
  const template = stored.get(`${collections.templates} ${address}#viewing/en`)
  return {
    account: account && accountView(fromJson<AccountDocument>(account)),
    template: template && templateView(fromJson<TemplateDocument>(template)),
  }
}

describe('the read model of accounts', () => {
  it('has what keeps an account back now, what is known of it, and the last notices', async () => {
    const stopped = { code: 190, reason: 'no access', whatToDo: 'a new token', sinceMs: 1 }
    const notices = Array.from({ length: 60 }, (_, index) => {
      return ['account-noticed', { field: 'account_alerts', details: String(index), atMs: index }] as const
    })
    const { account } = await built([
      ['account-changed', { brakes: { stopped }, quality: 'GREEN', limit: 250 }],
      ...notices,
      ['templates-read', { count: 0 }],
    ])
    expect(account).toMatchObject({ channel: 'whatsapp', account: '106540352242922', brakes: { stopped }, limit: 250 })
    expect(account?.notices.map(({ details }) => details).slice(0, 2)).toEqual(['10', '11'])
    expect(account?.templatesReadAtMs).toBe(1061)
    const mended = await built([
      ['account-changed', { brakes: { stopped } }],
      ['account-changed', { brakes: {} }],
    ])
    expect(mended.account?.brakes).toEqual({})
  })

  it('has templates as they were read, with what was told of them since, until they are gone', async () => {
    const changed = ['template-changed', { template: viewing }] as const
    const which = { name: 'viewing', language: 'en' }
    const paused = ['template-told', { ...which, what: 'status', value: 'PAUSED', reason: 'low quality' }] as const
    const again = ['template-told', { ...which, what: 'status', value: 'APPROVED' }] as const
    expect((await built([changed])).template).toEqual({ ...viewing, account: '106540352242922' })
    expect((await built([changed, paused])).template).toMatchObject({ status: 'PAUSED', reason: 'low quality' })
    expect((await built([changed, paused, again])).template).not.toHaveProperty('reason')
    expect((await built([changed, ['template-gone', which]])).template).toBeUndefined()
    expect((await built([paused])).template).toBeUndefined()
  })
})
