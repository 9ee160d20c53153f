import { setTimeout as sleep } from 'node:timers/promises'
import type { NodeProcess } from './node-process.ts'
import { clerks, roundOf, type Scripted } from './script.ts'

const againMs = 20

/**
 * Sends the script, each event again and again under its id until a node says that it is durable, and a clerk's next event only then.
 * Owns what has been accepted, and whom it sends to: whoever serves.
 */
export class Crowd {
  readonly #accepted: Scripted[] = []
  #serving: NodeProcess | undefined
  #turned = Promise.withResolvers<void>()
  #round = 0
  #over = false

  /** In the order in which they were sent, for each clerk. */
  get accepted(): readonly Scripted[] {
    return this.#accepted
  }

  /** From now on this node is sent to; whoever waits for the one before asks it again. */
  turnTo(node: NodeProcess): void {
    this.#serving = node
    this.#turned.resolve()
    this.#turned = Promise.withResolvers()
  }

  /** Plays the next round. Resolves when all of it is durable. */
  async playRound(): Promise<void> {
    const round = ++this.#round
    await Promise.all(
      clerks.map(async (_, at) => {
        for (const scripted of roundOf(round, at)) await this.#send(scripted)
      }),
    )
  }

  /** Sends nothing more: the run has failed. */
  goHome(): void {
    this.#over = true
    this.#turned.resolve()
  }

  async #send(scripted: Scripted): Promise<void> {
    while (!this.#over) {
      const turned = this.#turned.promise
      const answer = (await Promise.race([this.#serving?.send(scripted), turned])) ?? false
      if (answer) return void this.#accepted.push(scripted)
      await Promise.race([sleep(againMs), turned])
    }
  }
}
