/**
 * Makes the log complete again: asks for what follows the last number held, until nothing is missing.
 * Owns: whether it is asking, and the waits between failures. Called by `Session`.
 * R1: one question at a time; an answer that belongs to an older link is not taken.
 */
import type { Reply, Transcript } from '#gateway/protocol.ts'
import type { Cancel } from './ports.ts'
import { backoffMs } from './retry.ts'

export interface ResumerPorts {
  ask(after: number): Promise<Reply<Transcript>>
  isOnline(): boolean
  /** Last number held without a gap. */
  held(): number
  isComplete(): boolean
  take(transcript: Transcript): void
  random(): number
  after(delayMs: number, run: () => void): Cancel
}

export class Resumer {
  readonly #ports: ResumerPorts
  #asking = false
  #failures = 0
  #generation = 0

  constructor(ports: ResumerPorts) {
    this.#ports = ports
  }

  async resume(): Promise<void> {
    if (this.#asking || !this.#ports.isOnline()) return
    this.#asking = true
    const generation = this.#generation
    const after = this.#ports.held()
    const reply = await this.#ports.ask(after)
    if (generation !== this.#generation) return // R1
    this.#asking = false
    if (!reply.ok) return this.#later()
    this.#ports.take(reply.value)
    if (this.#ports.isComplete() && !reply.value.more) return
    if (this.#ports.held() === after) return this.#later()
    this.#failures = 0
    await this.resume()
  }

  /** A new link or another visitor: what is under way belongs to the past. */
  restart(): void {
    this.#generation += 1
    this.#asking = false
  }

  #later(): void {
    this.#failures += 1
    this.#ports.after(backoffMs(this.#failures, this.#ports.random()), () => void this.resume())
  }
}
