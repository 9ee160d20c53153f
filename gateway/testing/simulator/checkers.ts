import type { Address } from '#runtime/address.ts'
import type { JsonObject } from '#runtime/json.ts'
import type { ActorSummary, Journal } from '#runtime/ports/journal.ts'
import { allFacts, judgeConversation, type Violation } from '#runtime/testing/simulator/checkers.ts'
import type { DispatchFacts } from '#machines/dispatch-contract.ts'
import type { TranscriptMessage } from '#machines/conversation-contract.ts'
import { dispatchOf } from '../../deliver.ts'
import { workspace } from './door.ts'
import { textIn } from './fields.ts'
import { judgeGate } from './gate-checker.ts'
import type { CommitLedger } from './ledger.ts'
import type { ReceivedCall } from './meta.ts'
import type { PeopleRecord } from './people.ts'

export interface WhatsAppEvidence {
  readonly journal: Journal
  readonly ledger: CommitLedger
  readonly calls: readonly ReceivedCall[]
  readonly people: PeopleRecord
}

/** Reading the epoch late, one call's way to Meta, and the longest sleep between the two. */
export const graceMs = { awake: 600, slept: 9_000 } as const
/** How long a dispatch waits for its call, and what a process may sleep over the timer of that. */
const letThroughForMs = 75_000
const listMax = 2_000

/** Holds a settled world against every promise of the channel. Empty when all are kept. */
export async function judge(evidence: WhatsAppEvidence): Promise<readonly Violation[]> {
  const { journal, ledger, calls } = evidence
  const conversations = await actors(journal, 'conversation')
  const dispatches = await actors(journal, 'dispatch')
  const leads = await actors(journal, 'lead')
  const transcripts = new Map<Address, readonly TranscriptMessage[]>()
  const found: Violation[] = []
  for (const { address } of conversations) {
    const facts = await allFacts(journal, address)
    found.push(...judgeConversation(address, facts, { sent: [], delivered: [] }))
    const added = facts.filter(({ type }) => type === 'message-added')
    transcripts.set(
      address,
      added.map(({ data }) => data as unknown as TranscriptMessage),
    )
  }
  const known = new Set<string>(dispatches.map(({ address }) => address))
  return [
    ...found,
    ...inboundOnce(transcripts, evidence.people),
    ...everyReplyDispatched(transcripts, known),
    ...sentOnce(calls),
    ...noneAfterTakeOver(calls, ledger),
    ...noneUndecided(calls, ledger),
    ...leads.flatMap(({ address }) => judgeGate(address, ledger.of(address))),
    ...(await resolved(dispatches, evidence)),
    ...(await settled([...conversations, ...dispatches, ...leads, ...(await actors(journal, 'contact'))], journal)),
  ]
}

/** What Meta told of is in one transcript, once. */
export function inboundOnce(
  transcripts: ReadonlyMap<string, readonly TranscriptMessage[]>,
  { written, echoes }: Pick<PeopleRecord, 'written' | 'echoes'>,
): readonly Violation[] {
  const times = new Map<string, number>()
  for (const { clientId } of [...transcripts.values()].flat())
    if (clientId !== undefined) times.set(clientId, (times.get(clientId) ?? 0) + 1)
  return [...written, ...echoes].flatMap(({ id, person }) => {
    const count = times.get(id) ?? 0
    if (count === 1) return []
    return [
      { rule: count === 0 ? 'no event lost' : 'each inbound once', address: person.phone, detail: `${id}: ${count}` },
    ]
  })
}

/** Whatever somebody of ours or the assistant said in the transcript is on its way out, or its failure is told. */
function everyReplyDispatched(
  transcripts: ReadonlyMap<Address, readonly TranscriptMessage[]>,
  known: ReadonlySet<string>,
): readonly Violation[] {
  return [...transcripts].flatMap(([address, messages]) =>
    messages
      .filter(({ author, clientId = '' }) => isOurs(author.kind) && !clientId.startsWith('wamid.ECHO'))
      .filter(({ n }) => !known.has(dispatchOf(address, n)))
      .map(({ n }) => ({ rule: 'every reply has its dispatch', address, detail: `n ${n}` })),
  )
}

function isOurs(kind: string): boolean {
  return kind === 'assistant' || kind === 'member'
}

/** Meta takes each dispatch at most once: it would show the second as well. */
export function sentOnce(calls: readonly ReceivedCall[]): readonly Violation[] {
  const taken = calls.filter(({ providerId }) => providerId !== undefined).map(({ dispatch }) => dispatch)
  const twice = taken.filter((dispatch, index) => taken.indexOf(dispatch) !== index)
  return twice.map((address) => ({ rule: 'no message sent twice', address, detail: 'Meta took it again' }))
}

/** An assistant's words do not reach Meta once a take-over has been durable for longer than the look and the way take. */
export function noneAfterTakeOver(
  calls: readonly ReceivedCall[],
  ledger: Pick<CommitLedger, 'of'>,
): readonly Violation[] {
  return calls.flatMap(({ dispatch, atMs, byZombie }) => {
    const asked = ledger.of(dispatch)[0]?.envelope.event
    if (asked?.['sender'] !== 'assistant') return []
    const epoch = Number(asked['epoch'])
    const moved = ledger
      .of(textIn(asked, 'conversation'))
      .find((step) => step.facts.some(({ type, data }) => type === 'owner-changed' && Number(data['epoch']) > epoch))
    const lateMs = moved === undefined ? 0 : atMs - moved.atMs
    if (lateMs <= (byZombie ? graceMs.slept : graceMs.awake)) return []
    return [{ rule: 'no assistant message after a take-over', address: dispatch, detail: `${lateMs} ms late` }]
  })
}

/** Each call has a yes of the gate's of its own, and a fresh one. */
export function noneUndecided(calls: readonly ReceivedCall[], ledger: Pick<CommitLedger, 'of'>): readonly Violation[] {
  const made = new Map<string, number>()
  return calls.flatMap(({ dispatch, atMs, byZombie }) => {
    const count = (made.get(dispatch) ?? 0) + 1
    made.set(dispatch, count)
    const decided = ledger
      .of(dispatch)
      .flatMap((step) => step.facts.map((fact) => ({ ...fact, atMs: step.atMs })))
      .filter((fact) => fact.type === 'dispatch-decided' && fact.atMs <= atMs)
    const last = decided.at(-1)
    const yes = decided.filter(({ data }) => data['outcome'] === 'send').length
    const freshForMs = letThroughForMs + (byZombie ? graceMs.slept : 0)
    const allowed = last?.data['outcome'] === 'send' && yes >= count && atMs - last.atMs <= freshForMs
    return allowed
      ? []
      : [{ rule: 'nothing goes out against the gate', address: dispatch, detail: `call ${count}, ${yes} yes` }]
  })
}

const reached = ['sent', 'delivered', 'read', 'played']

/** In the end every message is known to be with Meta or not, and one that nobody can know of is told to people. */
async function resolved(
  dispatches: readonly ActorSummary[],
  { journal, calls }: WhatsAppEvidence,
): Promise<readonly Violation[]> {
  const found: Violation[] = []
  for (const { address } of dispatches) {
    const facts = await allFacts(journal, address)
    const changes = facts.filter(({ type }) => type === 'dispatch-changed').map(({ data }) => data)
    const decided = facts.findLast(({ type }) => type === 'dispatch-decided')?.data['outcome']
    const problem = unresolved(
      calls.filter(({ dispatch }) => dispatch === address),
      changes,
      decided,
    )
    if (problem !== undefined) found.push({ rule: 'every send is resolved', address, detail: problem })
    if (last(changes) !== 'unknown') continue
    const { conversation, n } = changes.at(-1) as unknown as DispatchFacts['dispatch-changed']
    const told = (await allFacts(journal, conversation as Address)).some(
      ({ type, data }) => type === 'delivery-changed' && data['n'] === n && data['status'] === 'failed',
    )
    if (!told) found.push({ rule: 'every send is resolved', address, detail: 'unknown, and nobody was told' })
  }
  return found
}

/** What is wrong with how a dispatch has ended, given what Meta made of it. */
export function unresolved(
  calls: readonly ReceivedCall[],
  changes: readonly JsonObject[],
  decided: unknown,
): string | undefined {
  const status = last(changes)
  if (calls.some(({ shown }) => shown === true))
    return reached.includes(status) ? undefined : `shown, and told as ${status}`
  if (calls.some(({ providerId }) => providerId !== undefined))
    return status === 'failed' ? undefined : `failed, and told as ${status}`
  if (['failed', 'superseded', 'unknown'].includes(status)) return undefined
  return `never taken, and told as ${status} after ${String(decided)}`
}

function last(changes: readonly JsonObject[]): string {
  const status = changes.at(-1)?.['status']
  return typeof status === 'string' ? status : 'waiting'
}

/** Nothing runs, nothing has failed, and no event was put aside. */
async function settled(all: readonly ActorSummary[], journal: Journal): Promise<readonly Violation[]> {
  const found: Violation[] = []
  for (const { address, status } of all) {
    const running = Object.keys((await journal.load(address))?.effects ?? {})
    if (running.length > 0)
      found.push({ rule: 'everything settles', address, detail: `still running ${running.join()}` })
    if (status === 'failed') found.push({ rule: 'no machine throws', address, detail: 'failed' })
  }
  const dead = await journal.deadLetters({ workspace, limit: 10 })
  return [...found, ...dead.map(({ reason }) => ({ rule: 'nothing is put aside', address: workspace, detail: reason }))]
}

async function actors(journal: Journal, kind: string): Promise<readonly ActorSummary[]> {
  return journal.list({ workspace, kind, limit: listMax })
}
