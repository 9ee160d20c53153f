import { describe, expect, it } from 'vitest'
import { waitingWords } from './waiting-words.ts'

const base = { kind: 'waiting', language: 'en', timeZone: 'Asia/Kolkata' } as const

describe('what a customer who waits is told', () => {
  it('is that somebody will answer, and their place when others are before them', () => {
    expect(waitingWords({ ...base, line: {} })).toBe('Thank you. A colleague of mine will answer you here.')
    expect(waitingWords({ ...base, line: { position: 1, waiting: 1 } })).not.toContain('number')
    expect(waitingWords({ ...base, line: { position: 3, waiting: 4 } })).toContain('You are number 3 in the line.')
  })

  it('is from when somebody is there, in their own time, and no place in a line that does not move', () => {
    const line = { position: 3, nobodyOnShift: true, opensAtMs: Date.UTC(2026, 10, 28, 3, 30) }
    const said = waitingWords({ ...base, line })
    expect(said).toMatch(/Nobody is here right now; we are back on Sat.* 28 Nov.*9:00 am/)
    expect(said).not.toContain('number 3')
  })

  it('is in Hindi to those who write it', () => {
    expect(waitingWords({ ...base, language: 'hi', line: { position: 2 } })).toContain('नंबर 2')
  })
})
