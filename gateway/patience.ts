import type { Clock } from '#runtime/ports/clock.ts'
import { StorageError } from '#runtime/ports/storage-error.ts'
import { GatewayError } from './errors.ts'

/** How long a conversation waits for read models before it goes on without. Healthy ones answer within some hundredth of it. */
export const documentsPatienceMs = 2000

/** How long a list does, which is nothing without them. */
export const listPatienceMs = 8000

/** What a read model answers, or `store-unavailable` when it does not in time: a client is told, instead of left to wait for a store that is away. */
export function patiently<Answer>(
  clock: Clock,
  asked: Promise<Answer>,
  patienceMs: number = listPatienceMs,
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const tooLong = (): void =>
    reject(new StorageError('store-unavailable', `read models did not answer within ${patienceMs} ms`))
  const cancel = clock.schedule(clock.nowMs() + patienceMs, tooLong)
  void asked.then(resolve, reject).finally(cancel)
  return promise
}

/** The same where the reader can do without: `undefined` while read models can't be read. Other errors are thrown. */
export async function whereReadable<Answer>(clock: Clock, asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await patiently(clock, asked, documentsPatienceMs)
  } catch (error) {
    if (error instanceof StorageError) return undefined
    throw error
  }
}

/** The same for a list: while it can't be read the member is told so, and that it mends itself. */
export async function listed<Answer>(clock: Clock, asked: Promise<Answer>): Promise<Answer> {
  try {
    return await patiently(clock, asked)
  } catch (error) {
    if (!(error instanceof StorageError) || error.code === 'cursor-refused') throw error
    throw new GatewayError(
      'unavailable',
      'Lists cannot be read just now. Conversations go on, and lists catch up by themselves.',
    )
  }
}
