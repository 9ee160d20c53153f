import { z } from 'zod'
import type { ProviderError } from '#machines/dispatch-contract.ts'
import { actionOf, providerErrorOf } from './error-actions.ts'
import type { GraphReply } from './graph-call.ts'
import { askedWaitMs } from './retry-after.ts'

/** Why Meta did not give what it was asked for, without anything secret. */
export interface GraphFailure {
  /** `missing`: no such object, or not for this token. `later`: it may be asked again. `refused`: asking again does not help. */
  readonly kind: 'missing' | 'later' | 'refused'
  /** In words for a person. */
  readonly reason: string
  /** Meta's own error, where there was one. */
  readonly error?: ProviderError
  /** How long to wait, where it is known. */
  readonly afterMs?: number
  /** What is wrong with the file, where that is what failed. */
  readonly file?: 'too-large' | 'mismatch'
}

/** What was asked for, or why it is not there. */
export type Asked<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly failure: GraphFailure }

const envelope = z.object({ error: z.object({ code: z.number(), error_subcode: z.number().optional() }).loose() })

/** Meta's own error in an answer; absent when it is none of Meta's, as a proxy's page is. */
export function metaErrorIn(body: unknown): (ProviderError & { readonly subcode?: number }) | undefined {
  const error = envelope.safeParse(body).data?.error
  if (error === undefined) return undefined
  const { error_subcode: subcode } = error
  return { ...providerErrorOf(error), ...(subcode === undefined ? {} : { subcode }) }
}

/** The error of a token that cannot be one: as if Meta had refused it, which it would. */
export function noToken(): ProviderError {
  return {
    code: 190,
    action: actionOf(190),
    reason: 'The access token is empty, or holds characters that no token has.',
  }
}

/** Reads an answer as this shape, or says why there is none. */
export function askedOf<Value>(reply: GraphReply, schema: z.ZodType<Value>, nowMs: number): Asked<Value> {
  if (reply.kind !== 'answered' || reply.status < 200 || reply.status > 299) return failed(failureIn(reply, nowMs))
  const read = schema.safeParse(reply.body)
  if (read.success) return { ok: true, value: read.data }
  return failed({ kind: 'refused', reason: `Meta's answer is not understood: ${placeOf(read.error)}.` })
}

/** A failure as the answer to whatever was asked. */
export function failed(failure: GraphFailure): Asked<never> {
  return { ok: false, failure }
}

/** Why a call brought no answer that can be used. */
export function failureIn(reply: GraphReply, nowMs: number): GraphFailure {
  if (reply.kind === 'no-token') return { kind: 'refused', reason: noToken().reason, error: noToken() }
  if (reply.kind === 'failed') return { kind: 'later', reason: reply.reason }
  const { status, headers, body } = reply
  const afterMs = askedWaitMs(headers, nowMs)
  const wait = afterMs === undefined ? {} : { afterMs }
  const found = metaErrorIn(body)
  if (found === undefined) {
    const kind = status === 404 ? 'missing' : status === 429 || status >= 500 ? 'later' : 'refused'
    return { kind, reason: `Meta answered with HTTP ${status} and no error of its own.`, ...wait }
  }
  const { subcode, ...error } = found
  return { kind: kindOf(error, subcode), reason: error.reason, error, ...wait }
}

/** Leads read too often, which no message can meet. Source: whatsapp-and-lead-ads 7. */
const leadsRate = 80005

/** An unknown object is HTTP 400 with code 100 and subcode 33, not 404. */
function kindOf({ code, action }: ProviderError, subcode: number | undefined): GraphFailure['kind'] {
  if (code === 100 && subcode === 33) return 'missing'
  if (code === leadsRate) return 'later'
  return ['retry', 'back-off', 'pair-back-off', 'retry-media'].includes(action) ? 'later' : 'refused'
}

/** Names of fields only: values may be a customer's. */
function placeOf({ issues: [issue] }: z.ZodError): string {
  return issue === undefined ? 'it is empty' : `${issue.path.join('.') || 'the whole'} (${issue.code})`
}
