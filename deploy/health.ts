import { createHealth, type Health } from '#gateway/health.ts'
import { addressOf } from '#runtime/address.ts'
import { checkpointCollection } from '#runtime/projection-checkpoint.ts'
import type { ProjectorStats } from '#runtime/projector-process.ts'
import type { RuntimeStats } from '#runtime/runtime.ts'
import type { Config } from './config.ts'
import type { HeldMembership, Stores } from './stores.ts'

/** What of a process there is to tell. */
export interface HealthSources {
  readonly runtime?: { stats(): Pick<RuntimeStats, 'factsLag' | 'inboxLag'> }
  readonly projector?: () => ProjectorStats
  /** Whose lease keeps it at work. */
  readonly membership?: HeldMembership
  /** It does nothing without read models. */
  readonly needsDocuments?: true
}

/**
 * The health of a process: it can work while its journal and records answer, and its lease where it has one. Read models and the ephemeral store may be
 * away: conversations go on, and it says so. Where read models are built in the process itself it has to keep up with them.
 */
export function processHealth(config: Config, stores: Stores, sources: HealthSources): Health {
  const { clock, journal, records, documents, ephemeral, shared, documentsReachable } = stores
  const { runtime, projector, membership, needsDocuments } = sources
  const anyActor = addressOf(config.workspace, 'queue', 'health')
  const alone = !shared.documents
  return createHealth({
    clock,
    checks: {
      journal: () => journal.load(anyActor),
      records: () => records.get('keys', 'access'),
      documents: () => documentsReachable() && documents.get(checkpointCollection, 'generation'),
      ephemeral: () => ephemeral.reachable(),
      ...(membership === undefined ? {} : { membership: () => membership.holds() }),
    },
    needs: ['journal', 'records', 'membership', ...(needsDocuments || alone ? (['documents'] as const) : [])],
    lags: () => runtime?.stats() ?? { factsLag: projector?.().factsLag ?? 0, inboxLag: 0 },
    ...(alone ? { mustKeepUp: true } : {}),
    ...(projector === undefined ? {} : { projector }),
  })
}
