import type { Referral } from '#machines/contact-contract.ts'
import { maybe } from '../../read-models/shape.ts'
import { fieldsIn, idIn, listIn, timeIn, wordsIn, type Fields } from './json-fields.ts'
import { contentsOf, typeOf } from './message-contents.ts'
import { personOf, phoneIn, userIdIn, type People } from './people.ts'
import type { WhatsAppPerson, WhatsAppUpdate } from './update.ts'

/** Which number of ours a webhook is about, and the people it tells of. */
export interface Scope {
  readonly number: { readonly business: string; readonly account: string }
  readonly people: People
}

/** An item of `messages`, or why it can't be read. */
export function readMessage(item: unknown, scope: Scope): WhatsAppUpdate | string {
  const message = fieldsIn(item)
  const head = headOf(message, scope, { phone: message.from, userId: message.from_user_id })
  if (typeof head === 'string') return head
  switch (typeOf(message)) {
    case 'reaction':
      return reaction(message, head)
    case 'revoke':
      return revoked(message, head)
    case 'system':
      return moved(message, head)
    default:
      return said(message, head)
  }
}

/** An item of `message_echoes`, what one of ours wrote on the paired phone, or why it can't be read. The person is the customer. */
export function readEcho(item: unknown, scope: Scope): WhatsAppUpdate | string {
  const message = fieldsIn(item)
  const type = typeOf(message)
  if (['reaction', 'revoke', 'system'].includes(type)) return `an echo of a ${type} is no answer to anybody`
  const head = headOf(message, scope, { phone: message.to, userId: message.to_user_id })
  if (typeof head === 'string') return head
  const contents = contentsOf(message)
  return typeof contents === 'string' ? contents : { kind: 'echo', ...head, ...contents }
}

interface Head {
  readonly business: string
  readonly account: string
  readonly id: string
  readonly sentAtMs: number
  readonly person: WhatsAppPerson
}

function headOf(message: Fields, scope: Scope, named: { phone: unknown; userId: unknown }): Head | string {
  const id = idIn(message.id)
  if (id === undefined) return 'it has no usable id'
  const sentAtMs = timeIn(message.timestamp)
  if (sentAtMs === undefined) return 'it has no usable timestamp'
  const person = personOf(scope.people, named)
  if (person === undefined) return 'it names nobody, neither by phone nor by id'
  return { ...scope.number, id, sentAtMs, person }
}

function said(message: Fields, head: Head): WhatsAppUpdate | string {
  const contents = contentsOf(message)
  if (typeof contents === 'string') return contents
  return {
    kind: 'message',
    ...head,
    ...contents,
    ...maybe('replyTo', idIn(fieldsIn(message.context).id)),
    ...maybe('referral', referralIn(message.referral)),
    ...maybe('sharedPhone', sharedPhoneIn(message)),
  }
}

/** The one card that answers our request for a number is the person's own; any other card can be anybody's. Source: reference 6.10. */
function sharedPhoneIn(message: Fields): string | undefined {
  const [card, ...others] = listIn(message.contacts).map(fieldsIn)
  if (typeOf(message) !== 'contacts' || card?.origin !== 'contact_request' || others.length > 0) return undefined
  const [phone] = listIn(card.phones).map(fieldsIn)
  const written = wordsIn(phone?.phone, 40)?.replaceAll(/[\s()-]/gu, '') ?? ''
  return phoneIn(phone?.wa_id) ?? (written.startsWith('+') ? phoneIn(written) : undefined)
}

/** Taken back, it has come without the emoji and with an empty one. */
function reaction(message: Fields, head: Head): WhatsAppUpdate | string {
  const { message_id, emoji } = fieldsIn(message.reaction)
  const to = idIn(message_id)
  if (to === undefined) return 'the reaction names no message'
  return { kind: 'reaction', ...head, to, emoji: wordsIn(emoji, 64) ?? '' }
}

function revoked(message: Fields, head: Head): WhatsAppUpdate | string {
  const original = idIn(fieldsIn(message.revoke).original_message_id)
  return original === undefined ? 'the revocation names no message' : { kind: 'revoked', ...head, original }
}

/** Older versions say `new_wa_id` where newer ones say `wa_id`. */
function moved(message: Fields, head: Head): WhatsAppUpdate | string {
  const system = fieldsIn(message.system)
  if (system.type !== 'user_changed_number' && system.type !== 'user_changed_user_id') {
    return 'it is a system message of a type that is not known'
  }
  const phone = phoneIn(system.wa_id) ?? phoneIn(system.new_wa_id)
  const userId = userIdIn(system.user_id)
  if (phone === undefined && userId === undefined) return 'it does not say where the person moved to'
  return { kind: 'moved', ...head, now: { ...maybe('phone', phone), ...maybe('userId', userId) } }
}

function referralIn(value: unknown): Referral | undefined {
  const { source_type, source_id, source_url, headline, body, ctwa_clid } = fieldsIn(value)
  const [sourceType, sourceId, clickId] = [idIn(source_type), idIn(source_id), idIn(ctwa_clid, 2000)]
  if (sourceType === undefined && sourceId === undefined && clickId === undefined) return undefined
  return {
    sourceType: sourceType ?? 'unknown',
    sourceId: sourceId ?? '',
    ...maybe('sourceUrl', wordsIn(source_url, 2000)),
    ...maybe('headline', wordsIn(headline, 300)),
    ...maybe('body', wordsIn(body, 1000)),
    ...maybe('clickId', clickId),
  }
}
