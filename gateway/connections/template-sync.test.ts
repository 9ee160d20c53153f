import { describe, expect, it } from 'vitest'
import type { NewEvent } from '#runtime/event.ts'
import { createManualClock } from '#runtime/testing/manual-clock.ts'
import type { GraphClient } from '../channels/whatsapp/graph-client.ts'
import { createTestLog } from '../testing/test-house.ts'
import { metaNumber } from '../testing/whatsapp-house.ts'
import { createTemplateSync, type TemplateSync } from './template-sync.ts'

const place = { workspace: 'acme', account: metaNumber.account }
type Answer = Awaited<ReturnType<GraphClient['templates']>>

function template(index: number) {
  const words = { name: `t${index}`, language: 'en', status: 'APPROVED', category: 'UTILITY', body: 'Hi' }
  return { id: String(index), ...words, variables: 0, buttons: [] }
}

function setUp(templates: () => Promise<Answer>): { readonly sync: TemplateSync; readonly told: NewEvent[] } {
  const told: NewEvent[] = []
  let made = 0
  const sync = createTemplateSync({
    connections: {
      whatsapp: async () => [metaNumber],
      whatsappAccount: async (_, account) => (account === metaNumber.account ? metaNumber : undefined),
    },
    graph: { templates },
    runtime: {
      send: async (event) => {
        told.push(event)
        return { id: String(told.length), position: told.length, duplicate: false }
      },
    },
    clock: createManualClock(0),
    ids: { next: (prefix) => `${prefix}-${(made += 1)}`, random: () => 0.5 },
    log: createTestLog([]),
  })
  return { sync, told }
}

describe('reading templates of an account', () => {
  it('tells the actor all of them in parts of one reading, the last marked, without ids of Meta’s', async () => {
    const all = Array.from({ length: 45 }, (_, index) => template(index))
    const { sync, told } = setUp(async () => ({ ok: true, value: all }))
    expect(await sync.sync(place)).toEqual({ ok: true, count: 45 })
    expect(told.map(({ event }) => [event['part'], event['last'], event['reading']])).toEqual([
      [0, false, 'reading-1'],
      [1, false, 'reading-1'],
      [2, true, 'reading-1'],
    ])
    const { id: _id, ...first } = template(0)
    expect(told[0]?.event['templates']).toContainEqual({ ...first, category: 'utility' })
  })

  it('of an account without templates tells that there are none', async () => {
    const { sync, told } = setUp(async () => ({ ok: true, value: [] }))
    expect(await sync.sync(place)).toEqual({ ok: true, count: 0 })
    expect(told).toMatchObject([{ event: { part: 0, templates: [], last: true } }])
  })

  it('a refused token is told to the actor, a passing failure is not', async () => {
    const error = { code: 190, action: 'stop-sender', reason: 'no access' } as const
    const refused = setUp(async () => ({ ok: false, failure: { kind: 'refused', reason: 'no access', error } }))
    expect(await refused.sync.sync(place)).toEqual({ ok: false, reason: 'no access' })
    expect(refused.told).toMatchObject([{ event: { type: 'account.troubled', error } }])
    const away = setUp(async () => ({ ok: false, failure: { kind: 'later', reason: 'Meta is away' } }))
    expect(await away.sync.sync(place)).toEqual({ ok: false, reason: 'Meta is away' })
    expect(away.told).toEqual([])
  })

  it('asked many times at once it reads twice: now, and once more for all who came meanwhile', async () => {
    let reads = 0
    const { sync } = setUp(async () => {
      reads += 1
      return { ok: true, value: [] }
    })
    await Promise.all(Array.from({ length: 50 }, () => sync.sync(place)))
    expect(reads).toBe(2)
  })

  it('a number that is not connected is said to be so, and a thrown error is an outcome', async () => {
    const { sync } = setUp(async () => Promise.reject(new Error('broken')))
    expect(await sync.sync({ ...place, account: '9' })).toMatchObject({ ok: false })
    expect(await sync.sync(place)).toMatchObject({ ok: false })
  })
})
