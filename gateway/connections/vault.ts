import { randomBytes } from 'node:crypto'
import type { Records } from '#runtime/ports/records.ts'
import { signingKey } from '../auth/secrets.ts'
import { GatewayError } from '../errors.ts'
import { decrypt, encrypt, keyBytes } from './aes-gcm.ts'
import { heldMasterKeys, masterKey, type MasterKeys, type WrappedKey } from './master-keys.ts'

/**
 * Secrets as they may be kept. Each has a data key of its own, which a master key wraps (envelope encryption), and is bound to `where` it
 * belongs, so that it opens nowhere else. Opening throws a `GatewayError` that says what is wrong and what to do, without the secret.
 */
export interface Vault {
  seal(secret: string, where: string): Promise<string>
  open(sealed: string, where: string): Promise<string>
  /** The same under the master key that seals now; as it is where it already is. */
  rewrap(sealed: string, where: string): Promise<string>
}

/** A sealed text is `v1.<id of the master key>.<wrapped data key>.<ciphertext>`, the last two in base64url. */
export function createVault({ keys }: { readonly keys: MasterKeys }): Vault {
  return {
    async seal(secret, where) {
      const dataKey = randomBytes(keyBytes)
      const body = encrypt(Buffer.from(secret), dataKey, secretAt(where))
      return written(await keys.wrap(dataKey, where), body)
    },
    async open(sealed, where) {
      const { wrapped, body } = readSealed(sealed, where)
      const plain = decrypt(body, await dataKeyOf(keys, wrapped, where), secretAt(where))
      if (plain === undefined) throw altered(where)
      return Buffer.from(plain).toString()
    },
    async rewrap(sealed, where) {
      const { wrapped, body } = readSealed(sealed, where)
      if (wrapped.keyId === keys.current) return sealed
      return written(await keys.wrap(await dataKeyOf(keys, wrapped, where), where), body)
    },
  }
}

/**
 * The vault of a house. The first of the given keys seals, all open. Without any, the house makes one on first use and keeps it with its records:
 * that keeps secrets out of logs and answers, and not from whoever has the records. It goes on opening when keys are given later.
 */
export async function openVault(records: Records, given: readonly Uint8Array[]): Promise<Vault> {
  const ownNeeded = given.length === 0 || (await records.get('keys', 'vault')) !== undefined
  const own = ownNeeded ? [await signingKey(records, 'vault')] : []
  return createVault({ keys: heldMasterKeys([...given, ...own].map(masterKey)) })
}

interface Sealed {
  readonly wrapped: WrappedKey
  readonly body: Uint8Array
}

function written({ keyId, wrapped }: WrappedKey, body: Uint8Array): string {
  return ['v1', keyId, ...[wrapped, body].map((bytes) => Buffer.from(bytes).toString('base64url'))].join('.')
}

function readSealed(text: string, where: string): Sealed {
  const [, keyId, wrapped, body] = /^v1\.([\w-]+)\.([\w-]+)\.([\w-]+)$/u.exec(text) ?? []
  if (keyId === undefined || wrapped === undefined || body === undefined) throw altered(where)
  return { wrapped: { keyId, wrapped: Buffer.from(wrapped, 'base64url') }, body: Buffer.from(body, 'base64url') }
}

async function dataKeyOf(keys: MasterKeys, wrapped: WrappedKey, where: string): Promise<Uint8Array> {
  const unwrapped = await keys.unwrap(wrapped, where)
  switch (unwrapped.kind) {
    case 'key':
      return unwrapped.dataKey
    case 'altered':
      throw altered(where)
    case 'unknown':
      throw new GatewayError(
        'internal',
        `The secret ${where} is sealed under master key ${wrapped.keyId}, which this server does not have: ` +
          'give that key in FINEACERS_SECRET_KEY too, or save the secret again.',
      )
  }
}

function altered(where: string): GatewayError {
  return new GatewayError(
    'internal',
    `The secret ${where} is not as it was sealed, or was sealed for another place: save it again.`,
  )
}

function secretAt(where: string): string {
  return `secret of ${where}`
}
