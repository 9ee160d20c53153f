import type { Address } from '../address.ts'
import type { EventEnvelope } from '../event.ts'
import type { Fact } from '../fact.ts'
import type { Claim, CommitGroup, HistoryEntry, StepCommit, Timer } from '../ports/journal.ts'
import { StorageError } from '../ports/storage-error.ts'

/** How long an event id is refused as a duplicate: 8 days, one more than any provider redelivers for. */
export const duplicateWindowMs = 8 * 24 * 60 * 60 * 1000

/** Entries at one revision beyond the limit of a history page, so that a page never ends within a revision. */
export const sameRevisionMax = 1000

/** Whether an event accepted at `atMs` repeats one accepted at `firstAtMs` (J3). */
export function isDuplicate(firstAtMs: number, atMs: number): boolean {
  return atMs - firstAtMs < duplicateWindowMs
}

/** The event a due timer becomes. Its id names the arming, so that a timer can't fire twice (J8). */
export function timerEnvelope(address: Address, timer: Timer, nowMs: number): EventEnvelope {
  return {
    id: `timer:${timer.id}#${timer.epoch}`,
    to: address,
    event: timer.event,
    atMs: nowMs,
    timer: { id: timer.id, epoch: timer.epoch },
  }
}

/** Whether a claim still holds against the partition's cursor (J5). */
export function holds(claim: Claim, cursor: { readonly epoch: number; readonly position: number }): boolean {
  return claim.epoch === cursor.epoch && claim.position === cursor.position
}

/** Refuses a group that could skip or repeat entries, or say facts without an actor: a fault of the host, never of the world (J6). */
export function assertGroup(group: CommitGroup, lastPosition: number): void {
  const { claim, position, steps } = group
  let before = claim.position
  for (const step of steps) {
    if (step.entry.position <= before) refuse(group, `step ${step.entry.position} does not come after ${before}`)
    if (step.actor !== undefined && step.actor.address !== step.entry.envelope.to) {
      refuse(group, `the actor ${step.actor.address} is not the receiver ${step.entry.envelope.to}`)
    }
    if (step.actor === undefined && step.facts.length > 0)
      refuse(group, `facts of ${step.entry.envelope.to} without it`)
    before = step.entry.position
  }
  if (position < before) refuse(group, `its last step is ${before}, beyond its cursor ${position}`)
  if (position > lastPosition)
    refuse(group, `its cursor ${position} is beyond the inbox, which ends at ${lastPosition}`)
}

function refuse(group: CommitGroup, why: string): never {
  throw new StorageError('group-refused', `commit of partition ${group.claim.partition}: ${why}`)
}

/** The facts of a step, numbered from `firstPosition`. */
export function factsOf(step: StepCommit, firstPosition: number): readonly Fact[] {
  const { entry, actor, facts } = step
  if (actor === undefined) return []
  return facts.map((fact, index) => ({
    type: fact.type,
    data: fact.data,
    position: firstPosition + index,
    address: actor.address,
    revision: actor.revision,
    index,
    atMs: entry.envelope.atMs,
    causedBy: entry.envelope.id,
  }))
}

/** A step as history keeps it; `foundRevision` is the actor's revision before it. */
export function historyOf(step: StepCommit, foundRevision: number): HistoryEntry {
  return {
    revision: step.actor?.revision ?? foundRevision,
    position: step.entry.position,
    envelope: step.entry.envelope,
    outcome: step.outcome,
    effectsAsked: step.effectsAsked,
    effectsStopped: step.effectsStopped,
    timersArmed: step.timersArmed,
    timersCancelled: step.timersCancelled,
    facts: step.facts,
    sends: step.sends.map(({ to, event, id }) => ({ to, type: event.type, id })),
    ...(step.reason === undefined ? {} : { reason: step.reason }),
  }
}

/** Whether the journal keeps the step's event as a dead letter (J12). */
export function isDead(step: StepCommit): boolean {
  return step.outcome === 'failed' || step.outcome === 'parked' || step.outcome === 'undeliverable'
}

/** A page of history: up to `limit` entries, then the rest of the last one's revision (J11). */
export function wholeRevisions(entries: readonly HistoryEntry[], limit: number): readonly HistoryEntry[] {
  const last = entries[limit - 1]
  if (last === undefined) return entries
  const end = entries.findIndex((entry, index) => index >= limit && entry.revision !== last.revision)
  return end === -1 ? entries : entries.slice(0, end)
}
