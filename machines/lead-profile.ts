/**
 * A lead's profile: checking what comes in, merging what is learned. M12: what is implausible never replaces what was known.
 */
import { emailOf, phoneOf } from './contact-key.ts'
import type { LeadProfile } from './lead-contract.ts'

/** Bounds of what one lead keeps. */
export const profileBounds = { text: 200, message: 1000, extraColumns: 30, extraText: 120, localities: 10 } as const

type Writable = { -readonly [Field in keyof LeadProfile]: LeadProfile[Field] }

/** Why a lead can't be worked with, in words for the person who mends it; empty when it can. */
export function problemsOf(profile: LeadProfile, countryCode: string): readonly string[] {
  const { phone, email, visitorId, budgetMinMinor, budgetMaxMinor, bedrooms } = profile
  const problems: string[] = []
  if (isBlank(phone) && isBlank(email) && isBlank(visitorId))
    problems.push('needs a phone number, an e-mail or a visitor')
  if (phone !== undefined && !isBlank(phone) && phoneOf(phone, countryCode) === undefined) {
    problems.push(`phone ${JSON.stringify(phone.slice(0, 40))} is not a phone number`)
  }
  if (email !== undefined && !isBlank(email) && emailOf(email) === undefined) {
    problems.push(`e-mail ${JSON.stringify(email.slice(0, 80))} is not an e-mail address`)
  }
  if (!isAmount(budgetMinMinor) || !isAmount(budgetMaxMinor)) problems.push('the budget is not an amount')
  if (budgetMinMinor !== undefined && budgetMaxMinor !== undefined && budgetMinMinor > budgetMaxMinor) {
    problems.push('the least budget is above the most')
  }
  if (bedrooms !== undefined && (!Number.isInteger(bedrooms) || bedrooms < 0 || bedrooms > 50)) {
    problems.push(`${bedrooms} bedrooms are not plausible`)
  }
  return problems
}

/** A profile in its normal form: contacts normalised, texts and extras bounded, blanks and the implausible left out. */
export function normal(profile: LeadProfile, countryCode: string): LeadProfile {
  const { phone, email, localities, extra, message, ...rest } = profile
  const clean: Writable = {}
  Object.assign(clean, Object.fromEntries(Object.entries(rest).flatMap(([field, value]) => kept(field, value))))
  const number = phone === undefined ? undefined : phoneOf(phone, countryCode)
  const address = email === undefined ? undefined : emailOf(email)
  if (number !== undefined) clean.phone = number
  if (address !== undefined) clean.email = address
  if (message !== undefined && !isBlank(message)) clean.message = message.slice(0, profileBounds.message)
  // An empty list says that there are none any more.
  if (localities !== undefined) {
    clean.localities = localities.slice(0, profileBounds.localities).map((each) => each.slice(0, 80))
  }
  if (extra !== undefined) {
    const columns = Object.entries(extra).slice(0, profileBounds.extraColumns)
    clean.extra = Object.fromEntries(columns.map(([column, text]) => [column, text.slice(0, profileBounds.extraText)]))
  }
  return clean
}

/** A profile as it came, however wrong, cut to the bounds: for keeping until somebody mends it. */
export function clipped(profile: LeadProfile): LeadProfile {
  const { extra = {}, message, localities, ...rest } = profile
  const clip = (text: unknown) => (typeof text === 'string' ? text.slice(0, profileBounds.text) : text)
  const fields = Object.entries(rest).map(([field, value]) => [field, clip(value)])
  const columns = Object.entries(extra).slice(0, profileBounds.extraColumns)
  return {
    ...Object.fromEntries(fields),
    ...(message === undefined ? {} : { message: message.slice(0, profileBounds.message) }),
    ...(localities === undefined ? {} : { localities: localities.slice(0, profileBounds.localities) }),
    ...(columns.length === 0
      ? {}
      : {
          extra: Object.fromEntries(columns.map(([column, text]) => [column, text.slice(0, profileBounds.extraText)])),
        }),
  }
}

/** The profile with something newer laid over it. What the newer makes untrue goes: localities of another city, a rent as a buyer's budget. */
export function merged(profile: LeadProfile, newer: LeadProfile): LeadProfile {
  const extra = { ...profile.extra, ...newer.extra }
  const { localities, ...both } = { ...stillTrue(profile, newer), ...newer }
  return {
    ...both,
    ...(localities === undefined || localities.length === 0 ? {} : { localities }),
    ...(Object.keys(extra).length > 0 ? { extra } : {}),
  }
}

function stillTrue(profile: LeadProfile, newer: LeadProfile): LeadProfile {
  const { localities, budgetMinMinor, budgetMaxMinor, ...rest } = profile
  const moved = newer.city !== undefined && profile.city !== undefined && newer.city !== profile.city
  const turned =
    newer.purpose !== undefined &&
    profile.purpose !== undefined &&
    (newer.purpose === 'rent') !== (profile.purpose === 'rent')
  const least = newer.budgetMaxMinor !== undefined && (budgetMinMinor ?? 0) > newer.budgetMaxMinor
  const most = newer.budgetMinMinor !== undefined && (budgetMaxMinor ?? Infinity) < newer.budgetMinMinor
  return {
    ...rest,
    ...(localities === undefined || moved ? {} : { localities }),
    ...(budgetMinMinor === undefined || turned || least ? {} : { budgetMinMinor }),
    ...(budgetMaxMinor === undefined || turned || most ? {} : { budgetMaxMinor }),
  }
}

/** Whether two profiles say the same. */
export function same(one: LeadProfile, other: LeadProfile): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other))
}

/** Whether enough is known to offer homes: a budget, and where or what. */
export function qualifies(profile: LeadProfile): boolean {
  const { budgetMaxMinor, city, localities, bedrooms, propertyType } = profile
  const place = city !== undefined || localities !== undefined
  return budgetMaxMinor !== undefined && (place || bedrooms !== undefined || propertyType !== undefined)
}

function kept(field: string, value: unknown): readonly (readonly [string, unknown])[] {
  if (typeof value === 'string') return isBlank(value) ? [] : [[field, value.slice(0, profileBounds.text)]]
  const isBudget = field === 'budgetMinMinor' || field === 'budgetMaxMinor'
  if (typeof value !== 'number') return value === undefined || value === null ? [] : [[field, value]]
  return isBudget ? (isAmount(value) ? [[field, value]] : []) : value >= 0 && value <= 50 ? [[field, value]] : []
}

function sorted(profile: LeadProfile): readonly unknown[] {
  return Object.entries(profile).sort(([one], [other]) => (one < other ? -1 : 1))
}

function isBlank(text: string | undefined): boolean {
  return text === undefined || text.trim() === ''
}

function isAmount(amount: number | undefined): boolean {
  return amount === undefined || (Number.isSafeInteger(amount) && amount >= 0)
}
