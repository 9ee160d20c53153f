/** Positions remembered at most: beyond it the count is «at least». */
const rememberedMax = 16_384

/**
 * Counts facts beyond a position without taking positions for numbers without a gap: it remembers the newest it was told of.
 * Owns a ring. 1. Memory is fixed. 2. The count never exceeds what was added, and saturates at the ring's size.
 */
export class Beyond {
  readonly #ring: Float64Array
  #first = 0
  #size = 0

  constructor(max: number = rememberedMax) {
    this.#ring = new Float64Array(max)
  }

  add(position: number): void {
    const { length } = this.#ring
    this.#ring[(this.#first + this.#size) % length] = position
    if (this.#size < length) this.#size += 1
    else this.#first = (this.#first + 1) % length
  }

  /** How many of those added lie beyond `position`. What has been passed once is forgotten. */
  count(position: number): number {
    const { length } = this.#ring
    while (this.#size > 0 && (this.#ring[this.#first] ?? 0) <= position) {
      this.#first = (this.#first + 1) % length
      this.#size -= 1
    }
    return this.#size
  }
}
