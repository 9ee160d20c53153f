/**
 * Writing into the transcript and keeping what hangs on it: numbers, what is unanswered, receipts, failures, notes.
 * M2: every message, whoever wrote it, is added here and gets the next number.
 */
import { consentWordIn } from './consent-words.ts'
import type { Reach } from './contact-contract.ts'
import { conversationBounds, lastOf, numberOf, withUnanswered, type ConversationPen } from './conversation-context.ts'
import type { Author, ConversationEvent, Notice, RefusalCode, TranscriptMessage } from './conversation-contract.ts'
import { idOf, neighbour } from './hosted.ts'

type Of<Type extends ConversationEvent['type']> = Extract<ConversationEvent, { readonly type: Type }>
type NewMessage = Pick<TranscriptMessage, 'author' | 'text'> &
  Partial<Omit<TranscriptMessage, 'n' | 'author' | 'text' | 'atMs' | 'epoch'>>

/** Adds a message under the next number and returns the number. */
export function add(pen: ConversationPen, message: NewMessage): number {
  const n = pen.context.lastN + 1
  const { author, clientId } = message
  pen.fact('message-added', { n, atMs: pen.atMs, epoch: pen.context.epoch, ...message })
  pen.change({ lastN: n, activeAtMs: pen.atMs })
  if (clientId !== undefined) remember(pen, clientId, n)
  if (author.kind !== 'system') {
    const words = wordsOf(message).slice(0, conversationBounds.recentText)
    const recent = { n, by: author.kind, text: words, atMs: pen.atMs }
    pen.change({ recent: lastOf([...pen.context.recent, recent], pen.context.settings.recentMax) })
  }
  return n
}

/** A line of the system's own; the client words it. `name` is the member it tells of. */
export function notice(pen: ConversationPen, kind: Notice, name?: string): number {
  const author: Author = { kind: 'system', notice: kind, ...(name === undefined ? {} : { name }) }
  return add(pen, { author, text: '' })
}

/** The widget opened, or opened again on another page: only the first time is news. */
export function open(pen: ConversationPen, event: Of<'conversation.opened'>): void {
  const { visitorId, channel, language, timeZone, pageListing } = event
  pen.change({ channel, language, timeZone, activeAtMs: pen.atMs })
  if (pageListing !== undefined) pen.change({ pageListing })
  if (!pen.context.opened) begin(pen, visitorId)
}

/** A customer's message of any channel. Tells the states by `customer.wrote`. */
export function receive(pen: ConversationPen, event: Of<'message.received'>): void {
  const { channel, pageListing } = event
  pen.change({ channel })
  if (pageListing !== undefined) pen.change({ pageListing })
  capture(pen)
  wake(pen)
  const n = addCustomers(pen, event)
  const message = { n, by: 'customer' as const, text: wordsOf(event), atMs: pen.atMs }
  pen.change({ unanswered: withUnanswered(pen.context.unanswered, message) })
  if (pen.context.owner.kind !== 'assistant') engage(pen, 'reply')
  pen.raise({ type: 'customer.wrote', complete: event.complete })
}

/**
 * A customer's message that says stop or start and nothing else: the lead's gate is told, and nobody owes it an answer. A stop lets what was unanswered
 * before it rest as well.
 */
export function receiveWish(pen: ConversationPen, event: Of<'message.received'>): void {
  const wish = event.wish ?? consentWordIn(event.text)
  if (wish === undefined) return
  const { channel, text, sentAtMs = pen.atMs } = event
  pen.change({ channel })
  capture(pen)
  addCustomers(pen, event)
  pen.send(leadOf(pen), { type: 'contact.wished', wish, channel, saidAtMs: sentAtMs, proof: text.slice(0, 200) })
  notice(pen, wish === 'stop' ? 'opted-out' : 'opted-in')
  if (wish === 'start') return
  pen.change({ unanswered: [] })
  pen.raise({ type: 'customer.stopped' })
}

/** Who writes through a provider, and how they are reached. */
export function introduce(pen: ConversationPen, event: Of<'contact.introduced'>): void {
  const { channel, reach, name, username, language, timeZone } = event
  const spoken = language === pen.context.language ? {} : { language }
  pen.change({ channel, reach, language, timeZone, ...(pen.context.left === true ? { left: false } : {}) })
  const { phone, userId, email, account } = reach
  if (!pen.context.opened) begin(pen, `${channel}:${userId ?? phone ?? email ?? account}`)
  const handle = { ...(name === undefined ? {} : { name }), ...(username === undefined ? {} : { username }) }
  pen.fact('contact-introduced', { channel, reach, ...handle, ...spoken })
  const told = {
    ...(name === undefined ? {} : { name }),
    ...(phone === undefined ? {} : { phone: phone.startsWith('+') ? phone : `+${phone}` }),
    ...(email === undefined ? {} : { email }),
  }
  pen.change({ customer: { ...pen.context.customer, ...told } })
  if (Object.keys(told).length > 0) pen.fact('customer-identified', told)
  if (!pen.context.captured) return capture(pen)
  // A key more by which the person is found.
  const key = userId === undefined ? {} : { visitorId: `${channel}:${userId}` }
  pen.send(leadOf(pen), { type: 'lead.captured', profile: { ...told, ...key } })
}

/** An answer of few words: kept for people to see, and no turn of the assistant's. */
export function react(pen: ConversationPen, { to, emoji }: Of<'customer.reacted'>): void {
  pen.fact('customer-reacted', { to, emoji: emoji.slice(0, 16) })
}

/** The customer took a message back; it is shown as taken back, and not answered. */
export function revoke(pen: ConversationPen, { messageId }: Of<'message.revoked'>): void {
  const n = numberOf(pen.context, messageId)
  if (n === undefined) return
  pen.change({ unanswered: pen.context.unanswered.filter((each) => each.n !== n) })
  pen.fact('message-revoked', { n })
}

/** What a message says to who can only read: what came with it is named. */
export function wordsOf({ text, attachments = [] }: Pick<NewMessage, 'text' | 'attachments'>): string {
  const named = attachments.map((each) => `[${each.kind === 'unsupported' ? each.what : each.kind}]`)
  return [...named, text].filter((each) => each !== '').join(' ')
}

function addCustomers(pen: ConversationPen, event: Of<'message.received'>): number {
  const { clientId, text, channel, attachments = [], replyTo, referral, sentAtMs, zoneOffsetMinutes } = event
  const { name } = pen.context.customer
  if (sentAtMs !== undefined) {
    const zone = zoneOffsetMinutes === undefined ? {} : { zoneOffsetMinutes }
    const entry = referral === undefined ? {} : { entry: true }
    const conversation = pen.context.address
    pen.send(leadOf(pen), { type: 'customer.heard', conversation, channel, sentAtMs, ...zone, ...entry })
  }
  return add(pen, {
    author: name === undefined ? { kind: 'customer' } : { kind: 'customer', name },
    text,
    clientId,
    ...(attachments.length === 0 ? {} : { attachments }),
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(referral === undefined ? {} : { referral }),
    ...(sentAtMs === undefined ? {} : { sentAtMs, channel }),
  })
}

/** A message of the member who owns. One typed on the paired phone is with the customer already. */
export function memberMessage(pen: ConversationPen, event: Of<'member.message'>): void {
  const { memberId, name, clientId, text, via, attachments = [], content, replyTo } = event
  const sent = {
    ...(content === undefined ? {} : { content }),
    ...(replyTo === undefined ? {} : { replyTo }),
  }
  const files = attachments.length === 0 ? {} : { attachments }
  const n = add(pen, { author: { kind: 'member', memberId, name }, text, clientId, ...files, ...sent })
  pen.change({ unanswered: [] })
  if (via === 'phone') return
  const { epoch, channel } = pen.context
  const extras = { cards: [], chips: [] }
  pen.ask('deliver', { n, epoch, channel, text, author: 'member', extras, ...reachOf(pen), ...sent })
}

/** How the customer is reached, for who delivers; nothing where the channel knows by itself. */
export function reachOf({ context }: ConversationPen): { readonly reach?: Reach } {
  return context.reach === undefined ? {} : { reach: context.reach }
}

/** What the customer told about themselves. */
export function identify(pen: ConversationPen, event: Of<'customer.identified'>): void {
  const told = contactOf(event)
  pen.change({ customer: { ...pen.context.customer, ...told } })
  pen.fact('customer-identified', told)
  if (pen.context.captured) pen.send(leadOf(pen), { type: 'profile.learned', learned: told })
  else capture(pen)
}

/** Names the lead once, as soon as there is somebody to name. */
export function capture(pen: ConversationPen): void {
  if (!pen.context.opened) begin(pen, idOf(pen.context.address))
  if (pen.context.captured) return
  const { visitorId, channel, customer, address } = pen.context
  pen.change({ captured: true })
  pen.send(leadOf(pen), {
    type: 'lead.captured',
    profile: { ...customer, visitorId, source: channel },
    conversation: address,
  })
}

/** Tells the lead that the customer is with us. */
export function engage(
  pen: ConversationPen,
  kind: 'question' | 'direct-inquiry' | 'meeting-request' | 'reply' | 'visit',
): void {
  pen.send(leadOf(pen), { type: 'engagement.recorded', kind, conversation: pen.context.address })
}

/** The lead of a conversation has the same id. */
export function leadOf(pen: ConversationPen): string {
  return neighbour(pen.context.address, 'lead', idOf(pen.context.address))
}

/** Watermarks only rise, and never above what was said. */
export function receipt(pen: ConversationPen, event: Of<'receipt.delivered'> | Of<'receipt.read'>): void {
  const { receipts, lastN } = pen.context
  const upTo = Math.min(event.upTo, lastN)
  const deliveredTo = Math.max(receipts.deliveredTo, upTo)
  const readTo = event.type === 'receipt.read' ? Math.max(receipts.readTo, upTo) : receipts.readTo
  if (deliveredTo === receipts.deliveredTo && readTo === receipts.readTo) return
  pen.change({ receipts: { deliveredTo, readTo } })
  pen.fact('receipts-changed', { deliveredTo, readTo })
}

/** What became of a message at the channel. A failure is kept until the message is sent after all. */
export function delivery(pen: ConversationPen, event: Of<'delivery.sent'> | Of<'delivery.failed'>): void {
  const { n } = event
  if (n > pen.context.lastN) return
  const others = pen.context.failures.filter((each) => each.n !== n)
  if (event.type === 'delivery.sent') {
    pen.change({ failures: others })
    const { providerId } = event
    pen.fact('delivery-changed', { n, status: 'sent', ...(providerId === undefined ? {} : { providerId }) })
    return
  }
  const reason = event.reason.slice(0, 200)
  pen.change({ failures: lastOf([...others, { n, reason }], conversationBounds.failures) })
  pen.fact('delivery-changed', { n, status: 'failed', reason })
}

/** How far a member has read. */
export function memberRead(pen: ConversationPen, event: Of<'member.read'>): void {
  const { memberId } = event
  const upTo = Math.min(event.upTo, pen.context.lastN)
  if (upTo <= (pen.context.reads[memberId] ?? 0)) return
  const others = Object.entries(pen.context.reads).filter(([each]) => each !== memberId)
  const reads = lastOf([...others, [memberId, upTo] as const], conversationBounds.reads)
  pen.change({ reads: Object.fromEntries(reads) })
  pen.fact('member-read', { memberId, upTo })
}

/** A private note: not numbered, the customer never sees it. */
export function note(pen: ConversationPen, event: Of<'member.note'>): void {
  const { noteId, memberId, name, text } = event
  remember(pen, noteKey(noteId), pen.context.lastN)
  pen.fact('note-added', { noteId, memberId, name, text, afterN: pen.context.lastN })
}

/** Under which clientId a note is remembered, so that a retry of it is a no-op. */
export function noteKey(noteId: string): string {
  return `note:${noteId}`
}

/** Advice to the assistant, kept for the next turns. */
export function guide(pen: ConversationPen, event: Of<'member.guidance'>): void {
  const { memberId, name, text } = event
  advise(pen, text)
  pen.fact('guidance-given', { memberId, name, text })
}

/** Keeps a line of guidance, bounded. */
export function advise(pen: ConversationPen, text: string): void {
  const line = text.slice(0, conversationBounds.guidanceText)
  pen.change({ guidance: lastOf([...pen.context.guidance, line], conversationBounds.guidance) })
}

/** Ends a snooze, by its timer or by the customer. */
export function wake(pen: ConversationPen): void {
  if (pen.context.snoozedUntilMs === null) return
  pen.disarm('snooze.ended')
  pen.change({ snoozedUntilMs: null })
  pen.fact('unsnoozed', {})
}

/** Says why a command changed nothing and who owns. */
export function refuse(pen: ConversationPen, command: string, code: RefusalCode): void {
  const { owner, settings } = pen.context
  const who = owner.kind === 'member' ? owner.name : owner.kind === 'queue' ? `the team ${owner.team}` : 'the assistant'
  const message: { readonly [each in RefusalCode]: string } = {
    'already-owned': `${who} has taken this conversation already`,
    'not-owner': `${who} answers this conversation: take it over first`,
    closed: 'this conversation is closed: reopen it first',
    'not-closed': 'this conversation is open already',
    'text-too-long': `a message has at most ${settings.textMax} characters`,
    'text-empty': 'a message needs words',
    'nothing-to-hand-back': 'the assistant answers this conversation already',
    'unknown-team': 'there is no team of that name',
    'time-passed': 'that time has passed',
    'no-reactions': 'there are no reactions on this channel',
    'message-too-old': 'WhatsApp takes no reaction to a message older than 30 days',
    'contact-left': 'somebody else is reached there now: write to the customer in another way',
  }
  pen.fact('command-refused', { command, code, message: message[code], owner })
}

function begin(pen: ConversationPen, visitorId: string): void {
  const { channel, language } = pen.context
  pen.change({ opened: true, visitorId })
  pen.fact('conversation-opened', { visitorId, channel, language, lead: leadOf(pen) })
}

function remember(pen: ConversationPen, id: string, n: number): void {
  pen.change({ clientIds: lastOf([...pen.context.clientIds, { id, n }], conversationBounds.clientIds) })
}

function contactOf(event: Of<'customer.identified'>): { name?: string; phone?: string; email?: string } {
  const { name, phone, email } = event
  return {
    ...(name === undefined ? {} : { name }),
    ...(phone === undefined ? {} : { phone }),
    ...(email === undefined ? {} : { email }),
  }
}
