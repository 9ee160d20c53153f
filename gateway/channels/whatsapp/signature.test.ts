import { describe, expect, it } from 'vitest'
import { isSigned, signatureOf } from './signature.ts'

const secret = 'contract-test-secret'
const body = String.raw`{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},"contacts":[{"profile":{"name":"Zo\u00eb"},"wa_id":"34600111222"}],"messages":[{"from":"34600111222","id":"wamid.T1","timestamp":"1790000000","type":"text","text":{"body":"\u00bfPrecio? \ud83c\udfe0"}}]},"field":"messages"}]}]}`
const raw = Buffer.from(body)
const header = 'sha256=b194936547fe07c9b5e7ab64dbbfb73ba25134e7818ffac46901fbf89ad45547'

describe('the signature of a webhook', () => {
  it("is that of the reference's vector", () => {
    expect(signatureOf(raw, secret)).toBe(header)
    expect(isSigned(raw, header, [secret])).toBe(true)
  })

  it('is of the bytes as they came: a body parsed and written again has another one', () => {
    const again = Buffer.from(JSON.stringify(JSON.parse(body)))
    expect(signatureOf(again, secret)).toBe('sha256=4af376ec1a38a5f4ee9dd413b6dea00905d31098a4cffe591dbe2a17b676fdc9')
    expect(isSigned(again, header, [secret])).toBe(false)
    expect(isSigned(raw, signatureOf(again, secret), [secret])).toBe(false)
  })

  it('covers accents and emoji that are not escaped, too', () => {
    const unescaped = Buffer.from('{"text":"¿Precio? 🏠"}')
    expect(isSigned(unescaped, signatureOf(unescaped, secret), [secret])).toBe(true)
  })

  it('is refused with another secret, without a header, or with one that is no signature', () => {
    expect(isSigned(raw, header, ['another'])).toBe(false)
    for (const wrong of [undefined, '', 'sha256=', header.slice(7), header.slice(0, -1), header.replace('b', 'c')]) {
      expect(isSigned(raw, wrong, [secret])).toBe(false)
    }
  })

  it('is refused when there is no secret, whatever it says', () => {
    expect(isSigned(raw, header, [])).toBe(false)
    expect(isSigned(raw, signatureOf(raw, ''), [''])).toBe(false)
  })

  it('is taken with either secret while one is being replaced', () => {
    expect(isSigned(raw, header, ['new', secret])).toBe(true)
    expect(isSigned(raw, signatureOf(raw, 'new'), ['new', secret])).toBe(true)
  })
})
