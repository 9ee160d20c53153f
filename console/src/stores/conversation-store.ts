/**
 * The conversation that is open. Owns its transcript, notes, turn, presence; keeps the last few so that going back is instant.
 * 1. A message frame whose number is not the next one is kept aside and the server is asked for what is missing.
 * 2. Answers and frames of a conversation that is not open change nothing but its kept copy.
 */
import type {
  ConversationView,
  FileView,
  InboxRow,
  OutgoingView,
  ProblemReport,
  Reply,
  StaffFrame,
} from '#gateway/protocol.ts'
import type { Connection } from '../connection/connection.ts'
import { createStore } from '../connection/store.ts'
import type { Outbox } from './outbox.ts'
import { addMessages, emptyTranscript, hasGap, hearOfLast, type TranscriptState } from './transcript.ts'

export interface OpenConversation {
  readonly conversation: string
  readonly status: 'loading' | 'ready' | 'failed'
  readonly problem?: ProblemReport
  readonly transcript: TranscriptState
  /** Everything but the messages; absent until the first answer. */
  readonly view?: Omit<ConversationView, 'messages' | 'lastN' | 'more'>
  readonly catchingUp: boolean
}

const keptMax = 30

export class ConversationStore {
  readonly state = createStore<OpenConversation | undefined>(undefined)
  readonly #connection: Connection
  readonly #outbox: Outbox
  readonly #kept = new Map<string, OpenConversation>()

  constructor(connection: Connection, outbox: Outbox) {
    this.#connection = connection
    this.#outbox = outbox
    connection.onFrame((frame) => this.#take(frame))
    connection.onResume(() => {
      const open = this.state.get()
      if (open !== undefined) void this.#catchUp(open.conversation)
    })
  }

  open(conversation: string): void {
    const before = this.state.get()
    if (before?.conversation === conversation) return
    if (before !== undefined) this.#keep(before)
    const kept = this.#kept.get(conversation)
    const fresh: OpenConversation = { conversation, status: 'loading', transcript: emptyTranscript, catchingUp: true }
    this.state.set(kept === undefined ? fresh : { ...kept, catchingUp: true })
    void this.#catchUp(conversation)
  }

  leave(): void {
    const before = this.state.get()
    if (before === undefined) return
    this.#keep(before)
    this.state.set(undefined)
    void this.#connection.send({ type: 'conversation.leave', conversation: before.conversation })
  }

  retry(): void {
    const open = this.state.get()
    if (open === undefined) return
    this.state.set({
      conversation: open.conversation,
      status: 'loading',
      transcript: open.transcript,
      catchingUp: true,
    })
    void this.#catchUp(open.conversation)
  }

  /** Asks the server how it is now; what is shown stays meanwhile. */
  refresh(): void {
    const open = this.state.get()
    if (open !== undefined) void this.#catchUp(open.conversation)
  }

  /** A row we learned of by another way (the list, a command's result): never older than the one we hold. */
  noteRow(row: InboxRow): void {
    this.#change(row.conversation, (now) => {
      if (now.view === undefined || now.view.row.revision > row.revision) return now
      return { ...now, view: { ...now.view, row }, transcript: hearOfLast(now.transcript, row.lastN) }
    })
    this.#fillGap()
  }

  async #catchUp(conversation: string): Promise<void> {
    for (;;) {
      const after = this.state.get()?.transcript.completeTo ?? 0
      const reply: Reply<ConversationView> = await this.#connection.send({
        type: 'conversation.open',
        conversation,
        after,
      })
      // 2
      if (this.state.get()?.conversation !== conversation) return
      if (!reply.ok) {
        this.#fail(conversation, reply.error)
        return
      }
      this.#merge(conversation, reply.value)
      const stuck = (this.state.get()?.transcript.completeTo ?? 0) === after
      if (!reply.value.more || stuck) return
    }
  }

  #merge(conversation: string, view: ConversationView): void {
    const { messages, lastN, more, ...rest } = view
    this.#outbox.settle(messages)
    this.#change(conversation, (now) => {
      const { problem: _problem, ...kept } = now
      const transcript = hearOfLast(addMessages(now.transcript, messages), lastN)
      // Those of older messages are told with the page that has them.
      const files = withFiles(now.view?.files ?? [], rest.files)
      return { ...kept, status: 'ready', transcript, view: { ...rest, files }, catchingUp: more }
    })
  }

  #fail(conversation: string, problem: ProblemReport): void {
    this.#change(conversation, (now) => {
      const waitForLine = problem.code === 'unavailable'
      if (waitForLine || now.view !== undefined) return { ...now, catchingUp: waitForLine }
      return { ...now, status: 'failed', problem, catchingUp: false }
    })
  }

  #take(frame: StaffFrame): void {
    switch (frame.type) {
      case 'conversation.message':
        this.#outbox.settle([frame.message])
        this.#change(frame.conversation, (now) => ({
          ...now,
          transcript: addMessages(now.transcript, [frame.message]),
        }))
        this.#fillGap()
        break
      case 'conversation.row':
        this.noteRow(frame.row)
        break
      case 'inbox.row':
        if (frame.row.conversation === this.state.get()?.conversation) this.noteRow(frame.row)
        break
      case 'lead':
        this.#changeView(this.state.get()?.conversation ?? '', (view) =>
          view.lead?.lead === frame.lead.lead ? { ...view, lead: frame.lead } : view,
        )
        break
      default:
        this.#takeDetail(frame)
    }
  }

  #takeDetail(frame: StaffFrame): void {
    switch (frame.type) {
      case 'conversation.note':
        this.#changeView(frame.conversation, (view) => ({
          ...view,
          notes: [...view.notes.filter((each) => each.noteId !== frame.note.noteId), frame.note],
        }))
        break
      case 'conversation.turn':
        this.#changeView(frame.conversation, (view) => ({ ...view, turn: frame.turn }))
        break
      case 'conversation.receipts':
        this.#changeView(frame.conversation, (view) => ({ ...view, receipts: frame.receipts, failed: frame.failed }))
        break
      case 'conversation.outgoing':
        this.#changeView(frame.conversation, (view) => ({ ...view, outgoing: withWay(view.outgoing, frame.outgoing) }))
        break
      case 'conversation.file':
        this.#changeView(frame.conversation, (view) => ({ ...view, files: withFiles(view.files, [frame.file]) }))
        break
      case 'conversation.marks':
        this.#changeView(frame.conversation, (view) => ({ ...view, marks: frame.marks }))
        break
      case 'conversation.consents':
        this.#changeView(frame.conversation, (view) => ({ ...view, consents: frame.consents }))
        break
      case 'conversation.typing':
        this.#changeView(frame.conversation, (view) => ({ ...view, customerTyping: frame.on }))
        break
      case 'conversation.presence':
        this.#changeView(frame.conversation, (view) => ({ ...view, presence: frame.presence }))
        break
      default:
        break
    }
  }

  /** 1: asks again when a number is missing, once at a time. */
  #fillGap(): void {
    const open = this.state.get()
    if (open === undefined || open.catchingUp || open.view === undefined || !hasGap(open.transcript)) return
    this.state.set({ ...open, catchingUp: true })
    void this.#catchUp(open.conversation)
  }

  #change(conversation: string, change: (now: OpenConversation) => OpenConversation): void {
    const open = this.state.get()
    if (open?.conversation === conversation) this.state.set(change(open))
  }

  #changeView(
    conversation: string,
    change: (view: NonNullable<OpenConversation['view']>) => NonNullable<OpenConversation['view']>,
  ): void {
    this.#change(conversation, (now) => (now.view === undefined ? now : { ...now, view: change(now.view) }))
  }

  #keep(open: OpenConversation): void {
    if (open.view === undefined) return
    this.#kept.delete(open.conversation)
    this.#kept.set(open.conversation, open)
    const oldest = this.#kept.keys().next()
    if (this.#kept.size > keptMax && oldest.done !== true) this.#kept.delete(oldest.value)
  }
}

function withFiles(files: readonly FileView[], told: readonly FileView[]): readonly FileView[] {
  const anew = new Set(told.map(({ mediaId }) => mediaId))
  return [...files.filter(({ mediaId }) => !anew.has(mediaId)), ...told]
}

/** A dispatch has one way out, told anew each time something comes of it. */
function withWay(ways: readonly OutgoingView[], way: OutgoingView): readonly OutgoingView[] {
  return [...ways.filter((each) => each.dispatch !== way.dispatch), way]
}
