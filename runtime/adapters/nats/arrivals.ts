/** Lets readers wait a moment for what is about to be delivered. Owns who waits. */
export class Arrivals {
  readonly #pause: (ms: number) => Promise<void>
  readonly #waiting = new Set<() => void>()

  constructor(pause: (ms: number) => Promise<void>) {
    this.#pause = pause
  }

  /** Something has been delivered: whoever waits looks again. */
  arrived(): void {
    for (const look of this.#waiting) look()
  }

  /** Whether it is there, now or within `ms`. */
  async within(ms: number, isThere: () => boolean): Promise<boolean> {
    if (isThere()) return true
    const { promise, resolve } = Promise.withResolvers<void>()
    const look = (): void => {
      if (isThere()) resolve()
    }
    this.#waiting.add(look)
    await Promise.race([promise, this.#pause(ms)])
    this.#waiting.delete(look)
    return isThere()
  }
}
