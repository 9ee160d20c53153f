import type { Address } from './address.ts'
import { backoffMs, pause } from './backoff.ts'
import { attempt, completionOf, type AttemptOutcome, type EffectJob } from './effect-job.ts'
import { RuntimeError } from './errors.ts'
import type { EventEnvelope } from './event.ts'
import { effectJobsMax } from './limits.ts'
import { errorAsJson, plain } from './plain.ts'
import type { Clock } from './ports/clock.ts'
import type { Ids } from './ports/ids.ts'
import type { PendingEffect } from './ports/journal.ts'
import type { Log } from './ports/log.ts'
import type { EffectHandler } from './runtime.ts'

export interface EffectRunnerOptions {
  readonly handlers: { readonly [name: string]: EffectHandler }
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly effectsMax: number
  readonly eventMaxBytes: number
  readonly jobsMax?: number
  /** Whether membership, asked now, still gives the partition to this node. */
  owns(partition: number): boolean
  /** Puts an outcome into its actor's inbox. Rejects when the journal could not be reached. */
  complete(envelope: EventEnvelope): Promise<{ readonly duplicate: boolean }>
  /** There is room again: fetch the pending effects of these partitions from the journal. */
  roomFor(partitions: readonly number[]): void
}

/**
 * Runs effects. Owns the jobs of the partitions this process owns; called by the partition loops only after a commit.
 * 1. A job is started only after the commit that asked for it (E1 of five: intent first).
 * 2. At most one job an (address, effect id); a newer epoch aborts the older.
 * 3. A job stays until the commit that settles it, so that fetching pending effects again never starts it twice.
 * 4. Jobs in memory are bounded; a partition with more is fetched again when there is room.
 * 5. Work whose end would be unknown if it were cut off (`finishMs`) is let end before the host stops; all other work begins again elsewhere.
 */
export class EffectRunner {
  readonly #options: EffectRunnerOptions
  readonly #jobs = new Map<string, EffectJob>()
  readonly #lanes = new Map<string, Lane>()
  readonly #left = new Set<number>()
  readonly #stopped = new AbortController()
  /** Attempts that a stop lets end, each until its outcome is durable. */
  readonly #letEnd = new Set<Promise<void>>()
  #finishing = false
  #running = 0

  constructor(options: EffectRunnerOptions) {
    this.#options = options
  }

  /** Effects waiting, running or completed and not yet settled. */
  get pending(): number {
    return this.#jobs.size
  }

  /** Takes on an effect a commit asked for, or one fetched from the journal. False when there is no room. */
  ask(address: Address, effect: PendingEffect, partition: number): boolean {
    if (this.#stopped.signal.aborted) return false
    const key = jobKey(address, effect.id)
    const known = this.#jobs.get(key)
    if (known?.effect.epoch === effect.epoch) return true
    if (known !== undefined) this.#drop(key, known)
    if (this.#jobs.size >= (this.#options.jobsMax ?? effectJobsMax)) {
      this.#left.add(partition)
      return false
    }
    const job: EffectJob = { address, partition, effect, attempts: 0, gone: false }
    this.#jobs.set(key, job)
    this.#enqueue(job)
    return true
  }

  /** The actor no longer wants it: its signal ends and its outcome is not reported. */
  stop(address: Address, id: string): void {
    const key = jobKey(address, id)
    const job = this.#jobs.get(key)
    if (job !== undefined) this.#drop(key, job)
  }

  /** The outcome has been handled, or fenced: the job is over. */
  settle(address: Address, effect: { readonly id: string; readonly epoch: number }): void {
    const key = jobKey(address, effect.id)
    const job = this.#jobs.get(key)
    if (job?.effect.epoch === effect.epoch) this.#drop(key, job)
  }

  /** The partition belongs to somebody else now: its jobs are aborted and run again wherever it goes. */
  release(partition: number): void {
    for (const [key, job] of this.#jobs) if (job.partition === partition) this.#drop(key, job)
    this.#left.delete(partition)
  }

  /** Begins no attempt any more. A promise when some are under way that are let end: it resolves when they have, or their time is up. */
  finish(): Promise<void> | undefined {
    this.#finishing = true
    if (this.#letEnd.size === 0) return undefined
    const { clock, handlers } = this.#options
    const graceMs = Math.max(...Object.values(handlers).map(({ policy }) => policy.finishMs ?? 0))
    const ended = new AbortController()
    void Promise.all(this.#letEnd).then(() => ended.abort())
    return pause(clock, graceMs, ended.signal)
  }

  close(): void {
    this.#stopped.abort()
    for (const [key, job] of this.#jobs) this.#drop(key, job)
    this.#left.clear()
  }

  #enqueue(job: EffectJob): void {
    const { name } = job.effect
    const lane = this.#lanes.get(name) ?? new Lane()
    this.#lanes.set(name, lane)
    lane.waiting.push(job)
    this.#pump()
  }

  /** Starts what may start, one of each name in turn, so that a flood of one kind of work does not hold up the others. */
  #pump(): void {
    let started = true
    while (started) {
      started = false
      for (const [name, lane] of this.#lanes) {
        if (this.#running >= this.#options.effectsMax || this.#finishing) return
        const concurrency = this.#options.handlers[name]?.policy.concurrency ?? 1
        const job = lane.running < concurrency ? lane.next() : undefined
        if (job === undefined) continue
        started = true
        lane.running += 1
        this.#running += 1
        const run = this.#run(job, lane)
        if (this.#options.handlers[name]?.policy.finishMs === undefined) continue
        this.#letEnd.add(run)
        void run.then(() => this.#letEnd.delete(run))
      }
    }
  }

  async #run(job: EffectJob, lane: Lane): Promise<void> {
    const handler = this.#options.handlers[job.effect.name]
    job.attempts += 1
    const outcome = handler === undefined ? unhandled(job) : await attempt(job, handler, this.#options)
    lane.running -= 1
    this.#running -= 1
    let reported: Promise<void> | undefined
    if (!job.gone) {
      if (outcome.ok || !this.#mayRetry(job, handler, outcome.error))
        reported = this.#complete(job, this.#bounded(outcome))
      else this.#retryLater(job, handler?.policy.backoffMs ?? 0, outcome.error)
    }
    this.#pump()
    await reported
  }

  #mayRetry(job: EffectJob, handler: EffectHandler | undefined, error: unknown): boolean {
    const never = error instanceof Error && 'retry' in error && error.retry === 'never'
    return handler !== undefined && job.attempts < handler.policy.attemptsMax && !never
  }

  #retryLater(job: EffectJob, baseMs: number, error: unknown): void {
    const { clock, ids, log } = this.#options
    const waitMs = backoffMs(baseMs, job.attempts, ids.random())
    const { address, effect, attempts } = job
    log.warn('effect will be retried', {
      address,
      id: effect.id,
      name: effect.name,
      attempts,
      waitMs,
      error: errorAsJson(error),
    })
    job.interrupt = clock.schedule(clock.nowMs() + waitMs, () => {
      delete job.interrupt
      this.#enqueue(job)
    })
  }

  /** An outcome that is not JSON, or too large to be an event, is a failure of the work. */
  #bounded(outcome: AttemptOutcome): AttemptOutcome {
    if (!outcome.ok) return outcome
    try {
      const { json, bytes } = plain(outcome.output ?? null, 'output')
      const { eventMaxBytes } = this.#options
      if (bytes > eventMaxBytes)
        throw new RuntimeError('event-too-large', `an output of ${bytes} bytes over ${eventMaxBytes}`)
      return { ok: true, output: json }
    } catch (error) {
      return { ok: false, error }
    }
  }

  /** Appends until it is durable: an outcome lost here would mean doing the work again. */
  async #complete(job: EffectJob, outcome: AttemptOutcome): Promise<void> {
    const { clock, ids, log } = this.#options
    let envelope = completionOf(job, outcome, clock.nowMs())
    if (!outcome.ok)
      log.warn('effect failed', { address: job.address, id: job.effect.id, error: errorAsJson(outcome.error) })
    for (let tries = 1; !job.gone; tries++) {
      try {
        const { duplicate } = await this.#options.complete(envelope)
        if (!duplicate || job.gone) return
        // An earlier run's outcome was parked while the actor had failed, and this actor still waits. Its fence takes only one.
        envelope = { ...envelope, id: `${envelope.id}:again:${ids.next('run')}` }
      } catch (error) {
        log.warn('an outcome could not be appended', { address: job.address, tries, error: errorAsJson(error) })
        await pause(clock, backoffMs(100, tries, ids.random()), this.#stopped.signal)
      }
    }
  }

  #drop(key: string, job: EffectJob): void {
    this.#jobs.delete(key)
    job.gone = true
    job.interrupt?.()
    const room = this.#jobs.size <= (this.#options.jobsMax ?? effectJobsMax) / 2
    if (!room || this.#left.size === 0 || this.#stopped.signal.aborted) return
    const partitions = [...this.#left]
    this.#left.clear()
    this.#options.roomFor(partitions)
  }
}

/** The jobs of one effect name, first in first out. */
class Lane {
  readonly waiting: EffectJob[] = []
  running = 0
  #head = 0

  /** The next job that is still wanted. */
  next(): EffectJob | undefined {
    while (this.#head < this.waiting.length) {
      const job = this.waiting[this.#head++]
      if (this.#head > 1024 && this.#head * 2 > this.waiting.length) {
        this.waiting.splice(0, this.#head)
        this.#head = 0
      }
      if (job !== undefined && !job.gone) return job
    }
    this.waiting.length = 0
    this.#head = 0
    return undefined
  }
}

function jobKey(address: Address, id: string): string {
  return `${address}#${id}`
}

function unhandled(job: EffectJob): AttemptOutcome {
  return { ok: false, error: new RuntimeError('no-handler', `"${job.effect.name}" of ${job.address}`) }
}
