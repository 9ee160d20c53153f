import { describe, expect, it } from 'vitest'
import { openSqliteDocuments } from '#runtime/adapters/sqlite/documents.ts'
import { addressOf } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { Documents } from '#runtime/ports/documents.ts'
import { inboxDocuments, isInView } from './inbox-queries.ts'
import type { ConversationDocument } from './conversation-document.ts'
import { reduceConversation } from './conversation-document.ts'
import { salesProjection } from './sales-projection.ts'
import { fromJson } from './shape.ts'
import { leadOf, messageOf, rowOf } from './views.ts'

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const talk = addressOf('acme', 'conversation', 'c1')
const person = addressOf('acme', 'lead', 'c1')
const priya = { memberId: 'm1', name: 'Priya' }

/** Facts in the order of the feed; each has its own step. */
function feed(...facts: readonly (readonly [address: string, type: string, data: object])[]): readonly Fact[] {
  return facts.map(([address, type, data], index) => ({
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

function message(n: number, author: object, text: string): readonly [string, string, object] {
  return [talk, 'message-added', { n, author, text, atMs: saidAtMs[n] ?? n, epoch: 0, clientId: `k${n}` }]
}

const saidAtMs: readonly number[] = [0, 4000, 6000, 10_000, 16_000]

const story = feed(
  [talk, 'conversation-opened', { visitorId: 'v1', channel: 'widget', language: 'en', lead: person }],
  [person, 'lead-captured', { profile: { visitorId: 'v1', source: 'widget' } }],
  [person, 'conversation-linked', { conversation: talk }],
  message(1, { kind: 'customer' }, '3 bhk in Whitefield'),
  [talk, 'turn-started', { turn: 1, epoch: 0, fromN: 1, toN: 1 }],
  message(2, { kind: 'assistant' }, 'Here are two'),
  [talk, 'turn-ended', { turn: 1, outcome: 'answered', tookMs: 900 }],
  [talk, 'customer-identified', { name: 'Meera', phone: '+919845012345' }],
  [person, 'profile-changed', { profile: { name: 'Meera', phone: '+919845012345' } }],
  message(3, { kind: 'customer' }, 'A person please'),
  [talk, 'owner-changed', { owner: { kind: 'queue', team: 'sales', sinceMs: 11_000 }, epoch: 1, from: 'assistant' }],
  [talk, 'handed-off', { reason: 'asked-for-person', summary: 'wants a person', team: 'sales', turn: 1 }],
  [talk, 'queue-position-changed', { position: 2, waiting: 2 }],
  [person, 'temperature-changed', { from: 'cold', to: 'hot', reason: 'asked directly' }],
  [talk, 'owner-changed', { owner: { kind: 'member', ...priya }, epoch: 2, from: 'queue' }],
  message(4, { kind: 'member', ...priya }, 'Hello Meera'),
  [talk, 'note-added', { noteId: 'n1', ...priya, text: 'likes parks', afterN: 4 }],
  [talk, 'guidance-given', { ...priya, text: 'offer Saturday' }],
  [talk, 'delivery-changed', { n: 4, status: 'failed', reason: 'no network' }],
  [
    'acme/meeting/x',
    'meeting-changed',
    {
      status: 'booked',
      startAtMs: 99_000,
      durationMs: 3600_000,
      listingId: 'l1',
      title: 'A',
      place: 'B',
      timeZone: 'Asia/Kolkata',
      lead: person,
      conversation: talk,
      by: 'assistant',
    },
  ],
)

async function project(
  facts: readonly Fact[],
  documents: Documents = openSqliteDocuments({ file: ':memory:', log: silent }),
) {
  for (const each of salesProjection.collections) await documents.define(each)
  const read = { get: async (collection: string, key: string) => (await documents.get(collection, key))?.value }
  for (const fact of facts)
    if (salesProjection.wants(fact)) await documents.write(await salesProjection.apply(fact, read))
  return documents
}

async function everything(documents: Documents): Promise<unknown> {
  const all = salesProjection.collections.map(({ name }) =>
    documents.query({ collection: name, where: [], limit: 1000 }),
  )
  return (await Promise.all(all)).map((page) => page.documents)
}

describe('read models of conversations and leads', () => {
  it('a row says who owns, who waits, what was last said and how warm the lead is', async () => {
    const documents = await project(story)
    const stored = await documents.get('conversations', talk)
    if (stored === undefined) throw new Error('no row')
    expect(rowOf(stored)).toMatchObject({
      conversation: talk,
      name: 'Meera',
      owner: { kind: 'member', ...priya },
      ownerEpoch: 2,
      status: 'open',
      lead: person,
      temperature: 'hot',
      stage: 'new',
      lastText: 'Hello Meera',
      lastBy: 'member',
      lastN: 4,
      unread: 0,
      handOff: { reason: 'asked-for-person', summary: 'wants a person', atMs: 12_000 },
      revision: 19,
    })
    expect(rowOf(stored).handOff).not.toHaveProperty('position')
    expect(stored.value).toMatchObject({
      firstAssistantMs: 2000,
      firstMemberMs: 4000,
      answered: true,
      neededPerson: true,
      handOffReason: 'asked-for-person',
      failed: [{ n: 4, reason: 'no network' }],
      source: 'widget',
      box: 'member',
      memberId: 'm1',
      receipts: { theirs: { readTo: 3 } },
    })
  })

  it('the transcript, notes, last turn, lead and meeting are kept', async () => {
    const documents = await project(story)
    const messages = await documents.query({ collection: 'messages', where: [], limit: 10 })
    expect(messages.documents.map((each) => messageOf(each).n)).toEqual([1, 2, 3, 4])
    const notes = await documents.query({ collection: 'notes', where: [], limit: 10 })
    expect(notes.documents.map((each) => [each.value['kind'], each.value['afterN']])).toEqual(
      expect.arrayContaining([
        ['guidance', 4],
        ['note', 4],
      ]),
    )
    expect((await documents.get('turns', talk))?.value).toMatchObject({ turn: 1, status: 'answered', tookMs: 900 })
    const lead = await documents.get('leads', person)
    if (lead === undefined) throw new Error('no lead')
    expect(leadOf(lead)).toMatchObject({
      profile: { name: 'Meera' },
      temperature: 'hot',
      temperatureReason: 'asked directly',
      conversations: [talk],
      meetings: [{ meeting: 'acme/meeting/x', status: 'booked' }],
      revision: 20,
    })
    expect((await documents.get('meetings', 'acme/meeting/x'))?.value).toMatchObject({ bookedAtMs: 20_000 })
  })

  it('any stretch of the feed again changes nothing, and a rebuild gives the same documents', async () => {
    const once = await everything(await project(story))
    for (let from = 0; from < story.length; from += 3) {
      const documents = await project(story)
      expect(await everything(await project(story.slice(from), documents))).toEqual(once)
    }
  })

  it('search finds a name, a number and any word said, and the view in memory agrees with the store', async () => {
    const documents = await project(story)
    const reader = { workspace: 'acme', memberId: 'm1' }
    const stored = await documents.get('conversations', talk)
    for (const search of ['meera', '9198450', 'whitef', 'park', 'globex', 'hello wor', 'PERSON please']) {
      for (const view of ['mine', 'waiting', 'all', 'closed'] as const) {
        const query = { view, search, limit: 10 }
        const page = await documents.query(inboxDocuments(query, reader))
        const inMemory = isInView(fromJson<ConversationDocument>(stored?.value ?? {}), query, reader)
        expect(page.documents.length === 1, `${view} ${search}`).toBe(inMemory)
      }
    }
    const other = await documents.query(inboxDocuments({ view: 'all', limit: 10 }, { ...reader, workspace: 'globex' }))
    expect(other.documents).toEqual([])
  })

  it('a merged lead leaves its conversations to the one it became', async () => {
    const survivor = addressOf('acme', 'lead', 'old')
    const documents = await project(
      feed(
        [survivor, 'lead-captured', { profile: { name: 'Meera Rao', phone: '+919845012345', source: 'site' } }],
        [talk, 'conversation-opened', { visitorId: 'v1', channel: 'widget', language: 'en', lead: person }],
        [person, 'lead-captured', { profile: { visitorId: 'v1' } }],
        [person, 'conversation-linked', { conversation: talk }],
        [person, 'lead-merged', { into: survivor, key: 'phone:+919845012345' }],
      ),
    )
    expect((await documents.get('conversations', talk))?.value).toMatchObject({
      lead: survivor,
      name: 'Meera Rao',
      source: 'site',
    })
    expect((await documents.get('leads', survivor))?.value).toMatchObject({ conversations: [talk] })
    expect((await documents.get('leads', person))?.value).toMatchObject({ status: 'merged', mergedInto: survivor })
  })

  it('unread counts what the customer said since anybody answered or read', () => {
    const facts = feed(
      message(1, { kind: 'customer' }, 'a'),
      message(2, { kind: 'customer' }, 'b'),
      [talk, 'member-read', { memberId: 'm1', upTo: 1 }],
      message(3, { kind: 'system', notice: 'handed-off' }, ''),
      message(4, { kind: 'customer' }, 'c'),
      message(5, { kind: 'member', ...priya }, 'd'),
    )
    const unread: number[] = []
    let document: ConversationDocument | undefined
    for (const fact of facts) unread.push((document = reduceConversation(document, fact)).unread)
    expect(unread).toEqual([1, 2, 1, 1, 2, 0])
    expect(document?.lastText).toBe('d')
  })
})
