import type { Attachment } from '#machines/content-contract.ts'
import { maybe } from '../../read-models/shape.ts'
import { parseExactly } from './exact-json.ts'
import { fieldsIn, idIn, isFields, jsonOf, listIn, numberIn, wordsIn, type Fields } from './json-fields.ts'

const nameMax = 300
const urlMax = 2000
/** What one message can hold of contacts, products or fields: more than WhatsApp lets people send. */
const itemsMax = 200
const answerMax = 1000

/** A file. Without an id it can't be fetched, and is none. */
export function mediaIn(
  kind: 'image' | 'video' | 'audio' | 'voice' | 'document' | 'sticker',
  node: Fields,
): Attachment | undefined {
  const mediaId = idIn(node.id)
  if (mediaId === undefined) return undefined
  return {
    kind,
    mediaId,
    mimeType: wordsIn(node.mime_type, nameMax) ?? 'application/octet-stream',
    ...maybe('sha256', idIn(node.sha256)),
    ...maybe('filename', wordsIn(node.filename, nameMax)),
  }
}

/** A place. Name and address are there only if the person shared them. */
export function locationIn(node: Fields): Attachment | undefined {
  const [latitude, longitude] = [numberIn(node.latitude), numberIn(node.longitude)]
  if (latitude === undefined || Math.abs(latitude) > 90) return undefined
  if (longitude === undefined || Math.abs(longitude) > 180) return undefined
  return {
    kind: 'location',
    latitude,
    longitude,
    ...maybe('name', wordsIn(node.name, nameMax)),
    ...maybe('address', wordsIn(node.address, nameMax)),
    ...maybe('url', wordsIn(node.url, urlMax)),
  }
}

/** Cards of people, each with what numbers it holds. */
export function contactsIn(list: unknown): Attachment | undefined {
  const contacts = listIn(list).slice(0, itemsMax).filter(isFields).map(cardIn)
  return contacts.length === 0 ? undefined : { kind: 'contacts', contacts }
}

/** Products chosen from a catalogue. The price is as Meta tells it: in units of the currency, not in its minor units. */
export function orderIn(node: Fields): Attachment | undefined {
  const items = listIn(node.product_items).slice(0, itemsMax).map(orderItemIn)
  const readable = items.filter((each) => each !== undefined)
  return readable.length === 0 || readable.length < items.length ? undefined : { kind: 'order', items: readable }
}

/** A form filled in within the chat. Its answers come as JSON in a text; what is no JSON object has no answers. */
export function formIn(node: Fields): Attachment {
  const json = typeof node.response_json === 'string' ? parseExactly(node.response_json) : undefined
  const answers = Object.entries(fieldsIn(json))
    .filter(([field]) => field.length <= nameMax)
    .slice(0, itemsMax)
    .map(([field, value]) => [field.toWellFormed(), answerIn(value)] as const)
  return { kind: 'form', name: wordsIn(node.name, nameMax) ?? 'flow', answers: Object.fromEntries(answers) }
}

function cardIn(card: Fields): { name: string; phones: readonly string[] } {
  const name = fieldsIn(card.name)
  const phones = listIn(card.phones)
    .slice(0, itemsMax)
    .map(fieldsIn)
    .map(({ phone, wa_id }) => wordsIn(phone, nameMax) ?? wordsIn(wa_id, nameMax))
  return {
    name: wordsIn(name.formatted_name, nameMax) ?? wordsIn(name.first_name, nameMax) ?? '',
    phones: phones.filter((each) => each !== undefined),
  }
}

type OrderItem = (Attachment & { kind: 'order' })['items'][number]

function orderItemIn(value: unknown): OrderItem | undefined {
  const item = fieldsIn(value)
  const productId = wordsIn(item.product_retailer_id, nameMax)
  const quantity = numberIn(item.quantity)
  if (productId === undefined || quantity === undefined) return undefined
  return {
    productId,
    quantity,
    ...maybe('price', numberIn(item.item_price)),
    ...maybe('currency', wordsIn(item.currency, nameMax)),
  }
}

function answerIn(value: unknown): string {
  const text = typeof value === 'string' ? value : value === null ? '' : jsonOf(value)
  return wordsIn(text, answerMax) ?? ''
}
