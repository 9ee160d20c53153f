/** Members are invited, changed and removed over HTTP, by admins. */
import type { Member } from '#gateway/protocol.ts'
import type { HttpResult } from './http.ts'
import type { ImportClient } from './imports.ts'

export type Invitation = Pick<Member, 'name' | 'email' | 'role'>

/** Makes a member, or changes the one with this address, and gives a one-time code to sign in with, shown once. */
export function inviteMember(
  { http, session }: ImportClient,
  invitation: Invitation,
): Promise<HttpResult<{ readonly code: string }>> {
  const { token } = session
  const { name, email, role } = invitation
  return http({
    method: 'POST',
    path: '/v1/members',
    json: { name, email, role },
    ...(token === undefined ? {} : { token }),
  })
}

/** Signs a member out everywhere, for good. */
export function removeMember({ http, session }: ImportClient, memberId: string): Promise<HttpResult<unknown>> {
  const { token } = session
  const path = `/v1/members/${encodeURIComponent(memberId)}`
  return http({ method: 'DELETE', path, ...(token === undefined ? {} : { token }) })
}
