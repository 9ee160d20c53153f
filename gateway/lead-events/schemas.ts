import { z } from 'zod'
import { leadProfile } from '../command-schemas.ts'

const optional = z.exactOptional
const text = (max: number) => z.string().max(max)
const address = text(400).describe('An address in FineAcers: workspace/kind/id.')
const timeMs = z.number().int().describe('Milliseconds since 1970-01-01T00:00:00Z.')
const by = text(200).describe('Who did it: a member, «customer» or «system».')
const temperature = z.enum(['cold', 'warm', 'hot'])
const stage = z.enum(['new', 'contacted', 'qualified', 'visit', 'negotiation', 'won', 'lost'])
const unknownBefore = 'none' as const
const part = z.number().min(0).max(1)

/** What is known of a person who may buy; the published shape of a lead, in and out. Personal data. */
const lead = leadProfile.describe('A person who may buy. Needs a phone, an email or a visitorId.')

const meeting = z.object({
  startAtMs: timeMs,
  durationMs: z.number().int(),
  timeZone: text(64),
  title: text(200),
  place: text(300),
  listingId: text(128),
  lead: address,
  conversation: address,
  by,
  reason: optional(text(500)),
  alternatives: optional(z.array(timeMs)),
})

/**
 * The data of every public type, by its name within `com.fineacers.`, version 1. Additions are new optional fields; anything else is a new version.
 * A reader leaves aside what it does not know.
 */
export const dataSchemas = {
  'lead.captured': lead,
  'lead.invalid': z.object({ profile: lead, problems: z.array(text(300)) }),
  'lead.repaired': lead,
  'lead.enriched': lead,
  'lead.profile-changed': lead,
  'lead.score-changed': z.object({
    total: z.number().min(0).max(100),
    budget: part,
    urgency: part,
    engagement: part,
    readiness: part,
    reasons: z.array(text(300)),
  }),
  'lead.temperature-changed': z.object({
    from: z.enum([...temperature.options, unknownBefore]),
    to: temperature,
    reason: text(500),
  }),
  'lead.stage-changed': z.object({
    from: z.enum([...stage.options, unknownBefore]),
    to: stage,
    by,
    reason: optional(text(500)),
  }),
  'lead.engagement-recorded': z.object({ kind: text(80), count: z.number().int() }),
  'lead.merged': z.object({ into: address }),
  'lead.split': z.object({ from: address, by, reason: optional(text(500)) }),
  'lead.conversation-linked': z.object({ conversation: address }),
  'conversation.opened': z.object({ lead: address, channel: text(80), language: text(35) }),
  'conversation.handed-off': z.object({ reason: text(80), team: text(128) }),
  'conversation.taken-over': z.object({
    memberId: text(128),
    name: text(200),
    via: text(40),
    waitedMs: z.number().int(),
  }),
  'conversation.handed-back': z.object({ memberId: text(128), name: text(200) }),
  'conversation.closed': z.object({ reason: text(300), by }),
  'conversation.reopened': z.object({ by }),
  'meeting.requested': meeting,
  'meeting.refused': meeting,
  'meeting.booked': meeting,
  'meeting.confirmed': meeting,
  'meeting.attended': meeting,
  'meeting.missed': meeting,
  'meeting.cancelled': meeting,
  'lead-event.refused': z.object({
    reasons: z.array(text(300)).describe('What is wrong, each with what it should be.'),
    event: z
      .object({ source: optional(text(512)), id: optional(text(512)) })
      .describe('Of the event that was refused, where they could be read.'),
    message: z
      .object({
        subject: text(400),
        headers: z.record(z.string(), z.string()),
        body: z.string(),
        encoding: z.enum(['text', 'base64']),
      })
      .describe('The message as it came.'),
  }),
  'lead-event.replayed': z.object({ lead: address, by }),
  'lead-event.discarded': z.object({ by }),
} as const satisfies { readonly [name: string]: z.ZodType }

export type PublicName = keyof typeof dataSchemas
export type PublicData = { readonly [Name in PublicName]: z.infer<(typeof dataSchemas)[Name]> }

/** What happened, for people who read the documents. */
export const descriptions: { readonly [Name in PublicName]: string } = {
  'lead.captured': 'A lead is known: on the way in, to FineAcers; on the way out, from any door.',
  'lead.invalid': 'A lead came that nobody could work with; it waits in the console until it is mended.',
  'lead.repaired': 'Somebody mended an invalid lead; its profile as it is now.',
  'lead.enriched': 'Other sources filled in what was missing; the profile as it is now.',
  'lead.profile-changed': 'Something new was learned; the profile as it is now.',
  'lead.score-changed': 'The score, 0 to 100, with its parts and its reasons, strongest first.',
  'lead.temperature-changed': 'Cold, warm or hot, and why.',
  'lead.stage-changed': 'A step along the funnel.',
  'lead.engagement-recorded': 'The customer asked, replied, visited; `count` since the lead was last cold.',
  'lead.merged': 'It is the same person as another lead, which goes on for both.',
  'lead.split': 'A merge was wrong: the lead is its own again.',
  'lead.conversation-linked': 'A conversation belongs to the lead.',
  'conversation.opened': 'A customer opened a conversation.',
  'conversation.handed-off': 'The assistant handed over to people, and why.',
  'conversation.taken-over': 'A member answers from now on.',
  'conversation.handed-back': 'The assistant answers again.',
  'conversation.closed': 'The conversation is over.',
  'conversation.reopened': 'The conversation goes on.',
  'meeting.requested': 'The customer wants to see a home; the slot is not theirs yet.',
  'meeting.refused': 'The slot is not to be had; `alternatives` are.',
  'meeting.booked': 'The slot is theirs. Said again with another time, the visit has moved.',
  'meeting.confirmed': 'The visit is confirmed.',
  'meeting.attended': 'They came.',
  'meeting.missed': 'They did not come.',
  'meeting.cancelled': 'There will be no visit.',
  'lead-event.refused':
    'An event could not be taken in: the dead letter. It waits in the console until it is mended or thrown away.',
  'lead-event.replayed': 'A refused event went in after all, as `lead`.',
  'lead-event.discarded': 'A refused event was thrown away.',
}

/** Types whose data is about a person: names, phone numbers, e-mail addresses, or a message that may hold them. */
export const personal: ReadonlySet<PublicName> = new Set([
  'lead.captured',
  'lead.invalid',
  'lead.repaired',
  'lead.enriched',
  'lead.profile-changed',
  'lead-event.refused',
])

/** The names in the order of the documents. */
export const publicNames: readonly PublicName[] = Object.keys(dataSchemas).filter(isPublicName)

/** Whether a name is a public one. */
export function isPublicName(name: string): name is PublicName {
  return Object.hasOwn(dataSchemas, name)
}
