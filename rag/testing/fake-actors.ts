import { partsOf, type Address } from '#runtime/address.ts'
import type { Fact, NewFact } from '#runtime/fact.ts'
import type { JsonObject } from '#runtime/json.ts'
import type { Handled, Runtime } from '#runtime/runtime.ts'

/**
 * Listing and lead actors as an import meets them: the same hash or event id again changes nothing, the first step is revision 1.
 * `facts` is the feed, in order. Only as much as `submit` shows; the real host is tried in its own tests.
 */
export class FakeActors implements Pick<Runtime, 'submit'> {
  readonly facts: Fact[] = []
  readonly states = new Map<Address, { revision: number; version: number; hash: string; content: JsonObject }>()
  readonly #handled = new Set<string>()
  /** When set, asked before every event; throwing is a store that fails. */
  refuse: ((to: Address) => void) | undefined

  async submit(event: Parameters<Runtime['submit']>[0], signal: AbortSignal): Promise<Handled> {
    await Promise.resolve()
    signal.throwIfAborted()
    this.refuse?.(event.to)
    const key = `${event.to}|${event.id ?? this.#handled.size}`
    if (this.#handled.has(key)) return { duplicate: true, outcome: 'applied', facts: [] }
    this.#handled.add(key)
    const facts =
      partsOf(event.to).kind === 'listing' ? this.#put(event.to, event.event) : this.#capture(event.to, event.event)
    const revision = this.states.get(event.to)?.revision ?? 1
    const stamped = facts.map((fact, index) => ({
      ...fact,
      position: this.facts.length + index + 1,
      address: event.to,
      revision,
      index,
      atMs: 1_700_000_000_000,
      causedBy: key,
    }))
    this.facts.push(...stamped)
    return { duplicate: false, outcome: 'applied', facts: stamped }
  }

  #put(to: Address, event: JsonObject): readonly NewFact[] {
    const state = this.states.get(to) ?? { revision: 0, version: 0, hash: '', content: {} }
    state.revision++
    this.states.set(to, state)
    if (state.hash === JSON.stringify(event['hash']))
      return [{ type: 'listing-unchanged', data: { version: state.version } }]
    state.version++
    state.hash = JSON.stringify(event['hash'])
    state.content = event['content'] as JsonObject
    return [{ type: 'listing-changed', data: { version: state.version, content: state.content, source: 'fake' } }]
  }

  #capture(to: Address, event: JsonObject): readonly NewFact[] {
    const state = this.states.get(to)
    const profile = event['profile'] as JsonObject
    const next = {
      revision: (state?.revision ?? 0) + 1,
      version: 1,
      hash: '',
      content: { ...state?.content, ...profile },
    }
    this.states.set(to, next)
    return [{ type: state === undefined ? 'lead-captured' : 'profile-changed', data: { profile } }]
  }
}
