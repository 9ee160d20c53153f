import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { consentWordIn } from './consent-words.ts'

describe('consent words', () => {
  it.each([
    'STOP',
    'Stop!',
    '  stop.  ',
    'ＳＴＯＰ',
    '🛑 stop ✋🏽️',
    '*STOP*',
    'STOP PROMOTIONS',
    'STOP_PROMOTIONS',
    'Please stop',
    'pls stop sending me messages',
    'Stop these messages',
    'Unsubscribe',
    'opt-out',
    'Don’t message me',
    'do not contact me anymore',
    'No more messages please',
    'Remove me from your list',
    'band karo',
    'Message band kar do!!',
    'ab mujhe msg mat bhejo',
    'mat bhejo ji',
    'message mat karo',
    'बंद करो',
    'बन्द करो।',
    'कृपया बंद करें',
    'मैसेज भेजना बंद करें',
    'रोकें',
    'मुझे संदेश मत भेजें',
    'स्टॉप',
  ])('%j says stop', (text) => {
    expect(consentWordIn(text)).toBe('stop')
  })

  it.each([
    'START',
    'start.',
    'Unstop',
    'resume',
    'Subscribe',
    'opt in',
    'start messages please',
    'shuru karo',
    'phir se shuru karo 🙏',
    'शुरू करें',
    'शुरु करो',
    'फिर से शुरू करें',
  ])('%j says start', (text) => {
    expect(consentWordIn(text)).toBe('start')
  })

  it.each([
    '',
    '...',
    'please',
    'messages',
    'which bus stop is near?',
    'bus stop?',
    'stop by tomorrow',
    'please stop the visit at 5',
    'can you stop calling my father and call me',
    'nonstop',
    'when can we start?',
    'ok start',
    'lets start with 2 BHK',
    'send me your resume',
    'cancel',
    'no more',
    'ruko',
    'mat karo',
    'nahi chahiye',
    'visit band karo aur kal rakho',
    'बस स्टॉप कितनी दूर है?',
    'काम कब शुरू करें',
    `stop ${'!'.repeat(300)}`,
  ])('%j says neither', (text) => {
    expect(consentWordIn(text)).toBeUndefined()
  })

  it('case, spacing, punctuation and emoji around make no difference', () => {
    const words = fc.constantFrom('stop', 'band karo', 'बंद करो', 'unsubscribe')
    const noise = fc.array(fc.constantFrom(' ', '!', '.', '\n', '🙏', '✋🏽', '️', '*', '"', '।', '…', '‎'), {
      maxLength: 6,
    })
    const cased = fc.tuple(words, fc.boolean()).map(([word, isLoud]) => (isLoud ? word.toUpperCase() : word))
    fc.assert(
      fc.property(noise, cased, noise, (before, word, after) => {
        expect(consentWordIn(`${before.join('')}${word}${after.join('')}`)).toBe('stop')
      }),
      { numRuns: 500, seed: 20260921 },
    )
  })

  it('a word of any other kind beside it makes it a sentence', () => {
    const others = fc.constantFrom('the', 'visit', '5', 'bus', 'work', 'before', 'कल', 'ghar')
    fc.assert(
      fc.property(others, fc.constantFrom('stop', 'start', 'band karo', 'शुरू करें'), (other, word) => {
        expect(consentWordIn(`${other} ${word}`)).toBeUndefined()
        expect(consentWordIn(`${word} ${other} ${other}`)).toBeUndefined()
      }),
      { numRuns: 500, seed: 20260921 },
    )
  })

  it('any text at all is read without an error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 250 }), (text) => {
        expect([undefined, 'stop', 'start']).toContain(consentWordIn(text))
      }),
      { numRuns: 500, seed: 20260921 },
    )
  })
})
