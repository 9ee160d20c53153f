import { createHash } from 'node:crypto'
import { addressOf, parseAddress, partsOf, type Address } from '#runtime/address.ts'
import type { NewEvent } from '#runtime/event.ts'
import type { ContactNews } from '#machines/contact-contract.ts'
import { contactId } from '#machines/contact-writing.ts'
import { mediaKey } from '#machines/media.ts'
import { eventOf } from '../../submit.ts'
import { maybe } from '../../read-models/shape.ts'
import { placeOfPhone } from '../place-of-phone.ts'
import { spokenIn } from '../spoken-language.ts'
import { accountEvents, type AccountNews, type OwnNumber } from './account-news.ts'
import type { WhatsAppPerson, WhatsAppUpdate } from './update.ts'

export interface TakingIn {
  readonly workspace: string
  /** The numbers the workspace has connected. */
  readonly accounts: ReadonlySet<string>
  /** The same with their business, by which templates and notices find them. */
  readonly numbers?: readonly OwnNumber[]
  /** Where somebody is taken to be whose number does not tell. */
  readonly timeZone: string
  readonly nowMs: number
  isComplete(text: string): boolean
  /** The whole delivery: where it is short enough, what can't be taken in is kept with all that belongs to it. */
  readonly delivery?: string
}

/** The subject under which what could not be taken in is kept. */
export const whatsappSubject = 'whatsapp'

/**
 * What a webhook tells, as events of the actors it concerns. Each has an id made of the provider's, so that the same told again, by whatever worker and as
 * late as a week, changes nothing. What can't be taken in is an event too: it is kept with its reason.
 */
export function eventsOf(updates: readonly WhatsAppUpdate[], taking: TakingIn): readonly NewEvent[] {
  return updates.flatMap((update) => eventFor(update, taking))
}

function eventFor(update: WhatsAppUpdate, taking: TakingIn): readonly NewEvent[] {
  if (update.kind === 'unread') return [kept(update.raw, update.reason, taking)]
  if (update.kind === 'template' || update.kind === 'notice') return ofAccount(update, taking)
  if (!taking.accounts.has(update.account)) {
    return [kept(JSON.stringify(update), `the number ${update.account} is not connected to this workspace`, taking)]
  }
  if (update.kind === 'account-error') return ofAccount(update, taking)
  if (update.kind === 'status') return statusOf(update, taking)
  const told = newsOf(update, taking)
  const to = contactOf(update.person, update.account, taking)
  if (to === undefined) return [kept(JSON.stringify(update), 'it does not say who it is from', taking)]
  return [{ to, event: eventOf(heard(update, told, taking)), id: idOf(update) }, ...filesOf(update, taking)]
}

function ofAccount(update: AccountNews, { workspace, numbers = [], nowMs }: TakingIn): readonly NewEvent[] {
  return accountEvents(update, { workspace, numbers, nowMs })
}

/** Each file that came along, asked for beside what is heard: the message waits for none. Told again it is the same event. */
function filesOf(update: Personal, { workspace }: TakingIn): readonly NewEvent[] {
  if (update.kind !== 'message' && update.kind !== 'echo') return []
  const { account, sentAtMs } = update
  return update.attachments.flatMap((each): readonly NewEvent[] => {
    if (!('mediaId' in each)) return []
    const { kind, mediaId, mimeType, sha256 } = each
    const which = { channel: 'whatsapp', account, mediaId } as const
    const event = { type: 'media.asked', ...which, kind, mimeType, ...maybe('sha256', sha256), sentAtMs } as const
    const to = addressOf(workspace, 'media', mediaKey(which))
    return [{ to, event: eventOf(event), id: `whatsapp:media:${mediaId}` }]
  })
}

type Personal = Extract<
  WhatsAppUpdate,
  { readonly kind: 'message' | 'reaction' | 'revoked' | 'moved' | 'echo' | 'preference' }
>

function heard(update: Personal, told: ContactNews, taking: TakingIn) {
  const { account, person } = update
  const { userId, name, username } = person
  const phone = person.phone ?? sharedPhoneOf(update)
  const place = placeOfPhone(phone, { nowMs: taking.nowMs, otherwise: taking.timeZone })
  const other = userId !== undefined && phone !== undefined ? contactOf({ phone }, account, taking) : undefined
  return {
    type: 'contact.heard',
    channel: 'whatsapp',
    reach: { account, ...maybe('phone', phone), ...maybe('userId', userId) },
    ...maybe('beside', other),
    ...maybe('name', name),
    ...maybe('username', username),
    language: 'en',
    ...maybe('spoken', told.news === 'message' ? spokenIn(told.text) : undefined),
    ...place,
    told,
  } as const
}

function newsOf(update: Personal, taking: TakingIn): ContactNews {
  const { sentAtMs } = update
  switch (update.kind) {
    case 'message': {
      const { id: messageId, text, attachments, replyTo, referral } = update
      const sharedPhone = sharedPhoneOf(update)
      const complete = attachments.length > 0 || taking.isComplete(text)
      const more = {
        ...maybe('replyTo', replyTo),
        ...maybe('referral', referral),
        ...maybe('sharedPhone', sharedPhone),
      }
      return { news: 'message', messageId, text, complete, attachments, sentAtMs, ...more }
    }
    case 'echo':
      return { news: 'echo', messageId: update.id, text: update.text, attachments: update.attachments, sentAtMs }
    case 'reaction':
      return { news: 'reaction', to: update.to, emoji: update.emoji, sentAtMs }
    case 'revoked':
      return { news: 'revoked', messageId: update.original, sentAtMs }
    case 'preference':
      return { news: 'preference', value: update.value, proof: update.proof, sentAtMs }
    case 'moved':
      return { news: 'moved', ...update.now, sentAtMs }
  }
}

/** The number somebody gave whom Meta names by an id alone; of others Meta tells the number itself. */
function sharedPhoneOf(update: Personal): string | undefined {
  return update.kind === 'message' && update.person.phone === undefined ? update.sharedPhone : undefined
}

/** The contact of a person at a number of ours: of their business-scoped id where they have one, for that stays when the phone goes. */
function contactOf(person: WhatsAppPerson, account: string, { workspace }: TakingIn): Address | undefined {
  const key = person.userId ?? person.phone
  return key === undefined ? undefined : addressOf(workspace, 'contact', contactId('whatsapp', account, key))
}

/** A status is its dispatch's, which our own id names; of a message we did not send there is nobody to tell. */
function statusOf(
  update: Extract<WhatsAppUpdate, { readonly kind: 'status' }>,
  { workspace }: TakingIn,
): readonly NewEvent[] {
  const to = update.opaque === undefined ? undefined : parseAddress(update.opaque)
  if (to === undefined || partsOf(to).workspace !== workspace || partsOf(to).kind !== 'dispatch') return []
  const { status, id: providerId, account, toldAtMs, error, category, billable } = update
  const more = { ...maybe('error', error), ...maybe('category', category), ...maybe('billable', billable) }
  const event = { type: 'provider.told', status, providerId, account, toldAtMs, ...more } as const
  return [{ to, event: eventOf(event), id: `whatsapp:${providerId}:${status}` }]
}

function idOf(update: Personal): string {
  if (update.kind !== 'preference') return `whatsapp:${update.kind}:${update.id}`
  return `whatsapp:preference:${update.value}:${update.sentAtMs}`
}

/** Characters of a kept item: an event has to hold it. */
const rawMax = 32 * 1024

/** What is kept can be read again: the rest of a delivery has been taken in, and told again it changes nothing. */
function kept(raw: string, reason: string, { workspace, delivery }: TakingIn): NewEvent {
  const body = delivery !== undefined && delivery.length <= rawMax ? delivery : raw.slice(0, rawMax)
  const hash = createHash('sha256').update(`${reason}\n${body}`).digest('hex').slice(0, 32)
  const message = { subject: whatsappSubject, headers: {}, body, encoding: 'text' } as const
  const to = addressOf(workspace, 'refused-event', `whatsapp-${hash}`)
  return { to, event: eventOf({ type: 'event.refused', message, reasons: [reason] }), id: 'refused' }
}
