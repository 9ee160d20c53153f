import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { passwordRule } from '../auth/accounts.ts'
import { fingerprint } from '../auth/secrets.ts'
import { sessionLimits } from '../auth/sessions.ts'
import { GatewayError } from '../errors.ts'
import type { House } from '../house.ts'
import type { Member, SignedIn } from '../protocol.ts'
import type { App } from './app.ts'
import { memberOf, memberShape } from './app.ts'
import { unlessAway } from '../when-away.ts'

const cookieName = 'fineacers_refresh'
const cookiePath = '/v1/auth'

const signedInShape = z.object({
  accessToken: z.string(),
  expiresAtMs: z.number(),
  member: memberShape,
  passwordNeeded: z.boolean(),
})

const signInBody = z.union([
  z.object({ email: z.email().max(254), password: z.string().min(1).max(passwordRule.max) }),
  z.object({ code: z.string().min(8).max(200) }),
])

const passwordBody = z.object({
  password: z.string().min(passwordRule.min).max(passwordRule.max),
  name: z.exactOptional(z.string().min(1).max(120)),
})

/** Sign-in, refresh, sign-out, password. The refresh token lives in a cookie no script can read and no other site can send. */
export function authRoutes(app: App, house: House): void {
  signInRoute(app, house)
  refreshRoute(app, house)
  signOutRoute(app, house)
  passwordRoute(app, house)
}

function signInRoute(app: App, house: House): void {
  app.route({
    method: 'POST',
    url: '/v1/auth/sign-in',
    schema: {
      description: 'Signs in with e-mail and password, or with a one-time code. Sets the refresh cookie.',
      body: signInBody,
      response: { 200: signedInShape },
    },
    async handler(request, reply) {
      const { body } = request
      await spendTry(house, request, 'email' in body ? body.email.toLowerCase() : 'code')
      const { member, passwordNeeded } =
        'email' in body
          ? { member: await house.accounts.byPassword(body.email, body.password), passwordNeeded: false }
          : await house.accounts.byCode(body.code)
      const { family, token } = await house.sessions.begin(member)
      keepCookie(reply, token, house)
      return signedIn(house, member, { family, passwordNeeded })
    },
  })
}

function refreshRoute(app: App, house: House): void {
  app.route({
    method: 'POST',
    url: '/v1/auth/refresh',
    schema: {
      description:
        'A new access token for the refresh cookie, which is replaced. A used one ends the session everywhere.',
      response: { 200: signedInShape },
    },
    async handler(request, reply) {
      const held = request.cookies[cookieName]
      if (held === undefined) throw new GatewayError('unauthenticated', 'You are not signed in.')
      const { family, workspace, memberId, token } = await house.sessions.refresh(held)
      const member = (await house.accounts.list(workspace)).find((each) => each.memberId === memberId)
      if (member === undefined) throw new GatewayError('unauthenticated', 'Your account was removed.')
      const { passwordSet, ...rest } = member
      if (token !== undefined) keepCookie(reply, token, house)
      return signedIn(house, rest, { family, passwordNeeded: !passwordSet })
    },
  })
}

function signOutRoute(app: App, { sessions }: House): void {
  app.route({
    method: 'POST',
    url: '/v1/auth/sign-out',
    schema: { description: 'Ends the session of the refresh cookie, and its sockets.', response: { 204: z.null() } },
    async handler(request, reply) {
      const held = request.cookies[cookieName]
      void reply.clearCookie(cookieName, { path: cookiePath })
      if (held !== undefined) await sessions.end(held).catch(unlessUnknown)
      return reply.status(204).send(null)
    },
  })
}

function passwordRoute(app: App, house: House): void {
  app.route({
    method: 'POST',
    url: '/v1/auth/password',
    schema: {
      description: 'Sets the password of whoever is signed in, and their name.',
      security: [{ member: [] }],
      body: passwordBody,
      response: { 200: signedInShape },
    },
    async handler(request) {
      const { member, family } = await memberOf(house, request, 'password.set')
      const { password, name } = request.body
      const changed = await house.accounts.setPassword(member, password, name)
      return signedIn(house, changed, { family, passwordNeeded: false })
    },
  })
}

function keepCookie(reply: FastifyReply, token: string, { config }: House): void {
  void reply.setCookie(cookieName, token, {
    path: cookiePath,
    httpOnly: true,
    sameSite: 'strict',
    secure: config.secureCookies,
    maxAge: sessionLimits.lifetimeMs / 1000,
  })
}

async function signedIn(
  house: House,
  member: Member,
  { family, passwordNeeded }: { readonly family: string; readonly passwordNeeded: boolean },
): Promise<SignedIn> {
  return { ...(await house.tokens.access(member, family)), member, passwordNeeded }
}

/** Somebody already signed out may sign out. */
function unlessUnknown(error: unknown): void {
  if (error instanceof GatewayError && error.problem.code === 'unauthenticated') return
  throw error
}

/** Guessing is slow: a budget for each network address and account. While nobody can count for all gateways, nobody may try. */
async function spendTry(house: House, request: FastifyRequest, account: string): Promise<void> {
  const key = `sign-in/${request.ip}/${fingerprint(account).slice(0, 16)}`
  const budget = { limit: house.limits.signInsPerMinute, windowMs: 60_000, whenAway: 'refuse' } as const
  const spent = await unlessAway(house.ephemeral.limit(key, budget))
  if (spent === undefined) {
    throw new GatewayError(
      'unavailable',
      'Signing in is closed for a moment: attempts cannot be counted. Try again soon.',
    )
  }
  if (spent.allowed) return
  throw new GatewayError('rate-limited', 'Too many attempts: wait a minute.', { retryAfterMs: spent.retryAfterMs })
}
