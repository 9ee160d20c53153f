/**
 * The score of a lead: budget, urgency, engagement and readiness, each 0 to 1, weighted to 0…100. Pure; the weights are the
 * workspace's. Where each part comes from is said in `reasons`, so that a member can disagree with it.
 */
import type { LeadProfile, LeadScore, LeadSettings } from './lead-contract.ts'

/** What is scored besides the profile. */
export interface Engaged {
  readonly engagements: number
  /** Asked for a visit, a person or a deal. */
  readonly strong: boolean
}

interface Part {
  readonly share: number
  readonly weight: number
  readonly reason: string
}

/** A known budget counts 0.4 however small, so that an honest small budget beats none. */
const budgetFloor = 0.4
const urgencies = { now: 1, 'three-months': 0.7, 'six-months': 0.4, later: 0.15 } as const
const urgencyWords = {
  now: 'wants to move now',
  'three-months': 'within three months',
  'six-months': 'within six months',
  later: 'later than six months',
} as const

/** Total is a whole number from 0 to 100; reasons come strongest first and leave out what adds nothing. */
export function scoreOf(profile: LeadProfile, engaged: Engaged, settings: LeadSettings): LeadScore {
  const parts = {
    budget: budgetPart(profile, settings),
    urgency: urgencyPart(profile, settings),
    engagement: engagementPart(engaged, settings),
    readiness: readinessPart(profile, settings),
  }
  const all = Object.values(parts)
  const weights = all.reduce((sum, each) => sum + each.weight, 0)
  const points = all.reduce((sum, each) => sum + each.share * each.weight, 0)
  return {
    total: weights > 0 ? Math.round((100 * points) / weights) : 0,
    budget: rounded(parts.budget.share),
    urgency: rounded(parts.urgency.share),
    engagement: rounded(parts.engagement.share),
    readiness: rounded(parts.readiness.share),
    reasons: all
      .filter((each) => each.share > 0)
      .sort((one, other) => other.share * other.weight - one.share * one.weight)
      .map((each) => each.reason),
  }
}

function budgetPart(profile: LeadProfile, settings: LeadSettings): Part {
  const budget = profile.budgetMaxMinor ?? profile.budgetMinMinor
  const weight = settings.budgetWeight
  if (budget === undefined) return { share: 0, weight, reason: 'budget unknown' }
  const part = Math.min(1, budget / settings.budgetFullMinor)
  return { share: budgetFloor + (1 - budgetFloor) * part, weight, reason: 'budget known' }
}

function urgencyPart(profile: LeadProfile, settings: LeadSettings): Part {
  const { timeline } = profile
  const weight = settings.urgencyWeight
  return timeline === undefined
    ? { share: 0, weight, reason: 'timeline unknown' }
    : { share: urgencies[timeline], weight, reason: urgencyWords[timeline] }
}

function engagementPart({ engagements, strong }: Engaged, settings: LeadSettings): Part {
  const share = Math.min(1, engagements / settings.engagementsFull)
  const asked = strong ? ', asked for a visit or a person' : ''
  const times = engagements === 1 ? '1 engagement' : `${engagements} engagements`
  return { share: strong ? Math.max(0.8, share) : share, weight: settings.engagementWeight, reason: `${times}${asked}` }
}

function readinessPart(profile: LeadProfile, settings: LeadSettings): Part {
  const known = {
    phone: profile.phone !== undefined,
    'e-mail': profile.email !== undefined,
    name: profile.name !== undefined,
    place: profile.city !== undefined || (profile.localities ?? []).length > 0,
    home: profile.bedrooms !== undefined || profile.propertyType !== undefined,
  }
  const names = Object.entries(known).flatMap(([name, is]) => (is ? [name] : []))
  return {
    share: names.length / Object.keys(known).length,
    weight: settings.readinessWeight,
    reason: `${names.join(', ')} known`,
  }
}

function rounded(share: number): number {
  return Math.round(share * 100) / 100
}
