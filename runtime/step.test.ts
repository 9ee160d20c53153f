import { readFileSync } from 'node:fs'
import {
  assign,
  createMachine,
  emit,
  enqueueActions,
  fromPromise,
  initialTransition,
  raise,
  sendParent,
  sendTo,
  setup,
  spawnChild,
  transition,
} from 'xstate'
import type { AnyStateMachine } from 'xstate'
import { describe, expect, test } from 'vitest'
import { RuntimeError } from './errors.ts'
import type { MachineEvent } from './event.ts'
import { prepareMachine, type LiveSnapshot, type Steppable } from './step.ts'
import { createSeededIds } from './testing/seeded-ids.ts'
import { deskMachine, hostedDesk } from './testing/sample-machines.ts'

const at = { atMs: 5, eventId: 'e1' }

function prepare(machine: AnyStateMachine): Steppable {
  return prepareMachine({ kind: 'sample', version: 1, machine, input: () => ({}) })
}

function refusal(machine: AnyStateMachine): unknown {
  try {
    prepare(machine)
  } catch (error) {
    return error
  }
  return undefined
}

describe('a step', () => {
  test('[S1] the exact version of XState is pinned, since its internals are used', () => {
    const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
    expect(text).toMatch(/"xstate": "5\.33\.3"/)
  })

  test('[S1] the fast path gives what the public transition gives, for a thousand random events', () => {
    const machine = deskMachine()
    const desk = prepareMachine(hostedDesk())
    const input = { address: 'acme/desk/1', greeting: 'hi' }
    const ids = createSeededIds(11)
    let [theirs, theirActions] = initialTransition(machine, input)
    let ours = desk.begin(input)
    expect(shape(ours.live)).toEqual(shape(theirs))
    for (let n = 0; n < 1000; n++) {
      const event = randomEvent(() => ids.random(), n)
      ;[theirs, theirActions] = transition(machine, theirs, event as never)
      ours = desk.step(ours.live, event)
      expect(shape(ours.live)).toEqual(shape(theirs))
      expect(ours.asked.map(named)).toEqual(theirActions.map(asName).filter((name) => name !== undefined))
    }
  })

  test('[S2] a snapshot read back steps as the one in memory does, history states and children included', () => {
    const desk = prepareMachine(hostedDesk())
    const ids = createSeededIds(3)
    let live = desk.begin({ address: 'acme/desk/1' }).live
    for (let n = 0; n < 500; n++) {
      const event = randomEvent(() => ids.random(), n)
      const woken = desk.restore(JSON.parse(JSON.stringify(desk.persist(live).snapshot)))
      const fromMemory = desk.step(live, event)
      const fromDisk = desk.step(woken, event)
      expect(fromDisk.asked).toEqual(fromMemory.asked)
      expect(desk.persist(fromDisk.live).snapshot).toEqual(desk.persist(fromMemory.live).snapshot)
      live = fromMemory.live
    }
  })

  test('[S2] what is stored is what XState would store', () => {
    const desk = prepareMachine(hostedDesk())
    const ids = createSeededIds(4)
    let live = desk.begin({ address: 'acme/desk/1' }).live
    for (let n = 0; n < 500; n++) {
      live = desk.step(
        live,
        randomEvent(() => ids.random(), n),
      ).live
      const theirs: unknown = JSON.parse(JSON.stringify(live.machine.getPersistedSnapshot(live)))
      expect(desk.persist(live).snapshot).toEqual(theirs)
    }
    const closed = desk.step(live, { type: 'close', ...at }).live
    expect(desk.persist(closed).snapshot).toEqual(
      JSON.parse(JSON.stringify(closed.machine.getPersistedSnapshot(closed))),
    )
  })

  test('[S2] a child stopped after a restore is still named', () => {
    const desk = prepareMachine(hostedDesk())
    const asking = desk.step(desk.begin({ address: 'a/desk/1' }).live, { type: 'ask', question: '?', ...at })
    const woken = desk.restore(JSON.parse(JSON.stringify(desk.persist(asking.live).snapshot)))
    expect(desk.step(woken, { type: 'hurry', ...at }).asked).toContainEqual({ ask: 'stop', id: 'question' })
  })

  test('[S3] delayed raises arm timers, zero included; undelayed ones are consumed', () => {
    const machine = createMachine({
      entry: raise({ type: 'now' }),
      initial: 'a',
      states: { a: { after: { 0: 'b', 50: 'c' }, on: { now: {} } }, b: {}, c: {} },
    })
    expect(prepare(machine).begin({}).asked).toEqual([
      { ask: 'arm', id: 'xstate.after.0.(machine).a', delayMs: 0, event: { type: 'xstate.after.0.(machine).a' } },
      { ask: 'arm', id: 'xstate.after.50.(machine).a', delayMs: 50, event: { type: 'xstate.after.50.(machine).a' } },
    ])
  })

  test('[S3] leaving a state cancels its timers', () => {
    const machine = createMachine({ initial: 'a', states: { a: { after: { 50: 'b' }, on: { go: 'b' } }, b: {} } })
    const sample = prepare(machine)
    expect(sample.step(sample.begin({}).live, { type: 'go', ...at }).asked).toEqual([
      { ask: 'cancel', id: 'xstate.after.50.(machine).a' },
    ])
  })

  test('[S3] a delay that is no number of milliseconds throws', () => {
    const machine = setup({ delays: { odd: () => Number.POSITIVE_INFINITY } }).createMachine({ after: { odd: {} } })
    expect(() => prepare(machine).begin({})).toThrow(/delay of Infinity/)
  })

  test('[S8] invokes, emits, named actions and sends come out as data, in order; log lines do not', () => {
    const desk = prepareMachine(hostedDesk())
    const begun = desk.begin({ address: 'a/desk/1', greeting: 'hi' })
    expect(begun.asked).toEqual([{ ask: 'emit', fact: { type: 'desk-opened', data: { greeting: 'hi' } } }])
    const asked = (event: MachineEvent): unknown => desk.step(begun.live, { ...event, ...at }).asked
    expect(asked({ type: 'ask', question: 'why' })).toContainEqual({
      ask: 'start',
      id: 'question',
      name: 'answer',
      input: { question: 'why' },
    })
    expect(asked({ type: 'post', text: 'x' })).toEqual([{ ask: 'act', name: 'post', input: { text: 'x' } }])
    expect(asked({ type: 'tell', to: 'a/desk/2', text: 'x' })).toEqual([
      { ask: 'send', to: 'a/desk/2', event: { type: 'note', text: 'x' } },
    ])
    expect(asked({ type: 'note', text: 'x' })).toEqual([
      { ask: 'emit', fact: { type: 'noted', data: { text: 'x', n: 1, eventId: 'e1' } } },
    ])
  })

  test('[S8] a send to something that is no address, a delayed one, and one of a reserved event throw', () => {
    const sending = (params: object): (() => unknown) => {
      const machine = setup({ actions: { send: () => {} } }).createMachine({
        entry: { type: 'send', params: params as never },
      })
      return () => prepare(machine).begin({})
    }
    expect(sending({ to: 'nowhere', event: { type: 'x' } })).toThrow(/"nowhere" is not an address/)
    expect(sending({ to: 'a/b/c', event: { type: 'x' }, delayMs: 5 })).toThrow(/no delay/)
    expect(sending({ to: 'a/b/c', event: { type: 'xstate.done.actor.x' } })).toThrow(/belongs to the host/)
    expect(sending({ to: 'a/b/c', event: {} })).toThrow(/no type/)
  })

  test('[S8] the names that need a handler are known from the definition', () => {
    expect([...prepareMachine(hostedDesk()).asks].sort()).toEqual(['answer', 'post'])
    const spawning = setup({ actors: { work: fromPromise(() => Promise.resolve(1)) } }).createMachine({
      entry: spawnChild('work', { id: 'w' }),
    })
    expect(prepare(spawning).asks).toEqual(['work'])
    expect(prepare(spawning).begin({}).asked).toEqual([{ ask: 'start', id: 'w', name: 'work', input: null }])
  })

  test('[S9] a closure as an action is refused when the machine is registered, by name', () => {
    const hidden = (): void => {}
    const machine = createMachine({ initial: 'a', states: { a: { on: { go: { actions: hidden } } } } })
    const error = refusal(machine)
    expect(error).toBeInstanceOf(RuntimeError)
    expect(error).toMatchObject({ code: 'bad-machine' })
    expect(String(error)).toMatch(/sample@1 in state "\(machine\)\.a": the action "hidden" is a closure/)
    expect(refusal(createMachine({ entry: () => {} }))).toMatchObject({ code: 'bad-machine' })
  })

  test('[S9] sendTo, sendParent, an inline invoke and what is no machine are refused', () => {
    expect(String(refusal(createMachine({ entry: sendParent({ type: 'x' }) })))).toMatch(/reach no address/)
    expect(String(refusal(createMachine({ entry: sendTo('x', { type: 'x' }) })))).toMatch(/reach no address/)
    const inline = createMachine({ invoke: { src: fromPromise(() => Promise.resolve(1)) } })
    expect(String(refusal(inline))).toMatch(/no named src/)
    expect(() => prepareMachine({ kind: 'x', version: 1, machine: {}, input: () => ({}) })).toThrow(
      /not an XState machine/,
    )
  })

  test('[S9] a closure that only shows at run time, a spawn in assign or context and a child without an id throw', () => {
    const enqueued = createMachine({ entry: enqueueActions(({ enqueue }) => enqueue(() => {})) })
    expect(() => prepare(enqueued).begin({})).toThrow(/closure/)
    const work = { actors: { work: fromPromise(() => Promise.resolve(1)) } }
    const assigning = setup(work).createMachine({
      context: {},
      on: { go: { actions: assign(({ spawn }) => ({ r: spawn('work') })) } },
    })
    const sample = prepare(assigning)
    expect(() => sample.step(sample.begin({}).live, { type: 'go', ...at })).toThrow(/spawn inside assign/)
    const inContext = setup(work).createMachine({ context: ({ spawn }) => ({ r: spawn('work') }) })
    expect(() => prepare(inContext).begin({})).toThrow(/spawn inside assign or context/)
    expect(() => prepare(setup(work).createMachine({ entry: spawnChild('work') })).begin({})).toThrow(/an id/)
  })

  test('[S7] a throwing guard or assign escapes, and the next step from the old snapshot is unharmed', () => {
    const desk = prepareMachine(hostedDesk())
    const { live } = desk.begin({ address: 'a/desk/1' })
    const before = JSON.stringify(desk.persist(live).snapshot)
    expect(() => desk.step(live, { type: 'break', ...at })).toThrow('the desk broke')
    expect(JSON.stringify(desk.persist(live).snapshot)).toBe(before)
    expect(desk.step(live, { type: 'post', text: 'x', ...at }).asked).toHaveLength(1)
  })

  test('[S7] an unhandled failure of an invoke, and a machine that goes round in circles, throw', () => {
    const invoking = setup({ actors: { work: fromPromise(() => Promise.resolve(1)) } }).createMachine({
      invoke: { src: 'work', id: 'w' },
    })
    const sample = prepare(invoking)
    const late = { type: 'xstate.error.actor.w', error: { message: 'no' }, actorId: 'w' }
    expect(() => sample.step(sample.begin({}).live, late)).toThrow()
    const circle = createMachine({ initial: 'a', states: { a: { always: 'b' }, b: { always: 'a' } } })
    expect(() => prepare(circle).begin({})).toThrow(/Infinite loop/)
  })

  test('[S12] an error in the context is stored as data, and memory sees it as a restart would', () => {
    const machine = createMachine({ context: {}, on: { go: { actions: assign({ why: () => new TypeError('odd') }) } } })
    const sample = prepare(machine)
    const { snapshot, live } = sample.persist(sample.step(sample.begin({}).live, { type: 'go', ...at }).live)
    expect(snapshot).toMatchObject({ context: { why: { $error: 'TypeError', message: 'odd' } } })
    expect(live.context).toEqual({ why: { $error: 'TypeError', message: 'odd' } })
  })

  test('[S12] what would not survive JSON is refused with its path', () => {
    const holding = (value: unknown): (() => unknown) => {
      const sample = prepare(createMachine({ context: { deep: [{ value }] } }))
      return () => sample.persist(sample.begin({}).live)
    }
    expect(holding(new Map())).toThrow('snapshot.context.deep.0.value is a Map and cannot be stored as JSON')
    expect(holding(Number.NaN)).toThrow(/is NaN/)
    expect(holding(new Date(0))).toThrow(/is a Date/)
    expect(holding(() => 1)).toThrow(/is a function/)
    expect(holding({ xstate$$type: 1, id: 'x' })).toThrow(/reference to an actor/)
    expect(holding(undefined)).not.toThrow()
  })

  test('[S11] a final state is reported, with its children stopped', () => {
    const desk = prepareMachine(hostedDesk())
    const asking = desk.step(desk.begin({ address: 'a/desk/1' }).live, { type: 'ask', question: '?', ...at })
    const closed = desk.step(asking.live, { type: 'close', ...at })
    expect(closed.done).toBe(true)
    expect(closed.asked).toContainEqual({ ask: 'stop', id: 'question' })
    expect(closed.asked).toContainEqual({ ask: 'cancel', id: 'xstate.after.patience.desk.open.asking' })
  })

  test('[S14] emitting works from entry actions too, and children leave nothing behind in the system', () => {
    const machine = setup({ actors: { work: fromPromise(() => Promise.resolve(1)) } }).createMachine({
      initial: 'a',
      states: {
        a: {
          entry: emit({ type: 'in-a' }),
          invoke: { src: 'work', id: 'w', systemId: 'same' },
          on: { go: { target: 'a', reenter: true } },
        },
      },
    })
    const sample = prepare(machine)
    let live = sample.begin({}).live
    for (let n = 0; n < 100; n++) live = sample.step(live, { type: 'go', ...at }).live
    expect(Object.keys(live.children)).toEqual(['w'])
  })
})

function shape(snapshot: LiveSnapshot): unknown {
  const { value, context, status, historyValue, children } = snapshot
  const history = Object.entries(historyValue).map(([key, nodes]) => [
    key,
    (nodes as { id: string }[]).map((node) => node.id),
  ])
  return { value, context, status, history, children: Object.keys(children) }
}

function named(asked: ReturnType<Steppable['step']>['asked'][number]): string {
  return asked.ask
}

/** What the host makes of each of XState's own actions. */
function asName(action: { readonly type: string; readonly params: unknown }): string | undefined {
  const delayed =
    typeof action.params === 'object' &&
    action.params !== null &&
    'delay' in action.params &&
    typeof action.params.delay === 'number'
  const names: { readonly [type: string]: string | undefined } = {
    'xstate.raise': delayed ? 'arm' : undefined,
    'xstate.cancel': 'cancel',
    'xstate.spawnChild': 'start',
    'xstate.stopChild': action.params === undefined ? undefined : 'stop',
    'xstate.emit': 'emit',
    'xstate.log': undefined,
    send: 'send',
  }
  return action.type in names ? names[action.type] : 'act'
}

function randomEvent(random: () => number, n: number): MachineEvent {
  const events: readonly MachineEvent[] = [
    { type: 'note', text: `n${n}` },
    { type: 'ask', question: `q${n}` },
    { type: 'hurry' },
    { type: 'leave' },
    { type: 'return' },
    { type: 'tell', to: 'acme/desk/2', text: 'x' },
    { type: 'post', text: 'x' },
    { type: 'remind', inMs: 50 },
    { type: 'forget' },
    { type: 'reminder' },
    { type: 'xstate.after.patience.desk.open.asking' },
    { type: 'xstate.done.actor.question', output: n, actorId: 'question' },
    { type: 'unheard-of' },
  ]
  return { ...(events[Math.floor(random() * events.length)] ?? { type: 'note' }), atMs: n, eventId: `e${n}` }
}
