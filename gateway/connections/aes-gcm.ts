import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** Bytes of a key. */
export const keyBytes = 32
const nonceBytes = 12
const tagBytes = 16

/** Encrypts with AES-256-GCM under a fresh nonce. Only whoever names the same `bound` text decrypts it. Answers nonce, tag and ciphertext. */
export function encrypt(plain: Uint8Array, key: Uint8Array, bound: string): Uint8Array {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(bound))
  const body = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body])
}

/** What `encrypt` was given, or `undefined` where anything of it, the key or the bound text is another. */
export function decrypt(sealed: Uint8Array, key: Uint8Array, bound: string): Uint8Array | undefined {
  if (sealed.length < nonceBytes + tagBytes) return undefined
  const [nonce, tag] = [sealed.subarray(0, nonceBytes), sealed.subarray(nonceBytes, nonceBytes + tagBytes)]
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
    decipher.setAAD(Buffer.from(bound)).setAuthTag(tag)
    return Buffer.concat([decipher.update(sealed.subarray(nonceBytes + tagBytes)), decipher.final()])
  } catch {
    return undefined
  }
}
