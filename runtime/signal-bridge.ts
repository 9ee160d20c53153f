import type { Json } from './json.ts'
import type { Ephemeral } from './ports/ephemeral.ts'
import type { Ids } from './ports/ids.ts'

export interface SignalBridgeOptions {
  readonly signals: Pick<Ephemeral, 'publish' | 'subscribe'>
  readonly ids: Ids
}

/** Carries the live stream's topics between processes. */
export interface SignalBridge {
  /** Tells the other processes. */
  publish(topic: string, message: Json): void
  /** From now on this process hears of the topic what others publish, never its own. Joined twice it still hears once; `tell` is the first's. */
  join(topic: string, tell: (message: Json) => void): () => void
}

interface Joined {
  guests: number
  readonly stop: () => void
}

/**
 * Makes the bridge of one process. Owns a subscription a topic, for as long as somebody here listens. What it publishes
 * carries the process's own mark, so that its echo is known.
 */
export function createSignalBridge({ signals, ids }: SignalBridgeOptions): SignalBridge {
  const own = ids.next('live')
  const joined = new Map<string, Joined>()
  const begin = (topic: string, tell: (message: Json) => void): Joined => {
    const stop = signals.subscribe(topicOf(topic), (carried) => {
      if (isCarried(carried) && carried.from !== own) tell(carried.message)
    })
    const begun = { guests: 0, stop }
    joined.set(topic, begun)
    return begun
  }
  return {
    publish: (topic, message) => signals.publish(topicOf(topic), { from: own, message }),
    join(topic, tell) {
      const here = joined.get(topic) ?? begin(topic, tell)
      here.guests += 1
      let inside = true
      return () => {
        if (!inside) return
        inside = false
        here.guests -= 1
        if (here.guests > 0) return
        here.stop()
        joined.delete(topic)
      }
    },
  }
}

function topicOf(topic: string): string {
  return `live/${topic}`
}

function isCarried(value: Json): value is { readonly from: string; readonly message: Json } {
  return typeof value === 'object' && value !== null && 'from' in value && 'message' in value
}
