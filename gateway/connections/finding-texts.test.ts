import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { coded, findingTexts, textOf } from './finding-texts.ts'

const files = [
  './check-connection.ts',
  './check-page.ts',
  './check-sms.ts',
  './check-mail.ts',
  './meta-findings.ts',
  './sent-finding.ts',
  './subscribe-page.ts',
  '../channels/email/domain-health.ts',
  '../channels/email/imap-line.ts',
]

describe('what a check found, by its code', () => {
  it('has the code of each sentence and what varies in it; a provider’s own words have none', () => {
    expect(coded({ ok: false, what: 'Valid until 2026-12-01.', whatToDo: 'Mend the access token first.' })).toEqual({
      ok: false,
      what: 'Valid until 2026-12-01.',
      whatToDo: 'Mend the access token first.',
      says: { code: 'token.until', values: { day: '2026-12-01' } },
      asks: { code: 'token.mend', values: {} },
    })
    expect(textOf('(#190) Error validating access token')).toBeUndefined()
    expect(textOf('Leads can be looked for: 1 form, 3 in the first one since yesterday.')?.code).toBe('sweep.one')
  })

  it('has one for every sentence that the checks say', () => {
    const missing = files.flatMap((file) => {
      const source = readFileSync(new URL(file, import.meta.url), 'utf8').replaceAll(/^\s*(?:\*|\/\/|\/\*).*$/gmu, '')
      const sentences = [...source.matchAll(/'([A-Z][^'\n]{6,}[.a-z])'/gu)].map(([, text = '']) => text)
      return sentences.filter((each) => each.includes(' ') && textOf(each) === undefined)
    })
    expect(missing).toEqual([])
  })

  it('can be told apart: no sentence is read as another', () => {
    for (const [code, text] of Object.entries(findingTexts)) {
      expect(textOf(text.replaceAll(/\{\w+\}/gu, '7'))?.code).toBe(code)
    }
  })
})
