import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Records } from '#runtime/ports/records.ts'
import { textIn } from '../read-models/shape.ts'

/** Unguessable text of 256 bits, URL-safe. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** SHA-256 in hexadecimal: how secrets of full entropy are kept. Passwords are not; they are hashed with argon2id. */
export function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Compares two fingerprints in constant time. */
export function sameFingerprint(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

/** The signing key of a name, made on first use and the same for ever after, whichever process asks first. */
export async function signingKey(records: Records, name: string): Promise<Uint8Array> {
  const stored = await records.get('keys', name)
  if (stored !== undefined) return Buffer.from(textIn(stored.value['secret']), 'base64url')
  await records.put('keys', name, { secret: newSecret() }, 0)
  const first = await records.get('keys', name)
  if (first === undefined) throw new Error(`signing key ${name} could not be kept`)
  return Buffer.from(textIn(first.value['secret']), 'base64url')
}
