import type { Address } from '../../address.ts'
import type { EventEnvelope } from '../../event.ts'
import type { Fact, NewFact } from '../../fact.ts'
import type {
  ActorSummary,
  DeadLetter,
  HistoryEntry,
  InboxEntry,
  StepCommit,
  StoredActor,
  Timer,
} from '../../ports/journal.ts'
import { historyOf } from '../journal-rules.ts'
import type { Row } from './connection.ts'
import { numberOf, textOf } from './row.ts'

/** Rows as the port's values and back. All text here was written by this program, so it is parsed and trusted. */

/** The part of an envelope that has no column of its own. */
export function bodyOf({ id: _id, to: _to, atMs: _atMs, ...body }: EventEnvelope): string {
  return JSON.stringify(body)
}

export function entryOf(row: Row): InboxEntry {
  return { position: numberOf(row, 'position'), envelope: envelopeOf(row) }
}

export function envelopeOf(row: Row): EventEnvelope {
  const body = JSON.parse(textOf(row, 'body')) as Omit<EventEnvelope, 'id' | 'to' | 'atMs'>
  const id = row['event_id']
  // A lapsed id has moved into the body.
  const known = typeof id === 'string' ? { id } : { id: (JSON.parse(textOf(row, 'body')) as { id: string }).id }
  return { ...known, to: addressIn(row), atMs: numberOf(row, 'at_ms'), ...body }
}

/** The JSON of an actor's `state` column. */
export function stateOf({ snapshot, input, timers, effects }: StoredActor): string {
  return JSON.stringify({ snapshot, input, timers, effects })
}

export function actorOf(row: Row): StoredActor {
  const state = JSON.parse(textOf(row, 'state')) as Pick<StoredActor, 'snapshot' | 'input' | 'timers' | 'effects'>
  return { ...summaryOf(row), ...state, createdAtMs: numberOf(row, 'created_ms') }
}

export function summaryOf(row: Row): ActorSummary {
  return {
    address: addressIn(row),
    machine: textOf(row, 'machine'),
    status: textOf(row, 'status') as ActorSummary['status'],
    revision: numberOf(row, 'revision'),
    updatedAtMs: numberOf(row, 'updated_ms'),
  }
}

type Detail = Omit<HistoryEntry, 'revision' | 'position' | 'envelope' | 'outcome' | 'facts'>

/** The JSON of a step's `detail` column: only what is not empty; null when nothing is. */
export function detailOf(step: StepCommit): string | null {
  const { effectsAsked, effectsStopped, timersArmed, timersCancelled, sends, reason } = historyOf(step, 0)
  const lists = { effectsAsked, effectsStopped, timersArmed, timersCancelled, sends }
  const full = Object.entries(lists).filter(([, list]) => list.length > 0)
  if (full.length === 0 && reason === undefined) return null
  return JSON.stringify({ ...Object.fromEntries(full), ...(reason === undefined ? {} : { reason }) })
}

export function historyEntryOf(row: Row, facts: readonly NewFact[]): HistoryEntry {
  const detail = row['detail'] === null ? {} : (JSON.parse(textOf(row, 'detail')) as Partial<Detail>)
  return {
    revision: numberOf(row, 'revision'),
    ...entryOf(row),
    outcome: textOf(row, 'outcome') as HistoryEntry['outcome'],
    effectsAsked: [],
    effectsStopped: [],
    timersArmed: [],
    timersCancelled: [],
    sends: [],
    facts,
    ...detail,
  }
}

export function factOf(row: Row): Fact {
  return {
    type: textOf(row, 'type'),
    data: JSON.parse(textOf(row, 'data')) as Fact['data'],
    position: numberOf(row, 'position'),
    address: addressIn(row),
    revision: numberOf(row, 'revision'),
    index: numberOf(row, 'place'),
    atMs: numberOf(row, 'at_ms'),
    causedBy: textOf(row, 'caused_by'),
  }
}

export function timerOf(row: Row): Timer {
  return {
    id: textOf(row, 'id'),
    epoch: numberOf(row, 'epoch'),
    dueAtMs: numberOf(row, 'due_ms'),
    event: JSON.parse(textOf(row, 'event')) as Timer['event'],
  }
}

export function deadLetterOf(row: Row): DeadLetter {
  const envelope = JSON.parse(textOf(row, 'envelope')) as EventEnvelope
  const settled =
    row['settled'] === null ? {} : { settled: JSON.parse(textOf(row, 'settled')) as NonNullable<DeadLetter['settled']> }
  return {
    id: numberOf(row, 'id'),
    address: envelope.to,
    envelope,
    reason: textOf(row, 'reason'),
    atMs: numberOf(row, 'at_ms'),
    ...settled,
  }
}

export function addressIn(row: Row): Address {
  return textOf(row, 'address') as Address
}
