import { mkdir } from 'node:fs/promises'
import { isPlainlyComplete } from '#agents/completeness.ts'
import type { LeadEventStats } from '#gateway/lead-events/start.ts'
import { openChannelDesks, type ChannelDesks } from '#gateway/connections/channel-desks.ts'
import type { ConnectionDesk } from '#gateway/connections/connections.ts'
import { openConnections } from '#gateway/connections/open-connections.ts'
import { openPages } from '#gateway/connections/open-pages.ts'
import { anyHost } from '#gateway/connections/public-host.ts'
import type { PageDesk } from '#gateway/connections/page-desk.ts'
import { createGateway, type Gateway } from '#gateway/server.ts'
import type { ListingSearch } from '#rag/listing.ts'
import type { ProjectorProcess } from '#runtime/projector-process.ts'
import type { Runtime } from '#runtime/runtime.ts'
import { adminCode } from './admin-code.ts'
import { hostActors } from './actors.ts'
import { dataFiles, type Config } from './config.ts'
import { openControl } from './control.ts'
import { gatewayConfig } from './gateway-config.ts'
import { processHealth } from './health.ts'
import { putUpNamePlate, type NamePlate } from './holder.ts'
import { runImportJob } from './import-job.ts'
import { knowCollections } from './know-collections.ts'
import { startSweep } from './lead-sweep.ts'
import { startMailReading } from './mail-reading.ts'
import { startEgress, startIngress, startProjector } from './projector.ts'
import { rebuildHere } from './rebuild.ts'
import { loadSample } from './sample.ts'
import { addressOf } from './serving.ts'
import { startTemplateReading } from './template-reading.ts'
import { openStores, type HeldMembership, type Stores } from './stores.ts'
import { withVaultKeys } from './vault-keys.ts'

/** A whole FineAcers in this process, on embedded storage, on servers, or on some of both. */
export interface House {
  readonly runtime: Runtime
  readonly gateway: Gateway
  readonly connections: ConnectionDesk
  readonly pages: PageDesk
  /** Serves the widget, the console and the API on the configured host and port. Answers the address. */
  listen(): Promise<string>
  /** Resolves once no import of the command line runs. */
  importsIdle(): Promise<void>
  /** The admin's one-time code while no admin has a password. */
  ensureAdmin(): Promise<{ readonly code: string } | undefined>
  close(): Promise<void>
}

/**
 * Opens the stores and starts everything on them. `say` gets a line for each long step. Throws an `Error` that says what is wrong with a store and what to do;
 * nothing stays open then.
 */
export async function composeHouse(config: Config, say: (line: string) => void): Promise<House> {
  const closing = new AsyncDisposableStack()
  try {
    return await compose(config, { say, closing })
  } catch (error) {
    await closing.disposeAsync()
    throw error
  }
}

interface Making {
  readonly say: (line: string) => void
  /** What is opened is put on it, and closed in the opposite order. */
  readonly closing: AsyncDisposableStack
}

async function compose(config: Config, { say, closing }: Making): Promise<House> {
  const stores = await openStores(config, { closing, archiving: true })
  const plate = stores.holdsFolder ? putUp(config, closing) : undefined
  await mkdir(dataFiles(config.dataFolder).imports, { recursive: true })
  if (stores.shared.documents) await knowCollections(stores, closing)
  const projector = stores.shared.documents ? await startProjector(stores, closing) : undefined
  const keyed = await withVaultKeys(config, stores, closing)
  const connections = await connectionsOf(keyed, stores)
  const channelDesks = await channelDesksOf(keyed, stores)
  const pages = await pagesOf(keyed, stores)
  const { runtime, search, membership } = await hostActors(
    config,
    { ...stores, connections, channelDesks, pages },
    closing,
  )
  if (config.sample !== 'no') await loadSample({ runtime, search, workspace: config.workspace, say })
  const taken = startIngress(config, { ...stores, runtime }, closing)
  const told = await startEgress(config, stores, closing)
  await startSweep(config, { ...stores, runtime, pages }, closing)
  await startMailReading(config, { ...stores, runtime, channelDesks }, closing)
  await startTemplateReading(config, { ...stores, connections, runtime }, closing)
  const gateway = await openGateway(config, stores, {
    runtime,
    search,
    connections,
    channelDesks,
    pages,
    membership,
    ...(projector && { projector }),
    ...(taken && told && { leadEvents: () => ({ ...taken(), ...told() }) }),
  })
  closing.defer(() => gateway.close())
  const importsIdle = await openDoor(config, { ...stores, runtime }, closing)
  return {
    runtime,
    gateway,
    connections,
    pages,
    importsIdle,
    listen: async () => {
      const { port } = await gateway.listen(config.port, config.host)
      const url = addressOf(config, port)
      plate?.reachedAt(url)
      return url
    },
    ensureAdmin: () => adminCode(config, stores),
    close: () => closing.disposeAsync(),
  }
}

function putUp({ dataFolder }: Config, closing: AsyncDisposableStack): NamePlate {
  const plate = putUpNamePlate(dataFolder)
  closing.defer(() => plate.remove())
  return plate
}

/** What the workspaces are connected to, one for the whole process. */
export function connectionsOf({ secretKeys }: Config, { records, clock, log }: Stores): Promise<ConnectionDesk> {
  return openConnections({ records, clock, log, ...(secretKeys === undefined ? {} : { secretKeys }) })
}

/** The workspaces' SMS numbers and mailboxes, one for the whole process. */
export function channelDesksOf(
  { secretKeys, smsUrl, privateMailHosts }: Config,
  { records, clock, log }: Stores,
): Promise<ChannelDesks> {
  const keys = secretKeys === undefined ? {} : { secretKeys }
  return openChannelDesks({ records, clock, log, smsUrl, ...keys, ...(privateMailHosts ? { findHost: anyHost } : {}) })
}

/** The workspaces' Facebook Pages, one for the whole process. */
export function pagesOf({ secretKeys }: Config, { records, clock, log }: Stores): Promise<PageDesk> {
  return openPages({ records, clock, log, ...(secretKeys === undefined ? {} : { secretKeys }) })
}

/** The gateway of a process, over the runtime it has or reaches. */
export function openGateway(
  config: Config,
  stores: Stores,
  house: {
    readonly runtime: Runtime
    readonly search: ListingSearch
    readonly connections: ConnectionDesk
    readonly channelDesks: ChannelDesks
    readonly pages: PageDesk
    readonly membership?: HeldMembership
    readonly projector?: ProjectorProcess
    readonly leadEvents?: () => Partial<LeadEventStats>
  },
): Promise<Gateway> {
  const { runtime, search, connections, channelDesks, pages, membership, projector, leadEvents } = house
  const stats = projector === undefined ? {} : { projector: () => projector.stats() }
  return createGateway({
    ...stores,
    ...stats,
    ...(leadEvents && { leadEvents }),
    runtime,
    search,
    connections,
    connectionDesk: connections,
    channelDesks,
    pages,
    isComplete: isPlainlyComplete,
    config: gatewayConfig(config),
    health: processHealth(config, stores, { runtime, ...stats, ...(membership && { membership }) }),
  })
}

/** The door for a shell's imports and rebuilds. Where the folder holds nothing a shell needs none: it comes to the servers by itself. */
async function openDoor(
  config: Config,
  { clock, holdsFolder, ids, runtime }: Stores & { readonly runtime: Runtime },
  closing: AsyncDisposableStack,
): Promise<() => Promise<void>> {
  if (!holdsFolder) return async () => undefined
  const { control: file, imports: folder } = dataFiles(config.dataFolder)
  const { workspace } = config
  const control = await openControl(file, {
    import: (job) => runImportJob(job, { runtime, workspace, folder, id: ids.next('import') }),
    rebuild: (job) => rebuildHere(runtime, { ...job, clock }),
  })
  closing.defer(() => control.close())
  return () => control.idle()
}
