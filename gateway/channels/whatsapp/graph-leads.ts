import { z } from 'zod'
import type { Json } from '#runtime/json.ts'
import { maybe } from '../../read-models/shape.ts'
import { askedOf, type Asked } from './graph-answer.ts'
import type { GraphCall } from './graph-call.ts'
import { exactId } from './graph-ids.ts'
import { allPages } from './graph-pages.ts'

/** What somebody filled in in an ad's form. Ids are exact. Source: whatsapp-and-lead-ads 7. */
export interface AdLead {
  readonly id: string
  readonly createdAtMs: number
  readonly form?: string
  readonly ad?: string
  readonly adName?: string
  readonly adSet?: string
  readonly campaign?: string
  readonly campaignName?: string
  /** `fb`, `ig`, … */
  readonly platform?: string
  readonly organic?: boolean
  readonly fields: readonly { readonly name: string; readonly values: readonly string[] }[]
  /** The boxes ticked, verbatim: the proof of consent. */
  readonly disclaimers: Json
}

interface With {
  /** The Page's. */
  readonly token: string
  readonly signal?: AbortSignal
}

/** Reads leads: a webhook's ping has only their ids. */
export interface GraphLeads {
  lead(what: With & { readonly lead: string }): Promise<Asked<AdLead>>
  /** Those of a form made after `sinceMs`, to the second: the sweep for pings that were lost. */
  leadsOf(what: With & { readonly form: string; readonly sinceMs: number }): Promise<Asked<readonly AdLead[]>>
  /** The ids of a Page's forms. */
  formsOf(what: With & { readonly page: string }): Promise<Asked<readonly string[]>>
}

/** The calls for leads, over a way to make calls. */
export function graphLeads(call: GraphCall): GraphLeads {
  return {
    async lead({ lead, ...how }) {
      return askedOf(
        await call.json({ method: 'GET', path: [lead], query: { fields }, ...how }),
        leadSchema,
        call.nowMs(),
      )
    },
    leadsOf({ form, sinceMs, ...how }) {
      const after = { field: 'time_created', operator: 'GREATER_THAN', value: Math.floor(sinceMs / 1000) }
      return allPages(
        call,
        { path: [form, 'leads'], query: { fields, filtering: JSON.stringify([after]) }, ...how },
        leadSchema,
      )
    },
    formsOf: ({ page, ...how }) =>
      allPages(call, { path: [page, 'leadgen_forms'], query: { fields: 'id' }, ...how }, formSchema),
  }
}

const formSchema = z.object({ id: exactId }).transform(({ id }) => id)

const fields = [
  'id',
  'created_time',
  'ad_id',
  'ad_name',
  'adset_id',
  'campaign_id',
  'campaign_name',
  'form_id',
  'platform',
  'is_organic',
  'field_data',
  'custom_disclaimer_responses',
].join(',')

const word = z.string().optional().catch(undefined)
/** 0, or absent, when no ad was behind it. */
const someId = exactId.optional().catch(undefined)

const leadSchema = z
  .object({
    id: exactId,
    /** ISO text in these answers, seconds in pings: both are taken. */
    created_time: z.union([
      z
        .int()
        .positive()
        .transform((seconds) => seconds * 1000),
      z
        .string()
        .transform((text) => Date.parse(text))
        .pipe(z.int()),
    ]),
    form_id: someId,
    ad_id: someId,
    ad_name: word,
    adset_id: someId,
    campaign_id: someId,
    campaign_name: word,
    platform: word,
    is_organic: z.boolean().optional().catch(undefined),
    field_data: z.array(z.object({ name: z.string(), values: z.array(z.coerce.string()).catch([]) })).catch([]),
    custom_disclaimer_responses: z.json().catch([]),
  })
  .transform((lead): AdLead => ({
    id: lead.id,
    createdAtMs: lead.created_time,
    ...maybe('form', lead.form_id),
    ...maybe('ad', lead.ad_id),
    ...maybe('adName', lead.ad_name),
    ...maybe('adSet', lead.adset_id),
    ...maybe('campaign', lead.campaign_id),
    ...maybe('campaignName', lead.campaign_name),
    ...maybe('platform', lead.platform),
    ...maybe('organic', lead.is_organic),
    fields: lead.field_data,
    disclaimers: lead.custom_disclaimer_responses,
  }))
