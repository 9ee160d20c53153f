import { z } from 'zod'
import type { Clock } from '#runtime/ports/clock.ts'
import { askedOf, type Asked } from '../channels/whatsapp/graph-answer.ts'
import { createGraphCall } from '../channels/whatsapp/graph-call.ts'
import { createGraphClient, type GraphClient } from '../channels/whatsapp/graph-client.ts'
import type { GatewayConfig } from '../config.ts'
import { maybe } from '../read-models/shape.ts'
import type { WhatsAppConnection } from './connection.ts'

/** How long one call of a set-up may take. Several run at once or two after each other, so that a member has an answer within 15 s. */
const timeoutMs = 7_000

/** A line to Meta for the set-up of one connection. */
export interface MetaLine {
  readonly graph: GraphClient
  /** Where Meta sends the messages of this number: its own address, else the account's, else the app's. */
  callback(connection: WhatsAppConnection): Promise<Asked<Callback>>
  /** Sends the account's webhooks to this address. Meta calls it before it answers. */
  subscribe(connection: WhatsAppConnection, address: string): Promise<Asked<true>>
  /** How far our clock is ahead of Meta's, to a second or two; absent while Meta has not answered. */
  aheadMs(): number | undefined
}

export interface Callback {
  readonly address?: string
}

/** Opens a line. It remembers the time of the answers that came over it, so take a new one for each look. */
export function openMetaLine({
  meta,
  clock,
}: {
  readonly meta: GatewayConfig['meta']
  readonly clock: Clock
}): MetaLine {
  let aheadMs: number | undefined
  const watched: typeof fetch = async (request, init) => {
    const beganAtMs = clock.nowMs()
    const response = await fetch(request, init)
    const metaAtMs = Date.parse(response.headers.get('date') ?? '')
    if (!Number.isNaN(metaAtMs)) aheadMs = Math.round((beganAtMs + clock.nowMs()) / 2 - metaAtMs)
    return response
  }
  const options = { baseUrl: meta.graphUrl, version: meta.graphVersion, clock, timeoutMs, fetch: watched }
  const call = createGraphCall(options)
  return {
    graph: createGraphClient(options),
    aheadMs: () => aheadMs,
    async callback({ account, accessToken: token }) {
      const query = { fields: 'webhook_configuration' }
      return askedOf(await call.json({ method: 'GET', path: [account], query, token }), callbackSchema, call.nowMs())
    },
    async subscribe({ business, accessToken: token, verifyToken }, address) {
      const request = { method: 'POST', path: [business, 'subscribed_apps'], token } as const
      // An address may be set only where the app is subscribed already.
      const subscribed = askedOf(await call.json(request), doneSchema, call.nowMs())
      if (!subscribed.ok) return subscribed
      const body = { override_callback_uri: address, verify_token: verifyToken }
      return askedOf(await call.json({ ...request, body }), doneSchema, call.nowMs())
    },
  }
}

const doneSchema = z.object({ success: z.literal(true) }).transform(({ success }) => success)
const address = z.string().optional().catch(undefined)

const callbackSchema = z
  .object({
    webhook_configuration: z
      .object({ phone_number: address, whatsapp_business_account: address, application: address })
      .catch({}),
  })
  .transform(({ webhook_configuration: { phone_number, whatsapp_business_account, application } }): Callback =>
    maybe('address', phone_number ?? whatsapp_business_account ?? application),
  )
