import { partsOf } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { LeadFacts, LeadProfile, Stage, Temperature } from '#machines/lead-contract.ts'
import type { OutreachLedger } from '#machines/outreach-contract.ts'
import { isLedgerFact, ledgerAfter, type LedgerFact } from '#machines/outreach-facts.ts'
import { newLedger } from '#machines/outreach-ledger.ts'
import { countryOfPhone } from '../channels/place-of-phone.ts'
import { factOf, maybe } from './shape.ts'

/** A person as a forecast and a campaign need them: how they are reached, what they are chosen by, and what the gate knows. Key: the lead's address. */
export interface PersonDocument {
  readonly workspace: string
  readonly lead: string
  /** Only who is `active` is written to: a merged lead's person is its owner's, an invalid one waits for somebody to mend it. */
  readonly status: 'expected' | 'active' | 'invalid' | 'merged'
  readonly name?: string
  /** With a plus. */
  readonly phone?: string
  readonly email?: string
  /** Where the number is from, ISO 3166 alpha-2. */
  readonly country?: string
  readonly city?: string
  /** The one they wrote in last. */
  readonly language?: string
  readonly source: string
  readonly temperature: Temperature
  readonly stage: Stage
  /** By channel, the newest last. */
  readonly conversations: { readonly [channel: string]: readonly string[] }
  /** Absent while the gate knows nothing. */
  readonly ledger?: OutreachLedger
  /** Position of the last fact in it. */
  readonly at: number
}

/** What a conversation that is linked to a person tells of it. */
export interface PersonsTalk {
  readonly channel: string
  readonly language: string
}

const conversationsMax = 20

/** Whether a fact of a lead's says anything of its person. */
export function isOfPerson(type: string): boolean {
  return profileFacts.has(type) || isLedgerFact(type)
}

const profileFacts: ReadonlySet<string> = new Set<keyof LeadFacts>([
  'lead-captured',
  'lead-repaired',
  'lead-invalid',
  'lead-merged',
  'lead-split',
  'lead-enriched',
  'profile-changed',
  'lead-restored',
  'temperature-changed',
  'stage-changed',
  'conversation-linked',
])

/** The person after one more fact of their lead; `talk` is the conversation it links, where it links one. Pure. */
export function reducePerson(before: PersonDocument | undefined, fact: Fact, talk?: PersonsTalk): PersonDocument {
  const person = before ?? newPerson(fact)
  return { ...judged(described(person, fact, talk), fact), at: fact.position }
}

function newPerson({ address }: Fact): PersonDocument {
  return {
    workspace: partsOf(address).workspace,
    lead: address,
    status: 'expected',
    source: '',
    temperature: 'cold',
    stage: 'new',
    conversations: {},
    at: 0,
  }
}

function judged(person: PersonDocument, fact: Fact): PersonDocument {
  if (!isLedgerFact(fact.type)) return person
  const before = person.ledger ?? newLedger()
  const ledger = ledgerAfter(before, factOf<LeadFacts>(fact) as LedgerFact)
  return ledger === before ? person : { ...person, ledger }
}

function described(person: PersonDocument, fact: Fact, talk: PersonsTalk | undefined): PersonDocument {
  const each = factOf<LeadFacts>(fact)
  switch (each.type) {
    case 'lead-captured':
    case 'lead-repaired':
      return { ...named(person, each.data.profile), status: 'active' }
    case 'lead-invalid':
      return { ...named(person, each.data.profile), status: 'invalid' }
    case 'lead-merged':
      return { ...person, status: 'merged' }
    case 'lead-split':
      return { ...person, status: 'active' }
    case 'lead-enriched':
    case 'profile-changed':
      return named(person, each.data.profile)
    case 'lead-restored':
      return named(left(person, each.data.conversations), each.data.profile)
    case 'temperature-changed':
      return { ...person, temperature: each.data.to }
    case 'stage-changed':
      return { ...person, stage: each.data.to }
    case 'conversation-linked':
      return talk === undefined ? person : talking(person, each.data.conversation, talk)
    default:
      return person
  }
}

/** The profile of a fact is all of it; a person shown here is found by what is in it now. */
function named(person: PersonDocument, { name, phone, email, city, source }: LeadProfile): PersonDocument {
  const { name: _name, phone: _phone, email: _email, city: _city, country: _country, ...rest } = person
  return {
    ...rest,
    ...maybe('name', name),
    ...maybe('phone', phone),
    ...maybe('email', email),
    ...maybe('city', city),
    ...maybe('country', phone === undefined ? undefined : countryOfPhone(phone)),
    source: source ?? person.source,
  }
}

function talking(person: PersonDocument, conversation: string, { channel, language }: PersonsTalk): PersonDocument {
  const known = person.conversations[channel] ?? []
  if (known.includes(conversation)) return person
  const conversations = { ...person.conversations, [channel]: [...known, conversation].slice(-conversationsMax) }
  return { ...person, conversations, language }
}

/** Only these conversations are theirs now. */
function left(person: PersonDocument, own: readonly string[]): PersonDocument {
  const kept = Object.entries(person.conversations).map(
    ([channel, all]) => [channel, all.filter((each) => own.includes(each))] as const,
  )
  return { ...person, conversations: Object.fromEntries(kept.filter(([, all]) => all.length > 0)) }
}
