import { describe, expect, it } from 'vitest'
import { createMemoryEphemeral } from './adapters/memory/ephemeral.ts'
import { addressOf, type Address } from './address.ts'
import type { Fact } from './fact.ts'
import type { Json } from './json.ts'
import { createLive } from './live.ts'
import { createSignalBridge } from './signal-bridge.ts'
import { createManualClock } from './testing/manual-clock.ts'
import { createSeededIds } from './testing/seeded-ids.ts'

function fact(address: Address, position: number): Fact {
  return { type: 'noted', data: {}, position, address, revision: position, index: 0, atMs: 0, causedBy: 'e' }
}

describe('the live stream', () => {
  it('[L1] a prefix with a slash takes everything beneath it, another one whole address', () => {
    const live = createLive()
    const heard: string[] = []
    for (const prefix of ['', 'acme/', 'acme/lead/', 'acme/lead/4', 'acme/lea', 'globex/']) {
      live.facts(prefix, ({ position }) => void heard.push(`${prefix} ${position}`))
    }
    live.deliver(fact(addressOf('acme', 'lead', '4'), 1))
    live.deliver(fact(addressOf('acme', 'lead', '42'), 2))
    live.deliver(fact(addressOf('acme', 'queue', '4'), 3))
    expect(heard).toEqual([
      ' 1',
      'acme/ 1',
      'acme/lead/ 1',
      'acme/lead/4 1',
      ' 2',
      'acme/ 2',
      'acme/lead/ 2',
      ' 3',
      'acme/ 3',
    ])
  })

  it('[L2] who leaves hears nothing more, also when leaving during a delivery; who joins hears the next', () => {
    const live = createLive()
    const heard: string[] = []
    const leaveSecond: (() => void)[] = []
    const leaveFirst = live.facts('acme/', () => {
      heard.push('first')
      for (const leave of leaveSecond) leave()
      live.facts('acme/', () => void heard.push('joined'))
      leaveFirst()
    })
    leaveSecond.push(live.facts('acme/', () => void heard.push('second')))
    live.deliver(fact(addressOf('acme', 'lead', '1'), 1))
    live.deliver(fact(addressOf('acme', 'lead', '1'), 2))
    expect(heard).toEqual(['first', 'joined'])
  })

  it('[L3] a listener that throws is logged and the others hear', () => {
    const lines: string[] = []
    const quiet = (): void => undefined
    const live = createLive({ debug: quiet, info: quiet, warn: quiet, error: (message) => void lines.push(message) })
    const heard: Json[] = []
    live.subscribe('typing', () => {
      throw new Error('broken')
    })
    live.subscribe('typing', (message) => void heard.push(message))
    live.publish('typing', { on: true })
    live.publish('presence', { on: false })
    expect(heard).toEqual([{ on: true }])
    expect(lines).toHaveLength(1)
  })

  it('[L4] its position goes back only when read models are built anew', () => {
    const live = createLive()
    live.advance(5)
    live.advance(3)
    expect(live.position()).toBe(5)
    live.rewind(2)
    expect([live.position(), live.behind()]).toEqual([2, true])
    live.advance(4)
    expect([live.position(), live.behind()]).toEqual([4, true])
    live.advance(5)
    expect([live.position(), live.behind()]).toEqual([5, false])
  })

  it('[L5] topics cross between processes: each listener hears a message once, at home at once', async () => {
    const clock = createManualClock(0)
    const signals = createMemoryEphemeral({ clock })
    const process = (seed: number) => createLive(undefined, createSignalBridge({ signals, ids: createSeededIds(seed) }))
    const [one, two] = [process(1), process(2)]
    const heard: string[] = []
    one.subscribe('draft', (message) => void heard.push(`one ${JSON.stringify(message)}`))
    const leave = [
      two.subscribe('draft', () => void heard.push('two')),
      two.subscribe('draft', () => void heard.push('too')),
    ]
    one.publish('draft', { text: 'a' })
    expect(heard).toEqual(['one {"text":"a"}'])
    await clock.settle()
    expect(heard).toEqual(['one {"text":"a"}', 'two', 'too'])
    leave[0]?.()
    leave[0]?.()
    one.publish('draft', null)
    await clock.settle()
    expect(heard.slice(3)).toEqual(['one null', 'too'])
    leave[1]?.()
    one.publish('draft', null)
    await clock.settle()
    expect(heard.slice(5)).toEqual(['one null'])
  })

  it('[L6] who waits hears when read models have caught up, and only then', () => {
    const live = createLive()
    let times = 0
    const leave = live.caughtUp(() => void times++)
    live.setBehind(false)
    live.setBehind(true)
    live.setBehind(true)
    expect([live.behind(), times]).toEqual([true, 0])
    live.setBehind(false)
    expect([live.behind(), times]).toEqual([false, 1])
    leave()
    live.setBehind(true)
    live.setBehind(false)
    expect(times).toBe(1)
  })
})
