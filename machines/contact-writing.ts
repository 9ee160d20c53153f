/**
 * What the contact's actions write. M22: what a provider tells of a person goes on in the order it came, each once, to one conversation. M23: keys the
 * provider names together lead to the same conversation, whichever was known first. M55: a number that somebody known by an id alone gave when asked stays known.
 */
import type { ContactEvent, ContactFacts, ContactInput, ContactNews, Reach } from './contact-contract.ts'
import { identityId } from './contact-key.ts'
import { pairedPhone } from './conversation-contract.ts'
import { idOf, neighbour } from './hosted.ts'
import type { Pen } from './pen.ts'

type Heard = Extract<ContactEvent, { readonly type: 'contact.heard' }>

export interface ContactContext {
  readonly address: string
  /** Empty until it is settled. */
  readonly conversation: string
  /** What was heard while the other key was asked. */
  readonly waiting: readonly Heard[]
  /** Contacts that have been told, or have told, whose conversation it is. */
  readonly told: readonly string[]
  /** What the conversation was last told of the person, as JSON: it is told again when that changes. */
  readonly introduced: string
  /** The number the person gave when they were asked for it, where the provider does not tell it by itself. */
  readonly sharedPhone?: string
  /** The language they last wrote in. */
  readonly spoken?: string
}

export type ContactPen = Pen<ContactContext, ContactFacts>

/** Beyond this it goes on alone: a neighbour answers within moments. */
export const waitingMax = 100
const toldMax = 5

/** A key nothing was heard of. */
export function newContact({ address }: ContactInput): ContactContext {
  return { address, conversation: '', waiting: [], told: [], introduced: '' }
}

/** The contact's address for a key of an account, in the workspace of `address`. */
export function contactId(channel: string, account: string, key: string): string {
  return identityId(`${channel}:${account}:${key}`)
}

export function keep(pen: ContactPen, event: Heard): void {
  pen.change({ waiting: [...pen.context.waiting, event] })
}

/** Asks the other key's contact whose conversation it has. */
export function ask(pen: ContactPen, event: Heard): void {
  if (event.beside === undefined) return
  know(pen, event.beside)
  pen.send(event.beside, { type: 'contact.asked', by: pen.context.address })
}

export function answer(pen: ContactPen, event: Extract<ContactEvent, { readonly type: 'contact.asked' }>): void {
  know(pen, event.by)
  pen.send(event.by, { type: 'contact.answered', conversation: pen.context.conversation })
}

/** Its conversation is that one from now on; the person is introduced there anew. */
export function belong(pen: ContactPen, { conversation }: { readonly conversation: string }): void {
  if (conversation === pen.context.conversation) return
  pen.change({ conversation, introduced: '' })
}

/** Its conversation is its own: it has the same id. */
export function standAlone(pen: ContactPen): void {
  const { address } = pen.context
  pen.change({ conversation: neighbour(address, 'conversation', idOf(address)) })
}

/** What waited goes on, in the order it came. */
export function release(pen: ContactPen): void {
  const { waiting } = pen.context
  pen.change({ waiting: [] })
  for (const each of waiting) handOn(pen, each)
}

/** One thing the provider told, as the conversation understands it. */
export function handOn(pen: ContactPen, event: Heard): void {
  const { conversation } = pen.context
  if (event.beside !== undefined && !pen.context.told.includes(event.beside)) {
    know(pen, event.beside)
    pen.send(event.beside, { type: 'contact.moved', conversation })
  }
  learnPhone(pen, event.told)
  if (event.spoken !== undefined) pen.change({ spoken: event.spoken })
  introduce(pen, event)
  tell(pen, event.told, event)
}

function tell(pen: ContactPen, told: ContactNews, { channel, reach, zoneOffsetMinutes }: Heard): void {
  const { conversation, address } = pen.context
  switch (told.news) {
    case 'message': {
      const { news: _news, messageId, sharedPhone: _phone, ...message } = told
      pen.send(conversation, { type: 'message.received', clientId: messageId, channel, zoneOffsetMinutes, ...message })
      return
    }
    case 'echo': {
      const { news: _news, messageId, ...message } = told
      const sender = { ...pairedPhone, via: 'phone' }
      pen.send(conversation, { type: 'member.message', clientId: messageId, ...sender, ...message })
      return
    }
    case 'reaction':
      pen.send(conversation, { type: 'customer.reacted', to: told.to, emoji: told.emoji, sentAtMs: told.sentAtMs })
      return
    case 'revoked':
      pen.send(conversation, { type: 'message.revoked', messageId: told.messageId, sentAtMs: told.sentAtMs })
      return
    case 'preference':
      pen.send(neighbour(conversation, 'lead', idOf(conversation)), {
        type: 'consent.said',
        scope: `${channel}:marketing`,
        consent: {
          state: told.value === 'stop' ? 'withdrawn' : 'given',
          atMs: told.sentAtMs,
          source: 'provider-preference',
          proof: told.proof,
        },
      })
      return
    case 'moved':
      for (const key of [told.phone, told.userId]) {
        const next = key === undefined ? address : neighbour(address, 'contact', contactId(channel, reach.account, key))
        if (next !== address) pen.send(next, { type: 'contact.moved', conversation })
      }
  }
}

/** M55: it is remembered, and a number they move to takes its place. */
function learnPhone(pen: ContactPen, told: ContactNews): void {
  if (told.news === 'message' && told.sharedPhone !== undefined) pen.change({ sharedPhone: told.sharedPhone })
  const isGone = told.news === 'moved' && told.phone !== undefined && pen.context.sharedPhone !== undefined
  if (isGone) pen.change({ sharedPhone: told.phone })
}

/** Tells the conversation who writes and how they are reached, whenever that changed. */
function introduce(pen: ContactPen, { channel, reach, name, username, language, timeZone, told }: Heard): void {
  const { sharedPhone } = pen.context
  const reached = sharedPhone === undefined ? reach : { ...reach, phone: reach.phone ?? sharedPhone }
  const known = told.news === 'moved' ? moved(reached, told) : reached
  const person = { channel, reach: known, ...(name === undefined ? {} : { name }) }
  const { spoken } = pen.context
  const introduced = JSON.stringify([person, username ?? '', ...(spoken === undefined ? [] : [spoken])])
  if (introduced === pen.context.introduced) return
  pen.change({ introduced })
  pen.fact('contact-linked', { conversation: pen.context.conversation, ...person })
  const handle = username === undefined ? {} : { username }
  pen.send(pen.context.conversation, {
    type: 'contact.introduced',
    ...person,
    ...handle,
    language: spoken ?? language,
    timeZone,
  })
}

function moved(reach: Reach, { phone, userId }: Extract<ContactNews, { readonly news: 'moved' }>): Reach {
  return { ...reach, ...(phone === undefined ? {} : { phone }), ...(userId === undefined ? {} : { userId }) }
}

function know(pen: ContactPen, contact: string): void {
  pen.change({ told: [...pen.context.told, contact].slice(-toldMax) })
}
