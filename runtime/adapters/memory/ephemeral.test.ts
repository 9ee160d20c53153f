import { describe, expect, it } from 'vitest'
import { describeEphemeral, describeLimits } from '../../testing/contracts/ephemeral-contract.ts'
import { createManualClock } from '../../testing/manual-clock.ts'
import { createMemoryEphemeral } from './ephemeral.ts'

const clock = createManualClock(Date.UTC(2026, 0, 5))
const bench = {
  open: async () => createMemoryEphemeral({ clock }),
  pass: (ms: number) => clock.advance(ms),
  stretch: 1,
}

describeEphemeral('in memory', bench)
describeLimits('in memory', bench)

describe('an ephemeral store in memory', () => {
  it('[E6] keeps a bounded number of keys: expired ones go first, then the oldest', async () => {
    const store = createMemoryEphemeral({ clock, keysMax: 10 })
    await store.set('short', 1, 10)
    for (let key = 0; key < 9; key++) await store.set(`k${key}`, key, 10_000)
    await clock.advance(20)
    await store.set('k9', 9, 10_000)
    const kept = async () => {
      const values = await Promise.all(Array.from({ length: 11 }, (_, key) => store.get(`k${key}`)))
      return values.filter((each) => each !== undefined)
    }
    expect(await kept()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    await store.set('k10', 10, 10_000)
    expect(await kept()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })

  it('[E6] a group of more than its number forgets who has been in it longest, and bounded groups forget the oldest', async () => {
    const store = createMemoryEphemeral({ clock, keysMax: 10 })
    for (let name = 0; name < 12; name++) await store.join('g', { name: `m${name}`, value: name }, 10_000)
    expect((await store.members('g', 100)).map(({ value }) => value)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    for (let group = 0; group < 10; group++) await store.join(`g${group}`, { name: 'm', value: group }, 10_000)
    expect(await store.members('g', 100)).toEqual([])
    expect(await store.members('g9', 100)).toHaveLength(1)
  })

  it('what a reader changes is its own', async () => {
    const store = createMemoryEphemeral({ clock })
    await store.set('a', { list: [1] }, 1000)
    Object.assign((await store.get('a')) ?? {}, { spoiled: true })
    expect(await store.get('a')).toEqual({ list: [1] })
  })
})
