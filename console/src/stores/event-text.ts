import { isRecord } from '../connection/http.ts'

export type ParsedEvent =
  | { readonly ok: true; readonly event: { readonly type: string; readonly [key: string]: unknown } }
  | { readonly ok: false; readonly reason: 'json' | 'type'; readonly detail: string }

/** An event written by hand: an object with a `type` in words. */
export function parseEvent(text: string): ParsedEvent {
  try {
    const value: unknown = JSON.parse(text)
    if (!isRecord(value) || typeof value['type'] !== 'string' || value['type'] === '') {
      return { ok: false, reason: 'type', detail: '' }
    }
    return { ok: true, event: { ...value, type: value['type'] } }
  } catch (error) {
    return { ok: false, reason: 'json', detail: error instanceof Error ? error.message : '' }
  }
}
