/**
 * The guardrail: no figure reaches a customer without a source that holds it.
 * 1. Every mention in the text (numbers, amounts, areas, rates, lengths of time, dates, times, words of availability) lies within the words
 *    of a claim. 2. The claim's value is what its source holds now. 3. The words say that value: an amount may be rounded by at most half of
 *    its last written digit and half a per cent; everything else must be equal at the digits written.
 */
import type { Card, Claim, Evidence, TurnInput } from '#machines/conversation-contract.ts'
import type { ListingSearch } from '#rag/listing.ts'
import { listingCard } from './cards.ts'
import { mentionsIn, plainDigits, type Mention, type Span } from './mentions.ts'
import { sameInstant } from './spoken-time.ts'

/** What is checked of a draft. */
export interface Checked {
  readonly text: string
  readonly claims: readonly Claim[]
  readonly cards: readonly Card[]
  readonly evidence: readonly Evidence[]
}

export interface CheckAgainst {
  readonly turn: TurnInput
  readonly search: Pick<ListingSearch, 'get'>
  /** The zone in which dates and times are written: that of the homes. */
  readonly timeZone: string
}

/** What is wrong, in words for people; empty when every figure is bound. */
export async function problemsWith(draft: Checked, against: CheckAgainst): Promise<readonly string[]> {
  const mentions = mentionsIn(draft.text)
  const judged = await Promise.all(
    draft.claims.map(async (claim) => ({ claim, problem: await problemOf(claim, { draft, mentions }, against) })),
  )
  const sound = judged
    .filter(({ problem }) => problem === undefined)
    .flatMap(({ claim }) => placesOf(claim.text, draft.text))
  const unbound = mentions.filter(
    (mention) => !sound.some((place) => place.start <= mention.start && mention.end <= place.end),
  )
  const cards = await Promise.all(draft.cards.map((card) => cardProblem(card, against)))
  return [
    ...judged.flatMap(({ problem }) => problem ?? []),
    ...unbound.map((mention) => `“${mention.text}” is not bound to a source`),
    ...cards.flatMap((problem) => problem ?? []),
  ]
}

async function problemOf(
  claim: Claim,
  { draft, mentions }: { readonly draft: Checked; readonly mentions: readonly Mention[] },
  against: CheckAgainst,
): Promise<string | undefined> {
  const held = await heldBy(claim, draft, against)
  if (held === undefined) return `“${claim.text}”: its source does not exist`
  if (!draft.text.includes(claim.text)) return `“${claim.text}” is not in the text`
  if (held !== claim.value)
    return `“${claim.text}”: the source holds ${String(held).slice(0, 60)}, not ${String(claim.value).slice(0, 60)}`
  const places = placesOf(claim.text, draft.text)
  const claimed = mentions.filter((each) => places.some((place) => place.start <= each.start && each.end <= place.end))
  const wrong = claimed.find((mention) => !says(mention, { claim, held, against, text: draft.text }))
  return wrong === undefined ? undefined : `“${wrong.text}” does not say what its source holds`
}

/** The value a source holds now, or `undefined`: then nothing is bound to it. */
async function heldBy(
  { source, text }: Claim,
  draft: Checked,
  { turn, search }: CheckAgainst,
): Promise<number | string | undefined> {
  switch (source.kind) {
    case 'listing': {
      const workspace = turn.conversation.split('/')[0] ?? ''
      const listing = await search.get(workspace, source.listingId)
      return listing?.version === source.version
        ? scalar(Object.entries(listing).find(([field]) => field === source.field)?.[1])
        : undefined
    }
    case 'tool': {
      const evidence = draft.evidence.find((each) => each.callId === source.callId && each.tool === source.tool)
      return scalar(source.path.split('.').reduce<unknown>(member, evidence?.result))
    }
    case 'document': {
      const passages = draft.evidence
        .filter((each) => each.tool === 'find_passage')
        .flatMap((each) => list(member(each.result, 'passages')))
      const passage = passages.find(
        (each) => member(each, 'documentId') === source.documentId && member(each, 'passage') === source.passage,
      )
      return holds(member(passage, 'text'), text) ? text : undefined
    }
    case 'customer': {
      const message = [...turn.messages, ...turn.recent].find((each) => each.n === source.n && each.by === 'customer')
      return message !== undefined && saidBy(message.text, text) ? text : undefined
    }
  }
}

/** Whether the customer's own words hold the figures of `words`: the words themselves, or the same amounts written otherwise. */
function saidBy(message: string, words: string): boolean {
  if (plainDigits(message).toLowerCase().includes(plainDigits(words).toLowerCase())) return true
  const theirs = mentionsIn(message)
  const ours = mentionsIn(words)
  return ours.length > 0 && ours.every((mention) => theirs.some((each) => keyOf(each) === keyOf(mention)))
}

function keyOf(mention: Mention): string {
  switch (mention.kind) {
    case 'money':
      return `${mention.currency} ${mention.minor}`
    case 'area':
      return `area ${mention.sqft}`
    case 'percent':
      return `percent ${mention.value}`
    case 'months':
      return `months ${mention.months}`
    case 'count':
      return `${mention.of} ${mention.value}`
    case 'ordinal':
      return `ordinal ${mention.value}`
    case 'date':
    case 'time':
    case 'availability':
      return `${mention.kind} ${mention.text.toLowerCase()}`
  }
}

interface Saying {
  readonly claim: Claim
  readonly held: number | string
  readonly against: CheckAgainst
  readonly text: string
}

function says(mention: Mention, saying: Saying): boolean {
  const { claim, held, against } = saying
  if (claim.source.kind === 'document') return true
  if (claim.source.kind === 'customer')
    return mention.kind !== 'availability' && (mention.kind !== 'money' || asLimit(mention, saying.text))
  if (typeof held === 'string') return saysText(mention, held, against)
  switch (mention.kind) {
    case 'money':
      return claim.value === held && near(mention.minor, held, mention.stepMinor)
    case 'area':
      return Math.abs(mention.sqft - held) <= mention.step / 2 + 1e-6
    case 'percent':
    case 'count':
      return Math.abs(mention.value - held) <= (Number.isInteger(held) ? 1e-9 : mention.step / 2 + 1e-9)
    case 'months':
      return mention.months === held || mention.months === held * 12
    case 'date':
    case 'time':
      return sameInstant(mention.text, held, { timeZone: against.timeZone, atMs: against.turn.atMs })
    case 'ordinal':
      return mention.value === held
    case 'availability':
      return false
  }
}

/** Half of the last written digit, and never more than half a per cent. */
function near(said: number, held: number, step: number): boolean {
  return Math.abs(said - held) <= Math.min(step / 2 + 1e-6, Math.max(Math.abs(held) * 0.005, 50))
}

const statuses: { readonly [status: string]: RegExp } = {
  booked: /^(?:booked|confirmed|reserved|बुक)$/iu,
  ready: /^(?:ready to move|vacant|available|उपलब्ध)$/iu,
}

/** A text source: a status says its words, a month its month, and anything else must hold the same figure. */
function saysText(mention: Mention, held: string, { turn, timeZone }: CheckAgainst): boolean {
  if (mention.kind === 'availability') return statuses[held]?.test(mention.text) === true
  if (/^\d{4}-\d{2}$/u.test(held) && (mention.kind === 'date' || mention.kind === 'count')) {
    const [year = 0, month = 1] = held.split('-').map(Number)
    return sameInstant(mention.text, Date.UTC(year, month - 1, 15), {
      timeZone: 'UTC',
      atMs: turn.atMs,
      monthOnly: true,
    })
  }
  const inText = mentionsIn(held)
  return (
    inText.some((each) => keyOf(each) === keyOf(mention)) ||
    (timeZone !== '' && held.toLowerCase().includes(mention.text.toLowerCase()) && inText.length > 0)
  )
}

/** A customer's amount may only be repeated as their limit: «under ₹80 L», never as what something costs. */
function asLimit(mention: Span, text: string): boolean {
  const before = text.slice(Math.max(0, mention.start - 28), mention.start)
  const after = text.slice(mention.end, mention.end + 16)
  return (
    /(?:under|within|up ?to|below|budget(?: of)?|between|and|max(?:imum)?|से|–|-)\s*₹?\s*$/iu.test(before) ||
    /^\s*(?:ke andar|tak|budget|के अंदर|तक|–|-)/iu.test(after)
  )
}

/** A card shows exactly what its listing version holds. */
async function cardProblem(card: Card, { turn, search }: CheckAgainst): Promise<string | undefined> {
  if (card.kind !== 'listing') return undefined
  const listing = await search.get(turn.conversation.split('/')[0] ?? '', card.listingId)
  if (listing === undefined) return `card ${card.listingId}: there is no such listing`
  const same = JSON.stringify(listingCard(listing)) === JSON.stringify(inOrder(card, listingCard(listing)))
  return same ? undefined : `card ${card.listingId}: it does not show version ${listing.version} of its listing`
}

/** A JSON copy may have its fields in another order. */
function inOrder(card: object, like: object): object {
  const fields = new Map(Object.entries(card))
  const known = Object.keys(like)
  return Object.fromEntries(
    [...known, ...[...fields.keys()].filter((key) => !known.includes(key))].flatMap((key) =>
      fields.has(key) ? [[key, fields.get(key)]] : [],
    ),
  )
}

function placesOf(words: string, text: string): readonly { readonly start: number; readonly end: number }[] {
  if (words === '') return []
  const parts = text.split(words)
  let start = 0
  return parts.slice(0, -1).map((part) => {
    start += part.length
    const place = { start, end: start + words.length }
    start = place.end
    return place
  })
}

function member(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value[Number(key)]
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([name]) => name === key)?.[1]
    : undefined
}

function holds(value: unknown, words: string): boolean {
  return typeof value === 'string' && value.includes(words)
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function scalar(value: unknown): number | string | undefined {
  return typeof value === 'number' || typeof value === 'string' ? value : undefined
}
