import { describe, expect, it } from 'vitest'
import { Outbox, orphanAfterMs, staleAfterMs } from './outbox.ts'
import { memoryStore } from './storage.ts'

describe('the outbox', () => {
  it('is read back in the order it was written, by a new page that takes it on at once', () => {
    const store = memoryStore()
    const first = new Outbox(store, 'o:', 0)
    first.add({ clientId: 'b', text: 'one', atMs: 1 })
    first.add({ clientId: 'a', text: 'two', atMs: 2 })
    first.failed('b', 'No.')
    const second = new Outbox(store, 'o:', 0)
    expect(second.entries).toMatchObject([
      { clientId: 'b', state: 'failed', problem: 'No.' },
      { clientId: 'a', state: 'waiting' },
    ])
    expect(second.next(2)?.clientId).toBe('a')
  })

  it('two tabs that write at once do not overwrite each other, and leave each other’s entries alone until they are old', () => {
    const store = memoryStore()
    const [first, second] = [new Outbox(store, 'o:', 0), new Outbox(store, 'o:', 0)]
    first.add({ clientId: 'first', text: 'one', atMs: 10 })
    second.add({ clientId: 'second', text: 'two', atMs: 11 })
    expect(second.reread()).toBe(true)
    expect(second.reread()).toBe(false)
    expect(second.entries.map(({ clientId }) => clientId)).toEqual(['first', 'second'])
    expect(second.next(12)?.clientId).toBe('second')
    expect(second.next(10 + orphanAfterMs)?.clientId).toBe('first')
  })

  it('what is broken in the store is left out, not trusted', () => {
    const store = memoryStore()
    store.set('o:1', '{')
    store.set('o:2', '{"clientId":3}')
    store.set('o:3', '"text"')
    store.set('o:4', '{"clientId":"d","text":"fine","atMs":4,"state":"nonsense"}')
    expect(new Outbox(store, 'o:', 0).entries).toEqual([{ clientId: 'd', text: 'fine', atMs: 4, state: 'waiting' }])
  })

  it('a removed entry is gone for the next page too, and retry makes a failed one wait again', () => {
    const store = memoryStore()
    const outbox = new Outbox(store, 'o:', 0)
    outbox.add({ clientId: 'a', text: 'one', atMs: 1 })
    outbox.add({ clientId: 'b', text: 'two', atMs: 2 })
    outbox.remove('a')
    outbox.failed('b', 'No.')
    outbox.retry('b')
    expect(new Outbox(store, 'o:', 0).entries).toEqual([{ clientId: 'b', text: 'two', atMs: 2, state: 'waiting' }])
  })

  it('what has lain there for half a day is not sent by itself: the person decides', () => {
    const store = memoryStore()
    new Outbox(store, 'o:', 0).add({ clientId: 'a', text: 'tomorrow at 11?', atMs: 0 })
    const later = new Outbox(store, 'o:', staleAfterMs + 1)
    expect(later.next(staleAfterMs + 1)).toBeUndefined()
    expect(later.entries).toEqual([{ clientId: 'a', text: 'tomorrow at 11?', atMs: 0, state: 'failed' }])
    later.retry('a')
    expect(later.next(staleAfterMs + 1)?.clientId).toBe('a')
  })
})
