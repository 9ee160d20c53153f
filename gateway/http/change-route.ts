import type { z } from 'zod'
import type { Access } from '../auth/tokens.ts'
import type { House } from '../house.ts'
import type { App } from './app.ts'
import { memberOf } from './app.ts'
import { done, security } from './connection-shapes.ts'

/** A change that an admin makes to a connection. A PUT is given its body, a DELETE what its path names. */
export interface Change<Given extends z.ZodType> {
  readonly method: 'PUT' | 'DELETE'
  readonly url: string
  readonly description: string
  readonly given: Given
  readonly change: (given: z.infer<Given>, by: Access['member']) => Promise<void>
}

/** A route that answers 204 once the change is made. */
export function changeRoute<Given extends z.ZodType>(app: App, house: House, route: Change<Given>): void {
  const { method, url, description, given, change } = route
  const part = method === 'PUT' ? 'body' : 'params'
  app.route({
    method,
    url,
    schema: { description, security, [part]: given, response: done },
    async handler(request, reply) {
      const { member } = await memberOf(house, request, 'connections.change')
      await change(given.parse(request[part]), member)
      return reply.status(204).send(null)
    },
  })
}
