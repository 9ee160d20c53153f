import { z } from 'zod'
import { listingPicture } from '#rag/picture.ts'
import { sameFingerprint, fingerprint } from '../auth/secrets.ts'
import { GatewayError } from '../errors.ts'
import type { House } from '../house.ts'
import { maybe } from '../read-models/shape.ts'
import type { App } from './app.ts'
import { docsPage } from './docs-page.ts'

const state = z.enum(['answers', 'silent'])

const readiness = z.object({
  status: z.enum(['ready', 'degraded', 'not-ready']),
  dependencies: z.object({
    journal: z.exactOptional(state),
    records: z.exactOptional(state),
    documents: z.exactOptional(state),
    ephemeral: z.exactOptional(state),
    membership: z.exactOptional(state),
  }),
  factsLag: z.number(),
  inboxLag: z.number(),
  projector: z.exactOptional(
    z.object({ active: z.boolean(), position: z.number(), factsLag: z.number(), behindMs: z.number() }),
  ),
})

/** Health, metrics, the description of the HTTP side with a page to read it, and pictures of listings. */
export function systemRoutes(app: App, house: House): void {
  healthRoutes(app, house)
  app.route({
    method: 'GET',
    url: '/metrics',
    schema: { hide: true },
    async handler(request, reply) {
      const { metricsToken } = house.config
      const sent = request.headers.authorization?.replace(/^Bearer /, '') ?? ''
      if (metricsToken !== undefined && !sameFingerprint(fingerprint(sent), fingerprint(metricsToken))) {
        throw new GatewayError('unauthenticated', 'Send the metrics token.')
      }
      const { registry } = house.metrics
      return reply.type(registry.contentType).send(await registry.metrics())
    },
  })
  app.route({ method: 'GET', url: '/openapi.json', schema: { hide: true }, handler: async () => app.swagger() })
  app.route({
    method: 'GET',
    url: '/docs',
    schema: { hide: true },
    handler: async (_, reply) => reply.type('text/html; charset=utf-8').send(docsPage(app.swagger())),
  })
  pictureRoute(app, house)
}

function healthRoutes(app: App, house: House): void {
  app.route({
    method: 'GET',
    url: '/health/live',
    schema: { description: 'The process answers.', response: { 200: z.object({ status: z.literal('live') }) } },
    handler: async () => ({ status: 'live' as const }),
  })
  app.route({
    method: 'GET',
    url: '/health/ready',
    schema: {
      description:
        'Whether this process can do its work, and which of what it depends on answers. `degraded` is a yes: conversations go on, and something is missing.',
      response: { 200: readiness, 503: readiness },
    },
    async handler(_, reply) {
      const now = await house.health.readiness()
      return reply.status(now.status === 'not-ready' ? 503 : 200).send(now)
    },
  })
}

function pictureRoute(app: App, house: House): void {
  app.route({
    method: 'GET',
    url: '/media/listings/:file',
    schema: {
      description:
        'A drawn picture of a listing, for those that have no photo. `?workspace=` when it is not the default one.',
      params: z.object({ file: z.string().regex(/^[A-Za-z0-9_~:@+-]{1,128}\.svg$/) }),
      querystring: z.object({ workspace: z.exactOptional(z.string().max(128)) }),
    },
    async handler(request, reply) {
      const workspace = request.query.workspace ?? house.config.defaultWorkspace
      const id = request.params.file.slice(0, -'.svg'.length)
      const listing = await house.search.get(workspace, id)
      if (listing === undefined) throw new GatewayError('not-found', 'There is no such listing.')
      const { propertyType, bedrooms, title } = listing
      void reply.header('cache-control', 'public, max-age=86400').header('cross-origin-resource-policy', 'cross-origin')
      return reply
        .type('image/svg+xml')
        .send(listingPicture({ id, propertyType, title, ...maybe('bedrooms', bedrooms) }))
    },
  })
}
