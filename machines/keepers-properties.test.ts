import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KeepersWorld, plan } from './testing/keepers-world.ts'

describe('messages that ask account, portfolio, budget and gate, in any interleaving', () => {
  it('[M46] never cost more in a month than the limit, spent and reserved together, whoever asks when', () => {
    eachWorld((world) => expect(world.mostMicros).toBeLessThanOrEqual(world.limitMicros))
  })

  it('[M34] reach no more different people than the portfolio may, through whichever of its numbers', () => {
    eachWorld((world) => expect(world.peopleReached()).toBeLessThanOrEqual(world.peopleMax))
  })

  it('[M48] leave nothing reserved at rest: what went out is spent and counted, all else given back', () => {
    eachWorld((world) => {
      expect(world.reservedMicros()).toBe(0)
      expect(world.openAtPortfolio()).toEqual([])
      expect(world.spentMicros()).toEqual(world.chargedMicros())
      expect(world.countedByGate()).toEqual(world.wentOut())
    })
  })

  it('come to every end there is, so that what holds here holds for something', () => {
    const seen = new Set<string>()
    eachWorld((world) => world.ends().forEach((each) => seen.add(each)))
    const reasons = ['over-budget', 'portfolio-limit', 'frequency-cap', 'opted-out']
    expect([...seen].sort()).toEqual(expect.arrayContaining([...reasons, 'accepted', 'superseded', 'unknown'].sort()))
  })
})

function eachWorld(holds: (world: KeepersWorld) => void): void {
  const property = fc.property(plan, (told) => {
    const world = new KeepersWorld(told)
    world.live()
    holds(world)
  })
  fc.assert(property, { numRuns: 60, seed: 20261126 })
}
