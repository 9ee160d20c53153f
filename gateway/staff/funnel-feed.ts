import { partsOf } from '#runtime/address.ts'
import { readFunnel } from '../funnel.ts'
import type { House } from '../house.ts'
import type { Funnel, FunnelQuery } from '../protocol.ts'
import type { StaffSession } from './staff-session.ts'

/** A funnel is counted and pushed this often at most. */
const pushEveryMs = 1000

/** Funnels for the consoles that have one open: pushed when something has changed, once a second at most. */
export interface FunnelFeed {
  read(workspace: string, query: FunnelQuery): Promise<Funnel>
  stop(): void
}

/** Owns one timer a workspace. The same query of several consoles is counted once. */
export function createFunnelFeed(
  house: House,
  sessionsOf: (workspace: string) => ReadonlySet<StaffSession>,
): FunnelFeed {
  const { clock, config, documents, log } = house
  const timers = new Map<string, () => void>()

  const read = (workspace: string, query: FunnelQuery): Promise<Funnel> => {
    const timeZone = config.workspaces[workspace]?.timeZone ?? 'UTC'
    return readFunnel(documents, query, { workspace, timeZone, nowMs: clock.nowMs() })
  }

  const push = async (workspace: string): Promise<void> => {
    const byQuery = Map.groupBy(
      [...sessionsOf(workspace)].filter((each) => each.funnel !== undefined),
      (each) => JSON.stringify(each.funnel),
    )
    for (const sessions of byQuery.values()) {
      const query = sessions[0]?.funnel
      if (query === undefined) continue
      const funnel = await read(workspace, query)
      for (const session of sessions) if (session.funnel !== undefined) session.send({ type: 'funnel', funnel })
    }
  }

  const stop = house.hub.onAll((fact) => {
    const { workspace } = partsOf(fact.address)
    if (timers.has(workspace) || ![...sessionsOf(workspace)].some((each) => each.funnel !== undefined)) return
    const cancel = clock.schedule(clock.nowMs() + pushEveryMs, () => {
      timers.delete(workspace)
      push(workspace).catch((error: unknown) => log.error('the funnel failed', { error: String(error) }))
    })
    timers.set(workspace, cancel)
  })

  return {
    read,
    stop() {
      stop()
      for (const cancel of timers.values()) cancel()
    },
  }
}
