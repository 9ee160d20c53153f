import { maybe } from '../../read-models/shape.ts'
import { parseExactly } from '../whatsapp/exact-json.ts'
import { fieldsIn, idIn, isFields, jsonOf, listIn, wordsIn, type Fields } from '../whatsapp/json-fields.ts'
import type { PageSource, PageUpdate } from './page-update.ts'

/** What a delivery is about. */
type Network = 'page' | 'instagram'

interface Scope {
  readonly network: Network
  readonly page: string
}

/** Characters of a part that are kept: an event has to hold it. */
const toldMax = 32 * 1024
const textMax = 4000
const idMax = 128

/**
 * Everything a delivery about a Page or its Instagram account tells, in its order: forms that were sent, comments and messages of others. What is none of
 * these but known (likes, receipts, our own words) is passed over; what is not understood is `unread`, alone, and the rest is read. Never throws.
 */
export function readPageWebhook(rawText: string): readonly PageUpdate[] {
  const body = fieldsIn(parseExactly(rawText))
  const { object: network, entry } = body
  if (network !== 'page' && network !== 'instagram') {
    return [{ kind: 'unread', page: '', reason: 'the body is no JSON about a Page', told: rawText.slice(0, toldMax) }]
  }
  if (!Array.isArray(entry)) {
    return [{ kind: 'unread', page: '', reason: 'the body has no entries', told: rawText.slice(0, toldMax) }]
  }
  return listIn(entry).flatMap((each) => readEntry(each, network))
}

function readEntry(entry: unknown, network: Network): readonly PageUpdate[] {
  const { id, changes, messaging } = fieldsIn(entry)
  const page = idIn(id, idMax)
  if (page === undefined) {
    return [{ kind: 'unread', page: '', reason: 'the entry names no Page', told: deliveryOf(network, entry) }]
  }
  const scope = { network, page }
  const told = [
    ...listIn(changes).flatMap((change) => readChange(change, scope)),
    ...listIn(messaging).flatMap((item) => readMessaging(item, scope)),
  ]
  if (Array.isArray(changes) || Array.isArray(messaging)) return told
  return [{ kind: 'unread', page, reason: 'the entry tells nothing', told: deliveryOf(network, entry) }]
}

function readChange(change: unknown, scope: Scope): readonly PageUpdate[] {
  const { field, value } = fieldsIn(change)
  const told = deliveryOf(scope.network, { id: scope.page, changes: [change] })
  if (typeof field !== 'string' || !isFields(value)) return [unread(scope, 'the change has no field or value', told)]
  const read = readField(field, value, { ...scope, told })
  return typeof read === 'string' ? [unread(scope, read, told)] : read
}

interface Told extends Scope {
  readonly told: string
}

/** What a field tells, or why it is not understood. */
function readField(field: string, value: Fields, scope: Told): readonly PageUpdate[] | string {
  if (field === 'leadgen') return readLead(value, scope)
  if (field === 'feed') return readFeed(value, scope)
  if (field === 'comments' && scope.network === 'instagram') return readInstagramComment(value, scope)
  if (field === 'messages') return readMessage(value, scope)
  return `nothing is known of the field ${field.slice(0, 60)}`
}

/** Ids as text or as bare numbers. The form is passed on; which ad it was is read with the lead. */
function readLead(value: Fields, { page: entryPage, told }: Told): readonly PageUpdate[] | string {
  const id = idIn(value.leadgen_id, idMax)
  if (id === undefined || !/^\d{1,40}$/u.test(id)) return 'it does not say which lead it is about'
  const page = idIn(value.page_id, idMax) ?? entryPage
  return [{ kind: 'lead', page, id, ...maybe('form', someId(value.form_id)), told }]
}

/** Of all that happens on a Page, new comments of others. */
function readFeed(value: Fields, scope: Told): readonly PageUpdate[] | string {
  const { item, verb } = value
  if (typeof item !== 'string') return 'it does not say what happened on the Page'
  if (item !== 'comment' || verb !== 'add') return []
  const post = someId(value.post_id)
  return written('facebook-comment', { ...scope, id: value.comment_id, from: value.from, text: value.message, post })
}

function readInstagramComment(value: Fields, scope: Told): readonly PageUpdate[] | string {
  const post = someId(fieldsIn(value.media).id)
  return written('instagram-comment', { ...scope, id: value.id, from: value.from, text: value.text, post })
}

function readMessaging(item: unknown, scope: Scope): readonly PageUpdate[] {
  const told = deliveryOf(scope.network, { id: scope.page, messaging: [item] })
  const read = readMessage(fieldsIn(item), { ...scope, told })
  return typeof read === 'string' ? [unread(scope, read, told)] : read
}

/** Known to say nothing that a lead could be made of. */
const silent = ['delivery', 'read', 'reaction', 'optin', 'message_edit'] as const

function readMessage(value: Fields, scope: Told): readonly PageUpdate[] | string {
  const { message, postback, sender } = value
  if (silent.some((each) => value[each] !== undefined)) return []
  const said = isFields(message) ? message : isFields(postback) ? postback : undefined
  if (said === undefined) return 'it holds no message'
  if (said.is_echo === true || said.is_deleted === true) return []
  const source = scope.network === 'page' ? 'facebook-message' : 'instagram-message'
  const text = said.text ?? said.title ?? attachmentsIn(said)
  return written(source, { ...scope, id: said.mid, from: sender, text, post: undefined })
}

/** Of a message without words, what it holds: `[image]`. */
function attachmentsIn({ attachments }: Fields): string | undefined {
  const kinds = listIn(attachments).map((each) => wordsIn(fieldsIn(each).type, 40) ?? 'attachment')
  return kinds.length === 0 ? undefined : kinds.map((kind) => `[${kind}]`).join(' ')
}

interface Writing extends Told {
  readonly id: unknown
  readonly from: unknown
  readonly text: unknown
  readonly post: string | undefined
}

function written(source: PageSource, writing: Writing): readonly PageUpdate[] | string {
  const { page, told, post } = writing
  const id = idIn(writing.id, idMax)
  if (id === undefined) return 'it has no id'
  const from = fieldsIn(writing.from)
  const personId = someId(from.id)
  // What the Page itself says comes back, too.
  if (personId === page) return []
  const name = wordsIn(from.name, 120) ?? wordsIn(from.username, 120)
  const text = wordsIn(writing.text, textMax) ?? ''
  const person = { ...maybe('id', personId), ...maybe('name', name) }
  return [{ kind: 'written', source, page, id, person, text, ...maybe('post', post), told }]
}

/** An id, where there is one: 0 stands for none. */
function someId(value: unknown): string | undefined {
  const id = idIn(value, idMax)
  return id === '0' ? undefined : id
}

function unread({ page }: Scope, reason: string, told: string): PageUpdate {
  return { kind: 'unread', page, reason, told }
}

/** A delivery of one part alone: read again, it tells the same. */
function deliveryOf(network: Network, entry: unknown): string {
  return jsonOf({ object: network, entry: [entry] }).slice(0, toldMax)
}
