import type { Fact } from '#runtime/fact.ts'
import type { LeadFacts } from '#machines/lead-contract.ts'
import type { ApartLeadView, JoinedLeadView, OtherLeadView } from '../protocol.ts'
import type { LeadDocument } from './lead-document.ts'
import { factOf, maybe } from './shape.ts'

const listMax = 50

/** The other lead a fact of joining or separating names. */
export function otherLeadIn(fact: Fact): string | undefined {
  const each = factOf<LeadFacts>(fact)
  switch (each.type) {
    case 'lead-merged':
      return each.data.into
    case 'lead-absorbed':
    case 'lead-split':
    case 'lead-parted':
      return each.data.from
    default:
      return undefined
  }
}

/** The lead with whom it is joined and from whom a person has kept it apart; `other` is the other lead's document where there is one. Pure. */
export function withJoins(lead: LeadDocument, fact: Fact, other: LeadDocument | undefined): LeadDocument {
  const each = factOf<LeadFacts>(fact)
  switch (each.type) {
    case 'lead-merged':
      return apartWithout(lead, each.data.into)
    case 'lead-absorbed': {
      if (each.data.again === true) return lead
      const { from, key, by } = each.data
      const joined: JoinedLeadView = {
        ...shown(from, other),
        ...evidenceOf(key, by),
        ...maybe('by', by),
        atMs: fact.atMs,
      }
      return { ...apartWithout(lead, from), joined: [...without(lead.joined, from), joined].slice(-listMax) }
    }
    case 'lead-parted':
    case 'lead-split':
      return withApart(lead, fact, { ...each.data, other })
    default:
      return lead
  }
}

function withApart(
  lead: LeadDocument,
  { atMs }: Fact,
  told: {
    readonly from: string
    readonly by: string
    readonly reason?: string
    readonly other: LeadDocument | undefined
  },
): LeadDocument {
  const { from, by, reason, other } = told
  const joined = without(lead.joined, from)
  // Leads that came round in a circle were not separated by anybody.
  if (by === 'system') return { ...lead, joined }
  const apart: ApartLeadView = { ...shown(from, other), by, ...maybe('reason', reason), atMs }
  return { ...lead, joined, apart: [...without(lead.apart, from), apart].slice(-listMax) }
}

function apartWithout(lead: LeadDocument, from: string): LeadDocument {
  return lead.apart === undefined ? lead : { ...lead, apart: without(lead.apart, from) }
}

function without<Each extends OtherLeadView>(list: readonly Each[] = [], lead: string): readonly Each[] {
  return list.filter((each) => each.lead !== lead)
}

function shown(lead: string, other: LeadDocument | undefined): OtherLeadView {
  const { name, phone, email } = other?.profile ?? {}
  return {
    lead,
    ...maybe('name', name),
    ...maybe('phone', phone),
    ...maybe('email', email),
    source: other?.source ?? '',
  }
}

/** By what they were found to be one; of merges of long ago that is not known any more. */
function evidenceOf(key = '', by?: string): Pick<JoinedLeadView, 'evidence' | 'key'> {
  if (by !== undefined) return { evidence: 'by-hand', key: '' }
  const [kind = '', ...rest] = key.split(':')
  const evidence = (['phone', 'email', 'visitor'] as const).find((each) => each === kind) ?? 'contact'
  return { evidence, key: evidence === 'visitor' ? '' : rest.join(':') }
}
