import type { CloudEvent } from './cloud-event.ts'
import type { RawMessage } from './read-cloud-event.ts'

/** How an event travels: as one JSON object, or its attributes as headers and its data as the body. */
export type ContentMode = 'structured' | 'binary'

/** A CloudEvent with JSON data as a message, by the NATS protocol binding. */
export function writeCloudEvent(event: CloudEvent, mode: ContentMode): RawMessage {
  return mode === 'structured' ? structured(event) : binary(event)
}

/** The event as the JSON object of structured mode. */
export function jsonOf({ extensions, data, ...attributes }: CloudEvent): { readonly [name: string]: unknown } {
  return { ...attributes, ...extensions, ...(data === undefined ? {} : { data }) }
}

function structured(event: CloudEvent): RawMessage {
  const headers = { 'content-type': 'application/cloudevents+json; charset=UTF-8' }
  return { headers, body: new TextEncoder().encode(JSON.stringify(jsonOf(event))) }
}

function binary({ extensions, data, ...attributes }: CloudEvent): RawMessage {
  const named = Object.entries({ ...attributes, ...extensions }).map(([name, value]) => [`ce-${name}`, encoded(value)])
  const type = attributes.datacontenttype
  return {
    headers: { ...Object.fromEntries(named), ...(type === undefined ? {} : { 'content-type': type }) },
    body: data === undefined ? new Uint8Array() : new TextEncoder().encode(JSON.stringify(data)),
  }
}

/** Space, double quote, percent and whatever is not printable ASCII is percent-encoded as UTF-8. */
function encoded(value: string | number | boolean): string {
  return String(value)
    .toWellFormed()
    .replace(/[^\u0021\u0023\u0024\u0026-\u007e]/gu, (character) =>
      [...new TextEncoder().encode(character)]
        .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
        .join(''),
    )
}
