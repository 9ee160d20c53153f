import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { checkPage } from '../connections/check-page.ts'
import { subscribePage } from '../connections/subscribe-page.ts'
import type { PageConnection } from '../connections/page-connection.ts'
import { pageKind, type HeldPage, type PageDesk } from '../connections/page-desk.ts'
import { openPageLine } from '../connections/page-line.ts'
import { GatewayError } from '../errors.ts'
import { coded } from '../connections/finding-texts.ts'
import type { House } from '../house.ts'
import type { Finding, PageView } from '../protocol.ts'
import { maybe } from '../read-models/shape.ts'
import type { App } from './app.ts'
import { memberOf } from './app.ts'
import { changeRoute } from './change-route.ts'
import { checkedOf, finding, security } from './connection-shapes.ts'
import { accessToken, appSecret, endOf, secretView } from './meta-secrets.ts'
import { webhook, webhookOf } from './meta-webhook.ts'

const { account: metaId, forms, consents, instagram } = pageKind.settings.shape
const named = z.object({ page: metaId })
const saved = z.object({
  page: metaId,
  accessToken: z.exactOptional(accessToken),
  /** Empty for the app of the WhatsApp numbers. */
  appSecret: z.exactOptional(z.union([z.literal(''), appSecret])),
  forms: z.exactOptional(forms),
  consents: z.exactOptional(consents),
})
const view = z.object({
  webhook,
  pages: z.array(
    z.object({
      page: z.string(),
      name: z.string(),
      instagram,
      forms: z.array(z.string()).readonly(),
      consents: z.record(z.string(), z.array(z.string()).readonly()),
      accessToken: z.exactOptional(secretView),
      appSecret: z.exactOptional(secretView),
      verifyToken: z.exactOptional(z.string()),
      problem: z.exactOptional(z.string()),
    }),
  ),
})
const checkIds = ['token', 'permissions', 'webhook', 'subscription', 'sweep', 'signature'] as const
const checked = checkedOf(z.enum(checkIds))

/** Facebook Pages of a workspace, for admins: what there is, changing it, and looking at it live. No answer holds an access token or an app secret. */
export function pageConnectionRoutes(app: App, house: House): void {
  const { pages: desk } = house
  if (desk === undefined) return
  keepingRoutes(app, house, desk)
  liveRoutes(app, house, desk)
}

function keepingRoutes(app: App, house: House, desk: PageDesk): void {
  app.route({
    method: 'GET',
    url: '/v1/connections/pages',
    schema: { description: 'The Facebook Pages of your workspace.', security, response: { 200: view } },
    async handler(request) {
      const { workspace } = (await memberOf(house, request, 'connections.list')).member
      const pages = (await desk.list(workspace)).map(viewOf)
      return { webhook: webhookOf(house, request, `meta/${workspace}`), pages }
    },
  })
  changeRoute(app, house, {
    method: 'PUT',
    url: '/v1/connections/pages',
    description: 'Connects a Page, or changes it: what is left out stays as it is.',
    given: saved,
    async change(input, { workspace, memberId }) {
      await desk.save(workspace, input)
      house.log.info('a Page was saved', { workspace, page: input.page, memberId })
    },
  })
  changeRoute(app, house, {
    method: 'DELETE',
    url: '/v1/connections/pages/:page',
    description: 'Removes a Page and its secrets.',
    given: named,
    async change({ page }, { workspace, memberId }) {
      await desk.remove(workspace, page)
      house.log.info('a Page was removed', { workspace, page, memberId })
    },
  })
}

function liveRoutes(app: App, house: House, desk: PageDesk): void {
  const { clock, config, ephemeral } = house
  app.route({
    method: 'POST',
    url: '/v1/connections/pages/:page/check',
    schema: {
      description: 'Asks Meta whether everything is right with a Page. Answers within 15 s; changes nothing at Meta.',
      security,
      params: named,
      response: { 200: checked },
    },
    async handler(request) {
      const connection = await connectionOf(house, request, request.params.page)
      const { workspace, page, name, instagram: account } = connection
      const secrets = await secretsOf(house, connection)
      const line = openPageLine({ meta: config.meta, clock })
      const { address } = webhookOf(house, request, `meta/${workspace}`)
      const { checks, known = {} } = await checkPage(connection, { line, ephemeral, clock, secrets, address })
      const news = { name: known.name ?? name, ...maybe('instagram', known.instagram ?? account) }
      if (news.name !== name || news.instagram !== account) await desk.save(workspace, { page, ...news })
      return { atMs: clock.nowMs(), checks: checks.map(coded) }
    },
  })
  app.route({
    method: 'POST',
    url: '/v1/connections/pages/:page/subscribe',
    schema: {
      description: 'Has Meta tell your app of the Page, and your app this server. Meta calls it before it answers.',
      security,
      params: named,
      response: { 200: finding },
    },
    async handler(request): Promise<Finding> {
      const connection = await connectionOf(house, request, request.params.page)
      const secrets = await secretsOf(house, connection)
      const { address, problem } = webhookOf(house, request, `meta/${connection.workspace}`)
      const found = await subscribePage(connection, openPageLine({ meta: config.meta, clock }), { secrets, address })
      return coded(found.ok || problem === undefined ? found : { ...found, whatToDo: problem })
    },
  })
}

async function connectionOf(house: House, request: FastifyRequest, page: string): Promise<PageConnection> {
  const { workspace } = (await memberOf(house, request, 'connections.check')).member
  const connection = await house.pages?.page(workspace, page)
  if (connection === undefined) throw new GatewayError('not-found', `Page ${page} is not connected here.`)
  return connection
}

async function secretsOf({ connections }: House, page: PageConnection): Promise<readonly string[]> {
  if (page.appSecrets.length > 0) return page.appSecrets
  return (await connections.whatsapp(page.workspace)).flatMap(({ appSecrets }) => appSecrets)
}

function viewOf({ opened, ...known }: HeldPage): PageView {
  if (opened instanceof GatewayError) return { ...known, problem: opened.message }
  const [secret] = opened.appSecrets
  return {
    ...known,
    accessToken: endOf(opened.accessToken),
    ...maybe('appSecret', secret === undefined ? undefined : endOf(secret)),
    verifyToken: opened.verifyToken,
  }
}
