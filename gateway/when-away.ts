import { StorageError } from '#runtime/ports/storage-error.ts'

/** What was asked of a store, or `undefined` when it can't be reached: for what may be unknown. Any other failure is thrown. */
export async function unlessAway<Value>(asking: Promise<Value>): Promise<Value | undefined> {
  try {
    return await asking
  } catch (error) {
    if (isAway(error)) return undefined
    throw error
  }
}

/** Whether an error says that a store can't be reached now, or no more. */
export function isAway(error: unknown): boolean {
  return error instanceof StorageError && (error.code === 'store-unavailable' || error.code === 'store-closed')
}
