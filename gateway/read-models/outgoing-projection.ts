import type { Address } from '#runtime/address.ts'
import { parseAddress, partsOf } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { DocumentWrite } from '#runtime/ports/documents.ts'
import type { Projection, ProjectionReads } from '#runtime/runtime.ts'
import type { LeadFacts } from '#machines/lead-contract.ts'
import { collections, outgoingCollections } from './collections.ts'
import { absorbConsents, reduceConsents, type ConsentDocument } from './consent-document.ts'
import { reduceOutgoing, type OutgoingDocument } from './outgoing-document.ts'
import { factOf, fromJson, toJson } from './shape.ts'

/**
 * What went out, what did not, and why: one document a dispatch, and one a lead for what the person said yes and no to. The latter is read when a
 * decision is kept, so that the proof beside it is the one of that moment, whatever is said later.
 */
export const outgoingProjection: Projection = {
  name: 'outgoing',
  collections: outgoingCollections,
  wants({ address, type }) {
    return partsOf(address).kind === 'dispatch' || leadFacts.has(type)
  },
  apply(fact, read) {
    switch (fact.type) {
      case 'consent-changed':
      case 'lead-absorbed':
      case 'lead-restored':
        return consentWrites(fact, read)
      case 'outreach-decided':
        return deciderWrites(fact, read)
      default:
        return dispatchWrites(fact, read)
    }
  },
}

const leadFacts = new Set(['consent-changed', 'lead-absorbed', 'lead-restored', 'outreach-decided'])

async function consentWrites(fact: Fact, read: ProjectionReads): Promise<readonly DocumentWrite[]> {
  const before = await consentsIn(read, fact.address)
  if (before !== undefined && before.at >= fact.position) return []
  const each = factOf<LeadFacts>(fact)
  const after =
    each.type === 'lead-absorbed' && each.data.again !== true
      ? absorbConsents(before, await consentsIn(read, each.data.from), fact)
      : reduceConsents(before, fact)
  return after === undefined || after === before ? [] : [put(collections.consents, fact.address, after)]
}

/** Whose gate it was: a merged lead passes on what it is asked. */
async function deciderWrites(fact: Fact, read: ProjectionReads): Promise<readonly DocumentWrite[]> {
  const each = factOf<LeadFacts>(fact)
  if (each.type !== 'outreach-decided') return []
  const before = await outgoingIn(read, each.data.dispatch)
  if (before === undefined || before.at >= fact.position || before.lead === fact.address) return []
  return [put(collections.outgoing, before.dispatch, { ...before, lead: fact.address, at: fact.position })]
}

async function dispatchWrites(fact: Fact, read: ProjectionReads): Promise<readonly DocumentWrite[]> {
  const before = await outgoingIn(read, fact.address)
  if (before !== undefined && before.at >= fact.position) return []
  const said = fact.type === 'dispatch-decided' ? await consentsIn(read, before?.lead) : undefined
  const after = reduceOutgoing(before, fact, said?.consents)
  return after === undefined || after === before ? [] : [put(collections.outgoing, fact.address, after)]
}

async function outgoingIn(read: ProjectionReads, key: string): Promise<OutgoingDocument | undefined> {
  const value = await read.get(collections.outgoing, key)
  return value === undefined ? undefined : fromJson<OutgoingDocument>(value)
}

/** By an address a machine wrote; nothing when there is none yet. */
async function consentsIn(
  read: ProjectionReads,
  key: Address | string | undefined,
): Promise<ConsentDocument | undefined> {
  if (key === undefined || parseAddress(key) === undefined) return undefined
  const value = await read.get(collections.consents, key)
  return value === undefined ? undefined : fromJson<ConsentDocument>(value)
}

function put(collection: string, key: string, document: OutgoingDocument | ConsentDocument): DocumentWrite {
  return { op: 'put', collection, key, revision: document.at, value: toJson(document) }
}
