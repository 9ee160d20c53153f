import { z } from 'zod'
import { addressOf } from '#runtime/address.ts'
import type { AccountEvent } from '#machines/account-contract.ts'
import { accountId } from '#machines/account-writing.ts'
import { GatewayError } from '../errors.ts'
import { coded } from '../connections/finding-texts.ts'
import type { House } from '../house.ts'
import { listed } from '../patience.ts'
import type { Finding, TemplateView } from '../protocol.ts'
import { limits } from '../protocol.ts'
import { templateView, type TemplateDocument } from '../read-models/account-projection.ts'
import { collections } from '../read-models/collections.ts'
import { fromJson, maybe } from '../read-models/shape.ts'
import { submit } from '../submit.ts'
import type { App } from './app.ts'
import { memberOf } from './app.ts'
import { finding, security } from './connection-shapes.ts'

const number = z.object({ account: z.string().regex(/^\d{1,32}$/u, 'has to be digits') })
const button = z.object({ type: z.string(), text: z.string(), url: z.exactOptional(z.string()) })
const template: z.ZodType<TemplateView> = z.object({
  account: z.string(),
  name: z.string(),
  language: z.string(),
  status: z.string(),
  category: z.string(),
  body: z.string(),
  variables: z.number(),
  header: z.exactOptional(z.string()),
  buttons: z.array(button).readonly(),
  quality: z.exactOptional(z.string()),
  reason: z.exactOptional(z.string()),
})
const asked = z.object({
  limit: z.coerce.number().int().min(1).max(limits.pageMax).default(50),
  after: z.exactOptional(z.string().max(2000)),
})

/** The templates of a workspace for its members; reading them anew, and letting an account send again, for admins. */
export function accountRoutes(app: App, house: House): void {
  templateRoutes(app, house)
  app.route({
    method: 'POST',
    url: '/v1/accounts/:channel/:account/resume',
    schema: {
      description:
        'Lets an account send again: what was kept back for it goes on. Whatever stopped it stops it again if it still stands.',
      security,
      params: z.object({ channel: z.enum(['whatsapp', 'sms', 'email']), account: z.string().min(1).max(254) }),
      response: { 204: z.null() },
    },
    async handler(request, reply) {
      const { workspace, memberId } = (await memberOf(house, request, 'connections.change')).member
      const { channel, account } = request.params
      const to = addressOf(workspace, 'account', accountId(channel, account))
      if ((await house.documents.get(collections.accounts, to)) === undefined) {
        throw new GatewayError('not-found', `Nothing keeps ${account} from sending.`)
      }
      await tellAccount(house, { workspace, channel, account }, { type: 'account.resumed', by: memberId })
      return reply.status(204).send(null)
    },
  })
}

/** Tells the actor of an account something, and waits until it has heard it. */
export async function tellAccount(
  { runtime }: Pick<House, 'runtime'>,
  at: { readonly workspace: string; readonly channel: string; readonly account: string },
  event: AccountEvent,
): Promise<void> {
  await submit(runtime, { to: addressOf(at.workspace, 'account', accountId(at.channel, at.account)), event })
}

function templateRoutes(app: App, house: House): void {
  app.route({
    method: 'GET',
    url: '/v1/templates',
    schema: {
      description:
        'The message templates of your workspace’s WhatsApp numbers, as Meta has them, by name. Pass `next` as `after`.',
      security,
      querystring: asked,
      response: { 200: z.object({ templates: z.array(template), next: z.exactOptional(z.string()) }) },
    },
    async handler(request) {
      const { workspace } = (await memberOf(house, request, 'templates.list')).member
      const { limit, after } = request.query
      const query = {
        collection: collections.templates,
        where: [{ field: 'workspace', op: '=', value: workspace }],
        order: [{ field: 'label', direction: 'ascending' }],
        limit,
        ...maybe('after', after),
      } as const
      const page = await listed(house.clock, house.documents.query(query))
      const templates = page.documents.map(({ value }) => templateView(fromJson<TemplateDocument>(value)))
      return { templates, ...maybe('next', page.next) }
    },
  })
  app.route({
    method: 'POST',
    url: '/v1/connections/whatsapp/:account/templates/sync',
    schema: {
      description:
        'Reads the templates of a number from Meta now. They are read by themselves every six hours, and when Meta tells of a change.',
      security,
      params: number,
      response: { 200: finding },
    },
    async handler(request): Promise<Finding> {
      const { workspace } = (await memberOf(house, request, 'connections.check')).member
      const synced = await house.templateSync.sync({ workspace, account: request.params.account })
      if (synced.ok) return coded({ ok: true, what: `${synced.count} templates.` })
      return coded({ ok: false, what: synced.reason, whatToDo: 'Check the connection, then read them again.' })
    },
  })
}
