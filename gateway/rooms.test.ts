import { describe, expect, it } from 'vitest'
import { addressOf } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import { createLive } from '#runtime/live.ts'
import type { Document, Documents } from '#runtime/ports/documents.ts'
import { createLiveHub } from './live-hub.ts'
import { newConversation } from './read-models/conversation-document.ts'
import { toJson } from './read-models/shape.ts'
import { createRooms } from './rooms.ts'

const talk = addressOf('acme', 'conversation', 'c1')

function message(position: number): Fact {
  const data = { n: position, author: { kind: 'customer' }, text: `m${position}`, atMs: position, epoch: 0 }
  const at = { position, revision: position, index: 0, atMs: position, causedBy: `e${position}` }
  return { address: talk, type: 'message-added', data, ...at }
}

/** Rooms over a store whose answers the test gives when it likes, document and turn apart. */
function scene() {
  const live = createLive()
  const asked = new Map<string, (document: Document | undefined) => void>()
  const get = (collection: string) => new Promise<Document | undefined>((resolve) => asked.set(collection, resolve))
  const rooms = createRooms({ documents: { get } as unknown as Documents, hub: createLiveHub(live), nowMs: () => 0 })
  const answer = (collection: string, document?: Document) => asked.get(collection)?.(document)
  return { live, rooms, answer }
}

function stored(revision: number, unread: number): Document {
  return { key: talk, revision, value: toJson({ ...newConversation(talk, 0), unread, lastN: unread, at: revision }) }
}

describe('a room', () => {
  it('counts each fact once, whether it came before, while or after the document was read', async () => {
    const { live, rooms, answer } = scene()
    const heard: number[] = []
    const entering = rooms.enter(talk, (fact) => heard.push(fact.position))
    live.deliver(message(1))
    live.deliver(message(2))
    answer('conversations', stored(1, 1))
    live.deliver(message(3))
    // The turn is read later, after a fact that only it holds.
    answer('turns', { key: talk, revision: 3, value: { turn: 1, status: 'routing' } })
    const { state, leave } = await entering
    expect(state.document).toMatchObject({ unread: 3, lastN: 3, lastText: 'm3' })
    expect(state.turn).toMatchObject({ turn: 1 })
    live.deliver(message(4))
    expect(heard).toEqual([4])
    leave()
    live.deliver(message(5))
    expect(heard).toEqual([4])
    expect(rooms.size()).toBe(0)
  })

  it('is shared by all who are in it, and stays until the last has left', async () => {
    const { live, rooms, answer } = scene()
    const heard: string[] = []
    const first = rooms.enter(talk, () => heard.push('first'))
    const second = rooms.enter(talk, () => heard.push('second'))
    answer('conversations')
    answer('turns')
    const [one, two] = [await first, await second]
    live.deliver(message(1))
    one.leave()
    one.leave()
    expect(rooms.size()).toBe(1)
    live.deliver(message(2))
    two.leave()
    expect(heard).toEqual(['first', 'second', 'second'])
    expect(rooms.size()).toBe(0)
  })
})
