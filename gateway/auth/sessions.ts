import { z } from 'zod'
import type { Clock } from '#runtime/ports/clock.ts'
import type { Ids } from '#runtime/ports/ids.ts'
import type { Records, StoredRecord } from '#runtime/ports/records.ts'
import { GatewayError } from '../errors.ts'
import type { Member } from '../protocol.ts'
import { fingerprint, newSecret, sameFingerprint } from './secrets.ts'

/** A sign-in lasts a month without use. Two tabs may refresh at once: within `graceMs` the token before is not taken for a thief's. */
export const sessionLimits = { lifetimeMs: 30 * 24 * 60 * 60 * 1000, graceMs: 5000 } as const

const familyShape = z.object({
  workspace: z.string(),
  memberId: z.string(),
  current: z.string(),
  previous: z.exactOptional(z.string()),
  rotatedAtMs: z.number(),
  expiresAtMs: z.number(),
  revokedAtMs: z.exactOptional(z.number()),
})

/**
 * Families of refresh tokens: one a sign-in, kept as fingerprints in records (`sessions`). 1. Each use of a token makes the next one.
 * 2. A used token coming back means that two hold it: the whole family is revoked. 3. A revoked family stays revoked.
 */
export interface Sessions {
  begin(member: Member): Promise<{ readonly family: string; readonly token: string }>
  /** `token` is absent when another tab rotated a moment ago: the caller's cookie is already the newer one. Throws `unauthenticated`. */
  refresh(token: string): Promise<{
    readonly family: string
    readonly workspace: string
    readonly memberId: string
    readonly token?: string
  }>
  /** The family that ended, when the token was of one. */
  end(token: string): Promise<string | undefined>
  /** Whether a family may still be used: asked for sockets that may have missed its end. */
  holds(family: string): Promise<boolean>
}

/** Makes the sessions over records. `revoked` hears of each family that ends, so that its sockets can be closed. */
export function createSessions({
  records,
  clock,
  ids,
  revoked,
}: {
  readonly records: Records
  readonly clock: Clock
  readonly ids: Ids
  readonly revoked: (family: string, reason: string) => void
}): Sessions {
  const find = async (token: string) => {
    const [family = '', secret = ''] = token.split('.')
    const stored = family === '' || secret === '' ? undefined : await records.get('sessions', family)
    if (stored === undefined) throw new GatewayError('unauthenticated', 'You are not signed in.')
    return { family, stored, state: familyShape.parse(stored.value), print: fingerprint(secret) }
  }

  const revoke = async (family: string, reason: string): Promise<void> => {
    // 3. Against a rotation at the same time: read again until the mark is in.
    for (let tries = 0; tries < 10; tries++) {
      const stored = await records.get('sessions', family)
      if (stored === undefined) break
      const marked = { ...stored.value, revokedAtMs: clock.nowMs() }
      if ((await records.put('sessions', family, marked, stored.revision)) !== undefined) break
    }
    revoked(family, reason)
  }

  return {
    async begin({ workspace, memberId }) {
      const family = ids.next('session')
      const secret = newSecret()
      const nowMs = clock.nowMs()
      const state = { workspace, memberId, current: fingerprint(secret), rotatedAtMs: nowMs }
      await records.put('sessions', family, { ...state, expiresAtMs: nowMs + sessionLimits.lifetimeMs }, 0)
      return { family, token: `${family}.${secret}` }
    },

    async refresh(token) {
      const { family, stored, state, print } = await find(token)
      const { workspace, memberId, current, previous } = state
      const nowMs = clock.nowMs()
      if (!isHeld(stored, nowMs)) {
        throw new GatewayError('unauthenticated', 'Your session has ended: sign in again.')
      }
      if (!sameFingerprint(print, current)) {
        const twin = previous !== undefined && sameFingerprint(print, previous)
        if (twin && nowMs - state.rotatedAtMs < sessionLimits.graceMs) return { family, workspace, memberId }
        // 2. Reuse: whoever has the newer token may be the thief, so both are out.
        await revoke(family, 'A refresh token was used twice: sign in again.')
        throw new GatewayError(
          'unauthenticated',
          'This session was used from two places and has been ended: sign in again.',
        )
      }
      const secret = newSecret()
      const next = { ...state, previous: current, current: fingerprint(secret), rotatedAtMs: nowMs }
      const expiresAtMs = nowMs + sessionLimits.lifetimeMs
      const kept = await records.put('sessions', family, { ...next, expiresAtMs }, stored.revision)
      // Another tab was first by a hair: its answer set the cookie for both.
      if (kept === undefined) return { family, workspace, memberId }
      return { family, workspace, memberId, token: `${family}.${secret}` }
    },

    async holds(family) {
      return isHeld(await records.get('sessions', family), clock.nowMs())
    },

    async end(token) {
      const { family, state, print } = await find(token)
      const known = [state.current, state.previous].some((each) => each !== undefined && sameFingerprint(print, each))
      if (!known) throw new GatewayError('unauthenticated', 'You are not signed in.')
      await revoke(family, 'You signed out.')
      return family
    },
  }
}

function isHeld(stored: StoredRecord | undefined, nowMs: number): boolean {
  if (stored === undefined) return false
  const { revokedAtMs, expiresAtMs } = familyShape.parse(stored.value)
  return revokedAtMs === undefined && expiresAtMs > nowMs
}
