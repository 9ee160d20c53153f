import { startLeadSweep } from '#gateway/channels/meta/lead-sweep.ts'
import type { PageConnections } from '#gateway/connections/page-connection.ts'
import { createLeased } from '#runtime/leased.ts'
import type { Runtime } from '#runtime/runtime.ts'
import { graphOf } from './actors.ts'
import type { Config } from './config.ts'
import type { Stores } from './stores.ts'

/** Begins to look for the forms of advertisements whose ping was lost, whenever it is this process's turn. */
export async function startSweep(
  config: Config,
  parts: Stores & { readonly runtime: Runtime; readonly pages: PageConnections },
  closing: AsyncDisposableStack,
): Promise<void> {
  const { clock, ids, log, pages, records, runtime } = parts
  const graph = graphOf(config, clock)
  const sweep = createLeased({
    name: 'lead sweep',
    membership: await parts.membership('lead-sweep', 1),
    begin: async () => startLeadSweep({ pages, workspaces: [config.workspace], graph, records, runtime, clock, log }),
    clock,
    ids,
    log,
  })
  closing.defer(() => sweep.stop())
}
