import { refusedEventsProjection } from '#gateway/lead-events/refused-projection.ts'
import { accountProjection } from '#gateway/read-models/account-projection.ts'
import { mediaProjection } from '#gateway/read-models/media-projection.ts'
import { outgoingProjection } from '#gateway/read-models/outgoing-projection.ts'
import { peopleProjection } from '#gateway/read-models/people-projection.ts'
import { spendProjection } from '#gateway/read-models/spend-projection.ts'
import { salesProjection } from '#gateway/read-models/sales-projection.ts'
import { teamProjection } from '#gateway/read-models/team-projection.ts'
import { listingProjection } from '#rag/listing-projection.ts'
import { checkpointCollection } from '#runtime/projection-checkpoint.ts'
import { pause } from '#runtime/backoff.ts'
import type { Clock } from '#runtime/ports/clock.ts'
import type { Documents } from '#runtime/ports/documents.ts'
import type { Log } from '#runtime/ports/log.ts'
import type { Projection } from '#runtime/runtime.ts'

/** Everything that is built from facts, in the order in which it is built. */
export const projections: readonly Projection[] = [
  salesProjection,
  outgoingProjection,
  peopleProjection,
  accountProjection,
  spendProjection,
  mediaProjection,
  teamProjection,
  refusedEventsProjection,
  listingProjection,
]

const tryAgainMs = 1000
const patienceMs = 3000
/** A server that for so long neither refuses nor answers is as good as away. */
const silenceMs = 30_000

/**
 * Makes sure that the read models' collections are there, in a process that only reads them. Resolves when they are, however long a busy server takes
 * over it, or a few seconds after it was found to be away: then it goes on trying behind the scenes until `signal` ends.
 */
export async function defineCollections(parts: {
  readonly documents: Pick<Documents, 'define'>
  readonly clock: Clock
  readonly log: Log
  readonly signal: AbortSignal
}): Promise<void> {
  const { documents, clock, log, signal } = parts
  const names = [{ name: checkpointCollection, indexes: [] }, ...projections.flatMap((each) => each.collections)]
  const away = Promise.withResolvers<void>()
  const enough = new AbortController()
  const either = AbortSignal.any([signal, enough.signal])
  let answered = 0
  const define = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        for (const collection of names) {
          await documents.define(collection)
          answered += 1
        }
        return
      } catch (error) {
        away.resolve()
        log.debug('the read models can not be reached yet', { error: String(error) })
        await pause(clock, tryAgainMs, signal)
      }
    }
  }
  const silent = async (): Promise<void> => {
    for (let before = -1; before !== answered && !either.aborted;) {
      before = answered
      await pause(clock, silenceMs, either)
    }
  }
  const patience = away.promise.then(() => pause(clock, patienceMs, either))
  await Promise.race([define(), patience, silent()])
  enough.abort()
}
