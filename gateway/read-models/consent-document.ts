import type { Address } from '#runtime/address.ts'
import { partsOf } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { DispatchReason } from '#machines/dispatch-contract.ts'
import type { LeadFacts } from '#machines/lead-contract.ts'
import type { Consent } from '#machines/outreach-contract.ts'
import { laterConsent } from '#machines/outreach-ledger.ts'
import type { ConsentView, OutgoingView } from '../protocol.ts'
import { factOf } from './shape.ts'

/** What a lead said yes and no to, each with its proof. Key: the lead's address. */
export interface ConsentDocument {
  readonly workspace: string
  readonly lead: string
  /** What stands, one a scope; the latest word first. */
  readonly consents: readonly ConsentView[]
  /** Everything said, newest first; the last so many. */
  readonly history: readonly ConsentView[]
  /** Position of the last fact in it. */
  readonly at: number
}

const historyMax = 50

/** The document after one more `consent-changed`; what was said earlier does not take back what was said later. Pure. */
export function reduceConsents(before: ConsentDocument | undefined, fact: Fact): ConsentDocument | undefined {
  const each = factOf<LeadFacts>(fact)
  if (each.type === 'lead-restored') return restored(fact, each.data)
  if (each.type !== 'consent-changed') return before
  const { scope, consent } = each.data
  return joined(before ?? noConsents(fact.address), [{ scope, ...consent }], fact.position)
}

/** The document after another lead turned out to be the same person: what that one said counts too. */
export function absorbConsents(
  before: ConsentDocument | undefined,
  other: ConsentDocument | undefined,
  fact: Fact,
): ConsentDocument | undefined {
  if (other === undefined) return before
  return joined(before ?? noConsents(fact.address), other.history.toReversed(), fact.position)
}

/** The customer's word a decision rests on; absent where it rests on none. Of several the latest, as in the gate. */
export function consentBehind(
  consents: readonly ConsentView[],
  reason: DispatchReason,
  { channel, purpose }: Pick<OutgoingView, 'channel' | 'purpose'>,
): ConsentView | undefined {
  const scopes: readonly string[] = [`${channel}:${purpose}`, `*:${purpose}`]
  const isStop = ({ state, source }: Consent): boolean => state === 'withdrawn' && source === 'words'
  const passes = (each: ConsentView): boolean => {
    switch (reason) {
      case 'consented':
        return each.state === 'given' && scopes.includes(each.scope)
      case 'nothing-to-answer':
        return isStop(each)
      case 'opted-out':
        return each.state === 'withdrawn' && (isStop(each) || each.scope === '*:*' || scopes.includes(each.scope))
      default:
        return false
    }
  }
  return consents.find(passes)
}

/** After leads were separated: what stands for this one, and no word of the other's. */
function restored(fact: Fact, { outreach }: LeadFacts['lead-restored']): ConsentDocument {
  const said = Object.entries(outreach?.consents ?? {}).flatMap(([scope, consent]) => {
    return isScope(scope) ? [{ scope, ...consent }] : []
  })
  return joined(
    noConsents(fact.address),
    said.toSorted((one, other) => one.atMs - other.atMs),
    fact.position,
  )
}

function isScope(scope: string): scope is ConsentView['scope'] {
  return /^(?:widget|whatsapp|email|sms|\*):(?:service|utility|marketing|\*)$/u.test(scope)
}

function noConsents(lead: Address): ConsentDocument {
  return { workspace: partsOf(lead).workspace, lead, consents: [], history: [], at: 0 }
}

function joined(before: ConsentDocument, said: readonly ConsentView[], at: number): ConsentDocument {
  const stands = new Map(before.consents.map((each) => [each.scope, each]))
  for (const each of said) {
    const known = stands.get(each.scope)
    // The later word stands, by the same rule as in the gate.
    if (known === undefined || laterConsent(known, each) === each) stands.set(each.scope, each)
  }
  const history = [...said.toReversed(), ...before.history].slice(0, historyMax)
  return { ...before, consents: newest([...stands.values()]), history, at }
}

function newest(consents: readonly ConsentView[]): readonly ConsentView[] {
  return consents.toSorted((one, other) => other.atMs - one.atMs || (one.scope < other.scope ? -1 : 1))
}
