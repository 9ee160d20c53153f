import type { Live } from '#runtime/runtime.ts'
import type { House } from '../house.ts'
import type { DegradedPart } from '../protocol.ts'
import type { Signals } from '../signals.ts'

/** How often it is looked whether lists are complete, and how long they may lag before consoles are told. */
const lookEveryMs = 1000
const lagMs = 5000

/** What of the house does not work, for every open console. */
export interface Degraded {
  parts(): readonly DegradedPart[]
  stop(): void
}

/** Looks after what does not work, and calls `tell` with all of it whenever that changes. */
export function watchDegraded(
  house: Pick<House, 'clock' | 'documentsReachable'> & {
    readonly runtime: { readonly live: Pick<Live, 'behind'> }
    readonly signals: Pick<Signals, 'known' | 'onKnown'>
  },
  tell: (parts: readonly DegradedPart[]) => void,
): Degraded {
  const { clock, documentsReachable, runtime, signals } = house
  let behindSinceMs: number | undefined
  let told = ''
  let cancel = (): void => {}
  const listsLag = (): boolean => behindSinceMs !== undefined && clock.nowMs() - behindSinceMs >= lagMs
  const parts = (): readonly DegradedPart[] => [
    ...(signals.known() ? [] : (['presence'] as const)),
    ...(documentsReachable?.() === false || listsLag() ? (['lists'] as const) : []),
  ]
  const look = (): void => {
    behindSinceMs = runtime.live.behind() ? (behindSinceMs ?? clock.nowMs()) : undefined
    const now = parts()
    if (told === now.join(' ')) return
    told = now.join(' ')
    tell(now)
  }
  const keepLooking = (): void => {
    look()
    cancel = clock.schedule(clock.nowMs() + lookEveryMs, keepLooking)
  }
  const stopKnown = signals.onKnown(look)
  keepLooking()
  return {
    parts,
    stop() {
      cancel()
      stopKnown()
    },
  }
}
