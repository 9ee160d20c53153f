import { z } from 'zod'
import type { Address } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { Documents } from '#runtime/ports/documents.ts'
import type { TranscriptMessage } from '#machines/conversation-contract.ts'
import { GatewayError } from '../errors.ts'
import { whereReadable } from '../patience.ts'
import type { ConversationView, InboxRow, Note, StaffFrame } from '../protocol.ts'
import { collections } from '../read-models/collections.ts'
import type { ConversationDocument } from '../read-models/conversation-document.ts'
import { noteOf } from '../read-models/note-document.ts'
import { fromJson, maybe } from '../read-models/shape.ts'
import { noMarks } from '../read-models/conversation-marks.ts'
import { inboxRow, leadOf, noteViewOf, rowOf } from '../read-models/views.ts'
import type { RoomState } from '../rooms.ts'
import { signalLifetimes } from '../signals.ts'
import { readTranscript } from '../transcript.ts'
import type { Handler, Scene } from './handlers.ts'
import { followMedia, type MediaFollow } from './media-follow.ts'
import { followOutgoing, type OutgoingFollow } from './outgoing-follow.ts'

/** A console holds this many conversations open at once at most. */
const keptMax = 20
const notesMax = 200
const earlierMax = 20

/**
 * Opens a conversation: everything about it as of now, and from now on each change as a frame. Subscribed before it is read, so that nothing
 * falls between; a message that is in both is told by its number.
 */
export const openConversation: Handler<'conversation.open'> = async ({ conversation, after, keep }, scene) => {
  const { session } = scene
  const address = session.address(conversation, 'conversation')
  const { stop, ways, media } = await follow(address, scene)
  const name = `conversation ${address}`
  if (keep !== true) for (const other of session.subscribed('conversation ')) session.unsubscribe(other)
  if (session.subscribed('conversation ').length >= keptMax) {
    stop()
    throw new GatewayError('busy', `${keptMax} conversations are open: leave one first.`)
  }
  session.subscribe(name, stop)
  return read({ address, after, ways, media }, scene)
}

async function follow(
  address: Address,
  scene: Scene,
): Promise<{ readonly stop: () => void; readonly ways: OutgoingFollow; readonly media: MediaFollow }> {
  const { house, session } = scene
  const { rooms, signals, clock } = house
  const { memberId, name } = session.member
  const room = await rooms.enter(address, (fact, before, after) => {
    for (const frame of framesOf(fact, before, after)) session.send(frame)
  })
  if (room.state.at === 0) {
    room.leave()
    throw new GatewayError('not-found', 'There is no such conversation.')
  }
  const stopTyping = signals.onTyping(address, ({ by, on }) => {
    if (by === 'customer') session.send({ type: 'conversation.typing', conversation: address, on })
  })
  const tellPresence = async (): Promise<void> => {
    const presence = await signals.present(address)
    session.send({ type: 'conversation.presence', conversation: address, presence })
  }
  const stopDraft = followDraft(address, scene)
  const { lead } = room.state.document
  const ways = followOutgoing({ conversation: address, lead }, house, (frame) => session.send(frame))
  const media = followMedia(address, house, (frame) => session.send(frame))
  const stopPresence = signals.onPresence(address, () => void tellPresence().catch(() => undefined))
  const look = (): void => {
    cancel()
    void signals.look(address, memberId, { memberId, name, viewing: true, typing: false }).catch(() => undefined)
    cancel = clock.schedule(clock.nowMs() + signalLifetimes.renewEveryMs, look)
  }
  let cancel = (): void => {}
  look()
  // A store that is back may have forgotten who looks.
  const stopKnown = signals.onKnown((known) => (known ? look() : undefined))
  const stop = (): void => {
    cancel()
    stopKnown()
    room.leave()
    stopTyping()
    stopDraft()
    stopPresence()
    ways.stop()
    media.stop()
    void signals.look(address, memberId, undefined).catch(() => undefined)
  }
  return { stop, ways, media }
}

const draftShape = z.object({ turn: z.number(), text: z.string(), confidence: z.exactOptional(z.number()) })

/** A draft is shown as it forms this often at most; the whole of it comes with the fact. */
const draftEveryMs = 80

/** The draft as it forms, from the agents' signal `draft:<conversation>`. */
function followDraft(address: Address, { house, session }: Scene): () => void {
  let shownAtMs = 0
  return house.runtime.live.subscribe(`draft:${address}`, (message) => {
    const draft = draftShape.safeParse(message)
    const nowMs = house.clock.nowMs()
    if (!draft.success || nowMs - shownAtMs < draftEveryMs) return
    shownAtMs = nowMs
    session.send({ type: 'conversation.turn', conversation: address, turn: { status: 'answering', ...draft.data } })
  })
}

/** Everything about a conversation. What read models do not tell, because they are late or away, is left out; what was said never is. */
async function read(
  {
    address,
    after,
    ways,
    media,
  }: {
    readonly address: Address
    readonly after: number
    readonly ways: OutgoingFollow
    readonly media: MediaFollow
  },
  { house, session }: Scene,
): Promise<ConversationView> {
  const { documents, signals, clock, runtime, rooms } = house
  const room = await rooms.look(address)
  const { document } = room
  const readable = <Answer>(asked: Promise<Answer>) => whereReadable(clock, asked)
  const [stored, piece, notes, lead, earlier, presence, { outgoing, consents }] = await Promise.all([
    readable(documents.get(collections.conversations, address)),
    readTranscript({ documents, clock, journal: runtime.journal }, address, { after, room }),
    readable(notesOf(address, documents)),
    document.lead === '' ? undefined : readable(documents.get(collections.leads, document.lead)),
    readable(earlierOf(document, house)),
    signals.present(address),
    ways.read(),
  ])
  if (lead !== undefined) session.watchLead(lead.key)
  return {
    row: stored === undefined || stored.revision < room.at ? inboxRow(document, room.at) : rowOf(stored),
    ...piece,
    notes: notes ?? [],
    receipts: document.receipts,
    failed: document.failed,
    outgoing,
    marks: document.marks ?? noMarks,
    files: await media.read(piece.messages),
    consents,
    ...maybe('turn', room.turn),
    ...maybe('lead', lead === undefined ? undefined : leadOf(lead)),
    earlier: earlier ?? [],
    presence,
    customerTyping: false,
  }
}

async function notesOf(address: Address, documents: Documents): Promise<readonly Note[]> {
  const found = await documents.query({
    collection: collections.notes,
    where: [{ field: 'conversation', op: '=', value: address }],
    order: [{ field: 'atMs', direction: 'descending' }],
    limit: notesMax,
  })
  return found.documents.map(noteViewOf).reverse()
}

/** Other conversations of the same lead, the newest first. */
async function earlierOf(document: ConversationDocument, house: Scene['house']): Promise<readonly InboxRow[]> {
  if (document.lead === '') return []
  const found = await house.documents.query({
    collection: collections.conversations,
    where: [
      { field: 'lead', op: '=', value: document.lead },
      { field: 'workspace', op: '=', value: document.workspace },
    ],
    limit: earlierMax,
  })
  const rows = found.documents.map(rowOf).filter((each) => each.conversation !== document.conversation)
  return rows.sort((a, b) => b.lastAtMs - a.lastAtMs)
}

/** What a member with the conversation open hears of a fact. Pure; the row comes by the inbox feed. */
export function framesOf(fact: Fact, before: RoomState, after: RoomState): readonly StaffFrame[] {
  const conversation = fact.address
  const frames: StaffFrame[] = []
  if (fact.type === 'message-added') {
    frames.push({ type: 'conversation.message', conversation, message: fromJson<TranscriptMessage>(fact.data) })
  }
  const note = noteOf(fact, after.document.lastN)
  if (note !== undefined) frames.push({ type: 'conversation.note', conversation, note })
  if (after.turn !== undefined && after.turn !== before.turn) {
    frames.push({ type: 'conversation.turn', conversation, turn: after.turn })
  }
  const { receipts, failed, marks } = after.document
  if (marks !== undefined && marks !== before.document.marks) {
    frames.push({ type: 'conversation.marks', conversation, marks })
  }
  if (failed !== before.document.failed || JSON.stringify(receipts) !== JSON.stringify(before.document.receipts)) {
    frames.push({ type: 'conversation.receipts', conversation, receipts, failed })
  }
  return frames
}
