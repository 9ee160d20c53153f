/**
 * Who watches the emulator and hears what changes: the page's open connections.
 * Owns the listeners, nothing else. 1. A listener that was removed hears nothing more.
 */
export class Feed<Change> {
  readonly #listeners = new Set<(change: Change) => void>()

  tell(change: Change): void {
    for (const listener of this.#listeners) listener(change)
  }

  /** Answers what ends it, which may be called twice. */
  listen(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }
}
