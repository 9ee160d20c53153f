import { array, assert, integer, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TranscriptMessage } from '#gateway/protocol.ts'
import { addMessages, emptyTranscript, hasGap, hearOfLast } from './transcript.ts'

function message(n: number): TranscriptMessage {
  return { n, author: { kind: 'customer' }, text: `text ${n}`, atMs: n, epoch: 1 }
}

describe('the transcript', () => {
  it('holds back a message whose number is not the next one, and knows that something is missing', () => {
    const state = addMessages(addMessages(emptyTranscript, [message(1)]), [message(3)])
    expect(state.messages.map((each) => each.n)).toEqual([1])
    expect(hasGap(state)).toBe(true)
    const whole = addMessages(state, [message(2)])
    expect(whole.messages.map((each) => each.n)).toEqual([1, 2, 3])
    expect(hasGap(whole)).toBe(false)
  })

  it('is the same object when nothing new came, so that nothing is drawn again', () => {
    const state = addMessages(emptyTranscript, [message(1), message(2)])
    expect(addMessages(state, [message(1)])).toBe(state)
  })

  it('hears of a last number it does not have', () => {
    expect(hasGap(hearOfLast(addMessages(emptyTranscript, [message(1)]), 4))).toBe(true)
  })

  it('equals the server’s log after any losses, repeats and reordering, once what is missing was asked for', () => {
    assert(
      property(
        integer({ min: 1, max: 40 }),
        array(integer({ min: 1, max: 40 }), { maxLength: 120 }),
        (last, arrivals) => {
          const log = Array.from({ length: last }, (_, index) => message(index + 1))
          let state = emptyTranscript
          for (const n of arrivals) if (n <= last) state = addMessages(state, [message(n)])
          expect(state.messages.map((each) => each.n)).toEqual(
            Array.from({ length: state.completeTo }, (_, index) => index + 1),
          )
          state = hearOfLast(state, last)
          if (hasGap(state)) state = addMessages(state, log.slice(state.completeTo))
          expect(state.messages).toEqual(log)
          expect(state.ahead).toEqual([])
        },
      ),
      { seed: 7, numRuns: 300 },
    )
  })
})
