import { leadCapturedType } from './event-names.ts'
import type { PublicData } from './schemas.ts'

const meeting = {
  startAtMs: 1_796_362_200_000,
  durationMs: 3_600_000,
  timeZone: 'Asia/Kolkata',
  title: '3 BHK in Whitefield',
  place: 'Whitefield, Bengaluru',
  listingId: 'h-1001',
  lead: 'acme/lead/ce-b501895bfa6502cac325fe8599b5510c',
  conversation: 'acme/conversation/c-17',
  by: 'customer',
}

const profile = {
  name: 'Meera Iyer',
  phone: '+919845012345',
  city: 'Bengaluru',
  bedrooms: 3,
  budgetMaxMinor: 1_200_000_000,
  currency: 'INR',
}

/** A message on the way in, as another system would publish it. */
export const leadExample = {
  specversion: '1.0',
  id: 'lead-1',
  source: 'https://crm.example/leads',
  type: leadCapturedType,
  time: '2026-11-25T10:00:00Z',
  datacontenttype: 'application/json',
  data: { ...profile, phone: '98450 12345', timeline: 'three-months', source: 'crm' },
} as const

/** One of each type, for the documents. A test holds them to the schemas. */
export const examples: PublicData = {
  'lead.captured': { ...profile, extra: { 'event-source': 'https://crm.example/leads', 'event-id': 'lead-1' } },
  'lead.invalid': {
    profile: { name: 'Meera Iyer', phone: '12' },
    problems: ['phone "12" is not a phone number'],
  },
  'lead.repaired': profile,
  'lead.enriched': { ...profile, localities: ['Whitefield'] },
  'lead.profile-changed': { ...profile, timeline: 'now' },
  'lead.score-changed': {
    total: 64,
    budget: 0.6,
    urgency: 0.8,
    engagement: 0.5,
    readiness: 0.7,
    reasons: ['wants to buy within three months', 'a budget of ₹1.2 Cr'],
  },
  'lead.temperature-changed': { from: 'warm', to: 'hot', reason: 'asked for a visit' },
  'lead.stage-changed': { from: 'contacted', to: 'qualified', by: 'system' },
  'lead.engagement-recorded': { kind: 'meeting-request', count: 3 },
  'lead.merged': { into: 'acme/lead/lead_01JD8Z' },
  'lead.split': { from: 'acme/lead/lead_01JD8Z', by: 'Asha Rao', reason: 'a shared phone' },
  'lead.conversation-linked': { conversation: 'acme/conversation/c-17' },
  'conversation.opened': { lead: 'acme/lead/lead_01JD8Z', channel: 'web', language: 'en' },
  'conversation.handed-off': { reason: 'asked-for-person', team: 'sales' },
  'conversation.taken-over': { memberId: 'member_01JD90', name: 'Asha Rao', via: 'console', waitedMs: 21_000 },
  'conversation.handed-back': { memberId: 'member_01JD90', name: 'Asha Rao' },
  'conversation.closed': { reason: 'idle', by: 'system' },
  'conversation.reopened': { by: 'customer' },
  'meeting.requested': meeting,
  'meeting.refused': { ...meeting, reason: 'full', alternatives: [1_796_364_000_000] },
  'meeting.booked': meeting,
  'meeting.confirmed': { ...meeting, by: 'Asha Rao' },
  'meeting.attended': { ...meeting, by: 'Asha Rao' },
  'meeting.missed': { ...meeting, by: 'Asha Rao' },
  'meeting.cancelled': { ...meeting, reason: 'found another home' },
  'lead-event.refused': {
    reasons: ['data: needs a phone number, an e-mail or a visitor'],
    event: { source: 'https://crm.example/leads', id: 'lead-2' },
    message: {
      subject: 'fineacers.acme.leads.captured',
      headers: { 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify({ ...leadExample, id: 'lead-2', data: { name: 'Meera Iyer' } }),
      encoding: 'text',
    },
  },
  'lead-event.replayed': { lead: 'acme/lead/ce-b501895bfa6502cac325fe8599b5510c', by: 'Asha Rao' },
  'lead-event.discarded': { by: 'Asha Rao' },
}
