import type { Connections } from '#gateway/connections/connection.ts'
import { createTemplateSync, type TemplateSync } from '#gateway/connections/template-sync.ts'
import { pause } from '#runtime/backoff.ts'
import { createLeased, type LeasedWork } from '#runtime/leased.ts'
import type { Clock } from '#runtime/ports/clock.ts'
import type { Log } from '#runtime/ports/log.ts'
import type { Runtime } from '#runtime/runtime.ts'
import { graphOf } from './actors.ts'
import type { Config } from './config.ts'
import type { Stores } from './stores.ts'

/** How often a number's templates are read from Meta, whatever it tells by webhooks meanwhile; how soon again after a failure; and how soon a new number is seen. */
export const readingTimes = { everyMs: 6 * 60 * 60 * 1000, againMs: 10 * 60 * 1000, lookMs: 60_000 } as const

/** Begins to read the templates of the workspace's WhatsApp numbers, in whichever process it is whose turn it is. */
export async function startTemplateReading(
  config: Config,
  stores: Stores & { readonly connections: Connections; readonly runtime: Runtime },
  closing: AsyncDisposableStack,
): Promise<void> {
  const { clock, connections, ids, log } = stores
  const { workspace } = config
  const sync = createTemplateSync({ ...stores, graph: graphOf(config, clock) })
  const reading = createLeased({
    name: 'templates',
    membership: await stores.membership('templates', 1),
    begin: async () => readAgainAndAgain({ sync, connections, workspace, clock, log }),
    clock,
    ids,
    log,
  })
  closing.defer(() => reading.stop())
}

interface Reading {
  readonly sync: Pick<TemplateSync, 'sync'>
  readonly connections: Pick<Connections, 'whatsapp'>
  readonly workspace: string
  readonly clock: Clock
  readonly log: Log
}

/** Reads each number once it is there and every six hours, until it is stopped. A reading that works lets a number go on that was stopped for want of access. */
export function readAgainAndAgain(house: Reading): LeasedWork {
  const stopping = new AbortController()
  const { signal } = stopping
  const dueAtMs = new Map<string, number>()
  const round = async (): Promise<void> => {
    while (!signal.aborted) {
      await readDue(house, dueAtMs).catch((error: unknown) => {
        house.log.warn('templates could not be read', { workspace: house.workspace, error: String(error) })
      })
      await pause(house.clock, readingTimes.lookMs, signal)
    }
  }
  const done = round()
  return {
    async stop() {
      stopping.abort()
      await done
    },
  }
}

async function readDue({ sync, connections, workspace, clock }: Reading, dueAtMs: Map<string, number>): Promise<void> {
  for (const { account } of await connections.whatsapp(workspace)) {
    if ((dueAtMs.get(account) ?? 0) > clock.nowMs()) continue
    const { ok } = await sync.sync({ workspace, account })
    dueAtMs.set(account, clock.nowMs() + (ok ? readingTimes.everyMs : readingTimes.againMs))
  }
}
