import { z } from 'zod'
import { answerHandshake } from '../channels/whatsapp/handshake.ts'
import { readWebhook } from '../channels/whatsapp/read-webhook.ts'
import { isSigned } from '../channels/whatsapp/signature.ts'
import { eventsOf } from '../channels/whatsapp/take-in.ts'
import type { WhatsAppConnection } from '../connections/connection.ts'
import { GatewayError } from '../errors.ts'
import type { House } from '../house.ts'
import type { App } from './app.ts'

/** Meta sends up to 3 MB; a little more is let in, so that what is refused is refused by us and with a reason. */
const bodyMax = 3 * 1024 * 1024 + 64 * 1024

/** How long a working signature is remembered, for the set-up page. */
const seenMs = 7 * 24 * 60 * 60 * 1000

const where = z.object({ workspace: z.string().max(40) })

/**
 * What Meta calls: the handshake, and deliveries. A delivery is answered 200 once everything in it is durable, and before anybody works on it. An unsigned one is
 * refused before it is read, also while no secret is set. Anything but 200 makes Meta send it again, for up to a week, which changes nothing.
 */
export async function webhookRoutes(app: App, house: House): Promise<void> {
  await app.register(async (routes: App) => {
    routes.removeAllContentTypeParsers()
    routes.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: bodyMax }, (_request, body, done) => {
      done(null, body)
    })
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
      async handler({ params, body, headers }, reply) {
        const numbers = await house.connections.whatsapp(params.workspace)
        const raw = Buffer.isBuffer(body) ? body : Buffer.alloc(0)
        const signature = headers['x-hub-signature-256']
        const signed = numbers.filter(({ appSecrets }) => isSigned(raw, textOf(signature), appSecrets))
        if (signed.length === 0) {
          house.metrics.webhooks.inc({ channel: 'whatsapp', outcome: 'unsigned' })
          throw new GatewayError('unauthenticated', 'The signature is missing or not right.')
        }
        await takeIn(house, params.workspace, { raw, numbers: signed })
        return reply.type('text/plain').send('ok')
      },
    })
  })
}

const handshakesPerMinute = 60

async function takeIn(
  house: House,
  workspace: string,
  { raw, numbers }: { readonly raw: Buffer; readonly numbers: readonly WhatsAppConnection[] },
): Promise<void> {
  const { runtime, clock, config, ephemeral } = house
  const accounts = new Set(numbers.map(({ account }) => account))
  const events = eventsOf(readWebhook(raw.toString('utf8')), {
    workspace,
    accounts,
    timeZone: config.workspaces[workspace]?.timeZone ?? 'UTC',
    nowMs: clock.nowMs(),
    isComplete: (text) => house.isComplete(text),
  })
  await Promise.all(events.map((event) => runtime.send(event)))
  house.metrics.webhooks.inc({ channel: 'whatsapp', outcome: 'taken' })
  for (const account of accounts) {
    const key = `webhook-seen/${workspace}/${account}`
    ephemeral.set(key, String(clock.nowMs()), seenMs).catch(() => undefined)
  }
}

function textOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined
}
