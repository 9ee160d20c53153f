import { SignJWT, errors, jwtVerify } from 'jose'
import { z } from 'zod'
import type { Clock } from '#runtime/ports/clock.ts'
import type { Member } from '../protocol.ts'
import { GatewayError } from '../errors.ts'

/** How long an access token and a visitor's token last. */
export const tokenLifetimes = { accessMs: 10 * 60 * 1000, visitorMs: 180 * 24 * 60 * 60 * 1000 } as const

/** Who an access token is for, and the sign-in (family of refresh tokens) it came from. */
export interface Access {
  readonly member: Member
  readonly family: string
  readonly expiresAtMs: number
}

/** Who a visitor's token is for: exactly one conversation of one workspace. */
export interface Visitor {
  readonly workspace: string
  readonly visitorId: string
  readonly conversation: string
}

/** Signs and verifies the short tokens clients carry. HS256 with a key of this installation; forged, expired and foreign ones are refused. */
export interface Tokens {
  access(member: Member, family: string): Promise<{ readonly accessToken: string; readonly expiresAtMs: number }>
  /** Throws `unauthenticated`. */
  verifyAccess(token: string): Promise<Access>
  visitor(visitor: Visitor): Promise<string>
  /** Throws `unauthenticated`. */
  verifyVisitor(token: string): Promise<Visitor>
}

const accessClaims = z.object({
  sub: z.string(),
  ws: z.string(),
  name: z.string(),
  email: z.string(),
  role: z.enum(['admin', 'manager', 'sales-agent']),
  fam: z.string(),
  exp: z.number(),
})

const visitorClaims = z.object({ sub: z.string(), ws: z.string(), conv: z.string() })

/** Makes the tokens of an installation. The two keys differ, so that one kind is never taken for the other. */
export function createTokens(keys: {
  readonly access: Uint8Array
  readonly visitor: Uint8Array
  readonly clock: Clock
}): Tokens {
  const { clock } = keys
  const sign = (claims: { readonly [claim: string]: string }, key: Uint8Array, expiresAtMs: number): Promise<string> =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuedAt(Math.floor(clock.nowMs() / 1000))
      .setExpirationTime(Math.floor(expiresAtMs / 1000))
      .sign(key)

  return {
    async access(member, family) {
      const expiresAtMs = clock.nowMs() + tokenLifetimes.accessMs
      const { memberId, workspace, name, email, role } = member
      const claims = { sub: memberId, ws: workspace, name, email, role, fam: family }
      return { accessToken: await sign(claims, keys.access, expiresAtMs), expiresAtMs }
    },
    async verifyAccess(token) {
      const claims = accessClaims.safeParse(await payloadOf(token, keys.access, clock))
      if (!claims.success) throw new GatewayError('unauthenticated')
      const { sub, ws, name, email, role, fam, exp } = claims.data
      return { member: { memberId: sub, workspace: ws, name, email, role }, family: fam, expiresAtMs: exp * 1000 }
    },
    visitor({ workspace, visitorId, conversation }) {
      const expiresAtMs = clock.nowMs() + tokenLifetimes.visitorMs
      return sign({ sub: visitorId, ws: workspace, conv: conversation }, keys.visitor, expiresAtMs)
    },
    async verifyVisitor(token) {
      const claims = visitorClaims.safeParse(await payloadOf(token, keys.visitor, clock))
      if (!claims.success)
        throw new GatewayError('unauthenticated', 'This visitor token is not one of ours: begin anew.')
      return { workspace: claims.data.ws, visitorId: claims.data.sub, conversation: claims.data.conv }
    },
  }
}

async function payloadOf(token: string, key: Uint8Array, clock: Clock): Promise<unknown> {
  try {
    const { payload } = await jwtVerify(token, key, { algorithms: ['HS256'], currentDate: new Date(clock.nowMs()) })
    return payload
  } catch (error) {
    const expired = error instanceof errors.JWTExpired
    throw new GatewayError('unauthenticated', expired ? 'Your session has run out.' : 'This token is not valid.')
  }
}
