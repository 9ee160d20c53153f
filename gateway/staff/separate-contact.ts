import { z } from 'zod'
import { addressOf, partsOf, type Address } from '#runtime/address.ts'
import { identityId, keysOf } from '#machines/contact-key.ts'
import { contactId } from '#machines/contact-writing.ts'
import type { ConversationEvent } from '#machines/conversation-contract.ts'
import type { ContactEvent } from '#machines/contact-contract.ts'
import type { LeadEvent } from '#machines/lead-contract.ts'
import { GatewayError } from '../errors.ts'
import type { House } from '../house.ts'
import type { ReachView } from '../protocol.ts'
import { maybe } from '../read-models/shape.ts'
import { submit } from '../submit.ts'

const channelName = z.enum(['whatsapp', 'email', 'sms', 'widget'])

/** What a person says of a conversation's customer: somebody else has their number, or their id, now. */
export interface Leaving {
  readonly conversation: Address
  readonly reached: readonly ReachView[]
  /** Name of who says so. */
  readonly by: string
}

/**
 * M59: gives the keys by which the customer was reached to whoever has them now, who is a conversation and a lead of their own from their next message on. First
 * nothing goes out any more, last the keys lead elsewhere; each step is the same when it is done again. Throws `conflict` where a provider brought nobody.
 */
export async function separateContact(house: House, { conversation, reached, by }: Leaving): Promise<void> {
  const [reach] = reached
  const names = [reach?.userId, reach?.phone, reach?.email].filter((each) => each !== undefined)
  const [name] = names
  if (reach === undefined || name === undefined) {
    throw new GatewayError('conflict', 'Nobody is reached through a provider here.')
  }
  const { channel, account } = reach
  const { workspace, id } = partsOf(conversation)
  const next = identityId(`${id}:${name}`)
  const [former, other] = [addressOf(workspace, 'lead', id), addressOf(workspace, 'lead', next)]
  // As the conversation names them to its lead.
  const profiles = names.map((each) => ({ ...profileOf(reach), visitorId: `${channel}:${each}` }))
  const keys = [...new Set(profiles.flatMap(keysOf))]
  const tell = (to: Address, event: ConversationEvent | LeadEvent | ContactEvent) =>
    submit(house.runtime, { to, event })
  await tell(conversation, { type: 'contact.left', by })
  await tell(former, { type: 'channel.failed', channel: channelName.parse(channel) })
  await tell(former, { type: 'lead.part', from: other, keys, taking: true, by })
  await tell(other, { type: 'lead.captured', profile: { ...profileOf(reach), visitorId: `${channel}:${name}` } })
  const moved = { type: 'contact.moved', conversation: addressOf(workspace, 'conversation', next) } as const
  for (const each of names) await tell(addressOf(workspace, 'contact', contactId(channel, account, each)), moved)
}

/** What is known of the new one: how they are reached. */
function profileOf({ channel, phone, email }: ReachView) {
  return {
    ...maybe('phone', phone === undefined || phone.startsWith('+') ? phone : `+${phone}`),
    ...maybe('email', email),
    source: channel,
  }
}
