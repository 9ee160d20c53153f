import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readWebhook } from './read-webhook.ts'
import { deliveries, onTheWire } from './testing/payloads.ts'
import { mutated } from './testing/mutated.ts'
import { problemsOf } from './testing/well-formed.ts'

describe('any delivery at all', () => {
  it('is answered with well-formed updates, whatever was done to it', () => {
    fc.assert(
      fc.property(mutated, (body) => {
        expect(problemsOf(readWebhook(JSON.stringify(body)))).toEqual([])
      }),
      { numRuns: 4000, seed: 614 },
    )
  })

  it('is answered when its text is cut, or has other text within', () => {
    const text = fc.tuple(fc.constantFrom(...deliveries.map(onTheWire)), fc.nat(), fc.string({ maxLength: 8 }))
    fc.assert(
      fc.property(text, fc.boolean(), ([whole, nat, other], cut) => {
        const at = nat % whole.length
        const broken = whole.slice(0, at) + (cut ? '' : other + whole.slice(at + other.length))
        expect(problemsOf(readWebhook(broken))).toEqual([])
      }),
      { numRuns: 2000, seed: 615 },
    )
  })

  it('is answered when it is any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
        expect(readWebhook(text)).toMatchObject([{ kind: 'unread' }])
      }),
      { numRuns: 1000, seed: 616 },
    )
  })
})
