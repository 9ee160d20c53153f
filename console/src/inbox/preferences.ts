/** A lead's wishes as short words. Pure. */
import type { LeadProfile } from '#gateway/protocol.ts'
import { money } from '../text/format.ts'
import type { T } from '../text/text.ts'

/** One chip a wish that is known, the weightiest first. */
export function preferenceChips(profile: LeadProfile, t: T): readonly string[] {
  const { budgetMinMinor: min, budgetMaxMinor: max, currency } = profile
  const chips: string[] = []
  if (profile.purpose !== undefined) chips.push(t(`purpose.${profile.purpose}`))
  if (profile.bedrooms !== undefined) chips.push(`${profile.bedrooms} BHK`)
  if (profile.propertyType !== undefined) chips.push(profile.propertyType)
  if (min !== undefined && max !== undefined) chips.push(`${money(min, currency)} – ${money(max, currency)}`)
  else if (max !== undefined) chips.push(t('budget.up-to', { price: money(max, currency) }))
  else if (min !== undefined) chips.push(t('budget.from', { price: money(min, currency) }))
  chips.push(...(profile.localities ?? []))
  if (profile.timeline !== undefined) chips.push(t(`timeline.${profile.timeline}`))
  return chips
}
