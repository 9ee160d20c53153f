import { describe, expect, it } from 'vitest'
import { addressOf, type Address } from './address.ts'
import type { Fact } from './fact.ts'
import type { Json } from './json.ts'
import { createLive } from './live.ts'

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

  it('[L4] its position never goes back', () => {
    const live = createLive()
    live.advance(5)
    live.advance(3)
    expect(live.position()).toBe(5)
  })
})
