import { createHmac } from 'node:crypto'
import { sameFingerprint } from '../../auth/secrets.ts'

/** The header `X-Hub-Signature-256` of a body: `sha256=` and the HMAC-SHA256 of its bytes in hexadecimal. Source: reference 6.2. */
export function signatureOf(rawBody: Buffer, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(rawBody).digest('hex')}`
}

/**
 * Whether the body was signed with one of the app's secrets; there are two while one is being replaced. It takes the bytes as they came:
 * Meta escapes non-ASCII, so a body parsed and written again has another signature. False without a header or without a secret.
 */
export function isSigned(rawBody: Buffer, header: string | undefined, secrets: readonly string[]): boolean {
  if (header === undefined) return false
  return secrets.some((secret) => secret !== '' && sameFingerprint(header, signatureOf(rawBody, secret)))
}
