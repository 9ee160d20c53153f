import { z } from 'zod'
import { GatewayError } from '../errors.ts'
import { schemaPathOf, typeOf } from '../lead-events/event-names.ts'
import { descriptions, publicNames } from '../lead-events/schemas.ts'
import type { App } from './app.ts'

const listed = z.object({
  asyncapi: z.string(),
  types: z.array(z.object({ type: z.string(), schema: z.string(), description: z.string() })),
})

/** What other systems need to know of the lead events: the schemas of their types and the AsyncAPI document. Public, as nothing in them is anybody's. */
export function leadEventRoutes(app: App): void {
  /** Made when somebody first asks, once: a start has other things to do. */
  let made: Promise<ReadonlyMap<string, string>> | undefined
  const types = publicNames.map((name) => {
    const type = typeOf(name)
    return { type, schema: schemaPathOf(type), description: descriptions[name] }
  })
  app.route({
    method: 'GET',
    url: '/schemas/lead-events',
    schema: { description: 'Types of lead events, and where their schemas are.', response: { 200: listed } },
    handler: async () => ({ asyncapi: '/schemas/lead-events/asyncapi.yaml', types }),
  })
  app.route({
    method: 'GET',
    url: '/schemas/lead-events/:file',
    schema: {
      description: 'The JSON Schema of a type of lead events, or `asyncapi.yaml`.',
      params: z.object({ file: z.string().max(120) }),
    },
    async handler(request, reply) {
      const { file } = request.params
      made ??= import('../lead-events/documents.ts').then(({ publishedDocuments }) => publishedDocuments())
      const isDocument = file === 'asyncapi.yaml'
      const text = (await made).get(isDocument ? file : `schemas/${file}`)
      if (text === undefined) throw new GatewayError('not-found', `There is no schema ${file}.`)
      void reply.header('cache-control', 'public, max-age=3600').header('access-control-allow-origin', '*')
      return reply
        .type(isDocument ? 'application/yaml; charset=utf-8' : 'application/schema+json; charset=utf-8')
        .send(text)
    },
  })
}
