import type { Address } from '../../address.ts'
import type { CommitGroup, DeadLetter, StepCommit, StoredActor, Timer } from '../../ports/journal.ts'
import { historyOf, isDead, timerEnvelope } from '../journal-rules.ts'
import type { ActorHead } from './actor-heads.ts'
import type { BatchMessage } from './batch.ts'
import type { Cursor } from './cursors.ts'
import type { JournalLayout, JournalRetention } from './journal-layout.ts'
import { storedStep, type StoredCursor, type StoredStep } from './journal-messages.ts'

export interface CommitPlace {
  readonly layout: JournalLayout
  readonly retention: JournalRetention
  /** The actors as the group was decided on them. */
  readonly heads: ReadonlyMap<Address, ActorHead>
}

/** Life of a message that only has to be seen as the last of its subject. */
const momentMs = 1000

/** The cursor after the group, fenced by the one before. */
export function cursorMessage({ claim, position }: CommitGroup, before: Cursor, layout: JournalLayout): BatchMessage {
  const cursor: StoredCursor = { epoch: claim.epoch, position, node: claim.node }
  return {
    subject: layout.cursor(claim.partition),
    data: JSON.stringify(cursor),
    expect: before.sequence,
    rollup: true,
  }
}

/** Steps as history keeps them; one that changes nothing has the revision it found. */
export function storedSteps(
  steps: readonly StepCommit[],
  heads: ReadonlyMap<Address, ActorHead>,
): readonly StoredStep[] {
  const revisions = new Map<Address, number>()
  return steps.map((step) => {
    const { to } = step.entry.envelope
    const entry = historyOf(step, revisions.get(to) ?? heads.get(to)?.revision ?? 0)
    revisions.set(to, entry.revision)
    return storedStep(step, entry)
  })
}

/** The last state a group gives each of its actors. */
export function lastStates(steps: readonly StepCommit[]): ReadonlyMap<Address, StoredActor> {
  return new Map(steps.flatMap(({ actor }) => (actor === undefined ? [] : [[actor.address, actor] as const])))
}

/** Everything a group writes but its cursor and its sends: the steps first, in order, then what follows from them. */
export function bodyOf(
  steps: readonly StepCommit[],
  stored: readonly StoredStep[],
  place: CommitPlace,
): readonly BatchMessage[] {
  const timers = timersOf(steps, place)
  const cancels = [...timers].flatMap(([subject, timer]) => (timer === undefined ? [subject] : []))
  // A message can end one schedule: each step takes one along, and what is left over travels alone.
  const states = lastStates(steps)
  const history = stored.map((step, index) => ({
    ...stepMessage(step, cancels[index], place),
    ...(states.has(step.address) ? {} : unchanged(step.address, place)),
  }))
  return [
    ...history,
    ...[...states.values()].flatMap((actor) => stateMessages(actor, place)),
    ...cancels
      .slice(stored.length)
      .map((subject) => ({ subject: place.layout.nowhere, data: '', ttlMs: momentMs, cancels: subject })),
    ...[...timers.values()].flatMap((armed) => (armed === undefined ? [] : [timerMessage(armed, place)])),
    ...steps.filter(isDead).map((step) => deadMessage(step, place)),
  ]
}

function stepMessage(step: StoredStep, cancels: string | undefined, { layout, retention }: CommitPlace): BatchMessage {
  return {
    subject: layout.step(step.address, step.entry.facts.length > 0 ? 'said' : 'quiet'),
    data: JSON.stringify(step),
    ttlMs: retention.stepsMs,
    ...(cancels === undefined ? {} : { cancels }),
  }
}

/** An actor that the group leaves as it is must be as the group saw it: else what it found fenced or parked may have been neither. */
function unchanged(address: Address, { layout, heads }: CommitPlace): Pick<BatchMessage, 'expect' | 'expectOf'> {
  return { expect: heads.get(address)?.sequence ?? 0, expectOf: layout.actor(address) }
}

function stateMessages(actor: StoredActor, { layout, heads }: CommitPlace): readonly BatchMessage[] {
  const head = heads.get(actor.address)
  const busy = Object.keys(actor.effects).length > 0
  const state: BatchMessage = {
    subject: layout.actor(actor.address),
    data: JSON.stringify(actor),
    expect: head?.sequence ?? 0,
    rollup: true,
  }
  if (busy === (head?.busy ?? false)) return [state]
  const mark = { subject: layout.busy(actor.address), data: '', rollup: true } as const
  return [state, busy ? mark : { ...mark, ttlMs: momentMs }]
}

interface Armed {
  readonly address: Address
  readonly timer: Timer
}

/** What becomes of each timer the group touches, by its subject: armed, or cancelled. In one step cancelling comes first (J8). */
function timersOf(steps: readonly StepCommit[], { layout }: CommitPlace): ReadonlyMap<string, Armed | undefined> {
  const timers = new Map<string, Armed | undefined>()
  for (const { entry, timersCancelled, timersArmed } of steps) {
    const address = entry.envelope.to
    for (const id of timersCancelled) timers.set(layout.timer(address, id), undefined)
    for (const timer of timersArmed) timers.set(layout.timer(address, timer.id), { address, timer })
  }
  return timers
}

function timerMessage({ address, timer }: Armed, { layout, retention }: CommitPlace): BatchMessage {
  const envelope = timerEnvelope(address, timer, timer.dueAtMs)
  return {
    subject: layout.timer(address, timer.id),
    data: JSON.stringify(envelope),
    rollup: true,
    schedule: { dueAtMs: timer.dueAtMs, target: layout.inbox(address, envelope.id), ttlMs: retention.inboxMs },
  }
}

function deadMessage(step: StepCommit, { layout }: CommitPlace): BatchMessage {
  const { envelope } = step.entry
  const letter: Omit<DeadLetter, 'id'> = {
    address: envelope.to,
    envelope,
    reason: step.reason ?? step.outcome,
    atMs: envelope.atMs,
  }
  return { subject: layout.dead(envelope.to), data: JSON.stringify(letter) }
}
