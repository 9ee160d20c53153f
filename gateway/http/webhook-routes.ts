import { z } from 'zod'
import { answerHandshake } from '../channels/whatsapp/handshake.ts'
import { readWebhook } from '../channels/whatsapp/read-webhook.ts'
import { isSigned } from '../channels/whatsapp/signature.ts'
import { eventsOf } from '../channels/whatsapp/take-in.ts'
import type { WhatsAppConnection } from '../connections/connection.ts'
import { GatewayError } from '../errors.ts'
import type { House } from '../house.ts'
import type { App } from './app.ts'
import { handshakesPerMinute, rawBody, signatureIn, takeRawBodies } from './signed-bodies.ts'
import { createSeenNotes } from './webhook-seen.ts'

const where = z.object({ workspace: z.string().max(40) })

/**
 * What Meta calls: the handshake, and deliveries. A delivery is answered 200 once everything in it is durable, and before anybody works on it. An unsigned one is
 * refused before it is read, also while no secret is set. Anything but 200 makes Meta send it again, for up to a week, which changes nothing.
 */
export async function webhookRoutes(app: App, house: House): Promise<void> {
  const seen = createSeenNotes(house)
  await app.register(async (routes: App) => {
    takeRawBodies(routes)
    routes.route({
      method: 'GET',
      url: '/webhooks/whatsapp/:workspace',
      schema: { hide: true, params: where, querystring: z.looseObject({}) },
      config: { rateLimit: { max: handshakesPerMinute } },
      async handler({ params, query }, reply) {
        const numbers = await house.connections.whatsapp(params.workspace)
        const challenge = answerHandshake(
          query,
          numbers.map(({ verifyToken }) => verifyToken),
        )
        if (challenge === undefined)
          throw new GatewayError('forbidden', 'The verify token is not the one of this workspace.')
        return reply.type('text/plain').send(challenge)
      },
    })
    routes.route({
      method: 'POST',
      url: '/webhooks/whatsapp/:workspace',
      schema: { hide: true, params: where },
      // Whoever can sign may send as much as Meta does; who can't costs a hash.
      config: { rateLimit: false },
      // No browser sees the answer, and there are thousands a second.
      helmet: false,
      async handler({ params, body, headers }, reply) {
        const numbers = await house.connections.whatsapp(params.workspace)
        const raw = rawBody(body)
        const signed = numbers.filter(({ appSecrets }) => isSigned(raw, signatureIn(headers), appSecrets))
        if (signed.length === 0) {
          house.metrics.webhooks.inc({ channel: 'whatsapp', outcome: 'unsigned' })
          throw new GatewayError('unauthenticated', 'The signature is missing or not right.')
        }
        await takeIn(house, params.workspace, { raw, numbers: signed })
        for (const { account } of signed) seen(`webhook-seen/${params.workspace}/${account}`)
        return reply.type('text/plain').send('ok')
      },
    })
  })
}

async function takeIn(
  house: House,
  workspace: string,
  { raw, numbers }: { readonly raw: Buffer; readonly numbers: readonly WhatsAppConnection[] },
): Promise<void> {
  const { runtime, clock, config } = house
  const accounts = new Set(numbers.map(({ account }) => account))
  const delivery = raw.toString('utf8')
  const updates = readWebhook(delivery)
  const events = eventsOf(updates, {
    workspace,
    accounts,
    numbers,
    timeZone: config.workspaces[workspace]?.timeZone ?? 'UTC',
    nowMs: clock.nowMs(),
    isComplete: (text) => house.isComplete(text),
    delivery,
  })
  await Promise.all(events.map((event) => runtime.send(event)))
  house.metrics.webhooks.inc({ channel: 'whatsapp', outcome: 'taken' })
  if (updates.some(({ kind }) => kind === 'template')) {
    for (const account of accounts) void house.templateSync.sync({ workspace, account })
  }
}
