import { describe, expect, it } from 'vitest'
import { GatewayError } from './errors.ts'
import { limits } from './protocol.ts'
import { cleanText } from './text.ts'

function codeOf(text: string): string {
  try {
    cleanText(text)
    return 'accepted'
  } catch (error) {
    return error instanceof GatewayError ? error.problem.code : String(error)
  }
}

describe('a message as it may be kept', () => {
  it('keeps every script, emoji and line break, and takes out what only harms', () => {
    expect(cleanText('नमस्ते 👩‍👩‍👧 مرحبا')).toBe('नमस्ते 👩‍👩‍👧 مرحبا')
    expect(cleanText('  one\r\ntwo\u0000\u0007\tthree\u0085 ')).toBe('one\ntwo\tthree')
    expect(cleanText('half \ud800 pair').isWellFormed()).toBe(true)
    expect(cleanText('e\u0301')).toBe('é')
  })

  it('refuses what is empty once cleaned, and what is too long, by different codes', () => {
    expect(codeOf(' \u0000\n ')).toBe('invalid')
    expect(codeOf('x'.repeat(limits.textMax))).toBe('accepted')
    expect(codeOf('x'.repeat(limits.textMax + 1))).toBe('too-large')
    expect(codeOf('x'.repeat(100_000))).toBe('too-large')
  })
})
