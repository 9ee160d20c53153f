import type { Address } from '#runtime/address.ts'
import { GatewayError } from '../errors.ts'
import type { House } from '../house.ts'
import { listed } from '../patience.ts'
import type { LeadView } from '../protocol.ts'
import { collections } from '../read-models/collections.ts'
import { maybe } from '../read-models/shape.ts'
import { leadOf } from '../read-models/views.ts'
import { submit } from '../submit.ts'

/** A lead is to be its own again. `keys`: who has the contact keys that both know, this one or the other. */
export interface Separating {
  readonly lead: Address
  readonly keys: 'here' | 'there'
  readonly reason?: string
  /** Name of who wants it. */
  readonly by: string
}

/** Undoes a merge. It is done when the other has let go, a moment after this answers. */
export async function separateLead(house: House, { lead, keys, reason, by }: Separating): Promise<void> {
  await knownLead(house, lead)
  await submit(house.runtime, { to: lead, event: { type: 'lead.split', by, keys, ...maybe('reason', reason) } })
}

/** A person says that two leads are one: `lead` becomes part of `into`. */
export async function joinLeads(
  house: House,
  { lead, into, by }: { readonly lead: Address; readonly into: Address; readonly by: string },
): Promise<void> {
  await knownLead(house, lead)
  const other = await knownLead(house, into)
  if (lead === into) throw new GatewayError('invalid', 'A lead is one with itself already.')
  if (other.mergedInto === lead) throw new GatewayError('conflict', 'That one is part of this one already.')
  if (other.status === 'invalid') throw new GatewayError('conflict', 'That one needs repair first.')
  await submit(house.runtime, { to: lead, event: { type: 'lead.join', into, by } })
}

/** A lead of the read model. Throws `not-found`. */
export async function knownLead({ documents, clock }: House, lead: Address): Promise<LeadView> {
  const stored = await listed(clock, documents.get(collections.leads, lead))
  if (stored === undefined) throw new GatewayError('not-found', 'There is no such lead.')
  return leadOf(stored)
}
