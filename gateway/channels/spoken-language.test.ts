import { describe, expect, it } from 'vitest'
import { spokenIn } from './spoken-language.ts'

describe('the language of a message', () => {
  it('is told by its letters and words, and by none where they do not tell', () => {
    const told = [
      'मुझे दो बेडरूम चाहिए',
      'mujhe 2 bhk chahiye pune mein',
      'I am looking for a flat in Pune',
      'ok',
      '2 bhk',
      '',
    ]
    expect(told.map(spokenIn)).toEqual(['hi', 'hi-Latn', 'en', undefined, undefined, undefined])
  })
})
