import type { Address } from './address.ts'
import type { EventEnvelope, MachineEvent } from './event.ts'
import type { Json } from './json.ts'
import { settledEvent } from './decide.ts'
import { errorAsJson } from './plain.ts'
import type { Clock } from './ports/clock.ts'
import type { PendingEffect } from './ports/journal.ts'
import type { EffectHandler } from './runtime.ts'

/** How one attempt at an effect ended. */
export type AttemptOutcome =
  { readonly ok: true; readonly output: Json } | { readonly ok: false; readonly error: unknown }

/** One effect of one actor as the runner holds it, from the commit that asked for it to the commit that settles it. */
export interface EffectJob {
  readonly address: Address
  readonly partition: number
  readonly effect: PendingEffect
  attempts: number
  /** Nobody wants its outcome any more. */
  gone: boolean
  /** Ends what it is doing now: an attempt, or the wait before the next. */
  interrupt?: () => void
}

/** Makes one attempt: never throws, and ends when the handler does, its time is up or the job is interrupted. */
export function attempt(
  job: EffectJob,
  handler: EffectHandler,
  tools: { readonly clock: Clock; owns(partition: number): boolean },
): Promise<AttemptOutcome> {
  const { clock } = tools
  const { address, effect } = job
  const own = new AbortController()
  return new Promise((resolve) => {
    const finish = (outcome: AttemptOutcome): void => {
      cancelTimeout()
      delete job.interrupt
      resolve(outcome)
    }
    const end = (error: Error): void => {
      own.abort(error)
      finish({ ok: false, error })
    }
    const { timeoutMs } = handler.policy
    const cancelTimeout = clock.schedule(clock.nowMs() + timeoutMs, () =>
      end(new DOMException(`${effect.name} took more than ${timeoutMs} ms`, 'TimeoutError')),
    )
    job.interrupt = () => end(new DOMException(`${effect.name} was stopped`, 'AbortError'))
    const request = {
      address,
      id: effect.id,
      epoch: effect.epoch,
      name: effect.name,
      input: effect.input,
      key: effectKey(address, effect),
    }
    const context = {
      signal: own.signal,
      attempt: job.attempts,
      wanted: () => !own.signal.aborted && !job.gone && tools.owns(job.partition),
    }
    // Called in a promise, so that a handler that throws at once fails like one that rejects.
    Promise.resolve()
      .then(() => handler.run(request, context))
      .then(
        (output) => finish({ ok: true, output }),
        (error: unknown) => finish({ ok: false, error }),
      )
  })
}

/** The idempotency key of an effect: the same for every attempt, and the id of the event its outcome comes back as. */
export function effectKey(address: Address, effect: Pick<PendingEffect, 'id' | 'epoch'>): string {
  return `${address}#${effect.id}#${effect.epoch}`
}

/** The event an outcome comes back as: XState's own for an invoke, the host's for an action. */
export function completionOf(job: EffectJob, outcome: AttemptOutcome, atMs: number): EventEnvelope {
  const { address, effect } = job
  return {
    id: effectKey(address, effect),
    to: address,
    event: effect.kind === 'invoke' ? invokeEvent(effect, outcome) : actionEvent(effect, outcome),
    atMs,
    from: address,
    ...(effect.causedBy === undefined ? {} : { causedBy: effect.causedBy }),
    ...(effect.correlationId === undefined ? {} : { correlationId: effect.correlationId }),
    effect: { id: effect.id, epoch: effect.epoch },
  }
}

function invokeEvent(effect: PendingEffect, outcome: AttemptOutcome): MachineEvent {
  const actorId = effect.id
  return outcome.ok
    ? { type: `xstate.done.actor.${actorId}`, output: outcome.output, actorId }
    : { type: `xstate.error.actor.${actorId}`, error: errorAsJson(outcome.error), actorId }
}

function actionEvent(effect: PendingEffect, outcome: AttemptOutcome): MachineEvent {
  const about = { type: settledEvent, effectId: effect.id, name: effect.name }
  return outcome.ok ? { ...about, ok: true } : { ...about, ok: false, error: errorAsJson(outcome.error) }
}
