import type { Address } from '#runtime/address.ts'
import { GatewayError } from '../errors.ts'
import type { House } from '../house.ts'
import type { ReachView } from '../protocol.ts'
import { maybe } from '../read-models/shape.ts'
import { submit } from '../submit.ts'

/** What a person says of a conversation's customer: somebody else has their number, or their id, now. */
export interface Leaving {
  readonly conversation: Address
  readonly reached: readonly ReachView[]
  /** Name of who says so. */
  readonly by: string
}

/** M59: the conversation is told, which does all of it in one step. Throws `conflict` where a provider brought nobody. */
export async function separateContact(house: House, { conversation, reached, by }: Leaving): Promise<void> {
  const [first] = reached
  if (first === undefined) throw new GatewayError('conflict', 'Nobody is reached through a provider here.')
  const { account, phone, email, userId } = first
  const reach = { account, ...maybe('phone', phone), ...maybe('email', email), ...maybe('userId', userId) }
  await submit(house.runtime, { to: conversation, event: { type: 'contact.left', by, reach } })
}
