import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { leadBody } from './changes.ts'
import { GraphError, UnknownObject } from './graph-error.ts'
import { idOf, jsonIn, pageOf, valuesOf } from './graph-request.ts'
import type { Lead, NewLead } from './leads.ts'
import type { World } from './world.ts'

const fieldsShape = z.array(z.object({ name: z.string(), values: z.array(z.string()) })).min(1)
const disclaimersShape = z.array(z.object({ checkbox_key: z.string(), is_checked: z.enum(['0', '1']) }))
const filterShape = z.array(
  z.object({
    field: z.literal('time_created'),
    operator: z.enum(['GREATER_THAN', 'LESS_THAN', 'GREATER_THAN_OR_EQUAL', 'LESS_THAN_OR_EQUAL']),
    value: z.coerce.number(),
  }),
)

/** `/<PAGE_ID>/leadgen_forms`, `/<FORM_ID>/leads`, newest first, and `/<FORM_ID>/test_leads`. */
export function leadRoutes(app: FastifyInstance, world: World): void {
  const { leads, leadAds } = world

  app.get('/:id/leadgen_forms', (request, reply) => {
    if (idOf(request) !== leadAds.pageId) throw new UnknownObject(idOf(request))
    return reply.send(pageOf(request, [{ id: leadAds.formId, name: 'Visit a home', status: 'ACTIVE' }]))
  })

  app.get('/:id/leads', (request, reply) => {
    if (idOf(request) !== leadAds.formId && idOf(request) !== leadAds.adId) throw new UnknownObject(idOf(request))
    const filters = filterShape.safeParse(jsonIn(valuesOf(request), 'filtering') ?? [])
    if (!filters.success) throw new GraphError(100, 'Param filtering is not valid.')
    const found = leads.all().filter((lead) => filters.data.every((filter) => passes(lead, filter)))
    return reply.send(
      pageOf(
        request,
        found.toReversed().map((lead) => leadAnswer(world, lead)),
      ),
    )
  })

  app.post('/:id/test_leads', (request, reply) => {
    if (idOf(request) !== leadAds.formId) throw new UnknownObject(idOf(request))
    if (leads.hasTestLead()) throw new GraphError(100, 'There is a test lead of this form already: delete it first.')
    const values = valuesOf(request)
    const fields = fieldsShape.safeParse(jsonIn(values, 'field_data') ?? testFields)
    const disclaimers = disclaimersShape.safeParse(jsonIn(values, 'custom_disclaimer_responses') ?? [])
    if (!fields.success || !disclaimers.success) throw new GraphError(100, 'Param field_data is not valid.')
    const parts = { fields: fields.data, disclaimers: disclaimers.data }
    return reply.send({ id: submitLead(world, { ...parts, platform: 'fb', from: 'test' }).id })
  })
}

/** Somebody sends the form: the lead can be read, and a ping goes out. */
export function submitLead(world: World, filled: NewLead): Lead {
  const { clock, feed, leadAds, leads, sender } = world
  const lead = leads.add(filled, clock.nowMs())
  feed.tell({ type: 'lead', lead })
  sender.tell({ field: 'leadgen', about: `lead ${lead.id}`, body: leadBody(leadAds, lead, clock.nowMs()) })
  return lead
}

/** A lead as it is read; the time is text with a zone, and not the number of the ping. */
export function leadAnswer({ leadAds }: World, lead: Lead): { readonly [field: string]: unknown } {
  return {
    id: lead.id,
    created_time: new Date(lead.createdAtMs).toISOString().replace(/\.\d{3}Z$/, '+0000'),
    ad_id: leadAds.adId,
    form_id: leadAds.formId,
    platform: lead.platform,
    is_organic: false,
    field_data: lead.fields,
    custom_disclaimer_responses: lead.disclaimers,
  }
}

const testFields = [
  { name: 'full_name', values: ['<test lead: dummy data for full_name>'] },
  { name: 'phone_number', values: ['<test lead: dummy data for phone_number>'] },
] as const

function passes(lead: Lead, { operator, value }: z.infer<typeof filterShape>[number]): boolean {
  const created = Math.floor(lead.createdAtMs / 1000)
  switch (operator) {
    case 'GREATER_THAN':
      return created > value
    case 'LESS_THAN':
      return created < value
    case 'GREATER_THAN_OR_EQUAL':
      return created >= value
    case 'LESS_THAN_OR_EQUAL':
      return created <= value
  }
}
