import type { NatsConnection } from '@nats-io/nats-core'
import type { Log } from '../../ports/log.ts'
import { publishBatch } from './batch.ts'
import { scheduleMessage } from './commit-messages.ts'
import type { JournalLayout, JournalRetention } from './journal-layout.ts'
import { readTimer } from './journal-messages.ts'
import type { Found, StreamReads } from './stream-reads.ts'

export interface OverdueTimersOptions {
  readonly connection: NatsConnection
  readonly reads: Pick<StreamReads, 'after'>
  readonly layout: JournalLayout
  readonly retention: JournalRetention
  readonly timeoutMs: number
  readonly log: Log
}

/** How late a timer has to be: beyond what a server is behind when very many are due at once. */
const overdueMs = 10_000

/** Between two looks. One of 500 timers costs the server a fifth of a second, as it has to find them between everything else. */
const lookEveryMs = 5_000

/**
 * Timers the server has left lying: a firing that it could not write, for want of room or a leader, it does not try again before its next
 * start (`docs/decisions/0012-overdue-timers.md`). They are armed anew, and it fires them at once.
 * Owns the place of a slow round through the timers of all partitions this process has claimed, a bounded number at a look.
 * 1. What is armed anew is the very message that lies there, at its own time: a node whose clock is wrong arms in vain, and too early fires nothing.
 * 2. It follows the sequence that was read: a timer that has fired, was cancelled or armed again meanwhile, or that only a follower still shows, is left alone.
 * 3. A firing that was under way after all takes the new message with it, as it would have the old: still once.
 */
export class OverdueTimers {
  readonly #options: OverdueTimersOptions
  readonly #partitions: number[] = []
  /** The place of the round: an index into the partitions, and the sequence after which to go on. */
  #at = 0
  #after = 0
  #lookAtMs = 0
  #closed = false

  constructor(options: OverdueTimersOptions) {
    this.#options = options
  }

  /** The partition has been claimed, so its timers are for this process to look after. Those of a node that died come with it. */
  follow(partition: number): void {
    if (!this.#partitions.includes(partition)) this.#partitions.push(partition)
  }

  /** Looks at `limit` timers at most, where it is time to. Tells how many were armed anew, and when to look again. */
  async look(nowMs: number, limit: number): Promise<{ readonly fired: number; readonly nextDueAtMs: number }> {
    // A clock that was set back must not make it wait.
    const waitMs = this.#lookAtMs - nowMs
    if (waitMs > 0 && waitMs <= lookEveryMs) return { fired: 0, nextDueAtMs: this.#lookAtMs }
    let [left, fired] = [limit, 0]
    for (let visited = 0; visited < this.#partitions.length && left > 0; visited++) {
      const page = await this.#page(left)
      fired += await this.#armAnew(page.filter((found) => isOverdue(found, nowMs)))
      this.#goOn(page, left)
      left -= page.length
    }
    if (fired > 0) this.#options.log.warn('timers that their server had left lying are armed anew', { timers: fired })
    this.#lookAtMs = nowMs + lookEveryMs
    return { fired, nextDueAtMs: this.#lookAtMs }
  }

  /** Nothing is armed from here on. */
  close(): void {
    this.#closed = true
  }

  async #page(limit: number): Promise<readonly Found[]> {
    const { reads, layout } = this.#options
    const partition = this.#partitions[this.#at]
    return partition === undefined ? [] : reads.after(this.#after, layout.timersOf(partition), limit)
  }

  #goOn(page: readonly Found[], limit: number): void {
    const last = page.length < limit ? undefined : page.at(-1)
    this.#after = last?.sequence ?? 0
    if (last === undefined) this.#at = (this.#at + 1) % this.#partitions.length
  }

  /** Alone and not through the writer: a refusal says that all is well, and must hold up nobody. */
  async #armAnew(overdue: readonly Found[]): Promise<number> {
    const { connection, timeoutMs } = this.#options
    let armed = 0
    for (const found of overdue) {
      if (this.#closed) break
      const message = { ...scheduleMessage(found.subject, readTimer(found), this.#options), expect: found.sequence }
      const { status } = await publishBatch(connection, [message], timeoutMs)
      if (status === 'written') armed += 1
    }
    return armed
  }
}

function isOverdue(found: Found, nowMs: number): boolean {
  return readTimer(found).atMs + overdueMs <= nowMs
}
