/**
 * Sends the outbox, one message at a time and in order.
 * Called by: `Session` only (`kick` whenever something may have changed).
 * S1: at most one `message.send` is in flight from this tab, so the server numbers messages in the order they were written.
 * S2: while the link is down nothing is attempted and nothing fails: waiting is not a failure.
 */
import type { ProblemReport, Reply } from '#gateway/protocol.ts'
import type { Outbox, OutboxEntry } from './outbox.ts'
import { orphanAfterMs } from './outbox.ts'
import type { Cancel } from './ports.ts'
import { decideRetry } from './retry.ts'

export interface SenderPorts {
  send(entry: OutboxEntry): Promise<Reply<{ readonly n: number }>>
  isOnline(): boolean
  changed(): void
  accepted(n: number): void
  now(): number
  random(): number
  after(delayMs: number, run: () => void): Cancel
}

export class Sender {
  readonly #outbox: Outbox
  readonly #ports: SenderPorts
  readonly #attempts = new Map<string, number>()
  /** The message being sent, by its clientId. */
  #inFlight: string | undefined
  #generation = 0
  /** Set while the next attempt has to wait. */
  #cancelWait: Cancel | undefined
  /** Set while another tab's message is left to it; what is written here does not wait for that. */
  #cancelOrphans: Cancel | undefined

  constructor(outbox: Outbox, ports: SenderPorts) {
    this.#outbox = outbox
    this.#ports = ports
  }

  /** Sends what there is to send; harmless at any time. */
  kick(): void {
    if (this.#inFlight !== undefined || this.#cancelWait !== undefined || !this.#ports.isOnline()) return
    const entry = this.#outbox.next(this.#ports.now())
    if (entry === undefined) return this.#watchOrphans()
    void this.#send(entry)
  }

  /** Forgets waits and counts: the link is new, or the person asked for another try. */
  restart(): void {
    this.#cancelWait?.()
    this.#cancelWait = undefined
    this.#attempts.clear()
    this.#inFlight = undefined
    this.#generation += 1
    this.kick()
  }

  /** The transcript holds this message: its acknowledgement is not waited for any longer (it may have been lost). */
  delivered(clientId: string): void {
    if (clientId !== this.#inFlight) return
    this.#inFlight = undefined
    this.#generation += 1
    this.#attempts.delete(clientId)
    this.kick()
  }

  stop(): void {
    this.#cancelOrphans?.()
    this.#cancelOrphans = undefined
    this.#cancelWait?.()
    this.#cancelWait = undefined
    this.#generation += 1
    this.#inFlight = undefined
  }

  async #send(entry: OutboxEntry): Promise<void> {
    this.#inFlight = entry.clientId // S1
    const generation = this.#generation
    const reply = await this.#ports.send(entry)
    if (generation === this.#generation) this.#settle(entry, reply)
  }

  #settle(entry: OutboxEntry, reply: Reply<{ readonly n: number }>): void {
    this.#inFlight = undefined
    if (reply.ok) {
      this.#attempts.delete(entry.clientId)
      this.#outbox.accepted(entry.clientId, reply.value.n)
      this.#ports.accepted(reply.value.n)
    } else if (this.#ports.isOnline()) {
      this.#refused(entry, reply.error)
    } // S2: otherwise the next link starts it again
    this.#ports.changed()
    this.kick()
  }

  #refused(entry: OutboxEntry, problem: ProblemReport): void {
    const attempts = (this.#attempts.get(entry.clientId) ?? 0) + 1
    const decision = decideRetry(problem, attempts, this.#ports.random())
    if (decision.kind === 'give-up') {
      this.#attempts.delete(entry.clientId)
      this.#outbox.failed(entry.clientId, problem.message)
      return
    }
    if (!decision.free) this.#attempts.set(entry.clientId, attempts)
    this.#wait(decision.delayMs)
  }

  #watchOrphans(): void {
    if (this.#cancelOrphans !== undefined || !this.#outbox.entries.some((entry) => entry.state === 'waiting')) return
    this.#cancelOrphans = this.#ports.after(orphanAfterMs, () => {
      this.#cancelOrphans = undefined
      this.kick()
    })
  }

  #wait(delayMs: number): void {
    this.#cancelWait?.()
    this.#cancelWait = this.#ports.after(delayMs, () => {
      this.#cancelWait = undefined
      this.kick()
    })
  }
}
