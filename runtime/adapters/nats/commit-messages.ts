import type { Address } from '../../address.ts'
import type { EventEnvelope } from '../../event.ts'
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
    ...[...timers].flatMap(([subject, armed]) => (armed === undefined ? [] : [timerMessage(subject, armed, place)])),
    ...steps.filter(isDead).map((step) => deadMessage(step, place)),
  ]
}

/** An armed timer: the server turns it into the inbox entry `envelope` when that is due, at its `atMs`. */
export function scheduleMessage(
  subject: string,
  envelope: EventEnvelope,
  { layout, retention }: Pick<CommitPlace, 'layout' | 'retention'>,
): BatchMessage {
  return {
    subject,
    data: JSON.stringify(envelope),
    rollup: true,
    schedule: { dueAtMs: envelope.atMs, target: layout.inbox(envelope.to, envelope.id), ttlMs: retention.inboxMs },
  }
}

/**
 * Timers that an older firing has pushed out: it was under way when they were armed under the same id, and has taken their schedule with it
 * (`docs/decisions/0012-overdue-timers.md`). It is among the steps, at an epoch that is not the armed one, and with it they are armed again.
 * Each expects that its own firing is not in the inbox yet.
 */
export function pushedOut(steps: readonly StepCommit[], place: CommitPlace): readonly BatchMessage[] {
  const firings = steps.flatMap(({ entry: { envelope } }) =>
    envelope.timer === undefined ? [] : [{ to: envelope.to, fired: envelope.timer }],
  )
  if (firings.length === 0) return []
  const { layout, heads } = place
  const [states, touched] = [lastStates(steps), timersOf(steps, place)]
  const again = new Map<string, BatchMessage>()
  for (const { to, fired } of firings) {
    const armed = armedIn(states.get(to) ?? heads.get(to), fired.id)
    const subject = layout.timer(to, fired.id)
    if (armed === undefined || armed.epoch === fired.epoch || touched.has(subject)) continue
    const envelope = timerEnvelope(to, armed, armed.dueAtMs)
    const unfired = { expect: 0, expectOf: layout.inbox(to, envelope.id) }
    again.set(subject, { ...scheduleMessage(subject, envelope, place), ...unfired })
  }
  return [...again.values()]
}

function armedIn(actor: Pick<ActorHead, 'timers'> | undefined, id: string): Timer | undefined {
  const timers = actor?.timers ?? {}
  return Object.hasOwn(timers, id) ? timers[id] : undefined
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

function timerMessage(subject: string, { address, timer }: Armed, place: CommitPlace): BatchMessage {
  return scheduleMessage(subject, timerEnvelope(address, timer, timer.dueAtMs), place)
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
