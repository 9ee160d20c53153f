import type { Address } from '#runtime/address.ts'
import { partsOf } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { LeadFacts, LeadProfile } from '#machines/lead-contract.ts'
import type { LeadView, MeetingView } from '../protocol.ts'
import type { ConversationDocument } from './conversation-document.ts'
import { withIdentity } from './conversation-document.ts'
import { factOf, maybe } from './shape.ts'

/** A lead as staff see it, and what lists filter by. `revision` is added when it is read. */
export interface LeadDocument extends Omit<LeadView, 'revision'> {
  readonly workspace: string
  readonly search: string
  /** Position of the last fact in it. */
  readonly at: number
}

/** The lead after one more fact of its own; the same object when it says nothing to it. Pure. */
export function reduceLead(before: LeadDocument | undefined, fact: Fact): LeadDocument {
  const base = before ?? newLead(fact.address, fact.atMs)
  const next = applied(base, fact)
  return next === base ? base : { ...next, updatedAtMs: fact.atMs }
}

function newLead(address: Address, atMs: number): LeadDocument {
  return {
    workspace: partsOf(address).workspace,
    lead: address,
    profile: {},
    temperature: 'cold',
    temperatureReason: '',
    stage: 'new',
    status: 'active',
    source: '',
    conversations: [],
    meetings: [],
    engagements: 0,
    createdAtMs: atMs,
    updatedAtMs: atMs,
    search: '',
    at: 0,
  }
}

function applied(lead: LeadDocument, fact: Fact): LeadDocument {
  const each = factOf<LeadFacts>(fact)
  switch (each.type) {
    case 'lead-captured':
      return withProfile(valid(lead), each.data.profile)
    case 'lead-repaired':
      return withProfile(valid(lead), each.data.profile)
    case 'lead-invalid':
      return { ...withProfile(lead, each.data.profile), status: 'invalid', problems: each.data.problems }
    case 'lead-merged':
      return { ...lead, status: 'merged', mergedInto: each.data.into }
    case 'lead-split': {
      const { mergedInto: _, ...own } = lead
      return { ...own, status: 'active' }
    }
    case 'lead-restored': {
      const { profile, engagements, conversations } = each.data
      const source = profile.source ?? lead.source
      return { ...lead, profile, source, engagements, conversations, search: searchTextOf(profile) }
    }
    case 'lead-enriched':
    case 'profile-changed':
      return withProfile(lead, each.data.profile)
    case 'score-changed':
      return { ...lead, score: each.data.score }
    case 'temperature-changed':
      return { ...lead, temperature: each.data.to, temperatureReason: each.data.reason }
    case 'stage-changed':
      return { ...lead, stage: each.data.to }
    case 'engagement-recorded':
      return { ...lead, engagements: each.data.count }
    case 'conversation-linked':
      return linked(lead, [each.data.conversation])
    default:
      return lead
  }
}

function valid(lead: LeadDocument): LeadDocument {
  const { problems: _, ...rest } = lead
  return { ...rest, status: 'active' }
}

function withProfile(lead: LeadDocument, news: LeadProfile): LeadDocument {
  const profile = { ...lead.profile, ...news }
  return { ...lead, profile, source: profile.source ?? lead.source, search: searchTextOf(profile) }
}

/** The words a lead is found by. */
export function searchTextOf(profile: LeadProfile): string {
  const { name, phone, email, city, localities = [], message } = profile
  const words = [name, phone, email, city, ...localities, message]
  return words
    .filter((each) => each !== undefined)
    .join(' ')
    .slice(0, 1000)
}

/** The lead with more conversations, each once, the oldest of very many left out. */
export function linked(lead: LeadDocument, conversations: readonly string[]): LeadDocument {
  const news = conversations.filter((each) => !lead.conversations.includes(each))
  return news.length === 0 ? lead : { ...lead, conversations: [...lead.conversations, ...news].slice(-50) }
}

/** The lead with a meeting as it is now. */
export function withMeeting(lead: LeadDocument, meeting: MeetingView, atMs: number): LeadDocument {
  const others = lead.meetings.filter((each) => each.meeting !== meeting.meeting)
  const meetings = [...others, meeting].sort((a, b) => a.startAtMs - b.startAtMs).slice(-50)
  return { ...lead, meetings, updatedAtMs: atMs }
}

/** What a conversation's row shows of its lead. */
export function withLead(conversation: ConversationDocument, lead: LeadDocument): ConversationDocument {
  const { name, phone, email } = lead.profile
  const shown = withIdentity(conversation, {
    ...maybe('name', name),
    ...maybe('phone', phone),
    ...maybe('email', email),
  })
  return { ...shown, lead: lead.lead, temperature: lead.temperature, stage: lead.stage, source: lead.source }
}
