import { z } from 'zod'
import { readPageWebhook } from '../channels/meta/read-page-webhook.ts'
import { pageEventsOf } from '../channels/meta/take-in-page.ts'
import { answerHandshake } from '../channels/whatsapp/handshake.ts'
import { isSigned } from '../channels/whatsapp/signature.ts'
import type { PageConnection } from '../connections/page-connection.ts'
import { GatewayError } from '../errors.ts'
import type { House } from '../house.ts'
import type { App } from './app.ts'
import { handshakesPerMinute, rawBody, signatureIn, takeRawBodies } from './signed-bodies.ts'
import { createSeenNotes } from './webhook-seen.ts'

const where = z.object({ workspace: z.string().max(40) })

/**
 * What Meta calls about Pages: the handshake, and deliveries. A delivery is answered 200 once everything in it is durable; a form is read only after that.
 * An unsigned one is refused before it is read. Anything but 200 makes Meta send it again, for 36 hours, which changes nothing.
 */
export async function pageWebhookRoutes(app: App, house: House): Promise<void> {
  const seen = createSeenNotes(house)
  await app.register(async (routes: App) => {
    takeRawBodies(routes)
    routes.route({
      method: 'GET',
      url: '/webhooks/meta/:workspace',
      schema: { hide: true, params: where, querystring: z.looseObject({}) },
      config: { rateLimit: { max: handshakesPerMinute } },
      async handler({ params, query }, reply) {
        const pages = await pagesOf(house, params.workspace)
        const challenge = answerHandshake(
          query,
          pages.map(({ verifyToken }) => verifyToken),
        )
        if (challenge === undefined)
          throw new GatewayError('forbidden', 'The verify token is not the one of this workspace.')
        return reply.type('text/plain').send(challenge)
      },
    })
    routes.route({
      method: 'POST',
      url: '/webhooks/meta/:workspace',
      schema: { hide: true, params: where },
      // Whoever can sign may send as much as Meta does; who can't costs a hash.
      config: { rateLimit: false },
      async handler({ params: { workspace }, body, headers }, reply) {
        const raw = rawBody(body)
        const signed = await signedFor(house, { workspace, raw, signature: signatureIn(headers) })
        if (signed.length === 0) {
          house.metrics.webhooks.inc({ channel: 'meta', outcome: 'unsigned' })
          throw new GatewayError('unauthenticated', 'The signature is missing or not right.')
        }
        await takeIn(house, workspace, { raw, pages: signed })
        for (const { page } of signed) seen(`page-webhook-seen/${workspace}/${page}`)
        return reply.type('text/plain').send('ok')
      },
    })
  })
}

async function pagesOf({ pages }: House, workspace: string): Promise<readonly PageConnection[]> {
  return (await pages?.pages(workspace)) ?? []
}

interface Delivery {
  readonly workspace: string
  readonly raw: Buffer
  readonly signature: string | undefined
}

/** The Pages in whose name it is signed: with the secret of their own app, or with that of the WhatsApp numbers where they have none. */
async function signedFor(house: House, { workspace, raw, signature }: Delivery): Promise<readonly PageConnection[]> {
  const pages = await pagesOf(house, workspace)
  if (pages.length === 0) return []
  const sharing = pages.some(({ appSecrets }) => appSecrets.length === 0)
  const shared = sharing ? (await house.connections.whatsapp(workspace)).flatMap(({ appSecrets }) => appSecrets) : []
  return pages.filter(({ appSecrets }) => isSigned(raw, signature, appSecrets.length === 0 ? shared : appSecrets))
}

async function takeIn(
  { runtime, metrics }: House,
  workspace: string,
  { raw, pages }: { readonly raw: Buffer; readonly pages: readonly PageConnection[] },
): Promise<void> {
  const events = pageEventsOf(readPageWebhook(raw.toString('utf8')), { workspace, pages, by: 'ping' })
  await Promise.all(events.map((event) => runtime.send(event)))
  metrics.webhooks.inc({ channel: 'meta', outcome: 'taken' })
}
