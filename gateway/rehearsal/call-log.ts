/** A call to the Graph side as the page lists it. Tokens are in none of its parts. */
export interface GraphCall {
  readonly id: number
  readonly atMs: number
  readonly method: string
  readonly path: string
  /** 0 when the connection was broken before the answer. */
  readonly status: number
  /** Meta's code, when it was refused. */
  readonly code?: number
  readonly request?: unknown
  readonly response?: unknown
}

const logMax = 500

/** The newest calls. Owns them, at most `logMax`. */
export class CallLog {
  readonly #calls: GraphCall[] = []
  readonly #onAdd: (call: GraphCall) => void
  #made = 0

  constructor(onAdd: (call: GraphCall) => void) {
    this.#onAdd = onAdd
  }

  all(): readonly GraphCall[] {
    return [...this.#calls]
  }

  add(call: Omit<GraphCall, 'id'>): void {
    this.#made += 1
    const added = { id: this.#made, ...call }
    this.#calls.push(added)
    if (this.#calls.length > logMax) this.#calls.shift()
    this.#onAdd(added)
  }
}
