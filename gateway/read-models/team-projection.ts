import { partsOf } from '#runtime/address.ts'
import type { Projection } from '#runtime/runtime.ts'
import type { CalendarFacts, QueueFacts } from '#machines/lead-contract.ts'
import { collections, teamCollections } from './collections.ts'
import { toJson } from './shape.ts'

/** A team's queue: who waits, longest first, and each member's load. Key: the queue's address. */
export type QueueDocument = QueueFacts['queue-changed'] & { readonly workspace: string; readonly queue: string }

/** A team's calendar: which slots are taken. Key: the calendar's address. */
export type CalendarDocument = CalendarFacts['calendar-changed'] & {
  readonly workspace: string
  readonly calendar: string
}

/** Queues and calendars. Their actors say all of themselves in one fact, so the document is that fact. */
export const teamProjection: Projection = {
  name: 'team',
  collections: teamCollections,
  wants(fact) {
    return fact.type === 'queue-changed' || fact.type === 'calendar-changed'
  },
  async apply(fact) {
    const { workspace, kind } = partsOf(fact.address)
    const collection = kind === 'queue' ? collections.queues : collections.calendars
    const value = toJson({ ...fact.data, workspace, [kind]: fact.address })
    return [{ op: 'put', collection, key: fact.address, revision: fact.position, value }]
  },
}
