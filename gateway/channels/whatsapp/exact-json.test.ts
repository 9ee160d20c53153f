import { describe, expect, it } from 'vitest'
import { parseExactly } from './exact-json.ts'

describe('exact JSON', () => {
  it('keeps whole numbers that JavaScript would round as the text they came in', () => {
    expect(parseExactly('{"id":55459717045641545,"less":-9007199254740993,"list":[12345678901234567890]}')).toEqual({
      id: '55459717045641545',
      less: '-9007199254740993',
      list: ['12345678901234567890'],
    })
  })

  it('finds them wherever a number may stand', () => {
    for (const text of [
      '9007199254740993',
      '-9007199254740993',
      '[9007199254740993]',
      '[1,9007199254740993]',
      '{"a":\t9007199254740993}',
    ])
      expect(JSON.stringify(parseExactly(text))).toContain('"')
  })

  it('leaves every other number, and text that looks like one', () => {
    const text = '[9007199254740991,0,-1.5,1e30,37.44221496582,"55459717045641545"]'
    expect(parseExactly(text)).toEqual(JSON.parse(text))
  })

  it('counts no bracket within a string, and every one outside', () => {
    const shallow = JSON.stringify({ text: `${'['.repeat(2000)}\\"${'{'.repeat(2000)}` })
    expect(parseExactly(shallow)).toEqual(JSON.parse(shallow))
    expect(parseExactly(`${'{"]]]":['.repeat(300)}1${']}'.repeat(300)}`)).toBeUndefined()
  })

  it('is undefined for what is no JSON or nested too deep', () => {
    for (const text of ['', '{', 'undefined', '{"a":1}}', `${'['.repeat(1e6)}${']'.repeat(1e6)}`]) {
      expect(parseExactly(text)).toBeUndefined()
    }
  })
})
