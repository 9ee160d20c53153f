import { parseExactly } from './exact-json.ts'
import { providerErrorOf } from './error-actions.ts'
import { fieldsIn, idIn, isFields, jsonOf, listIn, timeIn, type Fields } from './json-fields.ts'
import { peopleIn } from './people.ts'
import { readAccountField } from './read-account-field.ts'
import { readEcho, readMessage, type Scope } from './read-message.ts'
import { readPreference } from './read-preference.ts'
import { readStatus } from './read-status.ts'
import type { WhatsAppUpdate } from './update.ts'

/** How much of what is not understood is kept, in bytes of UTF-8. */
const rawBytesMax = 32 * 1024

/**
 * Everything a delivery of Meta's tells, in its order. Unknown fields are passed over; an item that is not understood is `unread`, alone,
 * with its JSON, and the rest is read. Never throws. Source of the format: reference 6.3 to 6.10.
 */
export function readWebhook(rawText: string): readonly WhatsAppUpdate[] {
  const body = fieldsIn(parseExactly(rawText))
  if (body.object !== 'whatsapp_business_account') {
    return [unreadText('', 'the body is no JSON of a WhatsApp business account', rawText)]
  }
  if (!Array.isArray(body.entry)) return [unreadText('', 'the body has no entries', rawText)]
  return listIn(body.entry).flatMap(readEntry)
}

function readEntry(entry: unknown): readonly WhatsAppUpdate[] {
  const { id, changes, time } = fieldsIn(entry)
  const business = idIn(id)
  if (business === undefined) return [unread('', 'the entry names no business account', entry)]
  if (!Array.isArray(changes)) return [unread(business, 'the entry has no changes', entry)]
  return listIn(changes)
    .flatMap((change) => readChange(business, change))
    .map((update) => withTime(update, timeIn(time)))
}

/** What is about the account has no time but its entry's. */
function withTime(update: WhatsAppUpdate, toldAtMs: number | undefined): WhatsAppUpdate {
  if (update.kind !== 'account-error' && update.kind !== 'template' && update.kind !== 'notice') return update
  return toldAtMs === undefined ? update : { ...update, toldAtMs }
}

function readChange(business: string, change: unknown): readonly WhatsAppUpdate[] {
  const { field, value } = fieldsIn(change)
  if (typeof field !== 'string' || !isFields(value))
    return [unread(business, 'the change has no field or value', change)]
  const personal = ['messages', 'smb_message_echoes', 'user_preferences'].includes(field)
  const read = personal ? readPersonalField(business, value) : readAccountField(business, field, value)
  if (typeof read === 'string') return [unread(business, read, change)]
  return 'kind' in read ? [read] : read
}

/** The lists of a value tell what it is about, whichever field it comes under. */
const readers = {
  messages: readMessage,
  statuses: readStatus,
  message_echoes: readEcho,
  user_preferences: readPreference,
} as const

/** What is about people at a number of ours, or why nothing of it can be read. */
function readPersonalField(business: string, value: Fields): readonly WhatsAppUpdate[] | string {
  const account = idIn(fieldsIn(value.metadata).phone_number_id)
  if (account === undefined) return 'it does not say which number of ours it is about'
  const scope = { number: { business, account }, people: peopleIn(value.contacts) }
  const lists = Object.entries(readers).filter(([name]) => value[name] !== undefined)
  const errors = itemsOf(value.errors)
  if (lists.length === 0 && errors.length === 0) return 'it holds no messages, statuses, preferences or errors'
  const items = lists.flatMap(([name, read]) => itemsOf(value[name]).map((item) => readItem(item, scope, read)))
  if (errors.length === 0) return items
  return [...items, { kind: 'account-error', ...scope.number, errors: errors.map(providerErrorOf) }]
}

/** What should be a list and is none is read as its one item: nothing is lost. */
function itemsOf(value: unknown): readonly unknown[] {
  return value === undefined || Array.isArray(value) ? listIn(value) : [value]
}

type Reader = (item: unknown, scope: Scope) => WhatsAppUpdate | string

function readItem(item: unknown, scope: Scope, read: Reader): WhatsAppUpdate {
  const update = read(item, scope)
  return typeof update === 'string' ? unread(scope.number.business, update, item) : update
}

function unread(business: string, reason: string, item: unknown): WhatsAppUpdate {
  return unreadText(business, reason, jsonOf(item))
}

function unreadText(business: string, reason: string, text: string): WhatsAppUpdate {
  return { kind: 'unread', business, reason, raw: cutToBytes(text, rawBytesMax) }
}

/** As many whole characters as fit. */
function cutToBytes(text: string, bytesMax: number): string {
  const wellFormed = text.slice(0, bytesMax).toWellFormed()
  const { read } = new TextEncoder().encodeInto(wellFormed, new Uint8Array(Math.min(bytesMax, wellFormed.length * 3)))
  return wellFormed.slice(0, read)
}
