/** The fake world's first day: the same every time. */
import type { InboxRow, LeadView, Owner, Stage, Temperature, TranscriptMessage } from '#gateway/protocol.ts'
import { answerAbout, customerNames, localities, members, questions } from './fake-people.ts'
import type { FakeConversation } from './fake-world.ts'

const minute = 60_000
const stages: readonly Stage[] = [
  'new',
  'contacted',
  'qualified',
  'visit',
  'new',
  'contacted',
  'negotiation',
  'qualified',
  'won',
  'lost',
]
const temperatures: readonly Temperature[] = ['hot', 'warm', 'cold', 'warm', 'cold']
const sources = ['widget', 'import', 'portal', 'whatsapp'] as const

/** A lead with some wishes; every ninth needs repair. */
export function seedLead(index: number, nowMs: number): LeadView {
  const name = customerNames[index % customerNames.length] ?? ''
  const isNumber = name.startsWith('+')
  const temperature = temperatures[index % temperatures.length] ?? 'cold'
  const invalid = index % 9 === 8
  const locality = localities[index % localities.length] ?? ''
  const source = sources[index % sources.length] ?? 'widget'
  return {
    lead: `lead-${index + 1}`,
    profile: {
      ...(isNumber
        ? {}
        : { name: index < customerNames.length ? name : `${name} ${index}`, email: `customer${index}@example.com` }),
      phone: invalid ? '12345' : `+91 98${String(45_000_000 + index * 7919)}`,
      city: 'Bengaluru',
      localities: [locality],
      bedrooms: 2 + (index % 3),
      budgetMaxMinor: (7_500_000 + index * 500_000) * 100,
      currency: 'INR',
      purpose: index % 4 === 3 ? 'rent' : 'buy',
      timeline: index % 2 === 0 ? 'three-months' : 'now',
      source,
    },
    temperature,
    temperatureReason:
      temperature === 'hot' ? 'Asked for a visit' : temperature === 'warm' ? '3 engagements' : 'One question so far',
    stage: stages[index % stages.length] ?? 'new',
    score: {
      total: 38 + ((index * 13) % 55),
      budget: 0.8,
      urgency: 0.6,
      engagement: 0.7,
      readiness: 0.5,
      reasons: ['Budget fits 14 homes', 'Wants to move within 3 months', `Asked about ${locality}`],
    },
    status: invalid ? 'invalid' : 'active',
    ...(invalid ? { problems: ['The phone number 12345 is too short for India.'] } : {}),
    source,
    conversations: [`demo/conversation/c${index + 1}`],
    meetings:
      index % 5 === 0
        ? [
            {
              meeting: `m-${index}`,
              title: '3 BHK at Palm Grove',
              place: 'Palm Grove, Whitefield',
              startAtMs: nowMs + 26 * 60 * minute,
              durationMs: 45 * minute,
              timeZone: 'Asia/Kolkata',
              status: 'booked',
              lead: `lead-${index + 1}`,
              conversation: `demo/conversation/c${index + 1}`,
            },
          ]
        : [],
    engagements: 1 + (index % 5),
    createdAtMs: nowMs - index * 190 * minute,
    updatedAtMs: nowMs - index * 7 * minute,
    revision: 1,
  }
}

/** A conversation in one of the states the inbox shows. */
export function seedConversation(index: number, nowMs: number, lead: LeadView): FakeConversation {
  const id = `demo/conversation/c${index + 1}`
  const name = lead.profile.name ?? lead.profile.phone ?? id
  const owner = ownerOf(index, nowMs)
  const closed = index % 11 === 10
  const snoozed = index % 13 === 12
  const channel = index % 3 === 2 ? 'whatsapp' : 'widget'
  const messages = talk(index, nowMs, { name, owner })
  const last = messages.findLast((message) => message.author.kind !== 'system')
  const row: InboxRow = {
    conversation: id,
    name,
    channel,
    owner,
    ownerEpoch: 3,
    status: closed ? 'closed' : snoozed ? 'snoozed' : 'open',
    lead: lead.lead,
    temperature: lead.temperature,
    stage: lead.stage,
    lastText: last?.text ?? '',
    lastBy: last?.author.kind ?? 'system',
    lastAtMs: last?.atMs ?? nowMs,
    lastN: messages.length,
    unread: last?.author.kind === 'customer' ? 1 + (index % 3) : 0,
    ...(owner.kind === 'queue'
      ? {
          handOff: {
            reason: index % 2 === 0 ? 'negotiation' : 'asked-for-person',
            summary: 'Wants a better price on Palm Grove; can pay a booking amount this week.',
            atMs: owner.sinceMs,
            position: 1,
          } as const,
        }
      : {}),
    ...(owner.kind === 'member' && last?.author.kind === 'customer' && index % 2 === 0 ? { overdue: true } : {}),
    createdAtMs: messages[0]?.atMs ?? nowMs,
    revision: 1,
  }
  const deliveredTo = messages.length
  return {
    row,
    messages,
    notes: notesOf(index, nowMs),
    failed: [],
    deliveredTo,
    readTo: Math.max(0, messages.length - 2),
    turn: undefined,
    customerTyping: false,
    presence: new Map(),
    outgoing: [],
    marks: { reactions: [], revoked: [], reached: [] },
    consents: [],
  }
}

function ownerOf(index: number, nowMs: number): Owner {
  if (index % 8 === 1) return { kind: 'queue', team: 'sales', sinceMs: nowMs - (index + 2) * minute }
  if (index % 3 === 0) {
    const member = members[Math.floor(index / 3) % members.length]
    return { kind: 'member', memberId: member?.memberId ?? 'asha', name: member?.name ?? 'Asha Rao' }
  }
  return { kind: 'assistant' }
}

function notesOf(index: number, nowMs: number): FakeConversation['notes'] {
  if (index % 6 !== 0) return []
  return [
    {
      noteId: `note-${index}`,
      memberId: 'meera',
      name: 'Meera Iyer',
      text: 'Prefers calls after 18:00. Comparing with a home in Hebbal.',
      atMs: nowMs - 50 * minute,
      afterN: 2,
      kind: 'note',
    },
  ]
}

function talk(
  index: number,
  nowMs: number,
  { name, owner }: { readonly name: string; readonly owner: Owner },
): TranscriptMessage[] {
  const startMs = nowMs - (26 * 60 + index * 17) * minute
  const endMs = nowMs - (index * 11 + 4) * minute
  const answer = answerAbout(index % 8)
  const said: Omit<TranscriptMessage, 'n' | 'epoch'>[] = [
    { author: { kind: 'customer', name }, text: 'Hello', atMs: startMs },
    { author: { kind: 'customer', name }, text: questions[index % questions.length] ?? '', atMs: startMs + 20_000 },
    {
      author: { kind: 'assistant' },
      text: answer.text,
      atMs: startMs + 21_000,
      claims: answer.claims,
      cards: answer.cards,
      confidence: 0.93,
      chips: [
        { label: 'See it Saturday', send: 'I want to see it on Saturday' },
        { label: 'EMI', send: 'What is the EMI?' },
      ],
    },
    {
      author: { kind: 'customer', name },
      text: questions[(index + 3) % questions.length] ?? '',
      atMs: endMs - 2 * minute,
    },
  ]
  if (owner.kind === 'queue')
    said.push({ author: { kind: 'system', notice: 'handed-off' }, text: '', atMs: owner.sinceMs })
  if (owner.kind === 'member') {
    said.push({ author: { kind: 'system', notice: 'taken-over' }, text: owner.name, atMs: endMs - minute })
    said.push({
      author: { kind: 'member', memberId: owner.memberId, name: owner.name },
      text: 'Let me check with the owner and come back to you.',
      atMs: endMs - 40_000,
    })
    if (index % 2 === 0) said.push({ author: { kind: 'customer', name }, text: 'Any news?', atMs: endMs })
  }
  if (owner.kind === 'assistant' && index % 2 === 0)
    said.push({
      author: { kind: 'assistant' },
      text: 'I can book a visit on Saturday at 11:00. Shall I?',
      atMs: endMs,
      confidence: 0.88,
    })
  return said.map((message, place) => ({ ...message, n: place + 1, epoch: 1 }))
}
