import { describe, expect, it } from 'vitest'
import { openSqliteDocuments } from '#runtime/adapters/sqlite/documents.ts'
import type { Fact } from '#runtime/fact.ts'
import type { Documents } from '#runtime/ports/documents.ts'
import { collections } from './collections.ts'
import { peopleProjection } from './people-projection.ts'
import type { PersonDocument } from './person-document.ts'
import { salesProjection } from './sales-projection.ts'
import { fromJson } from './shape.ts'

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const talk = 'acme/conversation/ana'
const ana = 'acme/lead/ana'
const bela = 'acme/lead/bela'
const profile = { name: 'Ana', phone: '+34600111222', city: 'Pune', source: 'meta-ad' }

type Told = readonly [address: string, type: string, data: object]

const opened: Told = [talk, 'conversation-opened', { visitorId: 'v', channel: 'whatsapp', language: 'es', lead: ana }]
const captured: Told = [ana, 'lead-captured', { profile }]
const decided: Told = [
  ana,
  'outreach-decided',
  {
    dispatch: 'acme/dispatch/ana:2',
    conversation: talk,
    channel: 'whatsapp',
    purpose: 'marketing',
    sender: 'campaign',
    decision: { outcome: 'send', reason: 'consented' },
    counted: { atMs: 5000, windowMs: 1000 },
  },
]

/** Facts in the order of the feed, a second apart. */
function feed(...told: readonly Told[]): readonly Fact[] {
  return told.map(([address, type, data], index) => ({
    address: address as Fact['address'],
    type,
    data: data as Fact['data'],
    position: index + 1,
    revision: index + 1,
    index: 0,
    atMs: 1000 * (index + 1),
    causedBy: `e${index}`,
  }))
}

async function project(facts: readonly Fact[], documents?: Documents): Promise<Documents> {
  const into = documents ?? openSqliteDocuments({ file: ':memory:', log: silent })
  const read = { get: async (collection: string, key: string) => (await into.get(collection, key))?.value }
  const all = [salesProjection, peopleProjection]
  for (const each of all.flatMap(({ collections: defined }) => defined)) await into.define(each)
  for (const fact of facts) for (const each of all) if (each.wants(fact)) await into.write(await each.apply(fact, read))
  return into
}

async function person(documents: Documents, lead: string): Promise<PersonDocument | undefined> {
  const found = await documents.get(collections.people, lead)
  return found && fromJson<PersonDocument>(found.value)
}

describe('people for outreach', () => {
  it('says who they are, where their number is from and by which channels they are reached', async () => {
    const documents = await project(
      feed(
        opened,
        captured,
        [ana, 'conversation-linked', { conversation: talk }],
        [ana, 'temperature-changed', { from: 'cold', to: 'hot', reason: 'x' }],
      ),
    )
    expect(await person(documents, ana)).toEqual({
      workspace: 'acme',
      lead: ana,
      status: 'active',
      ...profile,
      country: 'ES',
      language: 'es',
      temperature: 'hot',
      stage: 'new',
      conversations: { whatsapp: [talk] },
      at: 4,
    })
  })

  it('[M50] holds the ledger of the gate, what was counted and what was given back among it', async () => {
    const heard: Told = [ana, 'customer-heard', { conversation: talk, atMs: 4000, zoneOffsetMinutes: 60 }]
    const facts = feed(captured, heard, decided, [ana, 'outreach-released', { dispatch: 'acme/dispatch/ana:2' }])
    const documents = await project(facts.slice(0, 3))
    expect((await person(documents, ana))?.ledger).toMatchObject({
      heard: { [talk]: { atMs: 4000 } },
      sent: [{ dispatch: 'acme/dispatch/ana:2', conversation: talk, purpose: 'marketing', atMs: 5000 }],
      zoneOffsetMinutes: 60,
    })
    await project(facts, documents)
    expect((await person(documents, ana))?.ledger?.sent).toEqual([])
  })

  it('is the survivor’s alone when two leads are one person, and both again when that was wrong', async () => {
    const outreach = {
      consents: {},
      heard: {},
      stoppedAtMs: 900,
      startedAtMs: 0,
      sent: [],
      unreachable: {},
      pausedUntilMs: {},
    }
    const facts = feed(
      captured,
      [bela, 'lead-captured', { profile }],
      [bela, 'lead-merged', { into: ana, key: 'phone:+34600111222' }],
      [ana, 'lead-absorbed', { from: bela, outreach }],
      [bela, 'lead-split', { from: ana, by: 'm1' }],
    )
    const documents = await project(facts.slice(0, 4))
    expect((await person(documents, bela))?.status).toBe('merged')
    expect(await person(documents, ana)).toMatchObject({ status: 'active', ledger: { stoppedAtMs: 900 } })
    await project(facts, documents)
    expect((await person(documents, bela))?.status).toBe('active')
  })
})
