import { describe, expect, it } from 'vitest'
import { createMemoryJournalStore } from '#runtime/adapters/memory/journal-store.ts'
import { createMemoryJournal } from '#runtime/adapters/memory/journal.ts'
import { createSingleMembership } from '#runtime/adapters/single/membership.ts'
import { openSqliteDocuments } from '#runtime/adapters/sqlite/documents.ts'
import { systemClock } from '#runtime/adapters/system/clock.ts'
import { createSystemIds } from '#runtime/adapters/system/ids.ts'
import { addressOf } from '#runtime/address.ts'
import { createRuntime } from '#runtime/host.ts'
import type { EffectContext, Runtime } from '#runtime/runtime.ts'
import { catalogue } from '#machines/catalogue.ts'
import type { PageConnection } from '../../connections/page-connection.ts'
import { GatewayError } from '../../errors.ts'
import { assistantEffects, createTestLog, until } from '../../testing/test-house.ts'
import { failed, type Asked } from '../whatsapp/graph-answer.ts'
import type { AdLead, GraphLeads } from '../whatsapp/graph-leads.ts'
import { createFetchLeadEffect } from './fetch-lead.ts'
import { adLeadAddress, announced } from './take-in-page.ts'

const connection: PageConnection = {
  workspace: 'acme',
  page: '516',
  name: '',
  accessToken: 'a-page-token',
  appSecrets: [],
  verifyToken: 'v',
  forms: [],
  consents: {},
}
const lead: AdLead = {
  id: '444',
  createdAtMs: 1_790_000_000_000,
  fields: [{ name: 'phone_number', values: ['+34600111222'] }],
  disclaimers: [],
}

interface Playing {
  readonly page?: PageConnection | GatewayError
  readonly lead?: GraphLeads['lead']
}

function effectOf({ page = connection, lead: read = async () => ({ ok: true, value: lead }) }: Playing) {
  const found = () => (page instanceof GatewayError ? Promise.reject(page) : Promise.resolve(page))
  const pages = {
    pages: async () => [],
    page: (workspace: string, id: string) =>
      workspace === 'acme' && id === '516' ? found() : Promise.resolve(undefined),
  }
  return createFetchLeadEffect({ pages, graph: { lead: read } })
}

function run(playing: Playing, page = '516') {
  const address = addressOf('acme', 'lead-ad', '444')
  const input = { id: '444', page }
  const request = { address, id: 'fetch-lead', epoch: 1, name: 'fetch-lead', input, key: 'k' }
  const context: EffectContext = { signal: new AbortController().signal, attempt: 1, wanted: () => true }
  return effectOf(playing).run(request, context)
}

const failing = (failure: Parameters<typeof failed>[0]) => ({ lead: async () => failed(failure) })

describe('reading a form that was sent', () => {
  it('asks with the token of its Page, and answers with the lead', async () => {
    const tokens: string[] = []
    const read: GraphLeads['lead'] = async ({ token, lead: id }) => {
      tokens.push(`${token} ${id}`)
      return { ok: true, value: lead }
    }
    expect(await run({ lead: read })).toMatchObject({ outcome: 'found', profile: { phone: '+34600111222' } })
    expect(tokens).toEqual(['a-page-token 444'])
  })

  it('says of each failure whether there is none, it is refused, or when to ask again', async () => {
    expect(await run(failing({ kind: 'missing', reason: 'gone' }))).toEqual({ outcome: 'missing', reason: 'gone' })
    expect(await run(failing({ kind: 'later', reason: 'busy', afterMs: 5 }))).toEqual({
      outcome: 'later',
      reason: 'busy',
      afterMs: 5,
    })
    const error = { code: 190, action: 'stop-sender', reason: '' } as const
    const ended = 'Meta no longer accepts the access token of the Page'
    expect(await run(failing({ kind: 'refused', reason: '', error }))).toEqual({ outcome: 'refused', reason: ended })
  })

  it('is refused where the Page is not connected, or its secrets do not open', async () => {
    expect(await run({}, '999')).toEqual({ outcome: 'refused', reason: 'the Page 999 is not connected' })
    const sealed = new GatewayError('internal', 'The secret does not open.')
    expect(await run({ page: sealed })).toEqual({ outcome: 'refused', reason: 'The secret does not open.' })
  })

  it('[M36] cut off by a crash it is begun again by whoever comes after, and makes one lead', async () => {
    const store = createMemoryJournalStore(1)
    const asked = Promise.withResolvers<void>()
    const hanging = (): Promise<Asked<AdLead>> => {
      asked.resolve()
      return new Promise(() => {})
    }
    const first = await hosted(store, { lead: hanging })
    const told = { page: '516', by: 'ping', told: '{}' } as const
    await first.send(announced(adLeadAddress('acme', '444'), told, 'leadgen:444'))
    await asked.promise
    // It dies between the ping, which Meta was told it has, and the reading.
    await first.stop()
    const second = await hosted(store, {})
    const address = addressOf('acme', 'lead', 'ad-444')
    const captured = await until(
      async () => (await second.journal.facts(0, 100, address)).filter(({ type }) => type === 'lead-captured'),
      (found) => found.length > 0,
    )
    expect(captured).toHaveLength(1)
    // Meta tells it once more.
    expect((await second.send(announced(adLeadAddress('acme', '444'), told, 'leadgen:444'))).duplicate).toBe(true)
    await second.stop()
  })
})

function hosted(store: ReturnType<typeof createMemoryJournalStore>, playing: Playing): Promise<Runtime> {
  const log = createTestLog([])
  const idle = { ...assistantEffects({}), deliver: nothing, transmit: nothing, 'keep-media': nothing }
  return createRuntime({
    journal: createMemoryJournal({ partitions: 1, store }),
    documents: openSqliteDocuments({ file: ':memory:', log }),
    membership: createSingleMembership({ node: 'test', partitions: 1 }),
    clock: systemClock(),
    ids: createSystemIds(),
    log,
    machines: catalogue,
    settings: () => ({}),
    effects: { ...idle, 'fetch-lead': effectOf(playing) },
    projections: [],
  })
}

const nothing = {
  policy: { timeoutMs: 1000, attemptsMax: 1, backoffMs: 10, concurrency: 1 },
  run: async () => null,
}
