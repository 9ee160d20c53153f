import type { Address } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { Clock } from '#runtime/ports/clock.ts'
import type { Documents } from '#runtime/ports/documents.ts'
import type { Journal } from '#runtime/ports/journal.ts'
import type { TranscriptMessage } from '#machines/conversation-contract.ts'
import { GatewayError } from './errors.ts'
import type { LiveHub } from './live-hub.ts'
import { whereReadable } from './patience.ts'
import type { TurnView } from './protocol.ts'
import { collections } from './read-models/collections.ts'
import type { ConversationDocument } from './read-models/conversation-document.ts'
import { newConversation, reduceConversation } from './read-models/conversation-document.ts'
import { fromJson } from './read-models/shape.ts'
import { reduceTurn } from './read-models/turn-document.ts'

/** A conversation somebody follows, as of the last fact they heard. */
export interface RoomState {
  readonly document: ConversationDocument
  readonly turn?: TurnView
  /** Position of the last fact in it; 0 for a conversation nobody has begun. */
  readonly at: number
  /** The latest messages that came by facts, oldest first and without a gap: read models may not hold them yet. */
  readonly recent: readonly TranscriptMessage[]
}

/** Hears each fact with the state before and after it. */
export type RoomListener = (fact: Fact, before: RoomState, after: RoomState) => void

/**
 * Conversations in memory while somebody looks at them, so that frames are made in order and without asking the store again.
 * 1. A room hears facts from before it loads, so none falls between. 2. Each fact counts once, whether it came with the document, from the
 * journal or live: positions of one conversation rise. 3. A room nobody is in leaves memory. 4. What the document lacks, because read models
 * are late or away, is read from the journal: a conversation goes on without them.
 */
export interface Rooms {
  /** Resolves with the state as of which the listener hears everything that follows. */
  enter(
    conversation: Address,
    listener: RoomListener,
  ): Promise<{ readonly state: RoomState; readonly leave: () => void }>
  /** The state now, for one look. */
  look(conversation: Address): Promise<RoomState>
  readonly size: () => number
}

/** What rooms are made with. */
export interface RoomParts {
  readonly documents: Pick<Documents, 'get'>
  readonly journal: Pick<Journal, 'facts'>
  readonly hub: LiveHub
  readonly clock: Clock
}

interface Room {
  readonly listeners: Set<RoomListener>
  readonly ready: Promise<void>
  readonly stop: () => void
  guests: number
  state: RoomState
}

/** Messages kept beside the read models; older ones are in them, or in the journal. */
const recentMax = 200
const pageMax = 500
/** A conversation of more facts than this can't be read from the journal alone. */
const pagesMax = 40

/** Makes the rooms of a gateway. */
export function createRooms(parts: RoomParts): Rooms {
  const { hub, clock } = parts
  const rooms = new Map<Address, Room>()

  const open = (conversation: Address): Room => {
    const early: Fact[] = []
    let hear = (fact: Fact): void => void early.push(fact)
    const stop = hub.onAddress(conversation, (fact) => hear(fact))
    const load = async (): Promise<void> => {
      const { state, turnAt } = await stored(conversation, parts)
      room.state = state
      for await (const fact of later(conversation, state.at, parts)) apply(room, fact, turnAt)
      hear = (fact) => apply(room, fact)
      // 1. What came while loading; most of it is in the state already.
      for (const fact of early) apply(room, fact, turnAt)
    }
    const room: Room = {
      listeners: new Set(),
      ready: load(),
      stop,
      guests: 0,
      state: unbegun(conversation, clock.nowMs()),
    }
    rooms.set(conversation, room)
    return room
  }

  const leave = (conversation: Address, room: Room): void => {
    room.guests -= 1
    if (room.guests > 0) return
    // 3. Nobody is in it any more.
    room.stop()
    if (rooms.get(conversation) === room) rooms.delete(conversation)
  }

  const enter: Rooms['enter'] = async (conversation, listener) => {
    const room = rooms.get(conversation) ?? open(conversation)
    room.guests += 1
    try {
      await room.ready
    } catch (error) {
      leave(conversation, room)
      throw error
    }
    room.listeners.add(listener)
    let inside = true
    return {
      state: room.state,
      leave() {
        if (!inside) return
        inside = false
        room.listeners.delete(listener)
        leave(conversation, room)
      },
    }
  }

  return {
    size: () => rooms.size,
    enter,
    async look(conversation) {
      const room = await enter(conversation, () => undefined)
      room.leave()
      return room.state
    },
  }
}

function unbegun(conversation: Address, nowMs: number): RoomState {
  return { document: newConversation(conversation, nowMs), at: 0, recent: [] }
}

/** What read models hold. The turn is read second: it holds whatever of it the document does. */
async function stored(
  conversation: Address,
  { documents, clock }: RoomParts,
): Promise<{ readonly state: RoomState; readonly turnAt: number }> {
  const read = (collection: string) => documents.get(collection, conversation)
  const both = read(collections.conversations).then(async (document) => ({
    document,
    turn: document === undefined ? undefined : await read(collections.turns),
  }))
  const { document, turn } = (await whereReadable(clock, both)) ?? {}
  if (document === undefined) return { state: unbegun(conversation, clock.nowMs()), turnAt: 0 }
  const state = { document: fromJson<ConversationDocument>(document.value), at: document.revision, recent: [] }
  if (turn === undefined) return { state, turnAt: 0 }
  return { state: { ...state, turn: fromJson<TurnView>(turn.value) }, turnAt: turn.revision }
}

/** 4. The conversation's facts after a position, page by page. */
async function* later(conversation: Address, after: number, { journal }: RoomParts): AsyncGenerator<Fact> {
  let position = after
  for (let pages = 0; pages < pagesMax; pages++) {
    const page = await journal.facts(position, pageMax, conversation)
    yield* page
    if (page.length < pageMax) return
    position = page.at(-1)?.position ?? position
  }
  throw new GatewayError('unavailable', 'This conversation is too long to be read just now: try again soon.')
}

/** `turnAt`: facts up to there are in the turn already, also where the document lacks them. */
function apply(room: Room, fact: Fact, turnAt = 0): void {
  const before = room.state
  // 2. Once.
  if (fact.position <= before.at) return
  const turn = fact.position > turnAt ? reduceTurn(before.turn, fact) : before.turn
  const state = {
    document: reduceConversation(before.document, fact),
    at: fact.position,
    recent: withMessage(before.recent, fact),
  }
  room.state = turn === undefined ? state : { ...state, turn }
  for (const listener of room.listeners) listener(fact, before, room.state)
}

function withMessage(recent: readonly TranscriptMessage[], fact: Fact): readonly TranscriptMessage[] {
  if (fact.type !== 'message-added') return recent
  return [...recent, fromJson<TranscriptMessage>(fact.data)].slice(-recentMax)
}
