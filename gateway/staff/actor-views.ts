import { z } from 'zod'
import { partsOf } from '#runtime/address.ts'
import type { ActorSummary, DeadLetter, StoredActor } from '#runtime/ports/journal.ts'
import type { Instant } from '#runtime/runtime.ts'
import type { ActorRow, ActorView, DeadLetterView, InstantView } from '../protocol.ts'
import { maybe } from '../read-models/shape.ts'

/** A row of the list of actors. */
export function actorRow(actor: ActorSummary | StoredActor): ActorRow {
  const { address, machine, status, revision, updatedAtMs } = actor
  return { address, kind: partsOf(address).kind, machine, status, revision, updatedAtMs }
}

const snapshotShape = z.looseObject({ value: z.unknown(), context: z.unknown() })

/** An actor at rest as its page shows it. */
export function actorView(actor: StoredActor): ActorView {
  const snapshot = snapshotShape.safeParse(actor.snapshot)
  return {
    ...actorRow(actor),
    value: snapshot.data?.value ?? null,
    context: snapshot.data?.context ?? null,
    timers: Object.values(actor.timers).map(({ id, dueAtMs, event }) => ({ id, dueAtMs, event: event.type })),
    effects: Object.values(actor.effects).map(({ id, name, epoch }) => ({ id, name, epoch })),
    createdAtMs: actor.createdAtMs,
  }
}

/** One step and the state after it. */
export function instantView(instant: Instant): InstantView {
  const { revision, envelope, outcome, reason, value, context, facts } = instant
  return {
    revision,
    atMs: envelope.atMs,
    eventId: envelope.id,
    event: envelope.event,
    ...maybe('from', envelope.from),
    outcome,
    ...maybe('reason', reason),
    value,
    context,
    facts,
    effectsAsked: instant.effectsAsked.map(({ id, name, epoch }) => ({ id, name, epoch })),
    effectsStopped: instant.effectsStopped,
    timersArmed: instant.timersArmed.map(({ id, dueAtMs }) => ({ id, dueAtMs })),
    timersCancelled: instant.timersCancelled,
    sends: instant.sends.map(({ to, type }) => ({ to, type })),
  }
}

/** An event that could not be handled. */
export function deadLetterView({ id, address, envelope, reason, atMs, settled }: DeadLetter): DeadLetterView {
  return { id, address, event: envelope.event, eventId: envelope.id, reason, atMs, ...maybe('settled', settled) }
}
