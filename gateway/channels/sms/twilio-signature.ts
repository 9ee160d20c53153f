import { createHmac } from 'node:crypto'
import { sameFingerprint } from '../../auth/secrets.ts'

/** The fields of a form, in the order they came; a name may come more than once. */
export type FormFields = readonly (readonly [name: string, value: string])[]

/**
 * The header `X-Twilio-Signature` of a form that is posted to an address: base64 of the HMAC-SHA1, keyed with the auth token, of the whole
 * address followed by each name and its value, in the order of the names. Source: twilio.com/docs/usage/security.
 */
export function twilioSignature(address: string, fields: FormFields, authToken: string): string {
  const sorted = fields.toSorted(([one, first], [other, second]) => order(one, other) || order(first, second))
  const once = sorted.filter(
    ([name, value], index) => name !== sorted[index - 1]?.[0] || value !== sorted[index - 1]?.[1],
  )
  const text = address + once.map(([name, value]) => `${name}${value}`).join('')
  return createHmac('sha1', authToken).update(text, 'utf8').digest('base64')
}

/** Whether one of the tokens signed it. Twilio signs the address with its port or without. False without a header or without a token. */
export function isTwilioSigned(
  { address, fields }: { readonly address: string; readonly fields: FormFields },
  header: string | undefined,
  authToken: string,
): boolean {
  if (header === undefined || authToken === '') return false
  return spellings(address).some((each) => sameFingerprint(header, twilioSignature(each, fields, authToken)))
}

function order(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

/** The address as it is, and without its port or with the one that goes without saying. */
function spellings(address: string): readonly string[] {
  const [, scheme, host, rest] = /^(https?):\/\/([^/?]+)(.*)$/su.exec(address) ?? []
  if (scheme === undefined || host === undefined || rest === undefined) return [address]
  const named = host.replace(/:\d+$/u, '')
  const other = named === host ? `${host}${scheme === 'https' ? ':443' : ':80'}` : named
  return [address, `${scheme}://${other}${rest}`]
}
