import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { accountRoutes } from './account-routes.ts'
import { appId } from './business.ts'
import { ExpiredToken, GraphError } from './graph-error.ts'
import { calledBy, objectOf, textIn, tokenOf } from './graph-request.ts'
import { leadRoutes } from './lead-routes.ts'
import { mediaRoutes } from './media-routes.ts'
import { messageRoutes } from './message-routes.ts'
import { objectRoutes } from './object-routes.ts'
import { templateRoutes } from './template-routes.ts'
import type { World } from './world.ts'

/** The Graph API under `/vNN.N`: the token is checked, the controls are obeyed, each refusal has Meta's envelope and each call is logged. */
export async function graphRoutes(app: FastifyInstance, world: World): Promise<void> {
  app.addHook('onRequest', async (request) => mayCall(world, request))
  app.setErrorHandler((error, _, reply) => refuse(world, reply, error))
  app.addHook('onSend', async (request, reply, payload) => {
    world.calls.add({ ...calledBy(world, request), status: reply.statusCode, ...answeredWith(payload) })
    return payload
  })
  for (const routes of [messageRoutes, mediaRoutes, templateRoutes, accountRoutes, leadRoutes, objectRoutes]) {
    await app.register(async (inner) => routes(inner, world))
  }
}

/** Throws the `GraphError` for which a call goes no further. */
function mayCall({ controls, options, business }: World, request: FastifyRequest): void {
  const version = textIn(objectOf(request.params), 'version') ?? ''
  if (!/^v\d+\.\d+$/.test(version)) throw new GraphError(100, `Unknown path components: ${request.url}`)
  if (controls.isPressed('down')) throw new GraphError(2)
  if (controls.isPressed('token-expired')) throw new ExpiredToken()
  // An app's own settings want its own token: its id and its secret.
  const own = request.url.split('?', 1)[0]?.endsWith('/subscriptions') === true
  if (tokenOf(request) !== (own ? `${appId}|${options.appSecret}` : options.accessToken)) throw new GraphError(190)
  if (controls.isPressed('rate-limit'))
    throw new GraphError(130429, undefined, comeBackLater(business.wabaId, options.clock.nowMs()))
}

const comeBackMs = 60_000

/** When to come back, twice: as a date, and in minutes. */
function comeBackLater(wabaId: string, nowMs: number): Readonly<Record<string, string>> {
  const usage = {
    type: 'whatsapp',
    call_count: 100,
    total_cputime: 20,
    total_time: 20,
    estimated_time_to_regain_access: comeBackMs / 60_000,
  }
  return {
    'retry-after': new Date(nowMs + comeBackMs).toUTCString(),
    'x-business-use-case-usage': JSON.stringify({ [wabaId]: [usage] }),
  }
}

function refuse(world: World, reply: FastifyReply, error: unknown): FastifyReply {
  const refusal = error instanceof GraphError ? error : unexpected(error)
  return reply.status(refusal.status).headers(refusal.headers).send(refusal.envelope(world.minting.trace()))
}

function unexpected(error: unknown): GraphError {
  const { statusCode } = objectOf(error)
  const inRequest = typeof statusCode === 'number' && statusCode < 500
  return new GraphError(inRequest ? 100 : 131000, error instanceof Error ? error.message : undefined)
}

function answeredWith(payload: unknown): { readonly response?: unknown; readonly code?: number } {
  if (typeof payload !== 'string' || payload === '') return {}
  const response: unknown = JSON.parse(payload)
  const { error } = objectOf(response)
  const { code } = objectOf(error)
  return { response, ...(typeof code === 'number' ? { code } : {}) }
}
