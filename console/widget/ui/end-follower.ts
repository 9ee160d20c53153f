/** How near to the end counts as reading the end, in pixels. */
const nearPx = 48
/** Air above an answer that begins at the top. */
const marginPx = 8

/**
 * Keeps the newest in sight while the reader is there, also when the log shrinks because a phone's keyboard opens: the end of the log,
 * or, when the newest answer is taller than the log, its first words. Owns: where the reader is. Called by the log's component.
 * F1: a reader who has scrolled away is never moved.
 * F2: an answer's beginning is shown once, when it comes; a reader who then goes on to the end stays there.
 */
export class EndFollower {
  #element: HTMLElement | null = null
  #reading: 'end' | 'beginning' | 'elsewhere' = 'end'
  #answer: HTMLElement | undefined
  #placedPx = 0
  #heldFromEndPx: number | undefined
  #observer: ResizeObserver | undefined

  attach(element: HTMLElement | null): void {
    this.#observer?.disconnect()
    this.#element = element
    if (element === null) return
    this.#observer = new ResizeObserver(() => this.#keep(false))
    this.#observer.observe(element)
  }

  /** The reader scrolled, or we did. Returns whether what is newest is in sight. */
  scrolled(): boolean {
    const element = this.#element
    if (element === null || element.clientHeight === 0) return true
    if (this.#reading === 'beginning' && Math.abs(element.scrollTop - this.#placedPx) < 2) return true
    const left = element.scrollHeight - element.scrollTop - element.clientHeight
    this.#reading = left < nearPx ? 'end' : 'elsewhere'
    return this.#reading === 'end'
  }

  /** Something was drawn. `answer` is what the newest answer begins with, when an answer is the last thing said. */
  contentChanged(answer: HTMLElement | undefined): void {
    const fresh = answer !== this.#answer
    this.#answer = answer
    if (this.#heldFromEndPx === undefined) return this.#keep(fresh)
    if (this.#element !== null) this.#element.scrollTop = this.#element.scrollHeight - this.#heldFromEndPx
    this.#heldFromEndPx = undefined
  }

  /** Earlier messages are about to be drawn above: what is being read must not move. */
  holdPlace(): void {
    if (this.#element !== null) this.#heldFromEndPx = this.#element.scrollHeight - this.#element.scrollTop
    this.#reading = 'elsewhere'
  }

  /** Goes to the end and follows again: asked for, or the reader has just sent something. */
  toEnd(): void {
    this.#scrollToEnd()
  }

  #keep(fresh: boolean): void {
    if (this.#reading === 'elsewhere') return // F1
    const answer = this.#answer
    if (answer !== undefined && (fresh || this.#reading === 'beginning')) this.#toBeginning(answer)
    else this.#scrollToEnd() // F2
  }

  #toBeginning(answer: HTMLElement): void {
    const element = this.#element
    if (element === null) return
    const beginsPx = answer.getBoundingClientRect().top - element.getBoundingClientRect().top + element.scrollTop
    const endPx = element.scrollHeight - element.clientHeight
    if (beginsPx - marginPx >= endPx) return this.#scrollToEnd()
    this.#reading = 'beginning'
    element.scrollTop = beginsPx - marginPx
    this.#placedPx = element.scrollTop
  }

  #scrollToEnd(): void {
    this.#reading = 'end'
    if (this.#element !== null) this.#element.scrollTop = this.#element.scrollHeight
  }
}
