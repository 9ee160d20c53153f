import { startLeadEvents, type LeadEventStats } from '#gateway/lead-events/start.ts'
import { createLeased } from '#runtime/leased.ts'
import { createProjectorProcess, type ProjectorProcess } from '#runtime/projector-process.ts'
import type { Runtime } from '#runtime/runtime.ts'
import type { Config } from './config.ts'
import { projections } from './projections.ts'
import type { Stores } from './stores.ts'

/** Begins to build the read models for all, whenever it is this process's turn. */
export async function startProjector(stores: Stores, closing: AsyncDisposableStack): Promise<ProjectorProcess> {
  const membership = await stores.membership('projector', 1)
  const projector = createProjectorProcess({ ...stores, projections, membership, signals: stores.ephemeral })
  closing.defer(() => projector.stop())
  return projector
}

/** Begins to tell other systems what happens, whenever it is this process's turn. Answers what it counts; nothing without a bus. */
export async function startEgress(
  config: Config,
  stores: Stores,
  closing: AsyncDisposableStack,
): Promise<(() => Partial<LeadEventStats>) | undefined> {
  const { bus, clock, ids, log, journal, records } = stores
  if (bus === undefined) return undefined
  const { leadEventsMode: mode, publicUrl, workspace } = config
  const outgoing = { journal, records, mode, ...(publicUrl === undefined ? {} : { publicUrl }) }
  const egress = createLeased({
    name: 'lead events',
    membership: await stores.membership('lead-events', 1),
    begin: async () => startLeadEvents({ bus, clock, log, workspaces: [workspace], egress: outgoing }),
    clock,
    ids,
    log,
  })
  closing.defer(() => egress.stop())
  return () => egress.current()?.stats() ?? {}
}

/** Takes leads of other systems in, where there is a bus they come by. Answers what it counts. */
export function startIngress(
  config: Config,
  { bus, clock, log, ephemeral, runtime }: Stores & { readonly runtime: Runtime },
  closing: AsyncDisposableStack,
): (() => Partial<LeadEventStats>) | undefined {
  if (bus === undefined) return undefined
  const events = startLeadEvents({ bus, clock, log, workspaces: [config.workspace], ingress: { runtime, ephemeral } })
  closing.defer(() => events.stop())
  return () => events.stats()
}
