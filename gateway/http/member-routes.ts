import { z } from 'zod'
import type { WorkspaceTokens } from '../auth/workspace-tokens.ts'
import { GatewayError } from '../errors.ts'
import type { House } from '../house.ts'
import type { App } from './app.ts'
import { memberOf, memberShape } from './app.ts'

const memberId = z.object({ id: z.string().max(128) })
const invitation = z.object({
  email: z.email().max(254),
  name: z.string().min(1).max(120),
  role: z.enum(['admin', 'manager', 'sales-agent']),
})
const tokenShape = z.object({ tokenId: z.string(), name: z.string(), createdAtMs: z.number() })
const member = [{ member: [] }]

/** Members of the workspace: everybody sees them, an admin invites and removes. */
export function memberRoutes(app: App, house: House): void {
  app.route({
    method: 'GET',
    url: '/v1/members',
    schema: {
      description: 'Members of your workspace.',
      security: member,
      response: { 200: z.array(memberShape.extend({ passwordSet: z.boolean() })) },
    },
    async handler(request) {
      const access = await memberOf(house, request, 'members.list')
      return [...(await house.accounts.list(access.member.workspace))]
    },
  })
  app.route({
    method: 'POST',
    url: '/v1/members',
    schema: {
      description: 'Invites a member, or gives one who is known a new one-time code. The code is shown once.',
      security: member,
      body: invitation,
      response: { 201: z.object({ member: memberShape, code: z.string() }) },
    },
    async handler(request, reply) {
      const { workspace } = (await memberOf(house, request, 'members.invite')).member
      return reply.status(201).send(await house.accounts.invite({ ...request.body, workspace }))
    },
  })
  app.route({
    method: 'DELETE',
    url: '/v1/members/:id',
    schema: {
      description: 'Removes a member: they are signed out everywhere and cannot sign in.',
      security: member,
      params: memberId,
      response: { 204: z.null() },
    },
    async handler(request, reply) {
      const { workspace, memberId: me } = (await memberOf(house, request, 'members.remove')).member
      const { id } = request.params
      if (id === me) throw new GatewayError('conflict', 'You cannot remove yourself: ask another admin.')
      await house.accounts.remove(workspace, id)
      house.signals.end({ workspace, memberId: id, reason: 'Your account was removed.' })
      return reply.status(204).send(null)
    },
  })
}

/** Workspace tokens, for systems that send leads. */
export function tokenRoutes(app: App, house: House, tokens: WorkspaceTokens): void {
  app.route({
    method: 'GET',
    url: '/v1/tokens',
    schema: {
      description: 'Tokens that other systems send leads with.',
      security: member,
      response: { 200: z.array(tokenShape) },
    },
    async handler(request) {
      const { workspace } = (await memberOf(house, request, 'tokens.list')).member
      return [...(await tokens.list(workspace))]
    },
  })
  app.route({
    method: 'POST',
    url: '/v1/tokens',
    schema: {
      description: 'Makes a token. It is shown once.',
      security: member,
      body: z.object({ name: z.string().min(1).max(80) }),
      response: { 201: tokenShape.extend({ token: z.string() }) },
    },
    async handler(request, reply) {
      const { workspace } = (await memberOf(house, request, 'tokens.make')).member
      return reply.status(201).send(await tokens.make(workspace, request.body.name))
    },
  })
  app.route({
    method: 'DELETE',
    url: '/v1/tokens/:id',
    schema: { description: 'Revokes a token.', security: member, params: memberId, response: { 204: z.null() } },
    async handler(request, reply) {
      const { workspace } = (await memberOf(house, request, 'tokens.revoke')).member
      await tokens.revoke(workspace, request.params.id)
      return reply.status(204).send(null)
    },
  })
}
