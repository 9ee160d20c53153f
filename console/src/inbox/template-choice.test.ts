import { describe, expect, it } from 'vitest'
import type { TemplateView } from '#gateway/protocol.ts'
import { filledTemplate, firstLanguage, firstVariables, foundTemplates, languagesOf } from './template-choice.ts'

function template(more: Partial<TemplateView> = {}): TemplateView {
  const base = { account: '1', name: 'viewing_reminder', language: 'en', status: 'APPROVED', category: 'utility' }
  return { ...base, body: 'Hi {{1}}, your viewing is on {{2}}.', variables: 2, buttons: [], ...more }
}

describe('choosing a template', () => {
  it('finds by words of the name or the text, in one language or all', () => {
    const all = [
      template(),
      template({ language: 'es', body: 'Hola {{1}}' }),
      template({ name: 'follow_up', body: 'Hi' }),
    ]
    const names = (search: string, language = ''): readonly string[] =>
      foundTemplates(all, { search, language }).map((each) => `${each.name}/${each.language}`)
    expect(names('viewing rem')).toEqual(['viewing_reminder/en', 'viewing_reminder/es'])
    expect(names('hola')).toEqual(['viewing_reminder/es'])
    expect(names('', 'en')).toEqual(['viewing_reminder/en', 'follow_up/en'])
    expect(languagesOf(all)).toEqual(['en', 'es'])
  })

  it('begins with the name of the customer, where the first variable or its name stands for it', () => {
    expect(firstVariables(template(), 'Ana')).toEqual(['Ana', ''])
    expect(firstVariables(template({ body: '{{day}} {{first_name}}' }), 'Ana')).toEqual(['', 'Ana'])
  })

  it('can be sent once everything is filled in, and reads as it will', () => {
    expect(filledTemplate(template(), { variables: ['Ana', ' '], link: '' })).toBeUndefined()
    expect(filledTemplate(template(), { variables: ['Ana', 'Tuesday '], link: '' })).toEqual({
      template: { name: 'viewing_reminder', language: 'en', variables: ['Ana', 'Tuesday'] },
      text: 'Hi Ana, your viewing is on Tuesday.',
    })
    const pictured = template({ header: 'image', body: 'Hi', variables: 0 })
    expect(filledTemplate(pictured, { variables: [], link: 'x.jpg' })).toBeUndefined()
    const link = 'https://example.com/88.jpg'
    expect(filledTemplate(pictured, { variables: [], link })?.template.header).toBe(link)
  })
})

describe('the language shown first', () => {
  it('is the customer’s, where there is one of that name; else every one is shown', () => {
    const of = (...tags: readonly string[]) => tags.map((language) => template({ language }))
    expect(firstLanguage(of('en', 'hi'), 'hi-Latn')).toBe('hi')
    expect(firstLanguage(of('en_US', 'en_GB', 'hi'), 'en')).toBe('')
    expect(firstLanguage(of('en'), 'hi')).toBe('')
  })
})
