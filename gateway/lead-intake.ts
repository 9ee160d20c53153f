import type { z } from 'zod'
import type { Address } from '#runtime/address.ts'
import type { LeadEvent, LeadProfile } from '#machines/lead-contract.ts'
import { leadProfile, wordsOf } from './command-schemas.ts'

/** The doors other systems bring leads through. */
export type LeadDoor = 'api' | 'event'

/** A lead from outside as its actor's event. The id is the door's: the same lead through the same door again is a no-op. */
export function leadCaptured(
  to: Address,
  profile: LeadProfile,
  door: LeadDoor,
): { readonly to: Address; readonly event: LeadEvent; readonly id: string } {
  return { to, event: { type: 'lead.captured', profile }, id: `captured-by-${door}` }
}

/** What of a body is a profile. Nothing is lost: what is not understood is kept among the extras, with a warning. */
export function readLead(body: { readonly [field: string]: unknown }): {
  readonly profile: LeadProfile
  readonly warnings: readonly string[]
} {
  const understood: { [field: string]: unknown } = {}
  const extra: { [field: string]: string } = {}
  const warnings: string[] = []
  const shapes: { readonly [field: string]: z.ZodType } = leadProfile.shape
  for (const [field, value] of Object.entries(body)) {
    if (value === null || value === '') continue
    const shape = Object.hasOwn(shapes, field) ? shapes[field] : undefined
    const read = shape?.safeParse(value)
    if (read?.success === true) understood[field] = read.data
    else {
      extra[field] = (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 2000)
      if (read !== undefined) warnings.push(`${field}: ${wordsOf(read.error.issues[0])}`)
    }
  }
  const parsed = leadProfile.parse(understood)
  const extras = { ...parsed.extra, ...extra }
  return { profile: Object.keys(extras).length === 0 ? parsed : { ...parsed, extra: extras }, warnings }
}
