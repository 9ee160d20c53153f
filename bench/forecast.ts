import { monitorEventLoopDelay } from 'node:perf_hooks'
import { join } from 'node:path'
import { countForecast } from '#gateway/forecasts/count.ts'
import { PeopleFiles } from '#gateway/forecasts/people-files.ts'
import { collections, peopleCollections } from '#gateway/read-models/collections.ts'
import type { PersonDocument } from '#gateway/read-models/person-document.ts'
import { toJson } from '#gateway/read-models/shape.ts'
import { assumedPrices } from '#machines/message-price.ts'
import { outreachDefaults, type OutreachLedger } from '#machines/outreach-contract.ts'
import { consented, heardFrom, newLedger, stopped } from '#machines/outreach-ledger.ts'
import { openSqliteDocuments } from '#runtime/adapters/sqlite/documents.ts'
import type { Documents } from '#runtime/ports/documents.ts'
import { milliseconds, thousands, type Figure } from './measure.ts'

const people = 1_000_000
const dayMs = 24 * 60 * 60 * 1000
const startAtMs = Date.UTC(2026, 10, 26, 6, 30)

/** Plans one message to a million people whose documents lie in a file, with a list of them by reason, as the gateway does when it is asked to. */
export async function measureForecast(folder: (name: string) => string): Promise<readonly Figure[]> {
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  const documents = openSqliteDocuments({ file: join(folder('forecast'), 'documents.sqlite'), log })
  for (const each of peopleCollections) await documents.define(each)
  await fill(documents)
  const files = new PeopleFiles(folder('forecast-people'))
  await files.begin()
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const beganMs = performance.now()
  const { forecast } = await countForecast({
    documents,
    workspace: 'bench',
    audience: {},
    countryCode: '91',
    signal: new AbortController().signal,
    plan: {
      channel: 'whatsapp',
      purpose: 'marketing',
      sender: 'campaign',
      template: true,
      perSecond: 80,
      sampleMax: 5,
    },
    startAtMs,
    settings: outreachDefaults,
    prices: assumedPrices,
    onPage: (judged) => files.add(judged),
  })
  await files.end()
  const tookMs = performance.now() - beganMs
  delay.disable()
  await documents.close()
  return [
    {
      what: `Forecast of ${thousands(people)} people, with a list of who and why`,
      value: `${(tookMs / 1000).toFixed(1)} s`,
      bar: '< 60 s',
      holds: forecast.people === people && Object.keys(forecast.reasons).length >= 5 && tookMs < 60_000,
    },
    {
      what: 'How long anything else waits while it is counted (p99)',
      value: milliseconds(delay.percentile(99) / 1e6),
      bar: `< ${milliseconds(50)}`,
      holds: delay.percentile(99) / 1e6 < 50,
    },
  ]
}

async function fill(documents: Documents): Promise<void> {
  for (let from = 0; from < people; from += 1000) {
    await documents.write(
      Array.from({ length: 1000 }, (_, index) => {
        const person = personOf(from + index)
        return {
          op: 'put',
          collection: collections.people,
          key: person.lead,
          revision: 1,
          value: toJson(person),
        } as const
      }),
    )
  }
}

/** Leads have random ids, so their order is not that of the file. */
function personOf(n: number): PersonDocument {
  const id = Math.imul(n + 1, 0x9e3779b1) >>> 0
  const lead = `bench/lead/${id.toString(16).padStart(8, '0')}`
  const conversation = `bench/conversation/${id.toString(36)}`
  return {
    workspace: 'bench',
    lead,
    status: 'active',
    name: `Person ${n}`,
    phone: `+9198${String(n).padStart(8, '0')}`,
    country: 'IN',
    city: 'Bengaluru',
    language: 'en',
    source: n % 3 === 0 ? 'meta-ad' : 'import',
    temperature: n % 5 === 0 ? 'warm' : 'cold',
    stage: 'new',
    conversations: { whatsapp: [conversation] },
    ledger: ledgerOf(n, conversation),
    at: 1,
  }
}

function ledgerOf(n: number, conversation: string): OutreachLedger {
  const said = { proof: 'whatsapp_optin=1', source: 'lead-form', channel: 'whatsapp' } as const
  const heard = heardFrom(newLedger(), conversation, { atMs: startAtMs - (n % 90) * dayMs })
  const willing = n % 10 === 0 ? heard : consented(heard, '*:marketing', { state: 'given', atMs: 1000, ...said })
  const last = { dispatch: `${conversation}:2`, conversation, channel: 'whatsapp', purpose: 'marketing' } as const
  const ledger = n % 7 === 0 ? { ...willing, sent: [{ ...last, atMs: startAtMs - 2 * dayMs }] } : willing
  if (n % 25 === 0) return stopped(ledger, { atMs: 2000, ...said, source: 'words' })
  if (n % 30 === 1) return { ...ledger, unreachable: { whatsapp: startAtMs } }
  return n % 11 === 0 ? { ...ledger, zoneOffsetMinutes: -300 } : ledger
}
