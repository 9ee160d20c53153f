/**
 * A small world in memory that behaves as the protocol says: conversations with one owner and gapless numbers, leads, a queue.
 * Tests drive it (`customerSays`, `handOff`, `takeOver`, …); whoever listens hears the same frames the real gateway would send.
 */
import type {
  Author,
  ConsentView,
  ConversationMarks,
  ConversationView,
  HandOffReason,
  InboxRow,
  InboxView,
  LeadView,
  Note,
  Notice,
  OutgoingView,
  Owner,
  StaffFrame,
  TranscriptMessage,
  TurnView,
} from '#gateway/protocol.ts'
import { answerAbout, cannedReplies, customerNames, members, questions } from './fake-people.ts'
import { seedConversation, seedLead } from './fake-seed.ts'

export interface FakeConversation {
  row: InboxRow
  messages: TranscriptMessage[]
  notes: Note[]
  failed: { n: number; reason: string }[]
  deliveredTo: number
  readTo: number
  turn: TurnView | undefined
  customerTyping: boolean
  presence: Map<string, { viewing: boolean; typing: boolean }>
  outgoing: OutgoingView[]
  marks: ConversationMarks
  consents: ConsentView[]
}

/** A message's words and what goes with them; `silent` loses its frame on the way. */
export type Said = Partial<TranscriptMessage> & { readonly text: string; readonly silent?: boolean }

export interface Change {
  readonly notice: Notice
  readonly text?: string
}

export type Refusal = { readonly code: string; readonly owner: Owner }

export class FakeWorld {
  readonly conversations = new Map<string, FakeConversation>()
  readonly leads = new Map<string, LeadView>()
  readonly members = members.map((each) => ({ ...each }))
  readonly canned = cannedReplies.map((each) => ({ ...each }))
  readonly #listeners = new Set<(frame: StaffFrame) => void>()
  readonly #nowMs: () => number

  constructor(nowMs: () => number, extraRows = 0) {
    this.#nowMs = nowMs
    for (let index = 0; index < customerNames.length + extraRows; index++) {
      const lead = seedLead(index, nowMs())
      this.leads.set(lead.lead, lead)
      const conversation = seedConversation(index, nowMs(), lead)
      this.conversations.set(conversation.row.conversation, conversation)
    }
  }

  nowMs(): number {
    return this.#nowMs()
  }

  onFrame(listener: (frame: StaffFrame) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  emit(frame: StaffFrame): void {
    for (const listener of this.#listeners) listener(frame)
  }

  of(id: string): FakeConversation {
    const found = this.conversations.get(id)
    if (found === undefined) throw new Error(`no conversation ${id}`)
    return found
  }

  /** The open conversation of a customer, by name. */
  named(name: string): FakeConversation {
    const found = [...this.conversations.values()].find((each) => each.row.name === name)
    if (found === undefined) throw new Error(`nobody is called ${name}`)
    return found
  }

  counts(memberId: string): { readonly [view in InboxView]: number } {
    const rows = [...this.conversations.values()].map((each) => each.row)
    const views: readonly InboxView[] = ['mine', 'waiting', 'assistant', 'all', 'closed']
    const entries = views.map((view) => [view, rows.filter((row) => isInView(row, view, memberId)).length] as const)
    return Object.fromEntries(entries) as { [view in InboxView]: number }
  }

  /** Adds the next number; tells everybody. `silent` loses the frame on its way, as a bad network would. */
  add(conversation: FakeConversation, author: Author, said: Said): TranscriptMessage {
    const { silent = false, text, ...extra } = said
    const { row } = conversation
    const message: TranscriptMessage = {
      n: row.lastN + 1,
      author,
      text,
      atMs: this.nowMs(),
      epoch: row.ownerEpoch,
      ...extra,
    }
    conversation.messages.push(message)
    if (author.kind === 'customer') conversation.readTo = row.lastN
    if (!silent) this.emit({ type: 'conversation.message', conversation: row.conversation, message })
    const fromCustomer = author.kind === 'customer'
    this.change(conversation, {
      lastN: message.n,
      lastAtMs: message.atMs,
      ...(author.kind === 'system' ? {} : { lastText: text, lastBy: author.kind }),
      unread: fromCustomer ? row.unread + 1 : author.kind === 'system' ? row.unread : 0,
    })
    return message
  }

  change(conversation: FakeConversation, change: Partial<InboxRow>): void {
    conversation.row = { ...conversation.row, ...change, revision: conversation.row.revision + 1 }
    this.emit({ type: 'conversation.row', conversation: conversation.row.conversation, row: conversation.row })
  }

  own(conversation: FakeConversation, owner: Owner, { notice, text = '' }: Change): void {
    const { handOff: _handOff, ...row } = conversation.row
    conversation.row = row
    this.change(conversation, { owner, ownerEpoch: row.ownerEpoch + 1, overdue: false })
    this.add(conversation, { kind: 'system', notice }, { text })
    conversation.turn = undefined
  }

  customerSays(id: string, text: string, silent = false): TranscriptMessage {
    const conversation = this.of(id)
    return this.add(conversation, { kind: 'customer', name: conversation.row.name }, { text, silent })
  }

  handOff(id: string, reason: HandOffReason, summary: string): void {
    const conversation = this.of(id)
    this.own(conversation, { kind: 'queue', team: 'sales', sinceMs: this.nowMs() }, { notice: 'handed-off' })
    this.change(conversation, { handOff: { reason, summary, atMs: this.nowMs(), position: 1 } })
    this.emit({ type: 'alert.waiting', row: conversation.row })
  }

  /** The one place that decides who wins. */
  takeOver(id: string, memberId: string, force = false): Refusal | undefined {
    const conversation = this.of(id)
    const { owner } = conversation.row
    if (owner.kind === 'member' && (!force || owner.memberId === memberId)) return { code: 'already-owned', owner }
    const name = this.members.find((each) => each.memberId === memberId)?.name ?? memberId
    this.own(conversation, { kind: 'member', memberId, name }, { notice: 'taken-over', text: name })
    this.emit({ type: 'alert.taken', conversation: id, memberId, name })
    return undefined
  }

  turn(id: string, turn: TurnView | undefined): void {
    const conversation = this.of(id)
    conversation.turn = turn
    if (turn !== undefined) this.emit({ type: 'conversation.turn', conversation: id, turn })
  }

  /** The assistant delivers what it drafted, unless somebody took over meanwhile. */
  answer(id: string, index: number, epoch: number): boolean {
    const conversation = this.of(id)
    if (conversation.row.ownerEpoch !== epoch || conversation.row.owner.kind !== 'assistant') return false
    const { text, claims, cards } = answerAbout(index)
    this.add(conversation, { kind: 'assistant' }, { text, claims, cards, confidence: 0.91, turn: index })
    this.turn(id, { turn: index, status: 'answered', confidence: 0.91, tookMs: 420, model: 'offline' })
    return true
  }

  view(id: string, after: number, pageMax: number): ConversationView {
    const conversation = this.of(id)
    const rest = conversation.messages.filter((message) => message.n > after)
    const messages = rest.slice(0, pageMax)
    const lead = this.leads.get(conversation.row.lead)
    const presence = [...conversation.presence].map(([memberId, state]) => ({
      memberId,
      name: this.members.find((each) => each.memberId === memberId)?.name ?? memberId,
      ...state,
    }))
    return {
      row: conversation.row,
      messages,
      lastN: conversation.row.lastN,
      more: rest.length > messages.length,
      notes: conversation.notes,
      receipts: this.receipts(conversation),
      failed: conversation.failed,
      outgoing: conversation.outgoing,
      marks: conversation.marks,
      files: [],
      consents: conversation.consents,
      ...(conversation.turn === undefined ? {} : { turn: conversation.turn }),
      ...(lead === undefined ? {} : { lead }),
      earlier: [],
      presence,
      customerTyping: conversation.customerTyping,
    }
  }

  /** A message of ours got further on its way out, or not. */
  wayOut(id: string, way: OutgoingView): void {
    const conversation = this.of(id)
    conversation.outgoing = [...conversation.outgoing.filter((each) => each.dispatch !== way.dispatch), way]
    this.emit({ type: 'conversation.outgoing', conversation: id, outgoing: way })
  }

  marks(id: string, marks: Partial<ConversationMarks>): void {
    const conversation = this.of(id)
    conversation.marks = { ...conversation.marks, ...marks }
    this.emit({ type: 'conversation.marks', conversation: id, marks: conversation.marks })
  }

  consents(id: string, consents: ConsentView[]): void {
    this.of(id).consents = consents
    this.emit({ type: 'conversation.consents', conversation: id, consents })
  }

  receipts(conversation: FakeConversation): ConversationView['receipts'] {
    const { deliveredTo, readTo, row } = conversation
    return { ours: { deliveredTo, readTo }, theirs: { readTo: row.lastN - row.unread } }
  }

  presence(id: string, memberId: string, state: { viewing: boolean; typing: boolean }): void {
    const conversation = this.of(id)
    if (state.viewing) conversation.presence.set(memberId, state)
    else conversation.presence.delete(memberId)
    this.emit({ type: 'conversation.presence', conversation: id, presence: this.view(id, Infinity, 1).presence })
  }

  question(index: number): string {
    return questions[index % questions.length] ?? ''
  }
}

/** Whether a row belongs to a view of a member's inbox. */
export function isInView(row: InboxRow, view: InboxView, memberId: string): boolean {
  if (view === 'closed') return row.status === 'closed'
  if (row.status === 'closed') return false
  switch (view) {
    case 'mine':
      return row.owner.kind === 'member' && row.owner.memberId === memberId
    case 'waiting':
      return row.owner.kind === 'queue'
    case 'assistant':
      return row.owner.kind === 'assistant'
    case 'all':
      return true
  }
}
