import type { Documents, GroupCount } from '#runtime/ports/documents.ts'
import type { Clock } from '#runtime/ports/clock.ts'
import { patiently } from '../patience.ts'
import { collections } from '../read-models/collections.ts'

/** Counting goes over the whole inbox, so it is done this often at most. */
export const countEveryMs = 250

/** How many conversations lie in which pile of one workspace, at most `countEveryMs` old. */
export interface InboxCounts {
  spoil(): void
  stale(): boolean
  now(): Promise<readonly GroupCount[]>
}

/** Owns the last count. Callers at the same time share one. */
export function createInboxCounts(workspace: string, documents: Documents, clock: Clock): InboxCounts {
  let last: Promise<readonly GroupCount[]> | undefined
  let countedAtMs = 0
  let stale = true
  return {
    spoil() {
      stale = true
    },
    stale: () => stale,
    now() {
      const due = clock.nowMs() - countedAtMs >= countEveryMs
      if (last !== undefined && !(stale && due)) return last
      stale = false
      countedAtMs = clock.nowMs()
      const ours = { field: 'workspace', op: '=', value: workspace } as const
      last = patiently(clock, documents.countBy(collections.conversations, ['box', 'memberId'], [ours]))
      last.catch(() => {
        last = undefined
        stale = true
      })
      return last
    },
  }
}
