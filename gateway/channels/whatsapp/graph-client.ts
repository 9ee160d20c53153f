import { z } from 'zod'
import type { Transmitted } from '#machines/dispatch-contract.ts'
import type { JsonObject } from '#runtime/json.ts'
import { graphAccount, type GraphAccount } from './graph-account.ts'
import { askedOf, type Asked } from './graph-answer.ts'
import { createGraphCall, type GraphOptions } from './graph-call.ts'
import { graphLeads, type GraphLeads } from './graph-leads.ts'
import { graphMedia, type GraphMedia } from './graph-media.ts'
import { graphTemplates, type GraphTemplates } from './graph-templates.ts'
import { transmittedOf } from './transmit-outcome.ts'

interface FromNumber {
  /** The phone number's id. */
  readonly account: string
  readonly token: string
  readonly signal?: AbortSignal
}

/** The Graph API as the product needs it. Nothing is tried twice here, nothing is thrown, and the token is in no answer. */
export interface GraphClient extends GraphMedia, GraphAccount, GraphTemplates, GraphLeads {
  /** Posts a body of `composeMessage`, once. A 200 means accepted, not sent. */
  send(message: FromNumber & { readonly body: JsonObject }): Promise<Transmitted>
  /** Shows the customer that the message was read, and with `typing` that an answer is being written, for 25 seconds at most. */
  markRead(message: FromNumber & { readonly messageId: string; readonly typing: boolean }): Promise<Asked<true>>
}

/** A client of Meta's Graph API, or of anything that speaks it. It keeps no state and knows no token of its own. */
export function createGraphClient(options: GraphOptions): GraphClient {
  const call = createGraphCall(options)
  const post = ({ account, body, ...how }: FromNumber & { readonly body: JsonObject }) =>
    call.json({ method: 'POST', path: [account, 'messages'], body, ...how })
  return {
    async send(message) {
      return transmittedOf(await post(message), call.nowMs())
    },
    async markRead({ messageId, typing, ...from }) {
      const body = {
        messaging_product: 'whatsapp',
        status: 'read',
        message_id: messageId,
        ...(typing ? { typing_indicator: { type: 'text' } } : {}),
      }
      return askedOf(await post({ ...from, body }), doneSchema, call.nowMs())
    },
    ...graphMedia(call),
    ...graphAccount(call),
    ...graphTemplates(call),
    ...graphLeads(call),
  }
}

const doneSchema = z.object({ success: z.literal(true) }).transform(({ success }) => success)
