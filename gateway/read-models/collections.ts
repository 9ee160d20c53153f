import type { CollectionDefinition } from '#runtime/ports/documents.ts'

/** Names of the read models the gateway keeps. Others may read them; only the projections write them. */
export const collections = {
  conversations: 'conversations',
  messages: 'messages',
  notes: 'notes',
  turns: 'turns',
  leads: 'leads',
  meetings: 'meetings',
  talkTallies: 'talk-tallies',
  leadTallies: 'lead-tallies',
  queues: 'queues',
  calendars: 'calendars',
  outgoing: 'outgoing',
  consents: 'consents',
  accounts: 'accounts',
  templates: 'templates',
  spend: 'spend',
  media: 'media',
  people: 'people',
} as const

/** What conversation, lead and meeting facts build: they name each other, so one projection keeps them. */
export const salesCollections: readonly CollectionDefinition[] = [
  {
    name: collections.conversations,
    indexes: [
      ['workspace', 'box', 'need'],
      ['workspace', 'memberId', 'box', 'need'],
      // A list with a filter walks this one and looks at no document that does not pass.
      ['workspace', 'need', 'box', 'memberId', 'temperature', 'channel', 'unread', 'handOffReason'],
      ['lead'],
    ],
    text: ['search'],
  },
  {
    name: collections.messages,
    indexes: [
      ['conversation', 'n'],
      ['conversation', 'clientId'],
    ],
  },
  { name: collections.notes, indexes: [['conversation', 'atMs']] },
  { name: collections.turns, indexes: [] },
  { name: collections.talkTallies, indexes: [['workspace', 'createdAtMs']] },
  { name: collections.leadTallies, indexes: [['workspace', 'createdAtMs']] },
  {
    name: collections.leads,
    indexes: [
      ['workspace', 'updatedAtMs'],
      ['workspace', 'stage', 'temperature', 'updatedAtMs'],
      ['workspace', 'temperature', 'updatedAtMs'],
      ['workspace', 'source', 'updatedAtMs'],
    ],
    text: ['search'],
  },
  {
    name: collections.meetings,
    indexes: [['workspace', 'bookedAtMs'], ['workspace', 'startAtMs'], ['lead']],
  },
]

/** Queues and calendars: each document is one actor's last word about itself. */
export const teamCollections: readonly CollectionDefinition[] = [
  { name: collections.queues, indexes: [['workspace']] },
  { name: collections.calendars, indexes: [['workspace']] },
]

/** What went out and what did not, by conversation, lead, provider's id, and by what became of it, the latest first; and what people said yes and no to. */
export const outgoingCollections: readonly CollectionDefinition[] = [
  {
    name: collections.outgoing,
    indexes: [
      ['conversation', 'n'],
      ['lead', 'askedAtMs'],
      ['workspace', 'askedAtMs'],
      ['workspace', 'status', 'askedAtMs'],
      ['workspace', 'outcome', 'askedAtMs'],
      ['workspace', 'outcomeReason', 'askedAtMs'],
      ['providerId'],
    ],
  },
  { name: collections.consents, indexes: [['workspace']] },
]

/** Files that came with messages, by the provider's id that a transcript has. */
export const mediaCollections: readonly CollectionDefinition[] = [
  { name: collections.media, indexes: [['workspace', 'mediaId']] },
]

/** Key of message `n`: zero-padded, so that keys sort as numbers do. */
export function messageKey(conversation: string, n: number): string {
  return `${conversation}#${String(n).padStart(8, '0')}`
}

/** Accounts of ours at providers, and their templates. */
export const accountCollections: readonly CollectionDefinition[] = [
  { name: collections.accounts, indexes: [['workspace']] },
  {
    name: collections.templates,
    indexes: [
      ['account', 'label'],
      ['workspace', 'label'],
    ],
  },
]

/** People for outreach: read from end to end in pages, or found by a number or an address somebody has a list of. */
export const peopleCollections: readonly CollectionDefinition[] = [
  {
    name: collections.people,
    indexes: [['workspace'], ['workspace', 'phone'], ['workspace', 'email']],
  },
]

/** What messages cost by month, of a workspace's budget and of each campaign's. */
export const spendCollections: readonly CollectionDefinition[] = [
  { name: collections.spend, indexes: [['workspace', 'budget', 'month']] },
]
