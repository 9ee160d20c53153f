import type { JsonObject } from '#runtime/json.ts'

/** A body for the Graph API, or a part of one; else why Meta would not take it, in words for a person. */
export type Composed =
  { readonly ok: true; readonly body: JsonObject } | { readonly ok: false; readonly reason: string }

/** What is said when there is no way to write it. */
export function notComposed(reason: string): Composed {
  return { ok: false, reason }
}
