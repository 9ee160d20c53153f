import { createHash } from 'node:crypto'
import { addressOf } from '#runtime/address.ts'
import type { NewEvent } from '#runtime/event.ts'
import type { RefusedMessage } from '#machines/refused-event-contract.ts'
import { eventOf } from '../submit.ts'
import { parseExactly } from '../channels/whatsapp/exact-json.ts'
import { readCloudEvent, textIn, type RawMessage } from './read-cloud-event.ts'
import { jsonOf } from './write-cloud-event.ts'

/** Reasons of one refusal, and characters of one: a message that is wrong all over is mended from the top. */
const reasonsMax = 20
const reasonMax = 300

/**
 * A message that could not be taken in, as the event that keeps it. Its actor is named after its content: the same message handed out again is no other,
 * a mended one that is wrong still is.
 */
export function refusalOf(
  message: RawMessage & { readonly subject: string },
  refused: { readonly workspace: string; readonly reasons: readonly string[] },
): NewEvent {
  const kept = keptOf(message)
  const hash = createHash('sha256')
    .update(JSON.stringify([kept.subject, kept.headers, kept.encoding]))
    .update('\n')
    .update(kept.body)
  const to = addressOf(refused.workspace, 'refused-event', hash.digest('hex').slice(0, 32))
  const reasons = refused.reasons.slice(0, reasonsMax).map((each) => each.slice(0, reasonMax))
  return { to, event: eventOf({ type: 'event.refused', message: kept, reasons }), id: 'refused' }
}

/** As text where that does not blow up: bytes of another kind, and control characters, are kept in base64. */
function keptOf({ subject, headers, body }: RawMessage & { readonly subject: string }): RefusedMessage {
  const text = textIn(body)
  const isText = text !== undefined && JSON.stringify(text).length <= 2 * body.length + 2
  return isText
    ? { subject, headers, body: text, encoding: 'text' }
    : { subject, headers, body: Buffer.from(body).toString('base64'), encoding: 'base64' }
}

/** The message as it came. */
export function messageOf({ headers, body, encoding }: RefusedMessage): RawMessage {
  return { headers, body: Buffer.from(body, encoding === 'text' ? 'utf8' : 'base64') }
}

/** What a person mends: the event as the JSON object of structured mode as far as it can be read, else what came. */
export function draftOf(message: RefusedMessage): string {
  const raw = messageOf(message)
  const text = textIn(raw.body)
  const attributes = Object.entries(raw.headers).filter(([name]) => name.startsWith('ce-'))
  const parsed = text === undefined || text === '' ? undefined : parsedJson(text)
  if (attributes.length === 0) return parsed === undefined ? (text ?? message.body) : pretty(parsed.value)
  const event = readCloudEvent(raw)
  if (event.ok) return pretty(jsonOf(event.value))
  const given = Object.fromEntries(attributes.map(([name, value]) => [name.slice('ce-'.length), value]))
  return pretty({ ...given, data: parsed === undefined ? (text ?? '') : parsed.value })
}

/** Who sent it and under which id, where that can be told from what is wrong elsewhere. */
export function originOf(message: RefusedMessage): { readonly source?: string; readonly id?: string } {
  const body = parsedJson(draftOf(message))?.value
  if (typeof body !== 'object' || body === null) return {}
  const named = (name: string): string | undefined => {
    const value: unknown = Object.entries(body).find(([each]) => each === name)?.[1]
    return typeof value === 'string' && value !== '' ? value.slice(0, 512) : undefined
  }
  const [source, id] = [named('source'), named('id')]
  return { ...(source === undefined ? {} : { source }), ...(id === undefined ? {} : { id }) }
}

/** Ids that JavaScript would round are kept as text. */
function parsedJson(text: string): { readonly value: unknown } | undefined {
  const value = parseExactly(text)
  return value === undefined ? undefined : { value }
}

function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2)
}
