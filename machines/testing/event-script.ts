/** Events that lead through every state of every machine, for generated paths; and what tells two states apart beside their value. */
import { accountEvents } from './account-script.ts'
import { draft, message, opened, priya, ravi, route, takeOver, verdict, wrote } from './conversation-script.ts'
import type { StageEvent } from './harness.ts'

const atMs = 1_800_000_000_000
const later = atMs + 2 * 24 * 60 * 60_000
const month = atMs + 31 * 24 * 60 * 60_000
const wanted = { startAtMs: later, durationMs: 3_600_000 }

function done(work: string, output: object): StageEvent {
  return { type: `xstate.done.actor.${work}`, output, actorId: work }
}

function timer(delay: string, state: string): StageEvent {
  return { type: `xstate.after.${delay}.${state}` }
}

export interface Script {
  readonly events: readonly StageEvent[]
  /** Beside the state's value: what guards look at. */
  key(context: { readonly [field: string]: unknown }): string
}

const conversation: Script = {
  events: [
    opened,
    message('a', 'whole'),
    wrote('b', 'part'),
    timer('burstWindow', 'conversation.open.assistant.waiting'),
    done('route', route),
    done('answer', draft),
    done('check', verdict),
    { type: 'xstate.error.actor.check', error: {}, actorId: 'check' },
    { type: 'person.requested' },
    takeOver(priya),
    { type: 'member.message', ...priya, clientId: 'p', text: 'hi', via: 'console' },
    { type: 'member.react', ...priya, n: 1, to: 'wamid.1', emoji: '👍', saidAtMs: atMs },
    { type: 'reaction.sent', reaction: 1 },
    { type: 'reaction.failed', reaction: 1, reason: 'late' },
    { type: 'member.hand-back', ...priya },
    { type: 'member.hand-to-team', ...priya, team: 'sales' },
    { type: 'member.close', ...priya, reason: 'done' },
    { type: 'member.reopen', ...ravi },
    { type: 'contact.left', by: 'Priya', reach: { account: '1', phone: '34600111222' } },
    timer('memberOverdue', 'conversation.open.member.owing'),
  ],
  key: (context) => String(lengthOf(context['unanswered'])),
}

const lead: Script = {
  events: [
    { type: 'lead.captured', profile: { phone: '98450 12345' } },
    { type: 'lead.captured', profile: { phone: '1' } },
    { type: 'lead.repaired', profile: { phone: '98450 12345' }, by: 'm1' },
    { type: 'identity.owned', key: 'phone:+919845012345', lead: 'acme/lead/1' },
    { type: 'identity.owned', key: 'phone:+919845012345', lead: 'acme/lead/2' },
    { type: 'engagement.recorded', kind: 'question' },
    { type: 'engagement.recorded', kind: 'direct-inquiry' },
    { type: 'profile.learned', learned: { budgetMaxMinor: 1_000_000_000, city: 'Pune' } },
    { type: 'meeting.changed', meetingId: 'm', status: 'booked', startAtMs: later },
    ...['new', 'contacted', 'qualified', 'visit', 'negotiation', 'won', 'lost'].map((stage) => {
      return { type: 'stage.set', stage, by: 'm1' }
    }),
    done('enrich-lead', { profile: {} }),
    { type: 'cool.due', atMs: month },
    { type: 'lead.split', by: 'm1' },
    { type: 'identity.owned', key: 'phone:+919845012345', lead: 'acme/lead/2', undoable: true },
    { type: 'lead.join', into: 'acme/lead/2', by: 'm1' },
    { type: 'lead.split', by: 'm1', keys: 'here' },
    { type: 'lead.parted', by: 'm1', leaving: [] },
    { type: 'lead.part', from: 'acme/lead/2', keys: [], taking: false, by: 'm1' },
    { type: 'lead.asked-again', by: 'acme/lead/2', round: 1 },
  ],
  key: (context) => `${Math.min(3, Number(context['engagements']))}${String(context['strong'])}`,
}

const identity: Script = {
  events: [
    { type: 'identity.claim', lead: 'acme/lead/1', key: 'phone:+919845012345' },
    { type: 'identity.release', lead: 'acme/lead/1' },
    { type: 'identity.hand-over', lead: 'acme/lead/1', to: 'acme/lead/2', key: 'phone:+919845012345' },
  ],
  key: (context) => String(context['lead']),
}

const queue: Script = {
  events: [
    { type: 'queue.join', conversation: 'acme/conversation/1', reason: 'legal', priority: 3, summary: '' },
    { type: 'queue.leave', conversation: 'acme/conversation/1' },
    { type: 'member.available', ...priya, capacity: 1 },
    { type: 'member.away', memberId: priya.memberId },
    { type: 'queue.settings', assignment: 'balanced' },
    { type: 'queue.settings', assignment: 'manual' },
  ],
  key: (context) => JSON.stringify(context['held']),
}

const meeting: Script = {
  events: [
    {
      type: 'meeting.request',
      conversation: 'acme/conversation/1',
      lead: 'acme/lead/1',
      listingId: 'h1',
      title: '3 BHK',
      place: 'Whitefield',
      ...wanted,
      timeZone: 'Asia/Kolkata',
      calendar: 'acme/calendar/sales',
    },
    { type: 'slot.granted', startAtMs: later },
    { type: 'slot.refused', startAtMs: later, alternatives: [] },
    { type: 'meeting.confirm', by: 'm1' },
    { type: 'reminder.day-due' },
    { type: 'meeting.over' },
    { type: 'meeting.reschedule', startAtMs: later, by: 'm1' },
    { type: 'meeting.reschedule', startAtMs: later + 1, by: 'm1' },
    { type: 'meeting.attended', by: 'm1' },
    { type: 'meeting.missed', by: 'm1' },
    { type: 'follow-up.due' },
    { type: 'meeting.cancel', by: 'm1' },
  ],
  key: (context) => String(context['followUps']),
}

const calendar: Script = {
  events: [
    { type: 'slot.claim', meeting: 'acme/meeting/1', ...wanted },
    { type: 'slot.release', meeting: 'acme/meeting/1', startAtMs: later },
  ],
  key: (context) => String(lengthOf(context['taken'])),
}

const listing: Script = {
  events: [
    { type: 'listing.put', content: { title: 'A' }, hash: 'a', source: 'import' },
    { type: 'listing.put', content: { title: 'B' }, hash: 'b', source: 'import' },
    { type: 'listing.withdraw', reason: 'sold', by: 'm1' },
  ],
  key: (context) => String(context['hash']),
}

const refusedEvent: Script = {
  events: [
    {
      type: 'event.refused',
      message: { subject: 'fineacers.acme.leads.captured', headers: {}, body: '{', encoding: 'text' },
      reasons: ['the body is not JSON'],
    },
    { type: 'event.mended', text: '{}', reasons: ['id: is missing'], by: 'm1' },
    { type: 'event.replayed', lead: 'acme/lead/1', text: '{"id":"1"}', by: 'm1' },
    { type: 'event.discarded', by: 'm1' },
  ],
  key: (context) => String(context['text']),
}

const reach = { account: '106540352242922', phone: '34600111222' }

/** What a provider tells of a person; `beside` where it names another key of theirs. */
export const heard = {
  type: 'contact.heard',
  channel: 'whatsapp',
  reach,
  name: 'Ana',
  language: 'es',
  timeZone: 'Europe/Madrid',
  zoneOffsetMinutes: 60,
  told: { news: 'message', messageId: 'wamid.1', text: 'Hola', complete: true, attachments: [], sentAtMs: atMs },
} as const

const contact: Script = {
  events: [
    heard,
    { ...heard, beside: 'acme/contact/phone' },
    { ...heard, told: { news: 'echo', messageId: 'wamid.2', text: 'Hi', attachments: [], sentAtMs: atMs } },
    { ...heard, told: { news: 'moved', phone: '34600999888', sentAtMs: atMs } },
    { type: 'contact.asked', by: 'acme/contact/other' },
    { type: 'contact.answered', conversation: 'acme/conversation/1' },
    { type: 'contact.moved', conversation: 'acme/conversation/2' },
    timer('ask', 'contact.asking'),
  ],
  key: (context) => `${String(context['conversation'])}${lengthOf(context['waiting'])}`,
}

/** A reply of the assistant's on its way out. */
export const dispatchAsked = {
  type: 'dispatch.asked',
  conversation: 'acme/conversation/1',
  lead: 'acme/lead/1',
  n: 2,
  epoch: 1,
  channel: 'whatsapp',
  reach,
  content: { kind: 'text', text: 'Yes, it is available.', cards: [], chips: [] },
  purpose: 'service',
  sender: 'assistant',
} as const

/** What the provider tells of it. */
export function told(status: string, more: object = {}): StageEvent {
  return { type: 'provider.told', status, providerId: 'wamid.OUT', account: reach.account, toldAtMs: atMs, ...more }
}

/** A template that costs something, on its way out. */
export const paidAsked = {
  ...dispatchAsked,
  content: {
    kind: 'template',
    name: 'offer',
    language: 'en',
    category: 'marketing',
    variables: [],
    preview: 'An offer.',
  },
  purpose: 'marketing',
  sender: 'campaign',
  rates: { currency: 'EUR', service: 4000, utility: 20_000, marketing: 60_000 },
} as const

const dispatch: Script = {
  events: [
    dispatchAsked,
    paidAsked,
    { type: 'budget.decided', budget: 'messages', ask: 2, decision: { outcome: 'reserve', micros: 60_000 } },
    {
      type: 'budget.decided',
      budget: 'messages',
      ask: 2,
      decision: { outcome: 'hold', untilMs: atMs + 6000, reason: 'over-budget', words: 'x' },
    },
    { type: 'budget.opened' },
    {
      type: 'account.decided',
      decision: { outcome: 'hold', untilMs: atMs + 6000, reason: 'sender-slowed', words: 'x' },
    },
    { type: 'account.decided', decision: { outcome: 'refuse', reason: 'template-paused', words: 'paused' } },
    { type: 'account.decided', decision: { outcome: 'send', counted: true } },
    { type: 'outreach.decided', outcome: 'send', reason: 'service-reply' },
    { type: 'outreach.decided', outcome: 'hold', reason: 'pair-limit', untilMs: atMs + 6000 },
    { type: 'outreach.decided', outcome: 'refuse', reason: 'opted-out' },
    { type: 'attempt.began', attempt: 1 },
    done('transmit', { outcome: 'accepted', providerId: 'wamid.OUT' }),
    done('transmit', { outcome: 'later', afterMs: 1000, reason: 'busy' }),
    done('transmit', { outcome: 'refused', action: 'opt-out', code: 131050, reason: 'stopped' }),
    done('transmit', { outcome: 'refused', action: 'stop-sender', code: 190, reason: 'no access' }),
    done('transmit', { outcome: 'ambiguous', reason: 'no answer' }),
    { type: 'xstate.error.actor.transmit', error: {}, actorId: 'transmit' },
    told('sent'),
    told('read'),
    told('failed'),
    timer('gateTimeout', 'dispatch.asking'),
    timer('gateTimeout', 'dispatch.deciding'),
    timer('gateTimeout', 'dispatch.budgeting'),
    { type: 'account.opened' },
    timer('hold', 'dispatch.held'),
    timer('transmitTimeout', 'dispatch.transmitting'),
    timer('unknown', 'dispatch.unknown'),
  ],
  key: (context) => {
    const isPaid = String(context['rates'] !== undefined)
    return `${String(context['status'])}${Math.min(2, Number(context['attempt']))}${isPaid}`
  },
}

const announced = { type: 'ad-lead.announced', page: '516540199134611', by: 'ping', told: '{"object":"page"}' }

const leadAd: Script = {
  events: [
    announced,
    { ...announced, form: '551111744595541', by: 'sweep' },
    done('fetch-lead', { outcome: 'found', profile: { phone: '98450 12345' }, consents: [], disclaimers: [] }),
    done('fetch-lead', { outcome: 'missing', reason: 'no such object' }),
    { ...done('fetch-lead', { outcome: 'refused', reason: 'the token has ended' }), atMs: later },
    { ...done('fetch-lead', { outcome: 'missing', reason: 'no such object' }), atMs: later },
    { type: 'xstate.error.actor.fetch-lead', error: {}, actorId: 'fetch-lead' },
    timer('pause', 'lead-ad.waiting'),
    timer('fetchTimeout', 'lead-ad.fetching'),
  ],
  key: (context) => String(Math.min(1, Number(context['failures']))),
}

const photo = {
  type: 'media.asked',
  channel: 'whatsapp',
  account: '106540352242922',
  mediaId: '1003383421387256',
  kind: 'image',
  mimeType: 'image/jpeg',
  sentAtMs: atMs,
}
const photoKept = { outcome: 'kept', file: 'acme/media/1', mimeType: 'image/jpeg', sizeBytes: 4, sha256: 'aaaa' }

const media: Script = {
  events: [
    photo,
    { ...photo, sha256: 'aaaa' },
    done('keep-media', photoKept),
    done('keep-media', { outcome: 'later', reason: 'Meta can not be reached' }),
    { ...done('keep-media', { outcome: 'missing', reason: 'no such object' }), atMs: later },
    { ...done('keep-media', { outcome: 'later', reason: 'Meta can not be reached' }), atMs: month },
    done('keep-media', { outcome: 'lost', why: 'mismatch', reason: 'it is no picture' }),
    { type: 'xstate.error.actor.keep-media', error: {}, actorId: 'keep-media' },
    timer('pause', 'media.waiting'),
    timer('keepTimeout', 'media.fetching'),
  ],
  key: () => '',
}

const account: Script = { events: accountEvents, key: () => '' }

const spent = { channel: 'whatsapp', category: 'marketing', micros: 60_000, currency: 'EUR' }

const budget: Script = {
  events: [
    { type: 'budget.limited', limitMicros: 100_000, by: 'm1' },
    {
      type: 'budget.asked',
      request: { dispatch: 'acme/dispatch/1:2', ask: 1, micros: 60_000, wantedAtMs: atMs },
    },
    {
      type: 'budget.asked',
      request: { dispatch: 'acme/dispatch/1:3', ask: 1, micros: 60_000, wantedAtMs: atMs },
    },
    { type: 'budget.settled', reservedMicros: 60_000, charge: spent },
    { type: 'budget.settled', reservedMicros: 60_000 },
    { type: 'budget.corrected', chargedAtMs: atMs, was: spent, is: { ...spent, micros: 0 } },
    { type: 'budget.limited', by: 'm1' },
  ],
  key: (context) =>
    `${lengthOf(context['waiting'])}${Math.min(1, Number(context['reservedMicros']))}${String(context['limitMicros'])}`,
}

/** By kind. Events without a time of their own happen at `atMs`. */
export const scripts: { readonly [kind: string]: Script } = {
  conversation,
  lead,
  identity,
  queue,
  meeting,
  calendar,
  listing,
  'refused-event': refusedEvent,
  contact,
  dispatch,
  account,
  budget,
  'lead-ad': leadAd,
  media,
}

/** The address the scripts are written for. */
export function scriptAddress(kind: string): string {
  return `acme/${kind}/1`
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0
}
