/**
 * Owns the answer of one question over HTTP: asked when somebody says so, kept while it is asked again.
 * 1. Of two askings that overlap the later one's answer stays. 2. A problem leaves the answer of before in place.
 */
import type { ProblemReport } from '#gateway/protocol.ts'
import type { HttpResult } from '../connection/http.ts'
import { createStore } from '../connection/store.ts'

/** What is known of it now. */
export interface AskedState<Value> {
  readonly busy: boolean
  readonly value?: Value
  readonly problem?: ProblemReport
}

export class AskedStore<Value, Input extends readonly unknown[] = []> {
  readonly state = createStore<AskedState<Value>>({ busy: false })
  readonly #question: (...input: Input) => Promise<HttpResult<Value>>
  #asked = 0

  constructor(question: (...input: Input) => Promise<HttpResult<Value>>) {
    this.#question = question
  }

  /** Asks, and resolves with the answer once it is in the state; it rejects never. */
  readonly ask = async (...input: Input): Promise<HttpResult<Value>> => {
    this.#asked += 1
    const asked = this.#asked
    this.state.update((now) => ({ ...now, busy: true }))
    const result = await this.#question(...input)
    // 1. Somebody has asked again since.
    if (asked !== this.#asked) return result
    if (result.ok) this.state.set({ busy: false, value: result.value })
    else this.state.update((now) => ({ ...now, busy: false, problem: result.error }))
    return result
  }
}
