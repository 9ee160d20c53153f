/** Time as the runtime sees it. */
export interface Clock {
  /** Epoch milliseconds. */
  nowMs(): number
  /** Runs once at or after `atMs`; the returned function cancels it and may be called twice. */
  schedule(atMs: number, run: () => void): () => void
}
