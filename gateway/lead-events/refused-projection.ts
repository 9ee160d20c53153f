import { partsOf } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { Projection } from '#runtime/runtime.ts'
import type { RefusedEventFacts } from '#machines/refused-event-contract.ts'
import type { LeadEventView } from '../protocol.ts'
import { factOf, fromJson, maybe, toJson } from '../read-models/shape.ts'
import { draftOf, originOf } from './refused-message.ts'

/** The read model of what other systems sent and nobody could take in. */
export const refusedEventsCollection = 'refused-events'

/** A refused event with what lists go by. */
export interface RefusedEventDocument extends LeadEventView {
  readonly workspace: string
}

/** Refused events and what became of them, for the console. */
export const refusedEventsProjection: Projection = {
  name: 'refused-events',
  collections: [{ name: refusedEventsCollection, indexes: [['workspace', 'atMs']] }],
  wants: (fact) => partsOf(fact.address).kind === 'refused-event',
  async apply(fact, read) {
    const stored = await read.get(refusedEventsCollection, fact.address)
    const document = reduced(stored === undefined ? undefined : fromJson<RefusedEventDocument>(stored), fact)
    if (document === undefined) return []
    const { address: key, position: revision } = fact
    return [{ op: 'put', collection: refusedEventsCollection, key, revision, value: toJson(document) }]
  },
}

function reduced(before: RefusedEventDocument | undefined, fact: Fact): RefusedEventDocument | undefined {
  const { type, data } = factOf<RefusedEventFacts>(fact)
  const { atMs } = fact
  if (type === 'event-refused') {
    const { message, reasons } = data
    const { workspace } = partsOf(fact.address)
    const { source, id } = originOf(message)
    return {
      workspace,
      letter: fact.address,
      subject: message.subject,
      ...maybe('source', source),
      ...maybe('eventId', id),
      text: draftOf(message),
      reasons,
      atMs,
    }
  }
  if (before === undefined) return undefined
  switch (type) {
    case 'event-mended':
      return { ...before, mended: data.text, reasons: data.reasons }
    case 'event-replayed': {
      // Of a person on WhatsApp it went to their contact.
      const lead = data.lead.split('/')[1] === 'lead' ? data.lead : undefined
      const settled = { by: data.by, atMs, how: 'replayed', ...maybe('lead', lead) } as const
      return { ...before, ...maybe('mended', data.text), settled }
    }
    case 'event-discarded':
      return { ...before, settled: { by: data.by, atMs, how: 'discarded' } }
    case 'command-refused':
      return undefined
  }
}
