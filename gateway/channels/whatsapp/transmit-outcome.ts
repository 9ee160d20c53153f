import { z } from 'zod'
import type { Transmitted } from '#machines/dispatch-contract.ts'
import { metaErrorIn, noToken } from './graph-answer.ts'
import type { GraphReply } from './graph-call.ts'
import { askedWaitMs } from './retry-after.ts'

/** How long to wait where Meta does not say. Of a pair's back-off the dispatch makes powers of four seconds. */
export const transmitWaits = { networkMs: 5000, rateMs: 60_000, pairMs: 1000 } as const

const acceptedSchema = z.object({
  messages: z.tuple([z.object({ id: z.string().min(1), message_status: z.string().optional() })]).rest(z.unknown()),
})
/** Accepted, and not yet on its way. */
const heldStatuses = ['held_for_quality_assessment', 'paused']

/**
 * What became of a message, from the reply to its `POST`. There is no idempotency at Meta, so `later` is only what certainly was not sent;
 * whatever may have been sent is `ambiguous`. Source: whatsapp-and-lead-ads 6.11 and 6.14.
 */
export function transmittedOf(reply: GraphReply, nowMs: number): Transmitted {
  if (reply.kind === 'no-token') return { outcome: 'refused', ...noToken() }
  if (reply.kind === 'failed') {
    const { reached, reason } = reply
    return reached === 'no' ? later(transmitWaits.networkMs, reason) : { outcome: 'ambiguous', reason }
  }
  const { status, headers, body } = reply
  if (status >= 200 && status <= 299) return acceptedOf(body)
  const waitMs = askedWaitMs(headers, nowMs)
  const error = metaErrorIn(body)
  if (error === undefined) return withoutError(status, waitMs)
  const { code, action, reason } = error
  if (action === 'back-off') return { ...later(waitMs ?? transmitWaits.rateMs, reason), code, whose: 'account' }
  if (action === 'pair-back-off') return later(waitMs ?? transmitWaits.pairMs, reason)
  if (action === 'retry') return { outcome: 'ambiguous', reason }
  return { outcome: 'refused', action, code, reason: isUnknownObject(error) ? unknownObject : reason }
}

/** Of an object Meta does not know, it says 100 as of any body it can't read, on a 400; which of them it means, it does not say. */
function isUnknownObject({ code, subcode }: { readonly code: number; readonly subcode?: number }): boolean {
  return code === 100 && subcode === 33
}

const unknownObject =
  'Meta does not know the number or a file of this message, or the access token may not use it: check the number under Channels.'

function acceptedOf(body: unknown): Transmitted {
  const accepted = acceptedSchema.safeParse(body).data
  if (accepted === undefined) return { outcome: 'ambiguous', reason: 'Meta took the call and named no message.' }
  const [{ id, message_status: held = '' }] = accepted.messages
  return { outcome: 'accepted', providerId: id, ...(heldStatuses.includes(held) ? { held } : {}) }
}

/** Something before Meta's own code answered, or broke within it. */
function withoutError(status: number, waitMs: number | undefined): Transmitted {
  const reason = `Meta answered with HTTP ${status} and no error of its own.`
  if (status === 429) return { ...later(waitMs ?? transmitWaits.rateMs, reason), code: status, whose: 'account' }
  if (status >= 500 || status === 408) return { outcome: 'ambiguous', reason }
  return { outcome: 'refused', action: 'alert', code: status, reason }
}

function later(afterMs: number, reason: string) {
  return { outcome: 'later', afterMs, reason } as const
}
