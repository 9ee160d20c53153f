import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { assumedPrices } from '#machines/message-price.ts'
import { outreachDefaults } from '#machines/outreach-contract.ts'
import { consented, heardFrom, newLedger } from '#machines/outreach-ledger.ts'
import { openSqliteDocuments } from '#runtime/adapters/sqlite/documents.ts'
import type { Documents } from '#runtime/ports/documents.ts'
import { collections, peopleCollections } from '../read-models/collections.ts'
import type { PersonDocument } from '../read-models/person-document.ts'
import { toJson } from '../read-models/shape.ts'
import { countForecast, type CountParts } from './count.ts'
import { nearest } from './nearest.ts'
import { PeopleFiles, readPeople } from './people-files.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const noonMs = Date.UTC(2026, 10, 26, 6, 30)
const yes = { state: 'given', atMs: 1, source: 'test', proof: 'yes' } as const
const willing = consented(newLedger(), '*:marketing', yes)
let folder = ''
let documents: Documents

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'count-'))
  documents = openSqliteDocuments({ file: ':memory:', log: silent })
  for (const each of peopleCollections) await documents.define(each)
})
afterEach(async () => {
  await documents.close()
  rmSync(folder, { recursive: true, force: true })
})

async function keep(...people: readonly Partial<PersonDocument>[]): Promise<void> {
  const writes = people.map((person, n) => {
    const lead = person.lead ?? `acme/lead/${String(n).padStart(4, '0')}`
    const known = { workspace: 'acme', status: 'active', source: '', temperature: 'cold', stage: 'new' } as const
    const value = { ...known, phone: `+9198450${n}`, conversations: {}, ledger: willing, at: 1, ...person, lead }
    return { op: 'put', collection: collections.people, key: lead, revision: 1, value: toJson(value) } as const
  })
  await documents.write(writes)
}

function parts(more: Partial<CountParts> = {}): CountParts {
  return {
    documents,
    workspace: 'acme',
    audience: {},
    countryCode: '91',
    signal: new AbortController().signal,
    plan: {
      channel: 'whatsapp',
      purpose: 'marketing',
      sender: 'campaign',
      template: true,
      perSecond: 10,
      sampleMax: 3,
    },
    startAtMs: noonMs,
    settings: outreachDefaults,
    prices: assumedPrices,
    onPage: () => Promise.resolve(),
    ...more,
  }
}

describe('counting a forecast', () => {
  it('[M51] judges everybody of a workspace who can be written to, once, however many pages that takes', async () => {
    await keep(...Array.from({ length: 450 }, () => ({})), { status: 'merged' }, { status: 'invalid' })
    await keep({ lead: 'globex/lead/1', workspace: 'globex' })
    const pages: number[] = []
    const onPage: CountParts['onPage'] = async (_, looked) => void pages.push(looked)
    const { forecast } = await countForecast(parts({ onPage }))
    expect(forecast).toMatchObject({ people: 450, outcomes: { send: 450, hold: 0, refuse: 0 } })
    expect(pages).toEqual([200, 200, 52])
  })

  it('narrows an audience down by all that is said of it', async () => {
    const fits = { temperature: 'hot', city: 'Pune', language: 'hi', country: 'IN' } as const
    await keep(
      { ...fits, conversations: { widget: ['acme/conversation/1'] } },
      { ...fits, city: 'Delhi' },
      { ...fits, temperature: 'warm' },
      fits,
    )
    const counted = async (audience: CountParts['audience']) =>
      (await countForecast(parts({ audience }))).forecast.people
    expect(await counted({ ...fits, city: 'pune' })).toBe(2)
    expect(await counted({ ...fits, channel: 'widget' })).toBe(1)
    expect(await counted({ leads: ['acme/lead/0001', 'acme/lead/0001', 'globex/lead/1'] })).toBe(1)
    expect(await counted({ leads: ['acme/lead/0002'], temperature: 'hot' })).toBe(0)
  })

  it('goes by the conversation they were heard in last, and by its window for the price', async () => {
    const [old, recent] = ['acme/conversation/old', 'acme/conversation/recent']
    const heard = heardFrom(heardFrom(willing, recent, { atMs: noonMs - 1000 }), old, { atMs: 1 })
    await keep({ conversations: { whatsapp: [recent, old] }, ledger: heard })
    const plan = { ...parts().plan, purpose: 'utility' } as const
    expect((await countForecast(parts({ plan }))).forecast).toMatchObject({ outcomes: { send: 1 }, costMicros: 0 })
    const { forecast } = await countForecast(parts({ plan, startAtMs: noonMs + 24 * 60 * 60_000 }))
    expect(forecast.costMicros).toBe(10_000)
    const words = await countForecast(parts({ plan: { ...plan, template: false } }))
    expect(words.forecast.outcomes.send).toBe(1)
  })

  it('ends when it is stopped, between two pages', async () => {
    await keep(...Array.from({ length: 450 }, () => ({})))
    const stop = new AbortController()
    const onPage: CountParts['onPage'] = async () => stop.abort(new Error('enough'))
    let pages = 0
    const counting = countForecast(parts({ signal: stop.signal, onPage: (...page) => ((pages += 1), onPage(...page)) }))
    await expect(counting).rejects.toThrow('enough')
    expect(pages).toBe(1)
  })

  it('leaves a list of the people by reason, in which no name is a formula or breaks a line', async () => {
    await keep({ name: '=1+1' }, { name: 'Ana, "the tall"' }, { ledger: newLedger() })
    const files = new PeopleFiles(folder)
    await files.begin()
    await countForecast(parts({ onPage: (judged) => files.add(judged) }))
    await files.end()
    const lines = async (reason?: string) => text((await readPeople(folder, reason)) ?? Readable.from([]))
    expect(await lines('consented')).toBe(
      'lead,name,phone,email,outcome,reason,out_at\n' +
        "acme/lead/0000,'=1+1,+91984500,,send,consented,2026-11-26T06:30:00.000Z\n" +
        'acme/lead/0001,"Ana, ""the tall""",+91984501,,send,consented,2026-11-26T06:30:00.100Z\n',
    )
    expect((await lines()).split('\n')).toHaveLength(5)
    expect(await readPeople(join(folder, 'elsewhere'))).toBeUndefined()
  })

  it('finds the name that was meant', () => {
    expect(nearest('open_hose/en', ['open_house/hi', 'price_news/en', 'open_house/en'])).toBe('open_house/en')
    expect(nearest('x', [])).toBeUndefined()
  })
})
