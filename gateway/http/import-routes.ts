import { z } from 'zod'
import { GatewayError } from '../errors.ts'
import type { House } from '../house.ts'
import type { Imports } from '../imports.ts'
import type { ImportView } from '../protocol.ts'
import { maybe } from '../read-models/shape.ts'
import type { App } from './app.ts'
import { memberOf } from './app.ts'

const column = z.object({
  index: z.number(),
  header: z.string(),
  field: z.exactOptional(z.string()),
  confidence: z.number(),
  examples: z.array(z.string()).readonly(),
})

const view: z.ZodType<ImportView> = z.object({
  id: z.string(),
  kind: z.enum(['listings', 'leads']),
  fileName: z.string(),
  status: z.enum(['preview', 'running', 'done', 'failed']),
  columns: z.array(column).readonly(),
  sample: z.array(z.array(z.string()).readonly()).readonly(),
  rows: z.number(),
  done: z.number(),
  created: z.number(),
  updated: z.number(),
  unchanged: z.number(),
  rejected: z.number(),
  problem: z.exactOptional(z.string()),
  missing: z.exactOptional(z.array(z.string()).readonly()),
  choices: z.exactOptional(z.array(z.object({ field: z.string(), label: z.string() })).readonly()),
})

const start = z.object({
  id: z.string().max(128),
  columns: z.exactOptional(
    z.array(z.object({ index: z.number().int(), field: z.exactOptional(z.string().max(120)) })).max(2000),
  ),
  city: z.exactOptional(z.string().max(80)),
})

const kindShape = z.enum(['listings', 'leads'])
const id = z.object({ id: z.string().max(128) })
const security = [{ member: [] }]

/** Imports: upload and look, map and run, follow, fetch what was rejected. */
export function importRoutes(app: App, house: House, imports: Imports): void {
  app.route({
    method: 'POST',
    url: '/v1/imports/preview',
    schema: {
      description: 'Multipart: field `kind` (listings or leads; or `?kind=`), then the file. Nothing is imported yet.',
      consumes: ['multipart/form-data'],
      security,
      querystring: z.object({ kind: z.exactOptional(kindShape) }),
      response: { 200: view },
    },
    async handler(request) {
      const { workspace } = (await memberOf(house, request, 'imports.run')).member
      if (!request.isMultipart()) throw new GatewayError('invalid', 'Send the file as multipart/form-data.')
      const part = await request.file()
      if (part === undefined) throw new GatewayError('invalid', 'There is no file in the request.')
      const field = part.fields['kind']
      const sent = field !== undefined && !Array.isArray(field) && field.type === 'field' ? field.value : undefined
      const kind = kindShape.safeParse(request.query.kind ?? sent)
      if (!kind.success) throw new GatewayError('invalid', 'kind: send `listings` or `leads` before the file.')
      const shown = await imports.preview({
        workspace,
        kind: kind.data,
        fileName: part.filename.slice(-200),
        content: part.file,
      })
      if (part.file.truncated) throw new GatewayError('too-large', 'The file is larger than what is accepted.')
      return shown
    },
  })
  app.route({
    method: 'POST',
    url: '/v1/imports',
    schema: {
      description: 'Runs a previewed import with a mapping. Running it twice changes nothing.',
      security,
      body: start,
      response: { 202: view },
    },
    async handler(request, reply) {
      const { workspace } = (await memberOf(house, request, 'imports.run')).member
      const { id: chosen, columns, city } = request.body
      const begun = await imports.start(workspace, { id: chosen, ...maybe('columns', columns), ...maybe('city', city) })
      return reply.status(202).send(begun)
    },
  })
  readRoutes(app, house, imports)
}

function readRoutes(app: App, house: House, imports: Imports): void {
  app.route({
    method: 'GET',
    url: '/v1/imports',
    schema: { description: 'Imports of your workspace, newest first.', security, response: { 200: z.array(view) } },
    async handler(request) {
      const { workspace } = (await memberOf(house, request, 'imports.read')).member
      return [...(await imports.list(workspace))]
    },
  })
  app.route({
    method: 'GET',
    url: '/v1/imports/:id',
    schema: { description: 'How far an import is.', security, params: id, response: { 200: view } },
    async handler(request) {
      const { workspace } = (await memberOf(house, request, 'imports.read')).member
      return imports.get(workspace, request.params.id)
    },
  })
  app.route({
    method: 'GET',
    url: '/v1/imports/:id/rejects',
    schema: {
      description: 'Rejected rows as CSV with their reasons. Mend them and import that file.',
      security,
      params: id,
    },
    async handler(request, reply) {
      const { workspace } = (await memberOf(house, request, 'imports.read')).member
      const rows = await imports.rejects(workspace, request.params.id)
      if (rows === undefined) throw new GatewayError('not-found', 'No row of this import was rejected.')
      void reply.header('content-disposition', `attachment; filename="${request.params.id.replace(/[^\w-]/g, '')}.csv"`)
      return reply.type('text/csv; charset=utf-8').send(rows)
    },
  })
}
