import { describe, expect, it } from 'vitest'
import { createMemoryEphemeral } from '#runtime/adapters/memory/ephemeral.ts'
import type { Ephemeral } from '#runtime/ports/ephemeral.ts'
import { StorageError } from '#runtime/ports/storage-error.ts'
import { createManualClock, type ManualClock } from '#runtime/testing/manual-clock.ts'
import { createSignals, signalLifetimes } from './signals.ts'

const ann = { workspace: 'acme', memberId: 'ann' }
const conversation = 'acme/conversation/c1'
const looking = { memberId: 'ann', name: 'Ann', viewing: true, typing: false }

/** A store in memory that goes away and comes back, empty or not, when told. */
function fickle(clock: ManualClock) {
  let inner = createMemoryEphemeral({ clock })
  let here = true
  let answers = true
  const watchers = new Set<(reachable: boolean) => void>()
  const ask = async <Answer>(asking: () => Promise<Answer>): Promise<Answer> => {
    if (!answers) throw new StorageError('store-unavailable', 'the store is away')
    return asking()
  }
  const store: Ephemeral = {
    set: (...each) => ask(() => inner.set(...each)),
    get: (...each) => ask(() => inner.get(...each)),
    take: (...each) => ask(() => inner.take(...each)),
    delete: (...each) => ask(() => inner.delete(...each)),
    increment: (...each) => ask(() => inner.increment(...each)),
    join: (...each) => ask(() => inner.join(...each)),
    leave: (...each) => ask(() => inner.leave(...each)),
    members: (...each) => ask(() => inner.members(...each)),
    limit: (...each) => ask(() => inner.limit(...each)),
    publish: (...each) => inner.publish(...each),
    subscribe: (...each) => inner.subscribe(...each),
    reachable: () => here,
    watch(watcher) {
      watchers.add(watcher)
      return () => void watchers.delete(watcher)
    },
    close: () => inner.close(),
  }
  const turn = (to: boolean): void => {
    here = to
    answers = to
    for (const watcher of watchers) watcher(to)
  }
  return {
    store,
    goAway: () => turn(false),
    /** It answers, empty, and nobody has been told yet. */
    answerEmpty: () => {
      inner = createMemoryEphemeral({ clock })
      answers = true
    },
    comeBackEmpty: () => {
      inner = createMemoryEphemeral({ clock })
      turn(true)
    },
  }
}

describe('signals', () => {
  it('who was here and is not in the store is gone; one who has just gone is here for the grace period', async () => {
    const clock = createManualClock(1_800_000_000_000)
    const signals = createSignals(createMemoryEphemeral({ clock }), clock)
    expect(await signals.attendance(ann)).toBe('gone')
    await signals.online(ann, 's1')
    await signals.online(ann, 's2')
    expect(await signals.attendance(ann)).toBe('here')
    await signals.offline(ann, 's1', 1000)
    await signals.offline(ann, 's2', 1000)
    await clock.advance(999)
    expect(await signals.attendance(ann)).toBe('here')
    await clock.advance(1)
    expect(await signals.attendance(ann)).toBe('gone')
    await signals.online(ann, 's3')
    await clock.advance(signalLifetimes.viewingMs)
    expect(await signals.attendance(ann)).toBe('gone')
  })

  it('while the store is away nothing fails and nobody is gone; back and empty, an absence means nothing until all had time to renew', async () => {
    const clock = createManualClock(1_800_000_000_000)
    const { store, goAway, answerEmpty, comeBackEmpty } = fickle(clock)
    const signals = createSignals(store, clock)
    const told: boolean[] = []
    signals.onKnown((known) => void told.push(known))
    await signals.online(ann, 's1')
    await signals.look(conversation, 'ann', looking)
    expect(await signals.present(conversation)).toEqual([looking])
    goAway()
    expect(signals.known()).toBe(false)
    expect(await signals.attendance(ann)).toBe('unknown')
    expect(await signals.present(conversation)).toEqual([])
    await signals.online(ann, 's1')
    await signals.offline(ann, 's2', 1000)
    await signals.look(conversation, 'ann', looking)
    answerEmpty()
    expect(await signals.attendance(ann)).toBe('unknown')
    comeBackEmpty()
    expect(told).toEqual([false, true])
    expect(await signals.attendance(ann)).toBe('unknown')
    await clock.advance(signalLifetimes.settleMs)
    expect(await signals.attendance(ann)).toBe('gone')
    await signals.online(ann, 's1')
    expect(await signals.attendance(ann)).toBe('here')
    expect(signalLifetimes.settleMs).toBeGreaterThan(signalLifetimes.renewEveryMs)
  })

  it('what is not one of ours on a topic is left aside', async () => {
    const clock = createManualClock(1_800_000_000_000)
    const store = createMemoryEphemeral({ clock })
    const signals = createSignals(store, clock)
    const heard: unknown[] = []
    signals.onEnd((ending) => void heard.push(ending))
    signals.onTyping(conversation, (typing) => void heard.push(typing))
    store.publish('endings', { family: 7 })
    store.publish(`typing/${conversation}`, 'nonsense')
    signals.end({ family: 'f1', reason: 'You signed out.' })
    signals.typing(conversation, { by: 'customer', on: true })
    await clock.settle()
    expect(heard).toEqual([
      { family: 'f1', reason: 'You signed out.' },
      { by: 'customer', on: true },
    ])
  })
})
