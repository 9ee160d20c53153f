/**
 * Actor `refused-event`: one for each message of another system that could not be taken in. It is kept as it came, with why, until somebody
 * has mended it and it went in, or has thrown it away.
 */

/** A message as it came. */
export interface RefusedMessage {
  readonly subject: string
  readonly headers: { readonly [name: string]: string }
  readonly body: string
  /** `base64` where the bytes are no text. */
  readonly encoding: 'text' | 'base64'
}

export type RefusedEventEvent =
  /** `reasons`: for a person, what is wrong and what it should be. */
  | { readonly type: 'event.refused'; readonly message: RefusedMessage; readonly reasons: readonly string[] }
  /** Somebody mended it, and it is wrong still. */
  | { readonly type: 'event.mended'; readonly text: string; readonly reasons: readonly string[]; readonly by: string }
  /** It went in as `lead`; `text` where it had been mended. */
  | { readonly type: 'event.replayed'; readonly lead: string; readonly text?: string; readonly by: string }
  | { readonly type: 'event.discarded'; readonly by: string }

export interface RefusedEventFacts {
  'event-refused': { readonly message: RefusedMessage; readonly reasons: readonly string[] }
  'event-mended': { readonly text: string; readonly reasons: readonly string[]; readonly by: string }
  'event-replayed': { readonly lead: string; readonly text?: string; readonly by: string }
  'event-discarded': { readonly by: string }
  'command-refused': { readonly command: string; readonly code: string; readonly message: string }
}

export interface RefusedEventInput {
  /** Its own address, `workspace/refused-event/id`. */
  readonly address: string
}
