import { describe, expect, it } from 'vitest'
import { Gate } from './gate.ts'
import type { About } from './protocol.ts'

const claim = (partition: number): About => ({ kind: 'claim', partition })

describe('the gate of a node', () => {
  it('holds the n-th passage of its boundary until it is opened, and nothing else', async () => {
    const held: About[] = []
    const gate = new Gate({ boundary: 'claim.after', occurrence: 2, where: 'in-the-call' }, (about) => held.push(about))
    expect(await gate.pass(['claim.after'], claim(0))).toBe('on')
    expect(await gate.pass(['claim.before'], claim(1))).toBe('on')
    const second = gate.pass(['append.after', 'claim.after'], claim(1))
    expect(held).toEqual([claim(1)])
    expect(await gate.pass(['claim.after'], claim(2))).toBe('on')
    gate.open('lose')
    expect(await second).toBe('lose')
    expect(held).toHaveLength(1)
  })

  it('lets everything pass where nothing is watched', async () => {
    const gate = new Gate(undefined, () => expect.unreachable())
    expect(await gate.pass(['claim.after'])).toBe('on')
  })

  it('on the wire it holds what the passage writes, not the passage', async () => {
    const held: About[] = []
    const gate = new Gate({ boundary: 'claim.before', occurrence: 1, where: 'on-the-wire' }, (about) =>
      held.push(about),
    )
    await gate.passWire(() => true)
    expect(await gate.pass(['claim.before'], claim(3))).toBe('on')
    await gate.passWire(() => false)
    expect(held).toEqual([])
    let passed = false
    const writing = gate.passWire((about) => about.kind === 'claim').then(() => (passed = true))
    expect(held).toEqual([claim(3)])
    await Promise.resolve()
    expect(passed).toBe(false)
    gate.open('on')
    await writing
    await gate.passWire(() => true)
    expect(held).toHaveLength(1)
  })
})
