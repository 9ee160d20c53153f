import type { Address } from '#runtime/address.ts'
import { partsOf } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { Live } from '#runtime/runtime.ts'
import { textIn } from './read-models/shape.ts'

export type FactListener = (fact: Fact) => void

/** One subscription to the live stream, fanned out by address and by workspace: the cost of a fact is the number who asked for it. */
export interface LiveHub {
  onAddress(address: Address, listener: FactListener): () => void
  onWorkspace(workspace: string, listener: FactListener): () => void
  /** Facts of the ways out of a conversation's messages, which are actors of their own. */
  onDispatches(conversation: Address, listener: FactListener): () => void
  onAll(listener: FactListener): () => void
  close(): void
}

/** Owns its listeners. Facts reach them in order, after projection; a listener must not throw. */
export function createLiveHub(live: Live): LiveHub {
  const byAddress = new Map<string, Set<FactListener>>()
  const byWorkspace = new Map<string, Set<FactListener>>()
  const byTalk = new Map<string, Set<FactListener>>()
  const all = new Set<FactListener>()
  const stop = live.facts('', (fact) => {
    for (const listener of byAddress.get(fact.address) ?? []) listener(fact)
    for (const listener of byWorkspace.get(partsOf(fact.address).workspace) ?? []) listener(fact)
    for (const listener of byTalk.get(talkOf(fact)) ?? []) listener(fact)
    for (const listener of all) listener(fact)
  })
  return {
    onAddress: (address, listener) => listen(byAddress, address, listener),
    onWorkspace: (workspace, listener) => listen(byWorkspace, workspace, listener),
    onDispatches: (conversation, listener) => listen(byTalk, conversation, listener),
    onAll(listener) {
      all.add(listener)
      return () => void all.delete(listener)
    },
    close: stop,
  }
}

/** The conversation whose message a dispatch carries; empty for any other fact. */
function talkOf({ type, data }: Fact): string {
  return type.startsWith('dispatch-') ? textIn(data['conversation']) : ''
}

function listen(listeners: Map<string, Set<FactListener>>, key: string, listener: FactListener): () => void {
  const those = listeners.get(key) ?? new Set()
  listeners.set(key, those.add(listener))
  return () => {
    those.delete(listener)
    if (those.size === 0 && listeners.get(key) === those) listeners.delete(key)
  }
}
