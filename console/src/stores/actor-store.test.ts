import { describe, expect, it } from 'vitest'
import type { InstantView, StaffCommand, StaffFrame } from '#gateway/protocol.ts'
import type { Connection } from '../connection/connection.ts'
import { createStore } from '../connection/store.ts'
import { ActorStore } from './actor-store.ts'
import { differences } from './json-diff.ts'

function instant(revision: number): InstantView {
  return {
    revision,
    atMs: revision,
    eventId: `e${revision}`,
    event: { type: 't' },
    outcome: 'applied',
    value: 'a',
    context: {},
    facts: [],
    effectsAsked: [],
    effectsStopped: [],
    timersArmed: [],
    timersCancelled: [],
    sends: [],
  }
}

function world(last: number, at?: number) {
  let steps = last
  let told: (frame: StaffFrame) => void = () => undefined
  const actor = () =>
    ({
      address: 'w/k/1',
      kind: 'k',
      machine: 'k@1',
      status: 'active',
      revision: steps,
      updatedAtMs: 1,
      value: 'a',
      context: {},
      timers: [],
      effects: [],
      createdAtMs: 0,
    }) as const
  const answer = (command: StaffCommand): unknown => {
    if (command.type === 'actor.open') return { ok: true, value: actor() }
    if (command.type !== 'actor.history') return { ok: true, value: null }
    const all = Array.from({ length: steps }, (_, index) => instant(index + 1))
    return { ok: true, value: all.filter((each) => each.revision > command.afterRevision).slice(0, command.limit) }
  }
  const connection = {
    link: createStore({ state: 'online' }),
    send: (command: StaffCommand) => Promise.resolve(answer(command)),
    onFrame: (listener: typeof told) => {
      told = listener
      return () => undefined
    },
    onResume: () => () => undefined,
  } as unknown as Connection
  const store = new ActorStore(connection, 'w/k/1', at)
  store.follow()
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  return {
    store,
    settle,
    grow: (to: number) => {
      steps = to
      told({ type: 'actor', actor: actor(), instant: instant(to) })
    },
  }
}
const revisions = (store: ActorStore) => store.state.get().instants.map((each) => each.revision)

describe('the history of an actor', () => {
  it('loads from before the instant looked at to the newest, without a hole', async () => {
    const { store, settle } = world(530, 50)
    await settle()
    expect(revisions(store)).toEqual(Array.from({ length: 530 }, (_, index) => index + 1))
  })

  it('grows by what happens, and asks again when a step was missed', async () => {
    const { store, settle, grow } = world(3)
    await settle()
    grow(4)
    expect(revisions(store)).toEqual([1, 2, 3, 4])
    grow(7)
    await settle()
    expect(revisions(store)).toEqual([1, 2, 3, 4, 5, 6, 7])
  })

  it('steps back and forth within its ends, and follows again at the newest', async () => {
    const { store, settle } = world(3)
    await settle()
    store.step(-1)
    expect(store.state.get().at).toBe(2)
    store.step(-Infinity)
    expect(store.state.get().at).toBe(1)
    store.step(Infinity)
    expect(store.state.get().at).toBeUndefined()
  })
})

describe('differences between two instants', () => {
  it('names each field that came, went or changed', () => {
    expect(differences({ a: 1, gone: 2, owner: { name: 'x' } }, { a: 1, owner: { name: 'y' }, list: [1] })).toEqual([
      { path: 'gone', kind: 'removed', before: 2 },
      { path: 'owner.name', kind: 'changed', before: 'x', after: 'y' },
      { path: 'list', kind: 'added', after: [1] },
    ])
  })
})
