import { createHash } from 'node:crypto'
import { addressOf, type Address } from '#runtime/address.ts'
import type { LeadProfile } from '#machines/lead-contract.ts'
import { problemsOf } from '#machines/lead-profile.ts'
import { readLead } from '../lead-intake.ts'
import type { CloudEvent, Reading } from './cloud-event.ts'
import { leadCapturedType, sourceOf } from './event-names.ts'

/** Longest name of a field of the data. */
const fieldNameMax = 120

/** Where an event comes in: whose it is, and by which country's numbers its phone is read. */
export interface Intake {
  readonly workspace: string
  readonly countryCode: string
}

export interface CapturedLead {
  readonly to: Address
  readonly profile: LeadProfile
}

/**
 * The lead behind an event. The same source and id are the same lead: its address follows from them. Strict where HTTP is lenient:
 * a field of the published schema that is wrong, or a lead nobody could work with, refuses the event, with everything that is wrong.
 */
export function readCapturedLead(event: CloudEvent, intake: Intake): Reading<CapturedLead> {
  const reasons = [...reasonsAgainstType(event.type), ...reasonsAgainstSource(event.source, intake)]
  const { data } = event
  if (data === undefined) reasons.push('data: is missing; it holds the lead')
  else if (!isObject(data)) reasons.push('data: has to be a JSON object, the fields of the lead')
  if (!isObject(data)) return { ok: false, reasons }
  const { profile, warnings } = readLead(data)
  const longName = Object.keys(data).find((name) => name.length > fieldNameMax)
  if (longName !== undefined) {
    reasons.push(`data.${longName.slice(0, 40)}…: names of fields have ${fieldNameMax} characters at most`)
  }
  reasons.push(...warnings.map((each) => `data.${each}`))
  if (warnings.length === 0) reasons.push(...problemsOf(profile, intake.countryCode).map((each) => `data: ${each}`))
  if (reasons.length > 0) return { ok: false, reasons }
  return { ok: true, value: { to: leadAddressOf(intake.workspace, event), profile: withOrigin(profile, event) } }
}

/** The lead of an event: `<workspace>/lead/ce-` and the first 32 hex digits of SHA-256 over the JSON `[source,id]`. */
export function leadAddressOf(workspace: string, { source, id }: Pick<CloudEvent, 'source' | 'id'>): Address {
  const hash = createHash('sha256')
    .update(JSON.stringify([source, id]))
    .digest('hex')
  return addressOf(workspace, 'lead', `ce-${hash.slice(0, 32)}`)
}

/** Which event it came with stands among the extras, first, so that people and other systems can tell. */
function withOrigin(profile: LeadProfile, { source, id }: CloudEvent): LeadProfile {
  return { ...profile, extra: { 'event-source': source, 'event-id': id, ...profile.extra } }
}

function reasonsAgainstType(type: string): readonly string[] {
  return type === leadCapturedType
    ? []
    : [`type: has to be ${leadCapturedType} on this subject, not ${type.slice(0, 120)}`]
}

/** What we said ourselves is no news: taken in again it would go round for ever. */
function reasonsAgainstSource(source: string, { workspace }: Intake): readonly string[] {
  return source === sourceOf(workspace)
    ? [`source: ${source} is FineAcers' own; publish what your system knows under a source of its own`]
    : []
}

function isObject(value: unknown): value is { readonly [field: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
