import type { Boundary } from './boundaries.ts'
import type { About, Job } from './protocol.ts'

export type Going = 'on' | 'lose'

/**
 * Where a node stops once and waits to be told to go on. Owns the count of passages.
 * 1. It holds at one passage of the watched boundary, the n-th, and never again.
 * 2. Whatever does not pass there goes on meanwhile.
 * 3. Watched `on-the-wire`, it lets that passage through and holds what this has to say to the server, right before it would be written.
 */
export class Gate {
  readonly #watch: Job['watch']
  readonly #held: (about: About) => void
  readonly #opened = Promise.withResolvers<Going>()
  #passages = 0
  #awaited: About | undefined

  constructor(watch: Job['watch'], held: (about: About) => void) {
    this.#watch = watch
    this.#held = held
  }

  /** Passes one or several boundaries at once. `lose`: what was just done is to count as unanswered. */
  async pass(names: readonly Boundary[], about: About = { kind: 'other' }): Promise<Going> {
    if (this.#watch === undefined || !names.includes(this.#watch.boundary)) return 'on'
    this.#passages += 1
    if (this.#passages !== this.#watch.occurrence) return 'on'
    if (this.#watch.where === 'on-the-wire') {
      this.#awaited = about
      return 'on'
    }
    return this.#hold(about)
  }

  /** 3: about to be written; `isThis` tells whether it is about that. */
  async passWire(isThis: (about: About) => boolean): Promise<void> {
    const about = this.#awaited
    if (about === undefined || !isThis(about)) return
    this.#awaited = undefined
    await this.#hold(about)
  }

  open(going: Going): void {
    this.#opened.resolve(going)
  }

  #hold(about: About): Promise<Going> {
    this.#held(about)
    return this.#opened.promise
  }
}
