import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { checkConnection } from '../connections/check-connection.ts'
import type { WhatsAppConnection } from '../connections/connection.ts'
import type { ConnectionDesk, HeldConnection } from '../connections/connections.ts'
import { openMetaLine } from '../connections/meta-line.ts'
import { sendTestMessage } from '../connections/test-message.ts'
import { GatewayError } from '../errors.ts'
import type { House } from '../house.ts'
import type { ConnectionCheck, ConnectionsView, Finding, SecretView, WhatsAppNumberView } from '../protocol.ts'
import { maybe } from '../read-models/shape.ts'
import type { App } from './app.ts'
import { memberOf } from './app.ts'
import { tellAccount } from './account-routes.ts'

const metaId = z.string().regex(/^\d{1,32}$/u, 'has to be digits')
const number = z.object({ account: metaId })
/** An access token of Meta's. The characters that tokens have: whoever pastes a line break or a quotation mark learns of it here. */
export const accessToken = z
  .string()
  .trim()
  .min(20)
  .max(1000)
  .regex(/^[\w.~+/|=-]+$/u, 'has characters that no token has')
/** An app secret of Meta's. */
export const appSecret = z
  .string()
  .trim()
  .min(8)
  .max(200)
  .regex(/^[\w-]+$/u, 'has characters that no app secret has')
const saved = z.object({
  business: metaId,
  account: metaId,
  displayNumber: z.exactOptional(z.string().max(40)),
  accessToken: z.exactOptional(accessToken),
  appSecret: z.exactOptional(appSecret),
})

const secretView = z.object({ endsWith: z.string() })
const view = z.object({
  webhook: z.object({ address: z.string(), problem: z.exactOptional(z.string()) }),
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
const finding = z.object({ ok: z.boolean(), what: z.string(), whatToDo: z.exactOptional(z.string()) })
const checkIds = ['token', 'permissions', 'number', 'webhook', 'signature', 'clock'] as const
const checked = z.object({ atMs: z.number(), checks: z.array(finding.extend({ id: z.enum(checkIds) })) })
const done = { 204: z.null() }
const security = [{ member: [] }]

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
  app.route({
    method: 'PUT',
    url: '/v1/connections/whatsapp',
    schema: {
      description: 'Connects a number, or changes it: a secret that is left out stays as it is.',
      security,
      body: saved,
      response: done,
    },
    async handler(request, reply) {
      const { workspace, memberId } = (await memberOf(house, request, 'connections.change')).member
      await desk.save(workspace, request.body)
      // What the number can send is known soon; a reading that works lets go what waits for access.
      void house.templateSync.sync({ workspace, account: request.body.account })
      house.log.info('a connection was saved', { workspace, account: request.body.account, memberId })
      return reply.status(204).send(null)
    },
  })
  app.route({
    method: 'DELETE',
    url: '/v1/connections/whatsapp/:account',
    schema: { description: 'Removes a number and its secrets.', security, params: number, response: done },
    async handler(request, reply) {
      const { workspace, memberId } = (await memberOf(house, request, 'connections.change')).member
      const { account } = request.params
      await desk.remove({ workspace, account })
      house.log.info('a connection was removed', { workspace, account, memberId })
      return reply.status(204).send(null)
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
  app.route({
    method: 'DELETE',
    url: '/v1/connections/whatsapp/:account/old-app-secret',
    schema: { description: 'Believes the new app secret alone.', security, params: number, response: done },
    async handler(request, reply) {
      const { workspace } = (await memberOf(house, request, 'connections.change')).member
      await desk.removeOldAppSecret({ workspace, account: request.params.account })
      return reply.status(204).send(null)
    },
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
      if (canSend(checks)) {
        await tellAccount(house, { workspace, channel: 'whatsapp', account }, { type: 'account.checked' })
      }
      const learned = connection.displayNumber === '' ? displayNumber : undefined
      if (learned !== undefined) await desk.save(workspace, { business, account, displayNumber: learned })
      return { atMs: clock.nowMs(), checks: [...checks] }
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
      if (asked.ok) return { ok: true, what: 'Meta sends to this server.' }
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
      return sendTestMessage(connection, openMetaLine({ meta: config.meta, clock }), request.body.to)
    },
  })
}

/** What stops a number from sending is not there. */
function canSend(checks: readonly ConnectionCheck[]): boolean {
  const needed: readonly string[] = ['token', 'permissions', 'number']
  return checks.filter(({ id, ok }) => ok && needed.includes(id)).length === needed.length
}

async function connectionOf(house: House, request: FastifyRequest, account: string): Promise<WhatsAppConnection> {
  const { workspace } = (await memberOf(house, request, 'connections.check')).member
  const connection = await house.connectionDesk?.whatsappAccount(workspace, account)
  if (connection === undefined) throw new GatewayError('not-found', `Number ${account} is not connected here.`)
  return connection
}

/** Meta takes no address that is longer. */
const addressMax = 200

/** Where Meta is to send, below `/webhooks/`; `problem` says why it can't, where that is known. */
export function webhookOf({ config }: House, request: FastifyRequest, path: string): ConnectionsView['webhook'] {
  const base = config.publicUrl ?? `${request.protocol}://${request.host}`
  const address = `${base}/webhooks/${path}`
  if (!address.startsWith('https://')) {
    const problem =
      'Meta sends to https:// addresses only: set FINEACERS_PUBLIC_URL to the one this server is reached at.'
    return { address, problem }
  }
  if (address.length > addressMax) return { address, problem: 'Meta takes addresses of 200 characters at most.' }
  return { address }
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

/** The end of a secret, by which whoever has it knows it again; of one so short that this would tell much of it, nothing. */
export function endOf(secret: string): SecretView {
  return { endsWith: secret.length < 16 ? '' : secret.slice(-4) }
}
