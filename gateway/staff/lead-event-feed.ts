import type { Address } from '#runtime/address.ts'
import { partsOf } from '#runtime/address.ts'
import type { House } from '../house.ts'
import {
  refusedEventsCollection,
  refusedEventsProjection,
  type RefusedEventDocument,
} from '../lead-events/refused-projection.ts'
import { mayCommand } from '../permissions.ts'
import { fromJson } from '../read-models/shape.ts'
import { leadEventView } from './lead-event-commands.ts'
import type { StaffSession } from './staff-session.ts'

/** Tells the consoles that may see them of refused events, new ones and what becomes of them. The returned function ends it. */
export function watchLeadEvents(
  house: House,
  sessionsOf: (workspace: string) => ReadonlySet<StaffSession>,
): () => void {
  const tell = async (address: Address): Promise<void> => {
    const watching = [...sessionsOf(partsOf(address).workspace)].filter(({ member }) =>
      mayCommand(member.role, 'lead-event.list'),
    )
    if (watching.length === 0) return
    const stored = await house.documents.get(refusedEventsCollection, address)
    if (stored === undefined) return
    const event = leadEventView(fromJson<RefusedEventDocument>(stored.value))
    for (const session of watching) session.send({ type: 'lead-event', event })
  }
  return house.hub.onAll((fact) => {
    if (!refusedEventsProjection.wants(fact)) return
    tell(fact.address).catch((error: unknown) => {
      house.log.warn('a refused event was not shown', { reason: String(error) })
    })
  })
}
