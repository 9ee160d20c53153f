import { partsOf } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { ConversationFacts } from '#machines/conversation-contract.ts'
import type { LeadFacts, LeadProfile, MeetingFacts } from '#machines/lead-contract.ts'
import type { RefusedEventFacts } from '#machines/refused-event-contract.ts'
import { leadProfile } from '../command-schemas.ts'
import { factOf, maybe } from '../read-models/shape.ts'
import type { CloudEvent } from './cloud-event.ts'
import { dataSchemaOf, deadLetterSubject, factSubject, sourceOf, typeOf } from './event-names.ts'
import { originOf } from './refused-message.ts'
import type { PublicData, PublicName } from './schemas.ts'

/** A public fact on its way out. */
export interface OutgoingEvent {
  /** Of the bus. */
  readonly subject: string
  readonly event: CloudEvent
}

export interface Outlet {
  readonly prefix: string
  /** The house's address, for `dataschema`; absent where it has none. */
  readonly publicUrl?: string
}

/**
 * What other systems are told of a fact; `undefined` for one that is our own business. Only documented fields leave the house: each is named here,
 * and the contract and the published schema are both held by the compiler. Pure.
 */
export function outgoingOf(fact: Fact, outlet: Outlet): OutgoingEvent | undefined {
  const said = saidOf(fact)
  if (said === undefined) return undefined
  const { workspace } = partsOf(fact.address)
  const type = typeOf(said.name)
  const isDeadLetter = said.name === 'lead-event.refused'
  return {
    subject: isDeadLetter
      ? deadLetterSubject(outlet.prefix, workspace)
      : factSubject(outlet.prefix, workspace, said.name),
    event: {
      specversion: '1.0',
      id: `${fact.address}#${fact.revision}.${fact.index}`,
      source: sourceOf(workspace),
      type,
      subject: fact.address,
      time: new Date(fact.atMs).toISOString(),
      datacontenttype: 'application/json',
      dataschema: dataSchemaOf(type, outlet.publicUrl),
      extensions: { partitionkey: fact.address, sequence: String(fact.position).padStart(sequenceDigits, '0') },
      data: said.data,
    },
  }
}

/** So many that texts sort as the numbers do. */
const sequenceDigits = 20

interface Said {
  readonly name: PublicName
  readonly data: object
}

/** Holds a name's data to its schema. */
function say<Name extends PublicName>(name: Name, data: PublicData[Name]): Said {
  return { name, data }
}

function saidOf(fact: Fact): Said | undefined {
  switch (partsOf(fact.address).kind) {
    case 'lead':
      return ofLead(fact)
    case 'conversation':
      return ofConversation(fact)
    case 'meeting':
      return ofMeeting(fact)
    case 'refused-event':
      return ofRefusedEvent(fact)
    default:
      return undefined
  }
}

function ofLead(fact: Fact): Said | undefined {
  const { type, data } = factOf<LeadFacts>(fact)
  switch (type) {
    case 'lead-captured':
      return say('lead.captured', fitted(data.profile))
    case 'lead-invalid':
      return say('lead.invalid', { profile: fitted(data.profile), problems: [...data.problems] })
    case 'lead-repaired':
      return say('lead.repaired', fitted(data.profile))
    case 'lead-enriched':
      return say('lead.enriched', fitted(data.profile))
    case 'profile-changed':
    case 'lead-restored':
      return say('lead.profile-changed', fitted(data.profile))
    case 'score-changed': {
      const { total, budget, urgency, engagement, readiness, reasons } = data.score
      return say('lead.score-changed', { total, budget, urgency, engagement, readiness, reasons: [...reasons] })
    }
    case 'temperature-changed':
      return say('lead.temperature-changed', { from: data.from, to: data.to, reason: data.reason })
    case 'stage-changed':
      return say('lead.stage-changed', { from: data.from, to: data.to, by: data.by, ...maybe('reason', data.reason) })
    case 'engagement-recorded':
      return say('lead.engagement-recorded', { kind: data.kind, count: data.count })
    // The key is a phone number or an e-mail address: it stays here.
    case 'lead-merged':
      return say('lead.merged', { into: data.into })
    case 'lead-split':
      return say('lead.split', { from: data.from, by: data.by, ...maybe('reason', data.reason) })
    case 'conversation-linked':
      return say('lead.conversation-linked', { conversation: data.conversation })
    default:
      return undefined
  }
}

/** What is said in a conversation, and the summary of a hand-off, stay here. */
function ofConversation(fact: Fact): Said | undefined {
  const { type, data } = factOf<ConversationFacts>(fact)
  switch (type) {
    case 'conversation-opened':
      return say('conversation.opened', { lead: data.lead, channel: data.channel, language: data.language })
    case 'handed-off':
      return say('conversation.handed-off', { reason: data.reason, team: data.team })
    case 'taken-over': {
      const { memberId, name, via, waitedMs } = data
      return say('conversation.taken-over', { memberId, name, via, waitedMs })
    }
    case 'handed-back':
      return say('conversation.handed-back', { memberId: data.memberId, name: data.name })
    case 'closed':
      return say('conversation.closed', { reason: data.reason, by: data.by })
    case 'reopened':
      return say('conversation.reopened', { by: data.by })
    default:
      return undefined
  }
}

function ofMeeting(fact: Fact): Said | undefined {
  const { type, data } = factOf<MeetingFacts>(fact)
  if (type !== 'meeting-changed' || data.status === 'reminded') return undefined
  const { startAtMs, durationMs, timeZone, title, place, listingId, lead, conversation, by } = data
  return say(`meeting.${data.status}`, {
    startAtMs,
    durationMs,
    timeZone,
    title,
    place,
    listingId,
    lead,
    conversation,
    by,
    ...maybe('reason', data.reason),
    ...maybe('alternatives', data.alternatives === undefined ? undefined : [...data.alternatives]),
  })
}

function ofRefusedEvent(fact: Fact): Said | undefined {
  const { type, data } = factOf<RefusedEventFacts>(fact)
  switch (type) {
    case 'event-refused': {
      const { reasons, message } = data
      const { subject, headers, body, encoding } = message
      return say('lead-event.refused', {
        reasons: [...reasons],
        event: originOf(message),
        message: { subject, headers: { ...headers }, body, encoding },
      })
    }
    case 'event-replayed':
      return say('lead-event.replayed', { lead: data.lead, by: data.by })
    case 'event-discarded':
      return say('lead-event.discarded', { by: data.by })
    default:
      return undefined
  }
}

/** The profile by its published fields, as the schema has them: what is too long is cut, what does not fit is left out. */
function fitted(profile: LeadProfile): PublicData['lead.captured'] {
  const fields = Object.entries(leadProfile.shape).flatMap(([name, shape]) => {
    const value: unknown = Object.entries(profile).find(([field]) => field === name)?.[1]
    if (value === undefined) return []
    const read = shape.safeParse(value)
    if (read.success) return [[name, read.data] as const]
    const issue = read.error.issues[0]
    const isLong = issue?.code === 'too_big' && issue.path.length === 0 && typeof value === 'string'
    return isLong ? [[name, value.slice(0, Number(issue.maximum))] as const] : []
  })
  return leadProfile.parse(Object.fromEntries(fields))
}
