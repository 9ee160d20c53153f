import { setImmediate as breathe } from 'node:timers/promises'
import type { Documents, DocumentPage } from '#runtime/ports/documents.ts'
import { emailOf, phoneOf } from '#machines/contact-key.ts'
import type { ForecastAudience, ListMatch } from '../protocol.ts'
import { collections } from '../read-models/collections.ts'
import type { PersonDocument } from '../read-models/person-document.ts'
import { fromJson, maybe } from '../read-models/shape.ts'

/** Where people are read, and whose. */
export interface AudienceParts {
  readonly documents: Pick<Documents, 'query' | 'getMany' | 'count'>
  readonly workspace: string
  readonly audience: ForecastAudience
  /** Put before a number of a list that comes without its country. */
  readonly countryCode: string
  readonly signal: AbortSignal
}

/** Some of an audience, and how many of those there are have been looked at for it. */
export interface AudiencePage {
  readonly people: readonly PersonDocument[]
  readonly looked: number
}

/** People of a page: few enough that whoever chats meanwhile does not notice. */
const pageSize = 200
const unmatchedShown = 10

/** How many people, or entries of the lists, are looked at for an audience. */
export async function audienceSize({ documents, workspace, audience }: AudienceParts): Promise<number> {
  const { leads, contacts } = audience
  if (leads !== undefined || contacts !== undefined) return (leads?.length ?? 0) + (contacts?.length ?? 0)
  return documents.count(collections.people, [{ field: 'workspace', op: '=', value: workspace }])
}

/**
 * Everybody of an audience, in pages, each person once; other work has its turn between two pages. Returns what became of the lists, where any were given.
 * Throws the signal's reason when that ends.
 */
export async function* peopleOf(parts: AudienceParts): AsyncGenerator<AudiencePage, ListMatch | undefined> {
  const { audience, signal } = parts
  const { leads, contacts } = audience
  const fits = fitting(audience)
  if (leads === undefined && contacts === undefined) {
    for await (const page of everybody(parts)) {
      yield { people: page.filter(fits), looked: page.length }
      await breathe()
      signal.throwIfAborted()
    }
    return undefined
  }
  const seen = new Set<string>()
  const unmatched: string[] = []
  let matched = 0
  for (const found of listed(parts)) {
    const { people, missing, looked } = await found
    const fresh = people.filter(({ lead }) => !seen.has(lead))
    for (const { lead } of fresh) seen.add(lead)
    matched += looked - missing.length
    unmatched.push(...missing)
    yield { people: fresh.filter(fits), looked }
    await breathe()
    signal.throwIfAborted()
  }
  const unmatchedSample = unmatched.slice(0, unmatchedShown)
  return { given: matched + unmatched.length, matched, unmatched: unmatched.length, unmatchedSample }
}

/** Whether a person is of an audience, whatever lists it has. Only who can be written to is. */
export function fitting(audience: ForecastAudience): (person: PersonDocument) => boolean {
  const { temperature, stage, source, channel, language, country } = audience
  const city = audience.city?.toLowerCase()
  return (person) =>
    isActive(person) &&
    isWanted(temperature, person.temperature) &&
    isWanted(stage, person.stage) &&
    isWanted(source, person.source) &&
    isWanted(language, person.language) &&
    isWanted(country, person.country) &&
    isWanted(city, person.city?.toLowerCase()) &&
    (channel === undefined || person.conversations[channel] !== undefined)
}

function isWanted(wanted: string | undefined, found: string | undefined): boolean {
  return wanted === undefined || wanted === found
}

async function* everybody({ documents, workspace }: AudienceParts): AsyncGenerator<readonly PersonDocument[]> {
  let after: string | undefined
  do {
    const page: DocumentPage = await documents.query({
      collection: collections.people,
      where: [{ field: 'workspace', op: '=', value: workspace }],
      limit: pageSize,
      ...maybe('after', after),
    })
    yield page.documents.map(({ value }) => fromJson<PersonDocument>(value))
    after = page.next
  } while (after !== undefined)
}

interface Found {
  readonly people: readonly PersonDocument[]
  readonly missing: readonly string[]
  readonly looked: number
}

function* listed(parts: AudienceParts): Generator<Promise<Found>> {
  const { leads = [], contacts = [] } = parts.audience
  for (const some of chunks([...new Set(leads)])) yield byLead(parts, some)
  for (const some of chunks([...new Set(contacts.map((each) => each.trim()))])) yield byContact(parts, some)
}

async function byLead({ documents, workspace }: AudienceParts, leads: readonly string[]): Promise<Found> {
  const own = leads.filter((lead) => lead.startsWith(`${workspace}/lead/`))
  const documentsFound = await documents.getMany(collections.people, own)
  const people = documentsFound.map(({ value }) => fromJson<PersonDocument>(value)).filter(isActive)
  const found = new Set(people.map(({ lead }) => lead))
  return { people, missing: leads.filter((lead) => !found.has(lead)), looked: leads.length }
}

async function byContact(parts: AudienceParts, contacts: readonly string[]): Promise<Found> {
  const keys = contacts.map((given) => ({
    given,
    key: given.includes('@') ? emailOf(given) : phoneOf(given, parts.countryCode),
  }))
  const known = keys.flatMap(({ key }) => key ?? [])
  const people = [...(await having(parts, 'phone', known)), ...(await having(parts, 'email', known))]
  const found = new Set(people.flatMap(({ phone, email }) => [phone, email]))
  const missing = keys.filter(({ key }) => key === undefined || !found.has(key)).map(({ given }) => given)
  return { people, missing, looked: contacts.length }
}

/** Whoever has one of the keys; more than a page only if many share one. */
async function having(
  { documents, workspace }: AudienceParts,
  field: 'phone' | 'email',
  keys: readonly string[],
): Promise<readonly PersonDocument[]> {
  const of = keys.filter((key) => key.includes('@') === (field === 'email'))
  if (of.length === 0) return []
  const page = await documents.query({
    collection: collections.people,
    where: [
      { field: 'workspace', op: '=', value: workspace },
      { field, op: 'in', value: of },
    ],
    limit: 5 * pageSize,
  })
  return page.documents.map(({ value }) => fromJson<PersonDocument>(value)).filter(isActive)
}

function isActive({ status }: PersonDocument): boolean {
  return status === 'active'
}

function chunks<Each>(all: readonly Each[]): readonly (readonly Each[])[] {
  return Array.from({ length: Math.ceil(all.length / pageSize) }, (_, index) =>
    all.slice(index * pageSize, (index + 1) * pageSize),
  )
}
