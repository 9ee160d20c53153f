/**
 * Somebody else has what a customer was reached by. M59: who has it is told of in the step that closes the conversation, so that no crash leaves it half
 * done: the lead lets the keys go, whoever has them now is a lead of their own, and what they bring goes to another conversation.
 */
import type { Reach } from './contact-contract.ts'
import { identityId, keysOf } from './contact-key.ts'
import { contactId } from './contact-writing.ts'
import type { ConversationPen } from './conversation-context.ts'
import type { ConversationEvent } from './conversation-contract.ts'
import { idOf, neighbour } from './hosted.ts'

type Left = Extract<ConversationEvent, { readonly type: 'contact.left' }>

/** M59: what was said stays, and nobody is written to from here. */
export function leave(pen: ConversationPen, { by, reach }: Left): void {
  if (pen.context.left === true) return
  pen.change({ left: true })
  pen.fact('contact-left', { by })
  const names = [reach.userId, reach.phone, reach.email].filter((each) => each !== undefined)
  const [name] = names
  if (name === undefined) return
  const { address, channel } = pen.context
  const next = identityId(`${idOf(address)}:${name}`)
  const former = neighbour(address, 'lead', idOf(address))
  const other = neighbour(address, 'lead', next)
  // As the conversation has named them to its lead.
  const profiles = names.map((each) => ({ ...known(reach), source: channel, visitorId: `${channel}:${each}` }))
  const keys = [...new Set(profiles.flatMap(keysOf))]
  pen.send(former, { type: 'channel.failed', channel })
  pen.send(former, { type: 'lead.part', from: other, keys, taking: true, by })
  pen.send(other, { type: 'lead.captured', profile: profiles[0] ?? {} })
  for (const each of names) {
    const contact = neighbour(address, 'contact', contactId(channel, reach.account, each))
    pen.send(contact, { type: 'contact.moved', conversation: neighbour(address, 'conversation', next) })
  }
}

function known({ phone, email }: Reach): { readonly phone?: string; readonly email?: string } {
  return {
    ...(phone === undefined ? {} : { phone: phone.startsWith('+') ? phone : `+${phone}` }),
    ...(email === undefined ? {} : { email }),
  }
}
