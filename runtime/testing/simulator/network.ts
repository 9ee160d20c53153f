import type { Clock } from '../../ports/clock.ts'
import type { Journal } from '../../ports/journal.ts'
import { StorageError } from '../../ports/storage-error.ts'
import { aroundJournal } from '../around-journal.ts'

/** What lies between a node and its journal. */
export interface Link {
  /** One way, milliseconds; asked for each way of each call. */
  latencyMs(): number
  cut(): boolean
}

/** How long a node waits for an answer over a link that is cut. */
const giveUpMs = 700

/** A journal at the other end of a link: calls and answers take their time, and either may be lost when the link is cut. */
export function createDistantJournal(journal: Journal, link: Link, clock: Clock): Journal {
  const pass = (ms: number): Promise<void> => new Promise((resolve) => void clock.schedule(clock.nowMs() + ms, resolve))
  const cross = async (): Promise<void> => {
    await pass(link.latencyMs())
    if (!link.cut()) return
    await pass(giveUpMs)
    throw new StorageError('store-unavailable', 'the journal can not be reached (injected)')
  }
  const over = async <Value>(call: () => Promise<Value>): Promise<Value> => {
    await cross()
    const answer = await call()
    await cross()
    return answer
  }
  return aroundJournal(journal, over)
}
