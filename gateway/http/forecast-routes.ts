import { Readable } from 'node:stream'
import { z } from 'zod'
import type { ForecastReasonName } from '#machines/outreach-forecast.ts'
import type { Forecasts } from '../forecasts/forecasts.ts'
import type { House } from '../house.ts'
import type { ForecastView } from '../protocol.ts'
import type { App } from './app.ts'
import { memberOf } from './app.ts'
import { done, security } from './connection-shapes.ts'
import { foreseeableReasons, outcome } from './reason-shapes.ts'

const reason = z.enum({ ...foreseeableReasons, 'no-address': 'no-address' } satisfies {
  readonly [each in ForecastReasonName]: each
})
const channel = z.enum(['whatsapp', 'sms', 'email'])
const temperature = z.enum(['hot', 'warm', 'cold'])
const stage = z.enum(['new', 'contacted', 'qualified', 'visit', 'negotiation', 'won', 'lost'])

const words = z.string().min(1).max(200)
const chosen = {
  temperature: z.exactOptional(temperature),
  stage: z.exactOptional(stage),
  source: z.exactOptional(words),
  city: z.exactOptional(words),
  channel: z.exactOptional(z.enum(['widget', 'whatsapp', 'email', 'sms'])),
  language: z.exactOptional(z.string().min(2).max(20)),
  country: z.exactOptional(z.string().regex(/^[A-Z]{2}$/u, 'has to be two capital letters, such as IN')),
}
const template = z.object({ name: z.string().min(1).max(512), language: z.string().min(2).max(20) })
const campaign = {
  channel,
  purpose: z.enum(['utility', 'marketing']),
  template: z.exactOptional(template),
  account: z.exactOptional(z.string().max(254)),
  perSecond: z.number().min(0.01).max(1000),
  startAtMs: z.number().int().min(0),
}
const listMax = 100_000
const asked = z.object({
  audience: z.object({
    ...chosen,
    leads: z.exactOptional(z.array(z.string().max(400)).max(listMax).readonly()),
    contacts: z.exactOptional(z.array(z.string().max(254)).max(listMax).readonly()),
  }),
  ...campaign,
})

const span = { firstAtMs: z.exactOptional(z.number()), lastAtMs: z.exactOptional(z.number()) }
const daily = z.object({ limit: z.number(), roomToday: z.number() })
const view: z.ZodType<ForecastView> = z.object({
  id: z.string(),
  status: z.enum(['counting', 'done', 'stopped', 'failed']),
  asked: z.object({ audience: z.object(chosen), ...campaign }),
  by: z.string(),
  createdAtMs: z.number(),
  problem: z.exactOptional(z.string()),
  looked: z.number(),
  of: z.number(),
  list: z.exactOptional(
    z.object({
      given: z.number(),
      matched: z.number(),
      unmatched: z.number(),
      unmatchedSample: z.array(z.string()).readonly(),
    }),
  ),
  account: z.object({
    account: z.string(),
    name: z.string(),
    brake: z.exactOptional(
      z.object({
        reason: z.string(),
        whatToDo: z.string(),
        sinceMs: z.number(),
        untilMs: z.exactOptional(z.number()),
      }),
    ),
    daily: z.exactOptional(daily),
  }),
  result: z.exactOptional(
    z.object({
      people: z.number(),
      outcomes: z.object({ send: z.number(), hold: z.number(), refuse: z.number() }),
      reasons: z
        .array(
          z.object({
            reason,
            outcome,
            count: z.number(),
            sample: z.array(z.object({ lead: z.string(), name: z.string() })).readonly(),
            ...span,
          }),
        )
        .readonly(),
      cost: z.object({
        micros: z.number(),
        currency: z.string(),
        assumed: z.exactOptional(z.literal(true)),
        leftMicros: z.exactOptional(z.number()),
      }),
      ...span,
      doneAtMs: z.exactOptional(z.number()),
      days: z.exactOptional(z.number()),
      tookMs: z.number(),
    }),
  ),
})
const named = z.object({ id: z.string().max(128) })

/** A list of people in the body: a hundred thousand numbers. */
const bodyLimit = 4 * 1024 * 1024

/** Forecasts: what a campaign would come to before it is launched, for those who may launch one. */
export function forecastRoutes(app: App, house: House, forecasts: Forecasts): void {
  app.route({
    method: 'POST',
    url: '/v1/forecasts',
    bodyLimit,
    schema: {
      description:
        'Begins to count who of an audience would be sent one message, who would wait, who would not get it, and why, what it costs and when it is done. ' +
        'Nothing is sent. `audience` narrows down everybody, or the `leads` or `contacts` (numbers and addresses) of a list. Follow it by its id.',
      security,
      body: asked,
      response: { 202: view },
    },
    async handler(request, reply) {
      const { workspace, name } = (await memberOf(house, request, 'forecasts.run')).member
      return reply.status(202).send(await forecasts.begin({ workspace, name }, request.body))
    },
  })
  app.route({
    method: 'GET',
    url: '/v1/forecasts',
    schema: {
      description: 'The last forecasts of your workspace, newest first.',
      security,
      response: { 200: z.array(view) },
    },
    async handler(request) {
      const { workspace } = (await memberOf(house, request, 'forecasts.read')).member
      return [...(await forecasts.list(workspace))]
    },
  })
  oneRoutes(app, house, forecasts)
}

function oneRoutes(app: App, house: House, forecasts: Forecasts): void {
  app.route({
    method: 'GET',
    url: '/v1/forecasts/:id',
    schema: {
      description: 'How far a forecast is, and what came of it.',
      security,
      params: named,
      response: { 200: view },
    },
    async handler(request) {
      const { workspace } = (await memberOf(house, request, 'forecasts.read')).member
      return forecasts.get(workspace, request.params.id)
    },
  })
  app.route({
    method: 'DELETE',
    url: '/v1/forecasts/:id',
    schema: {
      description: 'Stops a forecast that is being counted; takes one that is done away.',
      security,
      params: named,
      response: done,
    },
    async handler(request, reply) {
      const { workspace } = (await memberOf(house, request, 'forecasts.run')).member
      await forecasts.end(workspace, request.params.id)
      return reply.status(204).send(null)
    },
  })
  app.route({
    method: 'GET',
    url: '/v1/forecasts/:id/people.csv',
    schema: {
      description:
        'Everybody of a forecast with what is foreseen for them and why, as CSV; of one `reason`, or of all.',
      security,
      params: named,
      querystring: z.object({ reason: z.exactOptional(reason) }),
    },
    async handler(request, reply) {
      const { workspace } = (await memberOf(house, request, 'forecasts.read')).member
      const lines = await forecasts.people(workspace, request.params.id, request.query.reason)
      const file = `forecast-${request.query.reason ?? 'people'}.csv`
      void reply.header('content-disposition', `attachment; filename="${file}"`)
      return reply.type('text/csv; charset=utf-8').send(Readable.from(lines))
    },
  })
}
