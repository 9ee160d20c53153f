import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { isPlainlyComplete } from '#agents/completeness.ts'
import { createAgentEffects } from '#agents/effects.ts'
import { createVisitDesk } from '#agents/visit-desk.ts'
import { agentDefaults } from '#agents/settings.ts'
import { ensureAdmin } from '#gateway/auth/accounts.ts'
import type { GatewayConfig } from '#gateway/config.ts'
import { createWidgetChannel } from '#gateway/channels/widget.ts'
import { createDeliverEffect } from '#gateway/deliver.ts'
import { refusedEventsProjection } from '#gateway/lead-events/refused-projection.ts'
import { salesProjection } from '#gateway/read-models/sales-projection.ts'
import { teamProjection } from '#gateway/read-models/team-projection.ts'
import { createGateway, type Gateway } from '#gateway/server.ts'
import { catalogue } from '#machines/catalogue.ts'
import { createKnowledge } from '#rag/knowledge.ts'
import { listingProjection } from '#rag/listing-projection.ts'
import type { ListingSearch } from '#rag/listing.ts'
import { createListingSearch } from '#rag/search.ts'
import { createMemoryEphemeral } from '#runtime/adapters/memory/ephemeral.ts'
import { createSingleMembership } from '#runtime/adapters/single/membership.ts'
import { openSqliteDocuments } from '#runtime/adapters/sqlite/documents.ts'
import { openSqliteJournal } from '#runtime/adapters/sqlite/journal.ts'
import { openSqliteRecords } from '#runtime/adapters/sqlite/records.ts'
import { systemClock } from '#runtime/adapters/system/clock.ts'
import { createSystemIds } from '#runtime/adapters/system/ids.ts'
import { createSystemLog } from '#runtime/adapters/system/log.ts'
import { createRuntime } from '#runtime/host.ts'
import type { Clock } from '#runtime/ports/clock.ts'
import type { Documents } from '#runtime/ports/documents.ts'
import type { Ephemeral } from '#runtime/ports/ephemeral.ts'
import type { Ids } from '#runtime/ports/ids.ts'
import type { Journal } from '#runtime/ports/journal.ts'
import type { Log } from '#runtime/ports/log.ts'
import type { Models } from '#runtime/ports/models.ts'
import type { Records } from '#runtime/ports/records.ts'
import type { EffectHandler, Runtime } from '#runtime/runtime.ts'
import { calendarReadsOf } from './calendar-reads.ts'
import { dataFiles, type Config } from './config.ts'
import { openControl } from './control.ts'
import { namingTheHolder, putUpNamePlate } from './holder.ts'
import { runImportJob } from './import-job.ts'
import { chooseModels } from './models.ts'
import { loadSample } from './sample.ts'
import { workspaceConfig } from './workspace.ts'

/** A whole FineAcers in this process. */
export interface House {
  readonly runtime: Runtime
  readonly gateway: Gateway
  /** Serves the widget, the console and the API on the configured host and port. Answers the address. */
  listen(): Promise<string>
  /** Resolves once no import of the command line runs. */
  importsIdle(): Promise<void>
  /** The admin's one-time code while no admin has a password. */
  ensureAdmin(): Promise<{ readonly code: string } | undefined>
  close(): Promise<void>
}

const partitions = 32

/**
 * Puts every embedded adapter behind its port and starts the house on a data folder. `say` gets a line for each long step. Throws an `Error` that
 * says what is wrong with the folder and what to do; nothing stays open then.
 */
export async function composeEmbedded(config: Config, say: (line: string) => void): Promise<House> {
  const closing = new AsyncDisposableStack()
  try {
    return await compose(config, { say, closing })
  } catch (error) {
    await closing.disposeAsync()
    throw error
  }
}

/** What is opened is put on `closing`, and closed in the opposite order. */
async function compose(
  config: Config,
  { say, closing }: { readonly say: (line: string) => void; readonly closing: AsyncDisposableStack },
): Promise<House> {
  const files = dataFiles(config.dataFolder)
  const stores = openStores(config, closing)
  const plate = putUpNamePlate(config.dataFolder)
  closing.defer(() => plate.remove())
  await mkdir(files.imports, { recursive: true })
  const started: { runtime?: Runtime } = {}
  const ready = Promise.withResolvers<void>()
  const late = lateRuntime(started)
  const search = createListingSearch({ ...stores, live: late.live })
  closing.defer(() => search.close())
  const models = await chooseModels(config, stores)
  const runtime = await createRuntime({
    ...stores,
    membership: createSingleMembership({ node: 'embedded', partitions }),
    machines: catalogue,
    settings: () => ({}),
    projections: [salesProjection, teamProjection, refusedEventsProjection, listingProjection],
    effects: onceReady(ready.promise, effectsOf(config, { ...stores, models, late, search })),
  })
  closing.defer(() => runtime.stop())
  started.runtime = runtime
  ready.resolve()
  if (config.sample) await loadSample({ runtime, search, workspace: config.workspace, say })
  const gateway = await createGateway({
    ...stores,
    runtime,
    search,
    isComplete: isPlainlyComplete,
    config: gatewayConfig(config),
  })
  closing.defer(() => gateway.close())
  const control = await openControl(files.control, (job) => {
    const { workspace } = config
    return runImportJob(job, { runtime, workspace, folder: files.imports, id: stores.ids.next('import') })
  })
  closing.defer(() => control.close())
  return {
    runtime,
    gateway,
    importsIdle: () => control.idle(),
    listen: async () => {
      const { port } = await gateway.listen(config.port, config.host)
      const url = `http://${config.host === '0.0.0.0' ? '127.0.0.1' : config.host}:${port}`
      plate.reachedAt(url)
      return url
    },
    ensureAdmin: () =>
      ensureAdmin(stores.records, { ...stores, workspace: config.workspace, email: 'admin@example.com' }),
    close: () => closing.disposeAsync(),
  }
}

interface Stores {
  readonly journal: Journal
  readonly documents: Documents
  readonly records: Records
  readonly ephemeral: Ephemeral
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
}

function openStores(config: Config, closing: AsyncDisposableStack): Stores {
  const files = dataFiles(config.dataFolder)
  const clock = systemClock()
  const log = createSystemLog({ level: config.logLevel })
  // The journal first: it holds the folder, so that a second process stops before it touches anything.
  const journal = openJournal(config.dataFolder, log)
  closing.defer(() => journal.close())
  const documents = openSqliteDocuments({ file: files.documents, log })
  closing.defer(() => documents.close())
  const records = openSqliteRecords({ file: files.records })
  closing.defer(() => records.close())
  const ephemeral = createMemoryEphemeral({ clock })
  closing.defer(() => ephemeral.close())
  return { journal, documents, records, ephemeral, clock, ids: createSystemIds(), log }
}

function openJournal(folder: string, log: Log): Journal {
  try {
    return openSqliteJournal({ file: dataFiles(folder).journal, partitions, log })
  } catch (error) {
    throw namingTheHolder(error, folder)
  }
}

/** What the machines ask for: the agents' work and the way out to the customer. */
function effectsOf(
  config: Config,
  house: Stores & { readonly models: Models; readonly late: Runtime; readonly search: ListingSearch },
): { readonly [name: string]: EffectHandler } {
  const { clock, log, late, search } = house
  const agents = createAgentEffects({
    models: house.models,
    search,
    knowledge: createKnowledge(),
    calendarReads: calendarReadsOf(house.documents),
    visitDesk: createVisitDesk({ runtime: late, clock, timeoutMs: agentDefaults.bookingTimeoutMs }),
    live: late.live,
    clock,
    log,
    settings: { timeZone: config.timeZone },
  })
  return { ...agents, deliver: createDeliverEffect({ channels: [createWidgetChannel()], runtime: () => late, log }) }
}

function gatewayConfig(config: Config): GatewayConfig {
  return {
    workspaces: { [config.workspace]: workspaceConfig(config) },
    defaultWorkspace: config.workspace,
    staticRoot: resolve(import.meta.dirname, '../dist'),
    importFolder: dataFiles(config.dataFolder).imports,
    secureCookies: config.publicUrl?.startsWith('https:') ?? false,
    trustProxy: config.publicUrl !== undefined,
    ...(config.visitorsPerMinute === undefined ? {} : { limits: { visitorsPerMinute: config.visitorsPerMinute } }),
  }
}

/** Work left over from before a crash is driven again while the host still starts: it waits until there is a host to answer to. */
function onceReady(
  ready: Promise<void>,
  handlers: { readonly [name: string]: EffectHandler },
): { readonly [name: string]: EffectHandler } {
  const waiting = (handler: EffectHandler): EffectHandler => ({
    policy: handler.policy,
    run: async (request, context) => {
      await ready
      return handler.run(request, context)
    },
  })
  return Object.fromEntries(Object.entries(handlers).map(([name, handler]) => [name, waiting(handler)]))
}

/** Effects are made before the runtime that runs them, and reach it only once it is there. */
function lateRuntime(started: { readonly runtime?: Runtime }): Runtime {
  const get = (): Runtime => {
    if (started.runtime === undefined) throw new Error('an effect ran before the runtime was ready')
    return started.runtime
  }
  return {
    send: (event) => get().send(event),
    submit: (event, signal) => get().submit(event, signal),
    inspect: (address) => get().inspect(address),
    timeline: (address, window) => get().timeline(address, window),
    replayDeadLetter: (id, replay) => get().replayDeadLetter(id, replay),
    get journal() {
      return get().journal
    },
    live: {
      facts: (prefix, listener) => get().live.facts(prefix, listener),
      publish: (topic, message) => get().live.publish(topic, message),
      subscribe: (topic, listener) => get().live.subscribe(topic, listener),
      position: () => get().live.position(),
      behind: () => get().live.behind(),
      caughtUp: (listener) => get().live.caughtUp(listener),
    },
    stats: () => get().stats(),
    stop: () => get().stop(),
  }
}
