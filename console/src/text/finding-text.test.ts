import { describe, expect, it } from 'vitest'
import { findingTexts } from '#gateway/connections/finding-texts.ts'
import { findingText } from './finding-text.ts'
import { hiFindings } from './hi-findings.ts'

describe('sentences of a check', () => {
  it('are in Hindi where they have a code, and as they were said elsewhere', () => {
    const text = { code: 'token.until', values: { day: '2026-12-01' } }
    expect(findingText('Valid until 2026-12-01.', text, 'hi')).toEqual({ words: '2026-12-01 तक मान्य।', lang: 'hi' })
    expect(findingText('Valid until 2026-12-01.', text, 'en').words).toBe('Valid until 2026-12-01.')
    expect(findingText('(#190) Error', undefined, 'hi')).toEqual({ words: '(#190) Error', lang: 'en' })
  })

  it('are all there in Hindi, with what varies in them', () => {
    const places = (text = '') => [...text.matchAll(/\{\w+\}/gu)].map(([place]) => place).toSorted()
    for (const [code, text] of Object.entries(findingTexts)) {
      expect([code, places(hiFindings[code])]).toEqual([code, places(text)])
      expect(hiFindings[code]).toBeDefined()
    }
    expect(Object.keys(hiFindings).toSorted()).toEqual(Object.keys(findingTexts).toSorted())
  })
})
