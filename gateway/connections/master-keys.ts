import { createHash } from 'node:crypto'
import { decrypt, encrypt } from './aes-gcm.ts'

/** A data key under a master key. */
export interface WrappedKey {
  readonly keyId: string
  readonly wrapped: Uint8Array
}

/** What became of unwrapping. `unknown`: nobody here has that master key. `altered`: it is not what was wrapped for this place. */
export type Unwrapped =
  { readonly kind: 'key'; readonly dataKey: Uint8Array } | { readonly kind: 'unknown' } | { readonly kind: 'altered' }

/** Who wraps data keys. Here the keys are in the process; a key server would stand behind the same two calls, and give none away. */
export interface MasterKeys {
  /** The id of the key that wraps. */
  readonly current: string
  wrap(dataKey: Uint8Array, where: string): Promise<WrappedKey>
  unwrap(wrapped: WrappedKey, where: string): Promise<Unwrapped>
}

/** A master key of 32 bytes and the name that what it seals carries. */
export interface MasterKey {
  readonly id: string
  readonly key: Uint8Array
}

/** A master key with an id that follows from it, so that every process calls it the same. */
export function masterKey(key: Uint8Array): MasterKey {
  const id = createHash('sha256').update('master key ').update(key).digest('hex').slice(0, 8)
  return { id, key }
}

/** Master keys held in this process: the first wraps, all unwrap. Throws when there is none. */
export function heldMasterKeys(keys: readonly MasterKey[]): MasterKeys {
  const [first] = keys
  if (first === undefined) throw new Error('a vault needs a master key')
  return {
    current: first.id,
    wrap: async (dataKey, where) => ({
      keyId: first.id,
      wrapped: encrypt(dataKey, first.key, boundTo(first.id, where)),
    }),
    async unwrap({ keyId, wrapped }, where) {
      const held = keys.find(({ id }) => id === keyId)
      if (held === undefined) return { kind: 'unknown' }
      const dataKey = decrypt(wrapped, held.key, boundTo(keyId, where))
      return dataKey === undefined ? { kind: 'altered' } : { kind: 'key', dataKey }
    },
  }
}

function boundTo(keyId: string, where: string): string {
  return `data key under ${keyId} for ${where}`
}
