import type { Address } from '../../address.ts'
import type { EventEnvelope } from '../../event.ts'
import type { Fact } from '../../fact.ts'
import type { ActorStatus, DeadLetter, HistoryEntry, InboxEntry, StepCommit, StoredActor } from '../../ports/journal.ts'
import { factPosition } from './journal-layout.ts'
import type { Found } from './stream-reads.ts'

/** A step as the stream keeps it: its history, and who the actor was afterwards where it changed. */
export interface StoredStep {
  readonly address: Address
  readonly entry: HistoryEntry
  readonly after?: { readonly machine: string; readonly status: ActorStatus; readonly updatedAtMs: number }
}

/** The claim on a partition as the stream keeps it. */
export interface StoredCursor {
  readonly epoch: number
  readonly position: number
  readonly node: string
}

/** A step with the sequence that orders it. */
export interface SequencedStep extends StoredStep {
  readonly sequence: number
}

export function storedStep(step: StepCommit, entry: HistoryEntry): StoredStep {
  const address = step.entry.envelope.to
  if (step.actor === undefined) return { address, entry }
  const { machine, status, updatedAtMs } = step.actor
  return { address, entry, after: { machine, status, updatedAtMs } }
}

/** The facts a stored step said. */
export function factsIn({ sequence, address, entry }: SequencedStep): readonly Fact[] {
  return entry.facts.map((fact, index) => ({
    type: fact.type,
    data: fact.data,
    position: factPosition(sequence, index),
    address,
    revision: entry.revision,
    index,
    atMs: entry.envelope.atMs,
    causedBy: entry.envelope.id,
  }))
}

/** An inbox entry. A timer that the server fired was written when it was armed: its time is that of its firing. */
export function readEntry(found: Found): InboxEntry {
  const envelope = JSON.parse(found.text()) as EventEnvelope
  if (!found.scheduled) return { position: found.sequence, envelope }
  return { position: found.sequence, envelope: { ...envelope, atMs: Math.max(envelope.atMs, found.atMs) } }
}

/** An armed timer: the event it will become. Its time is when it is due. */
export function readTimer(found: Found): EventEnvelope {
  return JSON.parse(found.text()) as EventEnvelope
}

export function readStep(found: Found): SequencedStep {
  return { ...(JSON.parse(found.text()) as StoredStep), sequence: found.sequence }
}

export function readActor(found: Found): StoredActor {
  return JSON.parse(found.text()) as StoredActor
}

export function readCursor(found: Found): StoredCursor {
  return JSON.parse(found.text()) as StoredCursor
}

/** A dead letter without its settlement, which is a message of its own. */
export function readDeadLetter(found: Found): DeadLetter {
  return { ...(JSON.parse(found.text()) as Omit<DeadLetter, 'id'>), id: found.sequence }
}

export function readSettlement(found: Found): NonNullable<DeadLetter['settled']> {
  return JSON.parse(found.text()) as NonNullable<DeadLetter['settled']>
}
