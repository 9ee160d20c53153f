/** What both sides of the protocol share: version, limits, problems, replies, receipts. */
import type { Owner } from '#machines/conversation-contract.ts'

/** Sent in the handshake (`auth.protocol`); another major version is refused with `protocol-unsupported`. */
export const protocolVersion = 1

export const limits = {
  /** Characters in one customer or member message. */
  textMax: 4000,
  /** Bytes in one Socket.IO frame. */
  frameMaxBytes: 128 * 1024,
  /** Messages one visitor may send in a window; beyond it `rate-limited` with `retryAfterMs`. */
  visitorMessages: { limit: 20, windowMs: 10_000 },
  staffCommands: { limit: 200, windowMs: 10_000 },
  pageMax: 200,
  /** The total of a list is counted no further than this; that of a search, which costs more, no further than that. */
  totalMax: 10_000,
  searchTotalMax: 1000,
} as const

export type Role = 'admin' | 'manager' | 'sales-agent'

/** Every code a client can meet. `retry`: `never` mends itself by changing the request, `later` after a wait, `now` at once. */
export type ErrorCode =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'refused'
  | 'rate-limited'
  | 'too-large'
  | 'unknown-command'
  | 'protocol-unsupported'
  | 'busy'
  | 'unavailable'
  | 'timeout'
  | 'conflict'
  | 'internal'

export interface ProblemReport {
  readonly code: ErrorCode
  /** For a person: what happened and what to do. */
  readonly message: string
  readonly retry: 'never' | 'later' | 'now'
  readonly retryAfterMs?: number
  /** For `refused`: the machine's own code (`already-owned`, …) and who owns the conversation now. */
  readonly refusal?: { readonly code: string; readonly owner?: Owner }
  /** Each thing that is wrong, where there are several: a lead's problems, an import's missing fields. */
  readonly details?: readonly string[]
}

export type Reply<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ProblemReport }

/** Watermarks over the customer's messages (how far staff or assistant took them in) and ours (how far the customer did). */
export interface Receipts {
  readonly ours: { readonly deliveredTo: number; readonly readTo: number }
  readonly theirs: { readonly readTo: number }
}
