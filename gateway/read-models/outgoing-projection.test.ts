import { describe, expect, it } from 'vitest'
import { openSqliteDocuments } from '#runtime/adapters/sqlite/documents.ts'
import type { Fact } from '#runtime/fact.ts'
import type { Documents } from '#runtime/ports/documents.ts'
import { collections } from './collections.ts'
import type { ConsentDocument } from './consent-document.ts'
import type { OutgoingDocument } from './outgoing-document.ts'
import { outgoingProjection } from './outgoing-projection.ts'
import { fromJson } from './shape.ts'

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const talk = 'acme/conversation/ana'
const ana = 'acme/lead/ana'
const second = 'acme/dispatch/ana:2'
const of = { conversation: talk, lead: ana, n: 2 }

type Told = readonly [address: string, type: string, data: object]

const asked: Told = [
  second,
  'dispatch-asked',
  { ...of, channel: 'whatsapp', purpose: 'service', sender: 'assistant', preview: 'It is still available' },
]
const gate = (outcome: string, reason: string, more: object = {}): Told => [
  second,
  'dispatch-decided',
  { ...of, outcome, reason, ...more },
]
const went = (status: string, more: object = {}): Told => [
  second,
  'dispatch-changed',
  { ...of, status, attempt: 1, ...more },
]
const said = (state: string, proof: string, more: object = {}): Told => [
  ana,
  'consent-changed',
  { scope: '*:marketing', consent: { state, atMs: 900, source: 'words', proof, channel: 'whatsapp', ...more } },
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
  for (const each of outgoingProjection.collections) await into.define(each)
  const read = { get: async (collection: string, key: string) => (await into.get(collection, key))?.value }
  for (const fact of facts)
    if (outgoingProjection.wants(fact)) await into.write(await outgoingProjection.apply(fact, read))
  return into
}

async function wayOf(documents: Documents): Promise<OutgoingDocument | undefined> {
  const stored = await documents.get(collections.outgoing, second)
  return stored === undefined ? undefined : fromJson<OutgoingDocument>(stored.value)
}

async function consentsOf(documents: Documents, lead: string): Promise<ConsentDocument | undefined> {
  const stored = await documents.get(collections.consents, lead)
  return stored === undefined ? undefined : fromJson<ConsentDocument>(stored.value)
}

describe('what went out', () => {
  it('is one document a dispatch: who asked, what the gate said, and each thing that became of it', async () => {
    const way = await wayOf(
      await project(
        feed(
          asked,
          gate('send', 'service-reply'),
          went('sending'),
          went('accepted', { providerId: 'wamid.1' }),
          went('delivered', { providerId: 'wamid.1', category: 'service', billable: false }),
          went('read', { providerId: 'wamid.1' }),
        ),
      ),
    )
    expect(way).toMatchObject({
      workspace: 'acme',
      ...of,
      channel: 'whatsapp',
      purpose: 'service',
      sender: 'assistant',
      preview: 'It is still available',
      askedAtMs: 1000,
      decisions: [{ outcome: 'send', reason: 'service-reply', atMs: 2000 }],
      outcome: 'send',
      outcomeReason: 'service-reply',
      status: 'read',
      providerId: 'wamid.1',
      category: 'service',
      billable: false,
      attempts: 1,
      updatedAtMs: 6000,
      at: 6,
    })
    expect(way?.steps.map(({ status, atMs }) => [status, atMs])).toEqual([
      ['sending', 3000],
      ['accepted', 4000],
      ['delivered', 5000],
      ['read', 6000],
    ])
  })

  it('keeps every answer of the gate, and a reason no longer than the status it is of', async () => {
    const documents = await project(
      feed(
        asked,
        gate('hold', 'quiet-hours', { untilMs: 99_000 }),
        gate('send', 'service-reply'),
        went('waiting', { reason: 'Meta is busy', code: 130429 }),
      ),
    )
    const late = await wayOf(documents)
    expect(late).toMatchObject({ status: 'waiting', reason: 'Meta is busy', code: 130429 })
    expect(late?.decisions.map(({ outcome, untilMs }) => [outcome, untilMs])).toEqual([
      ['hold', 99_000],
      ['send', undefined],
    ])
    await project(
      feed(asked, asked, asked, asked, gate('send', 'service-reply'), went('accepted')).slice(4, 6),
      documents,
    )
    const sent = await wayOf(documents)
    expect([sent?.status, sent?.reason, sent?.code]).toEqual(['accepted', undefined, undefined])
    expect(sent?.steps[0]).toMatchObject({ status: 'waiting', reason: 'Meta is busy' })
  })

  it('says with a refusal what the customer said by then, whatever they say later', async () => {
    const way = await wayOf(
      await project(
        feed(
          said('given', 'yes please', { atMs: 100 }),
          said('withdrawn', 'Stop!', { atMs: 900 }),
          asked,
          gate('refuse', 'nothing-to-answer'),
          went('failed', { reason: 'the customer has said stop and has not written since' }),
          said('given', 'START', { atMs: 5000 }),
        ),
      ),
    )
    expect(way?.decisions).toEqual([
      {
        outcome: 'refuse',
        reason: 'nothing-to-answer',
        atMs: 4000,
        consent: {
          scope: '*:marketing',
          state: 'withdrawn',
          atMs: 900,
          source: 'words',
          proof: 'Stop!',
          channel: 'whatsapp',
        },
      },
    ])
  })

  it('is of the lead whose gate decided, after a merge', async () => {
    const documents = await project(
      feed(asked, ['acme/lead/into', 'outreach-decided', { dispatch: second }], gate('send', 'service-reply')),
    )
    expect((await wayOf(documents))?.lead).toBe('acme/lead/into')
  })

  it('is the same when facts come again, and nothing for a dispatch whose beginning is not known', async () => {
    const facts = feed(asked, gate('send', 'service-reply'), went('sent'), said('withdrawn', 'Stop!'))
    const once = await project(facts)
    const before = [await wayOf(once), await consentsOf(once, ana)]
    await project(facts, once)
    expect([await wayOf(once), await consentsOf(once, ana)]).toEqual(before)
    expect(await wayOf(await project(feed(went('sent'))))).toBeUndefined()
  })

  it('is bounded, however often the gate is asked', async () => {
    const often = Array.from({ length: 30 }, () => [gate('hold', 'pair-limit', { untilMs: 1 }), went('waiting')]).flat()
    const way = await wayOf(await project(feed(asked, ...often)))
    expect([way?.decisions.length, way?.steps.length]).toEqual([10, 20])
  })

  it('is found by conversation, lead, provider’s id, and by what became of it', async () => {
    const documents = await project(
      feed(asked, gate('refuse', 'window-closed'), went('failed', { providerId: 'wamid.1' })),
    )
    const found = async (field: string, value: string): Promise<number> =>
      (
        await documents.query({
          collection: collections.outgoing,
          where: [{ field, op: '=', value }],
          order: [{ field: 'askedAtMs', direction: 'descending' }],
          limit: 10,
        })
      ).documents.length
    const counts = await Promise.all([
      found('conversation', talk),
      found('lead', ana),
      found('providerId', 'wamid.1'),
      found('outcome', 'refuse'),
      found('outcomeReason', 'window-closed'),
      found('status', 'failed'),
      found('status', 'sent'),
    ])
    expect(counts).toEqual([1, 1, 1, 1, 1, 1, 0])
  })
})

describe('what a customer agreed to', () => {
  it('stands by the latest word of each scope, with its proof, and an older one that arrives late changes nothing', async () => {
    const documents = await project(
      feed(said('withdrawn', 'Stop!', { atMs: 900 }), said('given', 'Start', { atMs: 500 }), [
        ana,
        'consent-changed',
        {
          scope: 'email:marketing',
          consent: { state: 'given', atMs: 950, source: 'lead-form', proof: '☑ Send me offers' },
        },
      ]),
    )
    const consents = await consentsOf(documents, ana)
    expect(consents?.consents.map(({ scope, state, proof }) => [scope, state, proof])).toEqual([
      ['email:marketing', 'given', '☑ Send me offers'],
      ['*:marketing', 'withdrawn', 'Stop!'],
    ])
    expect(consents?.history).toHaveLength(3)
  })

  it('comes along when two leads turn out to be one person', async () => {
    const documents = await project(
      feed(said('withdrawn', 'Stop!'), ['acme/lead/into', 'lead-absorbed', { from: ana }]),
    )
    const [stands] = (await consentsOf(documents, 'acme/lead/into'))?.consents ?? []
    expect(stands).toMatchObject({ state: 'withdrawn', proof: 'Stop!' })
  })
})
