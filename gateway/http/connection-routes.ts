import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { checkConnection } from '../connections/check-connection.ts'
import type { WhatsAppConnection } from '../connections/connection.ts'
import type { ConnectionDesk, HeldConnection } from '../connections/connections.ts'
import { openMetaLine } from '../connections/meta-line.ts'
import { sendTestMessage } from '../connections/test-message.ts'
import { GatewayError } from '../errors.ts'
import { coded } from '../connections/finding-texts.ts'
import type { House } from '../house.ts'
import type { Finding, WhatsAppNumberView } from '../protocol.ts'
import { maybe } from '../read-models/shape.ts'
import type { App } from './app.ts'
import { memberOf } from './app.ts'
import { changeRoute } from './change-route.ts'
import { checkedOf, done, finding, security } from './connection-shapes.ts'
import { accessToken, appSecret, endOf, secretView } from './meta-secrets.ts'
import { webhook, webhookOf } from './meta-webhook.ts'
import { tellChecked } from './tell-checked.ts'

const metaId = z.string().regex(/^\d{1,32}$/u, 'has to be digits')
const number = z.object({ account: metaId })
const saved = z.object({
  business: metaId,
  account: metaId,
  displayNumber: z.exactOptional(z.string().max(40)),
  accessToken: z.exactOptional(accessToken),
  appSecret: z.exactOptional(appSecret),
})

const view = z.object({
  webhook,
  whatsapp: z.array(
    z.object({
      business: z.string(),
      account: z.string(),
      displayNumber: z.string(),
      accessToken: z.exactOptional(secretView),
      appSecrets: z.array(secretView).readonly(),
      verifyToken: z.exactOptional(z.string()),
      problem: z.exactOptional(z.string()),
    }),
  ),
})
const checkIds = ['token', 'permissions', 'number', 'webhook', 'signature', 'clock'] as const
/** Without these a number can't send. */
const needed = ['token', 'permissions', 'number'] as const
const checked = checkedOf(z.enum(checkIds))

/** Connections of a workspace, for admins: what there is, changing it, and looking at it live. No answer holds an access token or an app secret. */
export function connectionRoutes(app: App, house: House): void {
  const { connectionDesk: desk } = house
  if (desk === undefined) return
  keepingRoutes(app, house, desk)
  appSecretRoutes(app, house, desk)
  liveRoutes(app, house, desk)
}

function keepingRoutes(app: App, house: House, desk: ConnectionDesk): void {
  app.route({
    method: 'GET',
    url: '/v1/connections',
    schema: { description: 'What your workspace is connected to.', security, response: { 200: view } },
    async handler(request) {
      const { workspace } = (await memberOf(house, request, 'connections.list')).member
      const whatsapp = (await desk.list(workspace)).map(viewOf)
      return { webhook: webhookOf(house, request, `whatsapp/${workspace}`), whatsapp }
    },
  })
  changeRoute(app, house, {
    method: 'PUT',
    url: '/v1/connections/whatsapp',
    description: 'Connects a number, or changes it: a secret that is left out stays as it is.',
    given: saved,
    async change(input, { workspace, memberId }) {
      const { account } = input
      await desk.save(workspace, input)
      // What the number can send is known soon; a reading that works lets go what waits for access.
      void house.templateSync.sync({ workspace, account })
      house.log.info('a connection was saved', { workspace, account, memberId })
    },
  })
  changeRoute(app, house, {
    method: 'DELETE',
    url: '/v1/connections/whatsapp/:account',
    description: 'Removes a number and its secrets.',
    given: number,
    async change({ account }, { workspace, memberId }) {
      await desk.remove({ workspace, account })
      house.log.info('a connection was removed', { workspace, account, memberId })
    },
  })
}

function appSecretRoutes(app: App, house: House, desk: ConnectionDesk): void {
  app.route({
    method: 'POST',
    url: '/v1/connections/whatsapp/:account/rotate-app-secret',
    schema: {
      description: 'Sets a new app secret; what the one before has signed is still taken, until that is removed.',
      security,
      params: number,
      body: z.object({ appSecret }),
      response: done,
    },
    async handler(request, reply) {
      const { workspace } = (await memberOf(house, request, 'connections.change')).member
      await desk.rotateAppSecret({ workspace, account: request.params.account }, request.body.appSecret)
      return reply.status(204).send(null)
    },
  })
  changeRoute(app, house, {
    method: 'DELETE',
    url: '/v1/connections/whatsapp/:account/old-app-secret',
    description: 'Believes the new app secret alone.',
    given: number,
    change: ({ account }, { workspace }) => desk.removeOldAppSecret({ workspace, account }),
  })
}

function liveRoutes(app: App, house: House, desk: ConnectionDesk): void {
  const { clock, config, ephemeral } = house
  app.route({
    method: 'POST',
    url: '/v1/connections/whatsapp/:account/check',
    schema: {
      description: 'Asks Meta whether everything is right. Answers within 15 s; changes nothing at Meta.',
      security,
      params: number,
      response: { 200: checked },
    },
    async handler(request) {
      const connection = await connectionOf(house, request, request.params.account)
      const { workspace, business, account } = connection
      const { address } = webhookOf(house, request, `whatsapp/${workspace}`)
      const line = openMetaLine({ meta: config.meta, clock })
      const { checks, displayNumber } = await checkConnection(connection, { line, ephemeral, clock, address })
      await tellChecked(house, { workspace, channel: 'whatsapp', account }, { checks, needed })
      const learned = connection.displayNumber === '' ? displayNumber : undefined
      if (learned !== undefined) await desk.save(workspace, { business, account, displayNumber: learned })
      return { atMs: clock.nowMs(), checks: checks.map(coded) }
    },
  })
  app.route({
    method: 'POST',
    url: '/v1/connections/whatsapp/:account/subscribe',
    schema: {
      description: 'Has Meta send what happens to this server. Meta calls it before it answers.',
      security,
      params: number,
      response: { 200: finding },
    },
    async handler(request): Promise<Finding> {
      const connection = await connectionOf(house, request, request.params.account)
      const { address, problem } = webhookOf(house, request, `whatsapp/${connection.workspace}`)
      const asked = await openMetaLine({ meta: config.meta, clock }).subscribe(connection, address)
      if (asked.ok) return coded({ ok: true, what: 'Meta sends to this server.' })
      const reason = asked.failure.reason
      return {
        ok: false,
        what: reason,
        whatToDo: problem ?? 'Look whether Meta can reach the address, then try again.',
      }
    },
  })
  app.route({
    method: 'POST',
    url: '/v1/connections/whatsapp/:account/test-message',
    schema: {
      description: 'Sends the template hello_world (en_US) to a phone, once, and answers what Meta said.',
      security,
      params: number,
      body: z.object({ to: z.string().regex(/^\+?\d{6,15}$/u, 'has to be a phone number with its country code') }),
      response: { 200: finding },
    },
    async handler(request) {
      const connection = await connectionOf(house, request, request.params.account)
      return coded(await sendTestMessage(connection, openMetaLine({ meta: config.meta, clock }), request.body.to))
    },
  })
}

async function connectionOf(house: House, request: FastifyRequest, account: string): Promise<WhatsAppConnection> {
  const { workspace } = (await memberOf(house, request, 'connections.check')).member
  const connection = await house.connectionDesk?.whatsappAccount(workspace, account)
  if (connection === undefined) throw new GatewayError('not-found', `Number ${account} is not connected here.`)
  return connection
}

function viewOf({ business, account, displayNumber, opened }: HeldConnection): WhatsAppNumberView {
  const known = { business, account, displayNumber }
  if (opened instanceof GatewayError) return { ...known, appSecrets: [], problem: opened.message }
  const { accessToken: token, appSecrets, verifyToken } = opened
  return {
    ...known,
    accessToken: endOf(token),
    appSecrets: appSecrets.map(endOf),
    ...maybe('verifyToken', verifyToken),
  }
}
