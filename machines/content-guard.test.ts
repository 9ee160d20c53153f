import { describe, expect, it } from 'vitest'
import { blocked } from './content-guard.ts'
import type { OutgoingContent } from './dispatch-contract.ts'

const rules = { bannedPhrases: ['guaranteed returns', 'सबसे सस्ता'], linkHosts: ['acme.example', 'wa.me'] }
const words = (text: string): OutgoingContent => ({ kind: 'text', text, cards: [], chips: [] })

describe('what may be said in the company’s name', () => {
  it('[M49] is no banned phrase, in any case, over any blank, and not as a part of another word', () => {
    expect(blocked(words('We offer Guaranteed\n RETURNS!'), rules)).toContain('guaranteed returns')
    expect(blocked(words('guaran\u200Bteed returns'), rules)).toContain('guaranteed returns')
    expect(blocked(words('यह सबसे सस्ता है'), rules)).toContain('सबसे सस्ता')
    expect(blocked(words('unguaranteed returns'), rules)).toBeUndefined()
    expect(blocked(words('Returns are not guaranteed.'), rules)).toBeUndefined()
  })

  for (const [text, host] of [
    ['See https://evil.example/x', 'evil.example'],
    ['See http://acme.example@evil.example', 'evil.example'],
    ['See HTTPS://acme.example.evil.example', 'acme.example.evil.example'],
    ['See bit.ly/3x', 'bit.ly'],
    ['See www.other.com', 'www.other.com'],
    ['See other.in.', 'other.in'],
    ['(other.co)', 'other.co'],
  ] as const) {
    it(`[M49] leads to no foreign host: ${text}`, () => {
      expect(blocked(words(text), rules)).toContain(host)
    })
  }

  for (const text of [
    'See https://acme.example/homes and www.acme.example, or https://wa.me/34600111222.',
    'It costs 1.5 crore, e.g. for 2.5 BHK. Call me.',
    'Write to ana@other.com',
    '',
  ]) {
    it(`[M49] is anything else: ${text}`, () => {
      expect(blocked(words(text), rules)).toBeUndefined()
    })
  }

  it('[M49] counts wherever it stands: in a variable, on a button, in an address to tap', () => {
    const template = {
      kind: 'template',
      name: 'offer',
      language: 'en',
      category: 'marketing',
      variables: ['guaranteed returns'],
      header: { kind: 'image', link: 'https://files.example/a.png' },
      preview: '',
    } as const
    expect(blocked(template, rules)).toContain('guaranteed returns')
    expect(blocked({ ...template, variables: [] }, rules)).toBeUndefined()
    expect(blocked({ kind: 'link', text: 'Look', label: 'Open', url: 'https://x.example/' }, rules)).toContain(
      'x.example',
    )
    const chips = [{ label: 'Guaranteed returns', send: 'yes' }]
    expect(blocked({ kind: 'text', text: 'Hi', cards: [], chips }, rules)).toContain('guaranteed returns')
  })

  it('is anything where a workspace wants nothing kept', () => {
    const none = { bannedPhrases: [], linkHosts: [] }
    expect(blocked(words('guaranteed returns at https://evil.example'), none)).toBeUndefined()
    expect(blocked(words('anything'), { ...none, bannedPhrases: ['', '  '] })).toBeUndefined()
  })
})
