import { addressOf, partitionOf, type Address } from '../../address.ts'
import type { EventEnvelope } from '../../event.ts'
import type { Claim, CommitGroup, InboxEntry, Journal, StepCommit, StoredActor } from '../../ports/journal.ts'

/** Where the contract's time begins, epoch milliseconds. */
export const startMs = Date.UTC(2026, 0, 5)

/** An actor of the contract's workspace. */
export function lead(id: string | number): Address {
  return addressOf('acme', 'lead', String(id))
}

/** An event to an actor. */
export function eventTo(to: Address, id: string, atMs: number = startMs): EventEnvelope {
  return { id, to, event: { type: 'touched', text: `for ${id}` }, atMs }
}

/** An actor after `revision` steps. */
export function actorAt(address: Address, revision: number, changes: Partial<StoredActor> = {}): StoredActor {
  return {
    address,
    machine: 'lead@1',
    status: 'active',
    revision,
    snapshot: { value: 'open', context: { revision } },
    input: { address },
    timers: {},
    effects: {},
    createdAtMs: startMs,
    updatedAtMs: startMs + revision,
    ...changes,
  }
}

/** A step over an entry that changes nothing but what is given. */
export function stepOver(entry: InboxEntry, changes: Partial<StepCommit> = {}): StepCommit {
  return {
    entry,
    outcome: 'applied',
    sends: [],
    timersArmed: [],
    timersCancelled: [],
    effectsAsked: [],
    effectsStopped: [],
    facts: [],
    ...changes,
  }
}

/** A group of steps whose cursor is its last entry. */
export function groupOf(claim: Claim, steps: readonly StepCommit[]): CommitGroup {
  return { claim, position: steps.at(-1)?.entry.position ?? claim.position, steps }
}

/** The partition of an actor. */
export function partitionFor(journal: Journal, address: Address): number {
  return partitionOf(address, journal.partitions)
}

/** Appends one event and answers its inbox entry. */
export async function accept(journal: Journal, envelope: EventEnvelope): Promise<InboxEntry> {
  const [appended] = await journal.append([envelope])
  if (appended === undefined || appended.duplicate) throw new Error(`${envelope.id} was not accepted`)
  return { position: appended.position, envelope }
}

/** Appends an event, claims its partition and commits one step over it. Answers the claim after it. */
export async function acceptAndStep(
  journal: Journal,
  envelope: EventEnvelope,
  changes: Partial<StepCommit> = {},
): Promise<Claim> {
  const entry = await accept(journal, envelope)
  const claim = await journal.claim(partitionFor(journal, envelope.to), 'node-a')
  const found = await journal.load(envelope.to)
  const actor = actorAt(envelope.to, (found?.revision ?? 0) + 1)
  const outcome = await journal.commit(groupOf(claim, [stepOver(entry, { actor, ...changes })]))
  if (outcome.status === 'stale') throw new Error('the only owner was refused')
  return outcome.claim
}
