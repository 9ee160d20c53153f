import { array, assert, integer, oneof, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { messageOf } from './testing/fake-ports.ts'
import { accept, emptyLog, isComplete, lastHeld, merge, type MessageLog } from './transcript.ts'

describe('a message log', () => {
  it('whatever order frames and pages come in, numbers stay 1…n and it never claims completeness falsely', () => {
    const numbers = array(oneof(integer({ min: 1, max: 12 }), array(integer({ min: 1, max: 12 }))), {
      maxLength: 40,
    })
    assert(
      property(numbers, (steps) => {
        let log: MessageLog = emptyLog
        let known = 0
        for (const step of steps) {
          const before = lastHeld(log)
          if (typeof step === 'number') {
            known = Math.max(known, step)
            const taken = accept(log, messageOf(step))
            expect(taken.as).toBe(step <= before ? 'known' : step === before + 1 ? 'appended' : 'gap')
            log = taken.log
          } else {
            const page = step.toSorted((a, b) => a - b)
            known = Math.max(known, ...page)
            log = merge(log, { messages: page.map((n) => messageOf(n)), lastN: page.at(-1) ?? 0 })
          }
          expect(log.messages.map(({ n }) => n)).toEqual(log.messages.map((_, index) => index + 1))
          expect(isComplete(log)).toBe(lastHeld(log) >= known)
        }
      }),
      { seed: 7, numRuns: 500 },
    )
  })
})
