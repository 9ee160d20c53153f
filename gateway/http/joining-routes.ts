import { z } from 'zod'
import { parseAddress, partsOf, type Address } from '#runtime/address.ts'
import { GatewayError } from '../errors.ts'
import type { House } from '../house.ts'
import { joinLeads, separateLead } from '../staff/joining.ts'
import type { App } from './app.ts'
import { memberOf } from './app.ts'

const lead = z.string().max(400)
const done = z.object({ lead: z.string() })

/** `POST /v1/leads/separate` and `/v1/leads/join`: a merge of two leads undone, or done by hand. For managers and admins. */
export function joiningRoutes(app: App, house: House): void {
  app.route({
    method: 'POST',
    url: '/v1/leads/separate',
    schema: {
      description:
        'Undoes a merge: the lead is its own again, with what it alone would have come to. `keys` says who has the contact keys that both know: ' +
        'this one (`here`) or the other (`there`). What either said against being written to holds for both. No evidence joins the two again.',
      security: [{ member: [] }],
      body: z.object({ lead, keys: z.enum(['here', 'there']), reason: z.exactOptional(z.string().max(500)) }),
      response: { 200: done },
    },
    async handler(request) {
      const { member } = await memberOf(house, request, 'leads.join')
      const of = leadIn(member.workspace, request.body.lead)
      await separateLead(house, { ...request.body, lead: of, by: member.name })
      return { lead: of }
    },
  })
  app.route({
    method: 'POST',
    url: '/v1/leads/join',
    schema: {
      description: 'Says that two leads are one person: `lead` becomes part of `into`. It can be undone.',
      security: [{ member: [] }],
      body: z.object({ lead, into: lead }),
      response: { 200: done },
    },
    async handler(request) {
      const { member } = await memberOf(house, request, 'leads.join')
      const [of, into] = [request.body.lead, request.body.into].map((each) => leadIn(member.workspace, each))
      if (of === undefined || into === undefined) throw new GatewayError('not-found')
      await joinLeads(house, { lead: of, into, by: member.name })
      return { lead: of }
    },
  })
}

function leadIn(workspace: string, text: string): Address {
  const address = parseAddress(text)
  const parts = address === undefined ? undefined : partsOf(address)
  if (address === undefined || parts?.workspace !== workspace || parts.kind !== 'lead') {
    throw new GatewayError('not-found', 'There is no such lead.')
  }
  return address
}
