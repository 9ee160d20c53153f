import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import multipart from '@fastify/multipart'
import rateLimit from '@fastify/rate-limit'
import swagger from '@fastify/swagger'
import Fastify, { type FastifyBaseLogger, type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify'
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod'
import type { RawServerDefault } from 'fastify'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import type { Access } from '../auth/tokens.ts'
import { GatewayError, errorTable, problem, problemOf } from '../errors.ts'
import type { House } from '../house.ts'
import type { ProtectedRoute } from '../permissions.ts'
import { mayUse } from '../permissions.ts'
import type { ErrorCode, ProblemReport } from '../protocol.ts'

export type App = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>

/** A member as routes answer it. */
export const memberShape = z.object({
  memberId: z.string(),
  name: z.string(),
  email: z.string(),
  role: z.enum(['admin', 'manager', 'sales-agent']),
  workspace: z.string(),
})

/** Bytes of a JSON body. */
const bodyLimit = 256 * 1024

/** The HTTP side before its routes: schemas, security headers, limits, and one shape for every error. */
export async function createApp(house: House): Promise<App> {
  const { config, limits } = house
  const app = Fastify({
    bodyLimit,
    // The address that the one proxy in front saw, which is the last; what stands before it, the client may have written.
    trustProxy: config.trustProxy ? (_address, hops) => hops === 0 : false,
    routerOptions: { ignoreTrailingSlash: true },
    requestTimeout: 120_000,
    forceCloseConnections: true,
  }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const report = problemOfRequest(error)
    if (report.code === 'internal')
      house.log.error('a request failed', { route: routeOf(request), error: String(error) })
    if (report.retryAfterMs !== undefined) void reply.header('retry-after', Math.ceil(report.retryAfterMs / 1000))
    return reply.status(errorTable[report.code].status).send(report)
  })
  app.setNotFoundHandler((request, reply) =>
    reply.status(404).send(problem('not-found', `There is nothing at ${request.url.slice(0, 200)}.`)),
  )
  await app.register(helmet, {
    global: true,
    contentSecurityPolicy: { useDefaults: false, directives: contentPolicy(config.secureCookies) },
    // The widget's script and pictures are shown on customers' own sites.
    crossOriginResourcePolicy: { policy: 'same-origin' },
    crossOriginEmbedderPolicy: false,
    strictTransportSecurity: config.secureCookies ? { maxAge: 31_536_000 } : false,
    referrerPolicy: { policy: 'strict-origin-when-cross-origin' },
    xFrameOptions: { action: 'deny' },
  })
  await app.register(cookie)
  await app.register(multipart, {
    limits: { fileSize: limits.uploadMaxBytes, files: 1, fields: 10, fieldSize: 64 * 1024 },
  })
  await app.register(rateLimit, {
    max: limits.requestsPerMinute,
    timeWindow: 60_000,
    errorResponseBuilder: (_, { ttl }) => new GatewayError('rate-limited', undefined, { retryAfterMs: ttl }),
  })
  await app.register(swagger, {
    openapi: {
      info: { title: 'FineAcers', version: '1', description: 'Leads in, sign-in, members, imports, health.' },
      components: {
        securitySchemes: {
          member: { type: 'http', scheme: 'bearer', description: 'An access token from sign-in.' },
          workspace: { type: 'http', scheme: 'bearer', description: 'A workspace token, made by an admin.' },
        },
      },
    },
    transform: jsonSchemaTransform,
  })
  return app
}

/** Scripts only of ours; styles may be inline, which the console's component library needs; nobody frames us. */
function contentPolicy(secure: boolean): { readonly [directive: string]: string[] } {
  return {
    'default-src': ["'self'"],
    'script-src': ["'self'"],
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'data:', 'blob:'],
    'font-src': ["'self'", 'data:'],
    'connect-src': ["'self'"],
    'worker-src': ["'self'", 'blob:'],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
    ...(secure ? { 'upgrade-insecure-requests': [] } : {}),
  }
}

/** Fastify's own refusals in our shape. */
function problemOfRequest(error: FastifyError): ProblemReport {
  if (error.validation !== undefined) {
    const [first] = error.validation
    const where = first?.instancePath.replace(/^\//, '').replaceAll('/', '.') ?? ''
    return problem('invalid', `${where === '' ? 'the request' : where}: ${first?.message ?? 'is wrong'}`)
  }
  const known = fastifyCodes[error.code]
  if (known !== undefined) return problem(known)
  if (
    error.statusCode !== undefined &&
    error.statusCode >= 400 &&
    error.statusCode < 500 &&
    !(error instanceof GatewayError)
  ) {
    return problem('invalid', error.message)
  }
  return problemOf(error)
}

const fastifyCodes: { readonly [code: string]: ErrorCode } = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'too-large',
  FST_REQ_FILE_TOO_LARGE: 'too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'invalid',
}

function routeOf(request: FastifyRequest): string {
  return `${request.method} ${request.routeOptions.url ?? '?'}`
}

/** The member behind a request, when their role may use the route. Throws `unauthenticated` or `forbidden`. */
export async function memberOf(house: House, request: FastifyRequest, route: ProtectedRoute): Promise<Access> {
  const [, token] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? []
  if (token === undefined) throw new GatewayError('unauthenticated')
  const access = await house.tokens.verifyAccess(token)
  const member = await house.accounts.get(access.member.workspace, access.member.memberId)
  if (member === undefined) throw new GatewayError('unauthenticated', 'Your account was removed.')
  if (!mayUse(member.role, route)) throw new GatewayError('forbidden')
  return { ...access, member }
}
