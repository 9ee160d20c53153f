import { partsOf } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { Projection, ProjectionReads } from '#runtime/runtime.ts'
import type { LeadFacts } from '#machines/lead-contract.ts'
import { collections, peopleCollections } from './collections.ts'
import type { ConversationDocument } from './conversation-document.ts'
import { isOfPerson, reducePerson, type PersonDocument, type PersonsTalk } from './person-document.ts'
import { factOf, fromJson, toJson } from './shape.ts'

/**
 * Everybody there is to write to: one document a lead, with the very ledger its gate decides by, so that a million can be judged without waking an actor.
 * What a conversation's channel is, is read where `salesProjection`, which comes before this one, has kept it.
 */
export const peopleProjection: Projection = {
  name: 'people',
  collections: peopleCollections,
  wants({ address, type }) {
    return partsOf(address).kind === 'lead' && isOfPerson(type)
  },
  async apply(fact, read) {
    const stored = await read.get(collections.people, fact.address)
    const before = stored === undefined ? undefined : fromJson<PersonDocument>(stored)
    if (before !== undefined && before.at >= fact.position) return []
    const value = toJson(reducePerson(before, fact, await talkOf(fact, read)))
    return [{ op: 'put', collection: collections.people, key: fact.address, revision: fact.position, value }]
  },
}

async function talkOf(fact: Fact, read: ProjectionReads): Promise<PersonsTalk | undefined> {
  const each = factOf<LeadFacts>(fact)
  if (each.type !== 'conversation-linked') return undefined
  const stored = await read.get(collections.conversations, each.data.conversation)
  if (stored === undefined) return undefined
  const { channel, language } = fromJson<ConversationDocument>(stored)
  return { channel, language }
}
