import { describe, expect, test } from 'vitest'
import { net, type Held } from './netting.ts'
import type { Asked } from './step.ts'

const step = { revision: 7, atMs: 1000, done: false }
const none: Held = { timers: {}, effects: {} }
const arm = (id: string, delayMs = 5): Asked => ({ ask: 'arm', id, delayMs, event: { type: id } })
const start = (id: string): Asked => ({ ask: 'start', id, name: 'work', input: null })
const held: Held = {
  timers: { t: { id: 't', epoch: 3, dueAtMs: 9, event: { type: 't' } } },
  effects: {
    e: { id: 'e', epoch: 3, name: 'work', input: null, kind: 'invoke' },
    'post:3.0': { id: 'post:3.0', epoch: 3, name: 'post', input: null, kind: 'action' },
  },
}

describe('netting', () => {
  test('[S4] armed and disarmed is nothing; disarmed and armed is armed with the new epoch only', () => {
    const nothing = net(none, [arm('t'), { ask: 'cancel', id: 't' }], step)
    expect(nothing).toMatchObject({ timers: {}, timersArmed: [], timersCancelled: [] })
    const again = net(held, [{ ask: 'cancel', id: 't' }, arm('t')], step)
    expect(again.timersArmed).toEqual([{ id: 't', epoch: 7, dueAtMs: 1005, event: { type: 't' } }])
    expect(again.timersCancelled).toEqual([])
    expect(again.timers['t']?.epoch).toBe(7)
    const gone = net(held, [{ ask: 'cancel', id: 't' }, arm('t'), { ask: 'cancel', id: 't' }], step)
    expect(gone).toMatchObject({ timers: {}, timersArmed: [], timersCancelled: ['t'] })
  })

  test('[S4] started and stopped is nothing; stopped and started is a new effect only', () => {
    expect(net(none, [start('e'), { ask: 'stop', id: 'e' }], step)).toMatchObject({
      effectsAsked: [],
      effectsStopped: [],
      effects: {},
    })
    const again = net(held, [{ ask: 'stop', id: 'e' }, start('e')], step)
    expect(again.effectsStopped).toEqual([])
    expect(again.effectsAsked).toMatchObject([{ id: 'e', epoch: 7 }])
    expect(net(held, [{ ask: 'stop', id: 'unknown' }], step).effectsStopped).toEqual([])
  })

  test('[S4] two actions of one name in one step, and one of an earlier step, are three effects', () => {
    const post: Asked = { ask: 'act', name: 'post', input: null }
    expect(Object.keys(net(held, [post, post], step).effects)).toEqual(['e', 'post:3.0', 'post:7.0', 'post:7.1'])
  })

  test('[S3] a raise without an id gets one that a replay repeats', () => {
    const asked: readonly Asked[] = [{ ask: 'arm', delayMs: 0, event: { type: 'x' } }]
    expect(net(none, asked, step).timersArmed).toMatchObject([{ id: 'raise:7.0', dueAtMs: 1000 }])
  })

  test('[S11] at the end timers and invokes end too, actions stay', () => {
    const end = net(held, [arm('u'), start('f')], { ...step, done: true })
    expect(end).toMatchObject({
      timers: {},
      timersArmed: [],
      timersCancelled: ['t'],
      effectsStopped: ['e'],
      effectsAsked: [],
    })
    expect(Object.keys(end.effects)).toEqual(['post:3.0'])
  })

  test('[S14] a step that asks for too much throws', () => {
    expect(() =>
      net(
        none,
        Array.from({ length: 501 }, (_, n) => arm(`t${n}`)),
        step,
      ),
    ).toThrow(/501 things; 500 is the limit/)
  })

  test('an id that is a name every object knows is an id like any other', () => {
    expect(
      net(
        none,
        [
          { ask: 'cancel', id: 'toString' },
          { ask: 'stop', id: 'constructor' },
        ],
        step,
      ),
    ).toMatchObject({
      timersCancelled: [],
      effectsStopped: [],
    })
  })
})
