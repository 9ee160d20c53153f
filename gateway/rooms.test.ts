import { describe, expect, it } from 'vitest'
import { addressOf } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import { createLive } from '#runtime/live.ts'
import type { Document } from '#runtime/ports/documents.ts'
import { StorageError } from '#runtime/ports/storage-error.ts'
import { createManualClock } from '#runtime/testing/manual-clock.ts'
import { createLiveHub } from './live-hub.ts'
import { documentsPatienceMs } from './patience.ts'
import { newConversation } from './read-models/conversation-document.ts'
import { toJson } from './read-models/shape.ts'
import { createRooms } from './rooms.ts'

const talk = addressOf('acme', 'conversation', 'c1')

function message(position: number): Fact {
  const data = { n: position, author: { kind: 'customer' }, text: `m${position}`, atMs: position, epoch: 0 }
  const at = { position, revision: position, index: 0, atMs: position, causedBy: `e${position}` }
  return { address: talk, type: 'message-added', data, ...at }
}

/** Rooms over a store whose answers the test gives when it likes, and a journal that holds what the test puts into it. */
function scene() {
  const live = createLive()
  const asked = new Map<string, (document: Document | undefined | StorageError) => void>()
  const journaled: Fact[] = []
  const documents = {
    get: (collection: string) =>
      new Promise<Document | undefined>((resolve, reject) =>
        asked.set(collection, (answer) => (answer instanceof Error ? reject(answer) : resolve(answer))),
      ),
  }
  const journal = {
    facts: async (after: number, limit: number) => journaled.filter((fact) => fact.position > after).slice(0, limit),
  }
  const clock = createManualClock(0)
  const rooms = createRooms({ documents, journal, hub: createLiveHub(live), clock })
  const answer = async (collection: string, document?: Document | StorageError) => {
    asked.get(collection)?.(document)
    await clock.settle()
  }
  return { live, rooms, answer, journaled, clock }
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
    await answer('conversations', stored(1, 1))
    live.deliver(message(3))
    // The turn is read later, after a fact that only it holds.
    await answer('turns', { key: talk, revision: 3, value: { turn: 1, status: 'routing' } })
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

  it('takes from the journal what read models lack, and does not take it again when it is told live', async () => {
    const { live, rooms, answer, journaled } = scene()
    const heard: number[] = []
    journaled.push(...[1, 2, 3, 4].map(message))
    const entering = rooms.enter(talk, (fact) => heard.push(fact.position))
    live.deliver(message(3))
    await answer('conversations', stored(2, 2))
    await answer('turns')
    const { state } = await entering
    expect(state).toMatchObject({ at: 4, document: { unread: 4, lastN: 4 }, recent: [{ n: 3 }, { n: 4 }] })
    for (const position of [3, 4, 5]) live.deliver(message(position))
    expect(heard).toEqual([5])
    expect((await rooms.look(talk)).document).toMatchObject({ unread: 5, lastN: 5 })
  })

  it('is made from the journal alone while read models refuse or do not answer', async () => {
    for (const state of ['refuse', 'hang'] as const) {
      const { rooms, answer, journaled, clock } = scene()
      journaled.push(...Array.from({ length: 1200 }, (_, index) => message(index + 1)))
      const looking = rooms.look(talk)
      if (state === 'refuse') await answer('conversations', new StorageError('store-unavailable', 'away'))
      else await clock.advance(documentsPatienceMs)
      const { document, recent, at } = await looking
      expect({ unread: document.unread, at }).toEqual({ unread: 1200, at: 1200 })
      expect(recent.map((each) => each.n)).toEqual(Array.from({ length: 200 }, (_, index) => 1001 + index))
      expect(rooms.size()).toBe(0)
    }
  })

  it('is shared by all who are in it, and stays until the last has left', async () => {
    const { live, rooms, answer } = scene()
    const heard: string[] = []
    const first = rooms.enter(talk, () => heard.push('first'))
    const second = rooms.enter(talk, () => heard.push('second'))
    await answer('conversations')
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
