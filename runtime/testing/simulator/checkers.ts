import { isDeepStrictEqual } from 'node:util'
import type { Address } from '../../address.ts'
import type { Fact } from '../../fact.ts'
import type { Journal } from '../../ports/journal.ts'
import type { Instant } from '../../runtime.ts'
import type { CrowdRecord } from './crowd.ts'
import type { Delivered } from './effects.ts'

/** Something that must never be, with enough to find it. */
export interface Violation {
  readonly rule: string
  readonly address: string
  readonly detail: string
}

export interface Evidence {
  readonly journal: Journal
  /** Replays an actor from nothing. */
  readonly timeline: (address: Address) => Promise<readonly Instant[]>
  readonly crowd: CrowdRecord
  readonly delivered: readonly Delivered[]
}

/** Holds a settled world against every promise. Empty when all are kept. */
export async function check(evidence: Evidence): Promise<readonly Violation[]> {
  const found: Violation[] = []
  for (const conversation of evidence.crowd.conversations) {
    const facts = await allFacts(evidence.journal, conversation)
    const sent = evidence.crowd.sent.get(conversation) ?? []
    found.push(...judgeConversation(conversation, facts, { sent, delivered: evidence.delivered }))
  }
  found.push(...(await replays(evidence)), ...(await settled(evidence)))
  return found
}

/** Holds one conversation's facts against what was sent to it and delivered from it. */
export function judgeConversation(
  address: Address,
  facts: readonly Fact[],
  world: { readonly sent: readonly string[]; readonly delivered: readonly Delivered[] },
): readonly Violation[] {
  return [
    ...numbering(address, facts),
    ...ownership(address, facts),
    ...everyMessageOnce(address, facts, world.sent),
    ...turnsEnd(address, facts),
    ...oneBubbleATurn(address, facts),
    ...deliveredOnce(address, facts, world.delivered),
  ]
}

function numbering(address: Address, facts: readonly Fact[]): readonly Violation[] {
  const numbers = facts.filter((fact) => fact.type === 'message-added').map((fact) => fact.data['n'])
  const gapless = numbers.every((n, index) => n === index + 1)
  return gapless ? [] : [{ rule: 'numbered 1…n without a gap', address, detail: JSON.stringify(numbers) }]
}

/** One owner at any instant, epochs that only rise, and no word of the assistant's while it does not own. */
function ownership(address: Address, facts: readonly Fact[]): readonly Violation[] {
  const found: Violation[] = []
  let owner = 'assistant'
  let epoch = -1
  for (const fact of facts) {
    if (fact.type === 'owner-changed') {
      const next = Number(fact.data['epoch'])
      if (next <= epoch) found.push({ rule: 'epochs rise', address, detail: `${epoch} then ${next}` })
      epoch = next
      owner = text(field(fact.data['owner'], 'kind'))
    }
    if (fact.type !== 'message-added') continue
    const author = text(field(fact.data['author'], 'kind'))
    if (author === 'assistant' && owner !== 'assistant') {
      found.push({
        rule: 'no assistant message after a take-over',
        address,
        detail: `n ${JSON.stringify(fact.data['n'])} while ${owner} owns`,
      })
    }
    if (author === 'assistant' && epoch >= 0 && fact.data['epoch'] !== epoch) {
      found.push({
        rule: 'a draft of an older epoch is never sent',
        address,
        detail: `n ${JSON.stringify(fact.data['n'])}`,
      })
    }
  }
  return found
}

function everyMessageOnce(address: Address, facts: readonly Fact[], sent: readonly string[]): readonly Violation[] {
  const added = facts
    .filter((fact) => fact.type === 'message-added' && field(fact.data['author'], 'kind') === 'customer')
    .map((fact) => text(fact.data['clientId']))
  const lost = sent.filter((id) => !added.includes(id))
  const doubled = added.filter((id, index) => added.indexOf(id) !== index)
  return [
    ...lost.map((detail) => ({ rule: 'no event lost', address, detail })),
    ...doubled.map((detail) => ({ rule: 'no event handled twice', address, detail })),
  ]
}

function turnsEnd(address: Address, facts: readonly Fact[]): readonly Violation[] {
  const started = facts.filter((fact) => fact.type === 'turn-started').map((fact) => fact.data['turn'])
  const ended = new Set(facts.filter((fact) => fact.type === 'turn-ended').map((fact) => fact.data['turn']))
  return started
    .filter((turn) => !ended.has(turn))
    .map((turn) => ({ rule: 'every turn ends', address, detail: JSON.stringify(turn) }))
}

function oneBubbleATurn(address: Address, facts: readonly Fact[]): readonly Violation[] {
  const turns = facts
    .filter((fact) => fact.type === 'message-added' && field(fact.data['author'], 'kind') === 'assistant')
    .map((fact) => fact.data['turn'])
  const doubled = turns.filter((turn, index) => turn !== undefined && turns.indexOf(turn) !== index)
  return doubled.map((turn) => ({ rule: 'one turn is one bubble', address, detail: JSON.stringify(turn) }))
}

function deliveredOnce(
  address: Address,
  facts: readonly Fact[],
  delivered: readonly Delivered[],
): readonly Violation[] {
  const here = delivered.filter((each) => each.conversation === address)
  const numbers = here.map((each) => each.n)
  const intended = new Map(
    facts
      .filter((fact) => fact.type === 'message-added')
      .map((fact) => [fact.data['n'], text(field(fact.data['author'], 'kind'))]),
  )
  return [
    ...here
      .filter((each) => intended.get(each.n) !== each.author)
      .map((each) => ({ rule: 'every delivery has a committed intent', address, detail: String(each.n) })),
    ...numbers
      .filter((n, index) => numbers.indexOf(n) !== index)
      .map((n) => ({ rule: 'no message delivered twice', address, detail: String(n) })),
  ]
}

/** Replaying an actor's history from nothing gives the state that the journal holds. */
export async function replays({
  journal,
  timeline,
}: Pick<Evidence, 'journal' | 'timeline'>): Promise<readonly Violation[]> {
  const found: Violation[] = []
  for (const summary of await journal.list({ workspace: 'sim', limit: 1000 })) {
    const actor = await journal.load(summary.address)
    try {
      const instants = await timeline(summary.address)
      const last = instants.at(-1)
      const same =
        isDeepStrictEqual(field(actor?.snapshot, 'context'), last?.context) &&
        isDeepStrictEqual(field(actor?.snapshot, 'value'), last?.value)
      if (!same)
        found.push({
          rule: 'replay equals the live state',
          address: summary.address,
          detail: JSON.stringify(last?.value),
        })
    } catch (error) {
      found.push({ rule: 'replay equals the live state', address: summary.address, detail: String(error) })
    }
  }
  return found
}

/** When faults stop, nothing is left running, failed or unanswered. */
async function settled({ journal, crowd }: Evidence): Promise<readonly Violation[]> {
  const found: Violation[] = []
  if (crowd.finished < crowd.expected)
    found.push({
      rule: 'everything settles',
      address: 'crowd',
      detail: `${crowd.finished} of ${crowd.expected} finished`,
    })
  for (const summary of await journal.list({ workspace: 'sim', limit: 1000 })) {
    const actor = await journal.load(summary.address)
    const running = Object.keys(actor?.effects ?? {})
    if (running.length > 0)
      found.push({ rule: 'everything settles', address: summary.address, detail: `still running ${running.join(',')}` })
    if (summary.status === 'failed')
      found.push({ rule: 'no machine throws', address: summary.address, detail: 'failed' })
  }
  return found
}

/** Every fact of an actor, oldest first. */
export async function allFacts(journal: Journal, address: Address): Promise<readonly Fact[]> {
  const facts: Fact[] = []
  for (;;) {
    const page = await journal.facts(facts.at(-1)?.position ?? 0, 500, address)
    facts.push(...page)
    if (page.length < 500) return facts
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as { readonly [key: string]: unknown })[name] : undefined
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
