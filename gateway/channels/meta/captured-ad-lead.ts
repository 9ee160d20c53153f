import type { FetchedLead, SaidConsent } from '#machines/lead-ad-contract.ts'
import type { LeadProfile } from '#machines/lead-contract.ts'
import { profileBounds } from '#machines/lead-profile.ts'
import type { ConsentScope } from '#machines/outreach-contract.ts'
import { parseMoney, type Money } from '#rag/parse/money.ts'
import type { PageConnection } from '../../connections/page-connection.ts'
import { maybe } from '../../read-models/shape.ts'
import type { AdLead } from '../whatsapp/graph-leads.ts'
import { fieldsIn, listIn } from '../whatsapp/json-fields.ts'

type Found = Extract<FetchedLead, { readonly outcome: 'found' }>

/**
 * A form that was sent, as the lead it becomes. Answers to questions that are no field of ours are kept among the extras under the question, as are the
 * advertisement, its campaign and the form. A box that is ticked is a consent for what the Page's settings say it agrees to, with its own JSON as proof.
 */
export function capturedFrom(lead: AdLead, { consents }: Pick<PageConnection, 'consents'>): Found {
  return {
    outcome: 'found',
    profile: profileOf(lead),
    consents: consentsOf(lead, consents),
    disclaimers: lead.disclaimers,
  }
}

/** Names of Meta's own questions, by the field they fill in. */
const fieldsByName: ReadonlyMap<string, 'name' | 'phone' | 'email' | 'city'> = new Map([
  ['full_name', 'name'],
  ['name', 'name'],
  ['phone_number', 'phone'],
  ['phone', 'phone'],
  ['email', 'email'],
  ['city', 'city'],
])

function profileOf(lead: AdLead): LeadProfile {
  const known: { name?: string; phone?: string; email?: string; city?: string } = {}
  const names: { first?: string; last?: string } = {}
  const asked: [string, string][] = []
  let budget: LeadProfile = {}
  for (const { name, values } of lead.fields) {
    const answer = values.join(', ').trim()
    if (answer === '') continue
    const field = fieldsByName.get(name.toLowerCase())
    if (field !== undefined) known[field] = answer
    else if (name === 'first_name') names.first = answer
    else if (name === 'last_name') names.last = answer
    else {
      if (/budget|price/iu.test(name)) budget = budgetOf(answer)
      asked.push([name.slice(0, questionMax), answer])
    }
  }
  const name = known.name ?? [names.first, names.last].filter((each) => each !== undefined).join(' ')
  return {
    source: 'meta-lead-ad',
    ...known,
    ...(name === '' ? {} : { name }),
    ...budget,
    extra: extrasOf(lead, asked),
  }
}

const questionMax = 120

/** Where it came from first, so that no long form pushes it out. */
function extrasOf(lead: AdLead, asked: readonly (readonly [string, string])[]): { readonly [name: string]: string } {
  const { id, form, ad, adName, adSet, campaign, campaignName, platform, organic } = lead
  const origin = {
    'meta-lead': id,
    ...maybe('meta-form', form),
    ...maybe('meta-ad', someAd(ad)),
    ...maybe('meta-ad-name', adName),
    ...maybe('meta-ad-set', someAd(adSet)),
    ...maybe('meta-campaign', someAd(campaign)),
    ...maybe('meta-campaign-name', campaignName),
    ...maybe('meta-platform', platform),
    ...(organic === true || (ad !== undefined && someAd(ad) === undefined) ? { 'meta-organic': 'yes' } : {}),
  }
  const questions = asked.slice(0, profileBounds.extraColumns - Object.keys(origin).length)
  return { ...origin, ...Object.fromEntries(questions) }
}

/** Without an advertisement its id is 0. */
function someAd(id: string | undefined): string | undefined {
  return id === '0' || id === '' ? undefined : id
}

/** Choices are written with underscores, such as `80_lakh_-_1_crore`, and ends may be left open. */
function budgetOf(answer: string): LeadProfile {
  const words = answer.replaceAll('_', ' ').replaceAll(/\s+/gu, ' ').trim()
  const bare = words.replace(
    /^(?:under|below|up ?to|less than|within|max(?:imum)?|above|over|more than|min(?:imum)?)\s+/iu,
    '',
  )
  const money = parseMoney(bare.replace(/\s*\+$/u, ''))
  if (money === undefined || money.per !== undefined) return {}
  const isLeast = /^(?:above|over|more than|min)/iu.test(words) || words.endsWith('+')
  return { currency: money.currency, ...boundsOf(money, isLeast ? 'least' : 'most') }
}

function boundsOf({ minMinor, maxMinor }: Money, single: 'least' | 'most'): LeadProfile {
  if (minMinor !== maxMinor) return { budgetMinMinor: minMinor, budgetMaxMinor: maxMinor }
  return single === 'least' ? { budgetMinMinor: minMinor } : { budgetMaxMinor: maxMinor }
}

const proofMax = 500

function consentsOf(
  { disclaimers, createdAtMs: atMs }: AdLead,
  mapped: PageConnection['consents'],
): readonly SaidConsent[] {
  const said = listIn(disclaimers).flatMap((box) => {
    const { checkbox_key: key, is_checked: checked } = fieldsIn(box)
    if (typeof key !== 'string' || !isTicked(checked)) return []
    const proof = JSON.stringify(box).slice(0, proofMax)
    return scopesOf(key, mapped).map((scope) => [scope, proof] as const)
  })
  return [...new Map(said)].map(([scope, proof]) => ({
    scope,
    consent: { state: 'given', atMs, source: 'lead-form', proof },
  }))
}

function isTicked(checked: unknown): boolean {
  return checked === true || checked === 1 || checked === '1' || checked === 'true'
}

/** Boxes that name a channel. Any other agrees to nothing unless the settings say so: a consent has to name the channel. */
const named: readonly (readonly [RegExp, ConsentScope])[] = [
  [/whats[\s_-]?app/iu, 'whatsapp:marketing'],
  [/e-?mail/iu, 'email:marketing'],
  [/(?<![a-z])sms(?![a-z])|text[\s_-]?message/iu, 'sms:marketing'],
]

function scopesOf(key: string, mapped: PageConnection['consents']): readonly ConsentScope[] {
  if (Object.hasOwn(mapped, key)) return mapped[key] ?? []
  return named.flatMap(([pattern, scope]) => (pattern.test(key) ? [scope] : []))
}
