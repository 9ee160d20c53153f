import type { Address } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { Documents } from '#runtime/ports/documents.ts'
import type { LiveHub } from './live-hub.ts'
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
}

/** Hears each fact with the state before and after it. */
export type RoomListener = (fact: Fact, before: RoomState, after: RoomState) => void

/**
 * Conversations in memory while somebody looks at them, so that frames are made in order and without asking the store again.
 * 1. A room hears facts from before it loads, so none falls between. 2. What it has loaded counts once: facts up to the document's
 * position are in it already. 3. A room nobody is in leaves memory.
 */
export interface Rooms {
  /** Resolves with the state as of which the listener hears everything that follows. */
  enter(
    conversation: Address,
    listener: RoomListener,
  ): Promise<{ readonly state: RoomState; readonly leave: () => void }>
  readonly size: () => number
}

interface Room {
  readonly listeners: Set<RoomListener>
  readonly ready: Promise<void>
  readonly stop: () => void
  guests: number
  state: RoomState
}

/** Makes the rooms of a gateway. */
export function createRooms({
  documents,
  hub,
  nowMs,
}: {
  readonly documents: Documents
  readonly hub: LiveHub
  readonly nowMs: () => number
}): Rooms {
  const rooms = new Map<Address, Room>()

  const open = (conversation: Address): Room => {
    const early: Fact[] = []
    let hear = (fact: Fact): void => void early.push(fact)
    const stop = hub.onAddress(conversation, (fact) => hear(fact))
    const load = async (): Promise<void> => {
      const [document, turn] = await Promise.all([
        documents.get(collections.conversations, conversation),
        documents.get(collections.turns, conversation),
      ])
      if (document !== undefined) {
        const loaded = { document: fromJson<ConversationDocument>(document.value) }
        room.state = turn === undefined ? loaded : { ...loaded, turn: fromJson<TurnView>(turn.value) }
      }
      hear = (fact) => apply(room, fact)
      // 2. What came while loading, for the part that does not hold it yet: the two were not loaded at the same instant.
      for (const fact of early) apply(room, fact, { document: document?.revision ?? 0, turn: turn?.revision ?? 0 })
    }
    const room: Room = {
      listeners: new Set(),
      ready: load(),
      stop,
      guests: 0,
      state: { document: newConversation(conversation, nowMs()) },
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

  return {
    size: () => rooms.size,
    async enter(conversation, listener) {
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
    },
  }
}

function apply(room: Room, fact: Fact, held = { document: 0, turn: 0 }): void {
  const before = room.state
  const turn = fact.position > held.turn ? reduceTurn(before.turn, fact) : before.turn
  const document = fact.position > held.document ? reduceConversation(before.document, fact) : before.document
  room.state = turn === undefined ? { document } : { document, turn }
  for (const listener of room.listeners) listener(fact, before, room.state)
}
