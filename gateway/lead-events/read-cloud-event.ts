import { eventOf, type CloudEvent, type Reading } from './cloud-event.ts'

/** A message as it came from a bus: names of headers in small letters. */
export interface RawMessage {
  readonly headers: { readonly [name: string]: string }
  readonly body: Uint8Array
}

/**
 * Reads a message as a CloudEvent, by the NATS protocol binding: structured JSON when `content-type` says `application/cloudevents+json`, binary when
 * attributes are headers `ce-…`, and structured JSON when there is neither. Data has to be JSON.
 */
export function readCloudEvent(message: RawMessage): Reading<CloudEvent> {
  const mediaType = (message.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (mediaType.startsWith('application/cloudevents-batch')) {
    return refused('content-type: batches are not taken; publish each event as a message of its own')
  }
  if (mediaType === 'application/cloudevents' || mediaType === 'application/cloudevents+json')
    return structured(message)
  if (mediaType.startsWith('application/cloudevents')) {
    return refused(
      `content-type: of event formats only application/cloudevents+json is taken, not ${mediaType.slice(0, 80)}`,
    )
  }
  const isBinary = Object.keys(message.headers).some((name) => name.startsWith('ce-'))
  return isBinary ? binary(message, mediaType) : structured(message)
}

function refused(...reasons: readonly string[]): Reading<never> {
  return { ok: false, reasons }
}

function structured({ body }: RawMessage): Reading<CloudEvent> {
  const parsed = jsonIn(body)
  if (!parsed.ok) return parsed
  const event = parsed.value
  if (!isObject(event)) return refused('the message is no JSON object: a CloudEvent in structured mode is one')
  const { data, data_base64: encoded, ...attributes } = event
  if (encoded === undefined) return withJsonData(attributes, data)
  if (data !== undefined) return refused('data and data_base64 are both there: give one of them')
  if (typeof encoded !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(encoded))
    return refused('data_base64: is no base64')
  const inner = jsonIn(Buffer.from(encoded, 'base64'))
  return inner.ok
    ? withJsonData(attributes, inner.value)
    : refused(...inner.reasons.map((each) => `data_base64: ${each}`))
}

function binary({ headers, body }: RawMessage, mediaType: string): Reading<CloudEvent> {
  const attributes: { [name: string]: string } = {}
  const reasons: string[] = []
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith('ce-')) continue
    const decoded = decodedHeader(value)
    if (decoded === undefined) reasons.push(`${name}: percent-encoded bytes have to be UTF-8`)
    else attributes[name.slice('ce-'.length)] = decoded
  }
  const type = attributes['datacontenttype'] ?? (mediaType === '' ? undefined : headers['content-type'])
  const typed = type === undefined ? attributes : { ...attributes, datacontenttype: type }
  const parsed = body.length === 0 ? { ok: true as const, value: undefined } : jsonIn(body)
  if (!parsed.ok) reasons.push(...parsed.reasons)
  const event = withJsonData(typed, parsed.ok ? parsed.value : undefined)
  if (reasons.length === 0) return event
  return refused(...reasons, ...(event.ok ? [] : event.reasons))
}

/** Data of another kind than JSON is nothing we could read. */
function withJsonData(attributes: { readonly [name: string]: unknown }, data: unknown): Reading<CloudEvent> {
  const event = eventOf(attributes, data)
  const type = attributes['datacontenttype']
  if (typeof type !== 'string' || /^(application|text)\/([\w.-]+\+)?json\s*(;|$)/i.test(type)) return event
  const reason = `datacontenttype: has to be application/json, not ${type.slice(0, 80)}`
  return refused(...(event.ok ? [] : event.reasons), reason)
}

/** The value of a header: quotes are taken off, then percent-encoding once. `undefined` when its bytes are no UTF-8. */
function decodedHeader(value: string): string | undefined {
  const quoted = /^"((?:[^"\\]|\\.)*)"$/s.exec(value.trim())?.[1]
  const bare = quoted === undefined ? value.trim() : quoted.replace(/\\(.)/gs, '$1')
  try {
    return bare.replace(/(?:%[0-9A-Fa-f]{2})+/g, (bytes) => decodeURIComponent(bytes))
  } catch {
    return undefined
  }
}

function jsonIn(bytes: Uint8Array): Reading<unknown> {
  const text = textIn(bytes)
  if (text === undefined) return refused('the message is no UTF-8 text')
  try {
    return { ok: true, value: JSON.parse(text) as unknown }
  } catch (error) {
    return refused(
      `the message is no JSON: ${error instanceof Error ? error.message.slice(0, 200) : 'it cannot be read'}`,
    )
  }
}

/** The bytes as text; `undefined` when they are none. */
export function textIn(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is { readonly [field: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
