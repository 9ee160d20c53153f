import { isDeepStrictEqual } from 'node:util'
import type { Records } from '#runtime/ports/records.ts'
import { GatewayError } from '../errors.ts'
import { toJson } from '../read-models/shape.ts'

/** Records of a collection that are gone through at once. */
export const sealedMax = 1000

/** Brings every secret of a collection under the master key that seals now, by `rewrap`. Answers why some could not be. */
export async function rewrapAll<Sealed extends object>(
  records: Records,
  {
    collection,
    read,
    rewrap,
  }: {
    readonly collection: string
    readonly read: (value: unknown) => Sealed
    readonly rewrap: (sealed: Sealed, key: string) => Promise<Sealed>
  },
): Promise<readonly string[]> {
  const problems: string[] = []
  for (const { key, revision, value } of await records.list(collection, '', sealedMax)) {
    const sealed = read(value)
    const rewrapped = await openedOrWhy(rewrap(sealed, key))
    if (rewrapped instanceof GatewayError) problems.push(rewrapped.message)
    // Whoever is faster has sealed anew what they changed; the rest waits for the next time.
    else if (!isDeepStrictEqual(rewrapped, sealed)) await records.put(collection, key, toJson(rewrapped), revision)
  }
  return problems
}

/** What opens, or why it does not. Any failure that is no `GatewayError` is thrown. */
export async function openedOrWhy<Opened>(opening: Promise<Opened>): Promise<Opened | GatewayError> {
  try {
    return await opening
  } catch (error) {
    if (error instanceof GatewayError) return error
    throw error
  }
}
