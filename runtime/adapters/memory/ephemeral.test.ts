import { describe, expect, it } from 'vitest'
import { describeEphemeral, describeLimits } from '../../testing/contracts/ephemeral-contract.ts'
import { createManualClock } from '../../testing/manual-clock.ts'
import { createMemoryEphemeral } from './ephemeral.ts'

const clock = createManualClock(Date.UTC(2026, 0, 5))
const bench = { open: async () => createMemoryEphemeral({ clock }), pass: (ms: number) => clock.advance(ms) }

describeEphemeral('in memory', bench)
describeLimits('in memory', bench)

describe('an ephemeral store in memory', () => {
  it('[E6] keeps a bounded number of keys: expired ones go first, then the oldest', async () => {
    const store = createMemoryEphemeral({ clock, keysMax: 10 })
    await store.set('short', 1, 10)
    for (let key = 0; key < 9; key++) await store.set(`k${key}`, key, 10_000)
    await clock.advance(20)
    await store.set('k9', 9, 10_000)
    expect(await store.scan('k', 100)).toHaveLength(10)
    await store.set('k10', 10, 10_000)
    expect(await store.get('k0')).toBeUndefined()
    expect(await store.get('k10')).toBe(10)
    expect(await store.scan('', 100)).toHaveLength(10)
  })

  it('what a reader changes is its own', async () => {
    const store = createMemoryEphemeral({ clock })
    await store.set('a', { list: [1] }, 1000)
    Object.assign((await store.get('a')) ?? {}, { spoiled: true })
    expect(await store.get('a')).toEqual({ list: [1] })
  })
})
