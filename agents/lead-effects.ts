import { z } from 'zod'
import { partsOf, parseAddress } from '#runtime/address.ts'
import type { Json } from '#runtime/json.ts'
import type { Log } from '#runtime/ports/log.ts'
import type { Live } from '#runtime/runtime.ts'
import type { Enrichment, LeadProfile } from '#machines/lead-contract.ts'
import type { ListingSearch } from '#rag/listing.ts'
import { parseEmail, parsePhone } from '#rag/parse/contact.ts'
import type { createUnderstanding } from './offline/understand.ts'
import type { AgentSettings } from './settings.ts'

const leadInput = z.object({
  lead: z.string(),
  profile: z.looseObject({
    message: z.string().optional(),
    phone: z.string().optional(),
    email: z.string().optional(),
  }),
})
const alertInput = z.looseObject({ lead: z.string(), reason: z.string() })

/**
 * What a lead's own words add to its profile: budget, bedrooms, purpose, places, time; contact data in one form. Nothing is guessed and
 * what the profile already says is never overruled.
 */
export async function enrichLead(
  input: Json,
  parts: {
    readonly search: Pick<ListingSearch, 'places'>
    readonly settings: Pick<AgentSettings, 'timeZone'>
    readonly understand: ReturnType<typeof createUnderstanding>
    readonly nowMs: number
  },
): Promise<Enrichment> {
  const { lead, profile } = leadInput.parse(input)
  const known = profile as LeadProfile
  const address = parseAddress(lead)
  const phone = known.phone === undefined ? undefined : parsePhone(known.phone)
  const email = known.email === undefined ? undefined : parseEmail(known.email)
  const contact = { ...(phone === undefined ? {} : { phone }), ...(email === undefined ? {} : { email }) }
  if (known.message === undefined || address === undefined) return { profile: contact }
  const said = parts.understand(known.message, {
    atMs: parts.nowMs,
    timeZone: parts.settings.timeZone,
    language: 'en',
  })
  const { wishes } = said
  const places = await placesIn([...said.located, ...said.others], partsOf(address).workspace, parts.search)
  const learned: LeadProfile = {
    ...said.contact,
    ...(wishes.priceMaxMinor === undefined ? {} : { budgetMaxMinor: wishes.priceMaxMinor, currency: 'INR' }),
    ...(wishes.priceMinMinor === undefined ? {} : { budgetMinMinor: wishes.priceMinMinor, currency: 'INR' }),
    ...(wishes.bedrooms === undefined ? {} : { bedrooms: wishes.bedrooms }),
    ...(wishes.propertyType === undefined ? {} : { propertyType: wishes.propertyType }),
    ...(wishes.purpose === undefined ? {} : { purpose: wishes.purpose === 'rent' ? 'rent' : 'buy' }),
    ...(said.timeline === undefined ? {} : { timeline: said.timeline }),
    ...places,
  }
  const unknown = Object.entries(learned).filter(([field]) => !Object.hasOwn(known, field))
  return { profile: { ...Object.fromEntries(unknown), ...contact } }
}

async function placesIn(
  words: readonly string[],
  workspace: string,
  search: Pick<ListingSearch, 'places'>,
): Promise<Pick<LeadProfile, 'city' | 'localities'>> {
  const found = (await Promise.all(words.slice(0, 6).map((each) => search.places(workspace, each, 1))))
    .flat()
    .filter((each) => each.score >= 0.75)
  const localities = [...new Set(found.filter((each) => each.kind === 'locality').map((each) => each.name))]
  const city = found[0]?.city
  return { ...(city === undefined ? {} : { city }), ...(localities.length === 0 ? {} : { localities }) }
}

/** Tells whoever is watching the workspace that a lead is hot. Lossy by nature: the fact `hot-lead-alerted` is the record. */
export function alertHotLead(input: Json, parts: { readonly live: Pick<Live, 'publish'>; readonly log: Log }): object {
  const alert = alertInput.parse(input)
  const address = parseAddress(alert.lead)
  if (address === undefined) throw new TypeError(`alert: ${JSON.stringify(alert.lead)} is no address`)
  parts.live.publish(`alerts:${partsOf(address).workspace}`, {
    kind: 'hot-lead',
    lead: alert.lead,
    reason: alert.reason,
  })
  parts.log.info('hot lead', { lead: alert.lead, reason: alert.reason })
  return { alerted: true }
}
