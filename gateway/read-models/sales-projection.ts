import type { Address } from '#runtime/address.ts'
import { parseAddress, partsOf } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { DocumentWrite } from '#runtime/ports/documents.ts'
import type { Projection, ProjectionReads } from '#runtime/runtime.ts'
import type { TranscriptMessage } from '#machines/conversation-contract.ts'
import type { MeetingFacts } from '#machines/lead-contract.ts'
import type { MeetingView, TurnView } from '../protocol.ts'
import { collections, messageKey, salesCollections } from './collections.ts'
import type { ConversationDocument } from './conversation-document.ts'
import { reduceConversation } from './conversation-document.ts'
import { otherLeadIn, withJoins } from './joined-leads.ts'
import type { LeadDocument } from './lead-document.ts'
import { linked, reduceLead, withLead, withMeeting } from './lead-document.ts'
import { noteOf } from './note-document.ts'
import { factOf, fromJson, toJson } from './shape.ts'
import { leadTally, sameTally, talkTally } from './tally-document.ts'
import { reduceTurn } from './turn-document.ts'

/**
 * Conversations, their messages, notes and turns, leads and meetings, from the facts of those actors. They name each other, so one
 * projection keeps them all. Every document's revision is the position of the last fact that touched it: a repeat changes nothing.
 */
export const salesProjection: Projection = {
  name: 'sales',
  collections: salesCollections,
  wants(fact) {
    return kinds.has(partsOf(fact.address).kind)
  },
  async apply(fact, read) {
    switch (partsOf(fact.address).kind) {
      case 'conversation':
        return conversationWrites(fact, read)
      case 'lead':
        return leadWrites(fact, read)
      default:
        return meetingWrites(fact, read)
    }
  },
}

const kinds = new Set(['conversation', 'lead', 'meeting'])

async function conversationWrites(fact: Fact, read: ProjectionReads): Promise<readonly DocumentWrite[]> {
  const before = await conversationIn(read, fact.address)
  // A repeat: what follows from it is there, and reckoning it again from later documents would be wrong.
  if (before !== undefined && before.at >= fact.position) return []
  const reduced = reduceConversation(before, fact)
  const writes: DocumentWrite[] = []
  const lead = fact.type === 'conversation-opened' ? await leadIn(read, reduced.lead) : undefined
  const changed = lead === undefined ? reduced : withLead(reduced, lead)
  // A new conversation shows what its lead is known for, and its lead lists it.
  const listing = lead === undefined ? undefined : linked(lead, [fact.address])
  if (listing !== undefined && listing !== lead) {
    writes.push(...keepLead(fact, lead, listing))
  }
  if (changed !== before) writes.push(...keepTalk(fact, before, changed))
  writes.push(...transcriptWrites(fact, changed), ...(await turnWrites(fact, read)))
  return writes
}

function transcriptWrites(fact: Fact, document: ConversationDocument): readonly DocumentWrite[] {
  if (fact.type === 'message-added') {
    const message = fromJson<TranscriptMessage>(fact.data)
    const value = { ...message, conversation: fact.address, workspace: partsOf(fact.address).workspace }
    return [put(collections.messages, fact, { key: messageKey(fact.address, message.n), value })]
  }
  const note = noteOf(fact, document.lastN)
  if (note === undefined) return []
  return [
    put(collections.notes, fact, {
      key: `${fact.address}#${note.noteId}`,
      value: { ...note, conversation: fact.address },
    }),
  ]
}

async function turnWrites(fact: Fact, read: ProjectionReads): Promise<readonly DocumentWrite[]> {
  if (!fact.type.startsWith('turn-')) return []
  const stored = await read.get(collections.turns, fact.address)
  const before = stored === undefined ? undefined : fromJson<TurnView>(stored)
  const after = reduceTurn(before, fact)
  return after === undefined || after === before
    ? []
    : [put(collections.turns, fact, { key: fact.address, value: after })]
}

async function leadWrites(fact: Fact, read: ProjectionReads): Promise<readonly DocumentWrite[]> {
  const before = await leadIn(read, fact.address)
  if (before !== undefined && before.at >= fact.position) return []
  const lead = withJoins(reduceLead(before, fact), fact, await leadIn(read, otherLeadIn(fact)))
  if (lead === before) return []
  const writes = keepLead(fact, before, lead)
  const into = lead.status === 'merged' && fact.type === 'lead-merged' ? await leadIn(read, lead.mergedInto) : undefined
  const shown = into === undefined ? lead : linked(into, lead.conversations)
  if (into !== undefined && shown !== into) writes.push(...keepLead(fact, into, shown))
  if (!shownInRows.has(fact.type)) return writes
  for (const each of lead.conversations) {
    const row = await conversationIn(read, each)
    if (row !== undefined) writes.push(...keepTalk(fact, row, withLead(row, shown)))
  }
  return writes
}

/** Facts of a lead after which its conversations' rows look different. */
const shownInRows = new Set([
  'lead-captured',
  'lead-repaired',
  'lead-enriched',
  'lead-merged',
  'lead-split',
  'lead-restored',
  'profile-changed',
  'temperature-changed',
  'stage-changed',
  'conversation-linked',
])

async function meetingWrites(fact: Fact, read: ProjectionReads): Promise<readonly DocumentWrite[]> {
  const each = factOf<MeetingFacts>(fact)
  if (each.type !== 'meeting-changed') return []
  const { status, startAtMs, durationMs, title, place, timeZone, lead, conversation } = each.data
  const view: MeetingView = {
    meeting: fact.address,
    title,
    place,
    startAtMs,
    durationMs,
    timeZone,
    status,
    lead,
    conversation,
  }
  const stored = await read.get(collections.meetings, fact.address)
  const before = stored === undefined ? undefined : fromJson<MeetingDocument>(stored)
  const document: MeetingDocument = {
    ...view,
    workspace: partsOf(fact.address).workspace,
    listingId: each.data.listingId,
    bookedAtMs: before?.bookedAtMs ?? (status === 'booked' ? fact.atMs : 0),
  }
  const firstBooked =
    document.bookedAtMs === 0 && status === 'booked' ? { ...document, bookedAtMs: fact.atMs } : document
  const writes = [put(collections.meetings, fact, { key: fact.address, value: firstBooked })]
  const owner = await leadIn(read, lead)
  if (owner !== undefined) writes.push(...keepLead(fact, owner, withMeeting(owner, view, fact.atMs)))
  return writes
}

/** A meeting with what lists filter by. `bookedAtMs` is when its slot was first granted; 0 before. */
export interface MeetingDocument extends MeetingView {
  readonly workspace: string
  readonly listingId: string
  readonly bookedAtMs: number
}

async function conversationIn(read: ProjectionReads, key: string): Promise<ConversationDocument | undefined> {
  const value = await read.get(collections.conversations, key)
  return value === undefined ? undefined : fromJson<ConversationDocument>(value)
}

/** A lead by the address a machine wrote; nothing when there is none yet. */
async function leadIn(read: ProjectionReads, key: Address | string | undefined): Promise<LeadDocument | undefined> {
  if (key === undefined || parseAddress(key) === undefined) return undefined
  const value = await read.get(collections.leads, key)
  return value === undefined ? undefined : fromJson<LeadDocument>(value)
}

/** A conversation as it is now, and what the funnel counts of it where that is news. */
function keepTalk(fact: Fact, before: ConversationDocument | undefined, talk: ConversationDocument): DocumentWrite[] {
  const key = talk.conversation
  const tally = talkTally(talk)
  const writes = [put(collections.conversations, fact, { key, value: { ...talk, at: fact.position } })]
  if (!sameTally(before && talkTally(before), tally))
    writes.push(put(collections.talkTallies, fact, { key, value: tally }))
  return writes
}

/** A lead as it is now, and what the funnel counts of it where that is news. */
function keepLead(fact: Fact, before: LeadDocument | undefined, lead: LeadDocument): DocumentWrite[] {
  const key = lead.lead
  const tally = leadTally(lead)
  const writes = [put(collections.leads, fact, { key, value: { ...lead, at: fact.position } })]
  if (!sameTally(before && leadTally(before), tally))
    writes.push(put(collections.leadTallies, fact, { key, value: tally }))
  return writes
}

function put(
  collection: string,
  fact: Fact,
  { key, value }: { readonly key: string; readonly value: object },
): DocumentWrite {
  return { op: 'put', collection, key, revision: fact.position, value: toJson(value) }
}
