import type { Address } from '#runtime/address.ts'
import { partsOf } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { ConversationFacts, HandOffReason, Owner, TranscriptMessage } from '#machines/conversation-contract.ts'
import { wordsOf } from '#machines/conversation-transcript.ts'
import type { Stage, Temperature } from '#machines/lead-contract.ts'
import type { ConversationMarks, Receipts } from '../protocol.ts'
import { marked } from './conversation-marks.ts'
import type { FactOf } from './shape.ts'
import { factOf, without } from './shape.ts'
import { durationBar, needOf } from './need.ts'

/** Which pile of the inbox a conversation lies in. A member's own pile is `member` with their id. */
export type Box = 'waiting' | 'assistant' | 'member' | 'closed'

/** One conversation as lists, the funnel and a subscriber need it. Kept by facts alone: `reduceConversation`. */
export interface ConversationDocument {
  readonly workspace: string
  readonly conversation: string
  readonly visitorId: string
  readonly name: string
  readonly named: boolean
  readonly phone?: string
  readonly email?: string
  readonly channel: string
  readonly language: string
  readonly owner: Owner
  readonly ownerEpoch: number
  /** The owner when it is a member, else empty. */
  readonly memberId: string
  readonly box: Box
  readonly status: 'open' | 'closed' | 'snoozed'
  readonly lead: string
  readonly temperature: Temperature
  readonly stage?: Stage
  readonly source: string
  readonly lastText: string
  readonly lastBy: 'customer' | 'assistant' | 'member' | 'system'
  readonly lastAtMs: number
  readonly lastN: number
  readonly unread: number
  readonly handOff?: {
    readonly reason: HandOffReason
    readonly summary: string
    readonly atMs: number
    readonly position?: number
  }
  /** The last reason there was, kept when the assistant has it again: the funnel counts it. Empty when there never was one. */
  readonly handOffReason: HandOffReason | ''
  readonly queue?: { readonly position: number; readonly waiting: number }
  readonly nobody?: { readonly opensAtMs?: number }
  readonly overdue: boolean
  readonly createdAtMs: number
  readonly need: number
  readonly firstCustomerAtMs?: number
  /** Customer's first message to the assistant's first, and hand-off (or first message) to a member's first; and both rounded for histograms (-1: none yet). */
  readonly firstAssistantMs?: number
  readonly firstMemberMs?: number
  readonly assistantBar: number
  readonly memberBar: number
  readonly answered: boolean
  readonly neededPerson: boolean
  readonly receipts: Receipts
  readonly failed: readonly { readonly n: number; readonly reason: string }[]
  /** Reactions, what was taken back, how the customer is reached; absent while there is none of it. */
  readonly marks?: ConversationMarks
  /** Position of the last fact in it. */
  readonly at: number
  /** What search looks through: name, number, address and the latest messages. */
  readonly search: string
}

/** The document after one more fact; the same document when the fact says nothing to it. Pure. */
export function reduceConversation(before: ConversationDocument | undefined, fact: Fact): ConversationDocument {
  const base = before ?? newConversation(fact.address, fact.atMs)
  const next = applied(base, factOf<ConversationFacts>(fact))
  return next === base ? base : settled(next)
}

/** What is known of a conversation before its first fact. */
export function newConversation(address: Address, atMs: number): ConversationDocument {
  const { workspace, id } = partsOf(address)
  return settled({
    workspace,
    conversation: address,
    visitorId: '',
    name: `Visitor ${id.slice(-4).toUpperCase()}`,
    named: false,
    channel: 'widget',
    language: 'en',
    owner: { kind: 'assistant' },
    ownerEpoch: 0,
    memberId: '',
    box: 'assistant',
    status: 'open',
    lead: '',
    temperature: 'cold',
    source: '',
    lastText: '',
    lastBy: 'system',
    lastAtMs: atMs,
    lastN: 0,
    unread: 0,
    handOffReason: '',
    overdue: false,
    createdAtMs: atMs,
    need: 0,
    assistantBar: -1,
    memberBar: -1,
    answered: false,
    neededPerson: false,
    receipts: { ours: { deliveredTo: 0, readTo: 0 }, theirs: { readTo: 0 } },
    failed: [],
    at: 0,
    search: '',
  })
}

/** The fields that follow from others: which pile, whose, how urgent. */
export function settled(document: ConversationDocument): ConversationDocument {
  const { owner, status } = document
  const box = status === 'closed' ? 'closed' : boxOf(owner)
  return {
    ...document,
    box,
    memberId: owner.kind === 'member' ? owner.memberId : '',
    need: needOf(document),
  }
}

function boxOf(owner: Owner): Box {
  switch (owner.kind) {
    case 'queue':
      return 'waiting'
    case 'assistant':
      return 'assistant'
    case 'member':
      return 'member'
  }
}

function applied(document: ConversationDocument, fact: FactOf<ConversationFacts>): ConversationDocument {
  switch (fact.type) {
    case 'conversation-opened': {
      const { visitorId, channel, language, lead } = fact.data
      return { ...document, visitorId, channel, language, lead, createdAtMs: Math.min(document.createdAtMs, fact.atMs) }
    }
    case 'message-added':
      return withMessage(document, fact.data)
    case 'owner-changed':
      return withOwner(document, fact.data.owner, fact.data.epoch)
    case 'handed-off': {
      const { reason, summary } = fact.data
      return {
        ...document,
        handOff: { reason, summary, atMs: fact.atMs },
        handOffReason: reason,
        neededPerson: true,
      }
    }
    case 'handed-back':
      return without(document, 'handOff')
    case 'queue-position-changed': {
      const { position, waiting } = fact.data
      const queued = { ...without(document, 'nobody'), queue: { position, waiting } }
      return queued.handOff === undefined ? queued : { ...queued, handOff: { ...queued.handOff, position } }
    }
    case 'nobody-on-shift':
      return { ...document, nobody: fact.data }
    case 'member-overdue':
      return { ...document, overdue: true }
    case 'snoozed':
      return { ...document, status: 'snoozed' }
    case 'unsnoozed':
    case 'reopened':
      return { ...document, status: 'open' }
    case 'closed':
      return { ...document, status: 'closed', overdue: false, unread: 0 }
    case 'customer-identified':
      return withIdentity(document, fact.data)
    case 'contact-introduced':
      return withReceipts(
        fact.data.language === undefined ? document : { ...document, language: fact.data.language },
        fact,
      )
    default:
      return withReceipts(document, fact)
  }
}

function withReceipts(document: ConversationDocument, fact: FactOf<ConversationFacts>): ConversationDocument {
  const { receipts } = document
  switch (fact.type) {
    case 'receipts-changed':
      return { ...document, receipts: { ...receipts, ours: fact.data } }
    case 'turn-started':
      return { ...document, receipts: readByUs(receipts, fact.data.toN) }
    case 'member-read': {
      const unread = Math.min(document.unread, Math.max(0, document.lastN - fact.data.upTo))
      return { ...document, unread, receipts: readByUs(receipts, fact.data.upTo) }
    }
    case 'delivery-changed':
      return withDelivery(document, fact.data)
    default: {
      const marks = marked(document.marks, fact)
      return marks === document.marks || marks === undefined ? document : { ...document, marks }
    }
  }
}

function readByUs(receipts: Receipts, upTo: number): Receipts {
  return { ...receipts, theirs: { readTo: Math.max(receipts.theirs.readTo, upTo) } }
}

function withDelivery(
  document: ConversationDocument,
  { n, status, reason }: ConversationFacts['delivery-changed'],
): ConversationDocument {
  const others = document.failed.filter((each) => each.n !== n)
  if (status === 'failed') return { ...document, failed: [...others, { n, reason: reason ?? 'failed' }].slice(-50) }
  return others.length === document.failed.length ? document : { ...document, failed: others }
}

/** A new owner starts afresh: the queue's figures and the overdue mark belong to the one before. */
function withOwner(document: ConversationDocument, owner: Owner, ownerEpoch: number): ConversationDocument {
  const cleared = without(without({ ...document, owner, ownerEpoch, overdue: false }, 'queue'), 'nobody')
  if (cleared.handOff === undefined || owner.kind === 'queue') return cleared
  return { ...cleared, handOff: without(cleared.handOff, 'position') }
}

function withMessage(document: ConversationDocument, message: TranscriptMessage): ConversationDocument {
  const next = {
    ...document,
    lastText: wordsOf(message).slice(0, lastTextMax),
    lastBy: message.author.kind,
    lastAtMs: message.atMs,
    lastN: Math.max(document.lastN, message.n),
  }
  switch (message.author.kind) {
    case 'system':
      return { ...document, lastN: next.lastN, lastAtMs: next.lastAtMs }
    case 'customer':
      return searchable({
        ...next,
        unread: document.unread + 1,
        firstCustomerAtMs: document.firstCustomerAtMs ?? message.atMs,
      })
    case 'assistant':
      return answeredByAssistant(searchable({ ...next, unread: 0 }), message)
    case 'member':
      return answeredByMember(searchable({ ...next, unread: 0, overdue: false }), message)
  }
}

const lastTextMax = 300

function answeredByAssistant(document: ConversationDocument, message: TranscriptMessage): ConversationDocument {
  if (document.firstAssistantMs !== undefined || document.firstCustomerAtMs === undefined) return document
  const tookMs = Math.max(0, message.atMs - document.firstCustomerAtMs)
  return { ...document, firstAssistantMs: tookMs, assistantBar: durationBar(tookMs), answered: true }
}

function answeredByMember(document: ConversationDocument, message: TranscriptMessage): ConversationDocument {
  const read = { ...document, receipts: readByUs(document.receipts, message.n - 1), answered: true, neededPerson: true }
  const sinceMs = document.handOff?.atMs ?? document.firstCustomerAtMs
  if (document.firstMemberMs !== undefined || sinceMs === undefined) return read
  const tookMs = Math.max(0, message.atMs - sinceMs)
  return { ...read, firstMemberMs: tookMs, memberBar: durationBar(tookMs) }
}

/** Takes a name, number or address; the first of each a customer gives stays what search finds, too. */
export function withIdentity(
  document: ConversationDocument,
  identity: { readonly name?: string; readonly phone?: string; readonly email?: string },
): ConversationDocument {
  const { name, phone, email } = identity
  const next = {
    ...document,
    ...(name === undefined ? {} : { name, named: true }),
    ...(phone === undefined ? {} : { phone }),
    ...(email === undefined ? {} : { email }),
  }
  const words = [name, phone, email].filter((each) => each !== undefined && !document.search.includes(each))
  return words.length === 0 ? next : { ...next, search: `${words.join(' ')} ${next.search}`.slice(0, searchMax) }
}

/** Adds the last message to what search sees; the oldest words leave first, the names in front stay. */
function searchable(document: ConversationDocument): ConversationDocument {
  const names = [document.named ? document.name : '', document.phone ?? '', document.email ?? ''].filter((each) => each)
  const front = names.join(' ')
  const old = document.search.startsWith(front) ? document.search.slice(front.length).trim() : document.search
  const words = `${old} ${document.lastText}`.trim()
  return { ...document, search: `${front} ${words.slice(-(searchMax - front.length - 1))}`.trim() }
}

const searchMax = 2000
