/** How near to the end counts as reading the end, in pixels. */
const nearPx = 48

/**
 * Keeps the end of the log in sight while the reader is there, also when the log shrinks because a phone's keyboard opens.
 * Owns: whether it follows. Called by the log's component.
 */
export class EndFollower {
  #element: HTMLElement | null = null
  #following = true
  #observer: ResizeObserver | undefined

  attach(element: HTMLElement | null): void {
    this.#observer?.disconnect()
    this.#element = element
    if (element === null) return
    this.#observer = new ResizeObserver(() => this.contentChanged())
    this.#observer.observe(element)
  }

  /** The reader scrolled. Returns whether the end is in sight. */
  scrolled(): boolean {
    const element = this.#element
    if (element === null || element.clientHeight === 0) return true
    this.#following = element.scrollHeight - element.scrollTop - element.clientHeight < nearPx
    return this.#following
  }

  /** Something was drawn: stay at the end if the reader was there. */
  contentChanged(): void {
    if (this.#following) this.toEnd()
  }

  /** Goes to the end and follows again: asked for, or the reader has just sent something. */
  toEnd(): void {
    this.#following = true
    if (this.#element !== null) this.#element.scrollTop = this.#element.scrollHeight
  }
}
