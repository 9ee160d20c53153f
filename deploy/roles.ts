import { mkdir } from 'node:fs/promises'
import type { Gateway } from '#gateway/server.ts'
import { processRegistry, type ProcessMeters } from '#gateway/metrics.ts'
import { catalogue } from '#machines/catalogue.ts'
import { createListingSearch } from '#rag/search.ts'
import { createRuntimeClient } from '#runtime/client.ts'
import { adminCode } from './admin-code.ts'
import { hostActors } from './actors.ts'
import { dataFiles, type Config } from './config.ts'
import { processHealth } from './health.ts'
import { knowCollections } from './know-collections.ts'
import { startTemplateReading } from './template-reading.ts'
import { startEgress, startIngress, startProjector } from './projector.ts'
import { startSweep } from './lead-sweep.ts'
import { startMailReading } from './mail-reading.ts'
import { createRoleServer } from './role-server.ts'
import { loadSample } from './sample.ts'
import { channelDesksOf, connectionsOf, openGateway, pagesOf } from './start-house.ts'
import { openStores, type Stores } from './stores.ts'
import { withVaultKeys } from './vault-keys.ts'

/** What a process can be that keeps nothing itself. */
export const roles = ['runtime', 'gateway', 'projector'] as const
export type Role = (typeof roles)[number]

/** A process of one role. */
export interface RoleProcess {
  /** Resolves with the port once it serves; a runtime and a projector serve health and metrics alone. */
  listen(): Promise<number>
  /** The admin's one-time code while no admin has a password, where it is this process's to tell. */
  ensureAdmin(): Promise<{ readonly code: string } | undefined>
  close(): Promise<void>
}

interface Making {
  readonly say: (line: string) => void
  /** What is opened is put on it, and closed in the opposite order. */
  readonly closing: AsyncDisposableStack
}

/** Starts a process of a role on the servers of the configuration. Throws an `Error` that says what is wrong with one; nothing stays open then. */
export async function composeRole(role: Role, config: Config, say: (line: string) => void): Promise<RoleProcess> {
  const closing = new AsyncDisposableStack()
  try {
    return await composers[role](config, { say, closing })
  } catch (error) {
    await closing.disposeAsync()
    throw error
  }
}

const composers: { readonly [role in Role]: (config: Config, making: Making) => Promise<RoleProcess> } = {
  runtime: composeRuntime,
  gateway: composeGateway,
  projector: composeProjector,
}

/** Hosts actors: owns its share of the partitions and runs the assistants. */
async function composeRuntime(config: Config, { closing }: Making): Promise<RoleProcess> {
  const stores = await openStores(config, { closing, archiving: false })
  await knowCollections(stores, closing)
  const keyed = await withVaultKeys(config, stores, closing)
  const { runtime, membership } = await hostActors(
    config,
    {
      ...stores,
      connections: await connectionsOf(keyed, stores),
      channelDesks: await channelDesksOf(keyed, stores),
      pages: await pagesOf(keyed, stores),
    },
    closing,
  )
  const health = processHealth(config, stores, { runtime, membership })
  return watched(config, { health, runtime: () => runtime.stats() }, closing)
}

/** Serves customers and staff; what they say is handled by whoever hosts the actor. */
async function composeGateway(config: Config, { say, closing }: Making): Promise<RoleProcess> {
  const stores = await openStores(config, { closing, archiving: false })
  await knowCollections(stores, closing)
  await mkdir(dataFiles(config.dataFolder).imports, { recursive: true })
  const runtime = await createRuntimeClient({ ...stores, machines: catalogue, signals: stores.ephemeral })
  closing.defer(() => runtime.stop())
  const search = createListingSearch({ ...stores, live: runtime.live })
  closing.defer(() => search.close())
  const leadEvents = startIngress(config, { ...stores, runtime }, closing)
  const keyed = await withVaultKeys(config, stores, closing)
  const connections = await connectionsOf(keyed, stores)
  const channelDesks = await channelDesksOf(keyed, stores)
  const pages = await pagesOf(keyed, stores)
  await startSweep(config, { ...stores, runtime, pages }, closing)
  await startMailReading(config, { ...stores, runtime, channelDesks }, closing)
  await startTemplateReading(config, { ...stores, connections, runtime }, closing)
  const parts = { runtime, search, connections, channelDesks, pages, ...(leadEvents && { leadEvents }) }
  const gateway = await openGateway(config, stores, parts)
  closing.defer(() => gateway.close())
  if (config.sample === 'asked') await loadSample({ runtime, search, workspace: config.workspace, say })
  return servedBy(gateway, config, { stores, closing })
}

/** Builds the read models for all, keeps old steps, and tells other systems what happens; a second one waits until the first has gone. */
async function composeProjector(config: Config, { closing }: Making): Promise<RoleProcess> {
  const stores = await openStores(config, { closing, archiving: true })
  const projector = await startProjector(stores, closing)
  const leadEvents = await startEgress(config, stores, closing)
  const stats = { projector: () => projector.stats() }
  const health = processHealth(config, stores, { ...stats, needsDocuments: true })
  return watched(config, { ...stats, health, ...(leadEvents && { leadEvents }) }, closing)
}

function servedBy(
  gateway: Gateway,
  config: Config,
  { stores, closing }: { readonly stores: Stores; readonly closing: AsyncDisposableStack },
): RoleProcess {
  return {
    listen: async () => (await gateway.listen(config.port, config.host)).port,
    ensureAdmin: () => adminCode(config, stores),
    close: () => closing.disposeAsync(),
  }
}

/** A process without a gateway, watched over a small server of its own. */
function watched(config: Config, meters: ProcessMeters, closing: AsyncDisposableStack): RoleProcess {
  const server = createRoleServer({ health: meters.health, registry: processRegistry(meters) })
  closing.defer(() => server.close())
  return {
    listen: () => server.listen(config.port, config.host),
    ensureAdmin: async () => undefined,
    close: () => closing.disposeAsync(),
  }
}
