import { describe, expect, it } from 'vitest'
import { isTwilioSigned, twilioSignature } from './twilio-signature.ts'

const address = 'https://mycompany.com/myapp.php?foo=1&bar=2'
const authToken = '12345'
const fields = [
  ['To', '+18005551212'],
  ['Digits', '1234'],
  ['From', '+14158675309'],
  ['Caller', '+14158675309'],
  ['CallSid', 'CA1234567890ABCDE'],
] as const

describe('Twilio’s signature', () => {
  it('is that of the example in Twilio’s own documentation, whatever the order of the fields', () => {
    const expected = 'RSOYDt4T1cUTdK1PDd93/VVr8B8='
    expect(twilioSignature(address, fields, authToken)).toBe(expected)
    expect(twilioSignature(address, fields.toReversed(), authToken)).toBe(expected)
    expect(twilioSignature(address, [...fields, ['Digits', '1234']], authToken)).toBe(expected)
  })

  it('is taken with the port that goes without saying, and without', () => {
    for (const signed of [address, address.replace('.com/', '.com:443/')]) {
      const header = twilioSignature(signed, fields, authToken)
      for (const seen of [address, address.replace('.com/', '.com:443/')]) {
        expect(isTwilioSigned({ address: seen, fields }, header, authToken)).toBe(true)
      }
      expect(isTwilioSigned({ address: address.replace('.com/', '.com:8443/'), fields }, header, authToken)).toBe(
        signed === address,
      )
    }
  })

  it('is refused when it is missing, another’s, of another address or of other fields, and without a token', () => {
    const header = twilioSignature(address, fields, authToken)
    const posted = { address, fields }
    expect(isTwilioSigned(posted, header, authToken)).toBe(true)
    expect(isTwilioSigned(posted, undefined, authToken)).toBe(false)
    expect(isTwilioSigned(posted, header, '')).toBe(false)
    expect(isTwilioSigned(posted, twilioSignature(address, fields, ''), '')).toBe(false)
    expect(isTwilioSigned(posted, header, '12346')).toBe(false)
    expect(isTwilioSigned({ address: `${address}3`, fields }, header, authToken)).toBe(false)
    expect(isTwilioSigned({ address, fields: fields.slice(1) }, header, authToken)).toBe(false)
    expect(isTwilioSigned(posted, `${header}=`, authToken)).toBe(false)
  })
})
