import { z } from 'zod'
import { addressOf } from '#runtime/address.ts'
import { campaignBudget, wholeBudget } from '#machines/budget-contract.ts'
import type { House } from '../house.ts'
import { listed } from '../patience.ts'
import type { SpendView } from '../protocol.ts'
import { monthAt, spendOf } from '../spend.ts'
import { submit } from '../submit.ts'
import type { App } from './app.ts'
import { memberOf } from './app.ts'

const line = z.object({
  channel: z.enum(['widget', 'whatsapp', 'email', 'sms']),
  category: z.enum(['service', 'utility', 'marketing']),
  messages: z.number(),
  micros: z.number(),
})
const view: z.ZodType<SpendView> = z.object({
  month: z.string(),
  currency: z.string(),
  assumed: z.exactOptional(z.literal(true)),
  limitMicros: z.exactOptional(z.number()),
  spentMicros: z.number(),
  reservedMicros: z.number(),
  holding: z.boolean(),
  lines: z.array(line).readonly(),
})
const campaign = z.exactOptional(z.string().regex(/^[A-Za-z0-9_-]{1,100}$/, 'has to be the id of a campaign'))
const security = [{ member: [] }]
const limitMaxMicros = 1_000_000_000_000_000

/** What messages of a month cost, for whoever leads; and what they may cost, for admins. */
export function spendRoutes(app: App, house: House): void {
  app.route({
    method: 'GET',
    url: '/v1/spend',
    schema: {
      description:
        'What messages of a calendar month cost, by channel and category, in millionths of the currency’s unit, and what they may cost. Without `month` it is the ' +
        'present one; with `campaign` it is that campaign’s own budget. `assumed`: nobody has said what messages cost.',
      security,
      querystring: z.object({
        month: z.exactOptional(z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'has to be a month such as 2026-11')),
        campaign,
      }),
      response: { 200: view },
    },
    async handler(request) {
      const { workspace } = (await memberOf(house, request, 'spend.read')).member
      const { month = monthAt(house, workspace, house.clock.nowMs()), campaign: id } = request.query
      return listed(house.clock, spendOf(house, { workspace, month, budget: budgetOf(id) }))
    },
  })
  app.route({
    method: 'PUT',
    url: '/v1/spend/limit',
    schema: {
      description:
        'What messages may cost a calendar month, from now on; `null` for as much as there is. What was kept back goes on as far as the new limit reaches.',
      security,
      body: z.object({ limitMicros: z.int().min(0).max(limitMaxMicros).nullable(), campaign }),
      response: { 204: z.null() },
    },
    async handler(request, reply) {
      const { workspace, memberId } = (await memberOf(house, request, 'spend.limit')).member
      const { limitMicros, campaign: id } = request.body
      const limited = limitMicros === null ? {} : { limitMicros }
      const to = addressOf(workspace, 'budget', budgetOf(id))
      await submit(house.runtime, { to, event: { type: 'budget.limited', ...limited, by: memberId } })
      return reply.status(204).send(null)
    },
  })
}

function budgetOf(campaignId: string | undefined): string {
  return campaignId === undefined ? wholeBudget : campaignBudget(campaignId)
}
