import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { catalogue } from '#machines/catalogue.ts'
import { salesCollections, collections } from '#gateway/read-models/collections.ts'
import { leadConditions, leadDocuments } from '#gateway/read-models/inbox-queries.ts'
import type { LeadDocument } from '#gateway/read-models/lead-document.ts'
import { limits, type LeadQuery } from '#gateway/protocol.ts'
import { createMemoryJournal } from '#runtime/adapters/memory/journal.ts'
import { publishBatch } from '#runtime/adapters/nats/batch.ts'
import { JournalLayout } from '#runtime/adapters/nats/journal-layout.ts'
import { openSqliteDocuments } from '#runtime/adapters/sqlite/documents.ts'
import { addressOf } from '#runtime/address.ts'
import type { JsonObject } from '#runtime/json.ts'
import type { Documents } from '#runtime/ports/documents.ts'
import type { StoredActor } from '#runtime/ports/journal.ts'
import type { Log } from '#runtime/ports/log.ts'
import type { Runtime } from '#runtime/runtime.ts'
import { idleEffects } from './idle-effects.ts'
import { garbageCollector } from './garbage-collector.ts'
import { milliseconds, quantile, spread, thousands, type Figure } from './measure.ts'
import { natsHouse, type NatsHouse } from './nats-house.ts'
import { groupMaxOnNats } from './nats-steps.ts'
import { bareRuntime } from './steps.ts'
import { watched } from './waking.ts'

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const leads = 1_000_000
const wakings = 2000
const warmUps = 200
/** Actors a node keeps: far fewer than it is made to wake. */
const residentMax = 5000
const stream = 'MILLION'

/** A million leads in the store: waking any of them on a node of NATS, the node's memory, and pages of the console's list. */
export async function measureMillion(folder: (name: string) => string): Promise<readonly Figure[]> {
  const house = await natsHouse(folder('million'))
  const woken = await wake(house, folder('million-documents'))
  await house.close()
  const documents = openSqliteDocuments({ file: join(folder('million-lists'), 'documents.sqlite'), log: silent })
  await fillLists(documents)
  const pages = await readPages(documents)
  await documents.close()
  return [
    {
      what: `Waking any of ${thousands(leads)} leads over NATS, to its first step; its state is asked for while its event is written`,
      value: spread(woken.tookMs),
      bar: `p99 < ${milliseconds(10)}`,
      holds: quantile(woken.tookMs, 0.99) < 10,
    },
    {
      what: `Heap of that node after waking ${thousands(woken.first)} and ${thousands(woken.last)} leads, ${thousands(residentMax)} kept`,
      value: `${woken.firstMegabytes.toFixed(0)} MB, ${woken.lastMegabytes.toFixed(0)} MB`,
      bar: 'grows by less than 20 %',
      holds: woken.lastMegabytes < woken.firstMegabytes * 1.2,
    },
    {
      what: `A page of the console's list of ${thousands(leads)} leads, with its total`,
      value: `p50 ${milliseconds(quantile(pages, 0.5))}, p95 ${milliseconds(quantile(pages, 0.95))}`,
      bar: `p95 < ${milliseconds(150)}`,
      holds: quantile(pages, 0.95) < 150,
    },
  ]
}

async function wake(house: NatsHouse, folder: string) {
  const journal = await house.journal(stream)
  await fillActors(house, await sampleLead())
  const tookMs: number[] = []
  const { runtime, close } = await bareRuntime(folder, catalogue, {
    journal,
    effects: idleEffects(),
    limits: { residentMax, groupMax: groupMaxOnNats },
    watched: (inner) => watched(inner, tookMs),
  })
  // The server still puts a million new messages in order, and nothing here has run yet.
  await sleep(5000)
  for (let index = 1; index <= warmUps; index++) await touch(runtime, leads - index * 101)
  tookMs.splice(0)
  for (let index = 0; index < wakings; index++) await touch(runtime, index * 7919)
  const alone = [...tookMs]
  const collect = garbageCollector()
  const [first, last] = [20_000, 60_000]
  await touchMany(runtime, 0, first)
  const firstMegabytes = collect() / 1024 / 1024
  await touchMany(runtime, first, last)
  const lastMegabytes = collect() / 1024 / 1024
  await close()
  return { tookMs: alone, first, last, firstMegabytes, lastMegabytes }
}

async function touchMany(runtime: Runtime, from: number, to: number): Promise<void> {
  for (let start = from; start < to; start += 500)
    await Promise.all(Array.from({ length: 500 }, (_, index) => touch(runtime, (start + index) * 13)))
}

async function touch(runtime: Runtime, index: number): Promise<void> {
  const to = addressOf('demo', 'lead', `m${index % leads}`)
  const event = { type: 'engagement.recorded', kind: 'question' }
  await runtime.submit({ to, event, id: `touch-${index}-${performance.now()}` }, new AbortController().signal)
}

/** A lead as the journal keeps it, stepped by the real machine. */
async function sampleLead(): Promise<string> {
  const journal = createMemoryJournal({ partitions: 32 })
  const { runtime, close } = await bareRuntime('', catalogue, {
    journal,
    effects: idleEffects(),
    documents: openSqliteDocuments({ file: ':memory:', log: silent }),
  })
  const to = addressOf('demo', 'lead', 'sample')
  const profile = { name: 'Asha Rao', phone: '+919845012345', city: 'Bengaluru', budgetMax: 12_000_000 }
  await runtime.submit({ to, event: { type: 'lead.captured', profile } }, new AbortController().signal)
  const actor = await journal.load(to)
  await close()
  if (actor === undefined) throw new Error('the sample lead is not there')
  const rested: StoredActor = { ...actor, effects: {}, timers: {} }
  return JSON.stringify(rested)
}

/** Their states as a commit writes them. */
async function fillActors(house: NatsHouse, sample: string): Promise<void> {
  const layout = new JournalLayout(stream, 32)
  for (let from = 0; from < leads; from += 1000) {
    const messages = Array.from({ length: 1000 }, (_, index) => {
      const address = addressOf('demo', 'lead', `m${from + index}`)
      return {
        subject: layout.actor(address),
        data: sample.replaceAll('demo/lead/sample', address),
        rollup: true as const,
      }
    })
    await publishBatch(house.connection, messages, 30_000)
  }
}

const temperatures = ['hot', 'warm', 'cold'] as const
const stages = ['new', 'contacted', 'qualified', 'visit', 'negotiation'] as const
const names = [
  'Asha Rao',
  'Imran Khan',
  'Meera Iyer',
  'John Mathew',
  'Priya Nair',
  'Rahul Shah',
  'Sana Sheikh',
] as const

async function fillLists(documents: Documents): Promise<void> {
  for (const collection of salesCollections) await documents.define(collection)
  for (let from = 0; from < leads; from += 2000) {
    await documents.write(
      Array.from({ length: 2000 }, (_, index) => ({
        op: 'put' as const,
        collection: collections.leads,
        key: `demo/lead/m${from + index}`,
        revision: from + index + 1,
        value: leadDocument(from + index),
      })),
    )
  }
}

function leadDocument(index: number): JsonObject {
  const name = `${names[index % names.length] ?? ''} ${index}`
  const lead: LeadDocument = {
    workspace: 'demo',
    lead: addressOf('demo', 'lead', `m${index}`),
    profile: { name, phone: `+9198${String(index).padStart(8, '0')}` },
    temperature: temperatures[index % 17 === 0 ? 0 : (index % 2) + 1] ?? 'cold',
    temperatureReason: 'asked twice',
    stage: stages[index % stages.length] ?? 'new',
    status: 'active',
    source: index % 3 === 0 ? 'whatsapp' : 'widget',
    conversations: [],
    meetings: [],
    engagements: index % 5,
    createdAtMs: 1_767_571_200_000 + index,
    updatedAtMs: 1_767_571_200_000 + ((index * 7919) % leads),
    search: name.toLowerCase(),
    at: index + 1,
  }
  return JSON.parse(JSON.stringify(lead)) as JsonObject
}

/** What the console asks for: the page and its total, first pages and later ones, with and without a filter. */
async function readPages(documents: Documents): Promise<readonly number[]> {
  const queries: readonly LeadQuery[] = [
    { limit: 50 },
    { limit: 50, temperature: 'hot' },
    { limit: 50, stage: 'visit' },
    { limit: 50, stage: 'new', temperature: 'warm' },
    { limit: 50, search: 'meera 99' },
  ]
  const took: number[] = []
  for (let round = 0; round < 20; round++) {
    for (const query of queries) {
      let after: string | undefined
      for (let page = 0; page < 3; page++) {
        const asked = after === undefined ? query : { ...query, after }
        const beganMs = performance.now()
        const [found] = await Promise.all([
          documents.query(leadDocuments(asked, 'demo')),
          documents.count(
            collections.leads,
            leadConditions(asked, 'demo'),
            asked.search === undefined ? limits.totalMax : limits.searchTotalMax,
          ),
        ])
        took.push(performance.now() - beganMs)
        after = found.next
        if (after === undefined) break
      }
    }
  }
  return took
}
