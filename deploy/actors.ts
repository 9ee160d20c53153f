import { createAgentEffects } from '#agents/effects.ts'
import { warmUp } from '#agents/offline/understand.ts'
import { agentDefaults } from '#agents/settings.ts'
import { createVisitDesk } from '#agents/visit-desk.ts'
import { createFetchLeadEffect } from '#gateway/channels/meta/fetch-lead.ts'
import { createTransmitEffect, type ProviderSender } from '#gateway/channels/transmit.ts'
import { createGraphClient, type GraphClient } from '#gateway/channels/whatsapp/graph-client.ts'
import { createUploads } from '#gateway/channels/whatsapp/uploads.ts'
import { createWhatsAppSender } from '#gateway/channels/whatsapp/sender.ts'
import { createWidgetChannel } from '#gateway/channels/widget.ts'
import { createMailSender } from '#gateway/channels/email/sender.ts'
import { createSmsSender } from '#gateway/channels/sms/sender.ts'
import type { ChannelDesks } from '#gateway/connections/channel-desks.ts'
import type { Connections } from '#gateway/connections/connection.ts'
import type { PageConnections } from '#gateway/connections/page-connection.ts'
import { createDeliverEffect } from '#gateway/deliver.ts'
import { createKeepMediaEffect } from '#gateway/files/keep-media.ts'
import { catalogue } from '#machines/catalogue.ts'
import { assumedPrices } from '#machines/message-price.ts'
import { createKnowledge } from '#rag/knowledge.ts'
import type { ListingSearch } from '#rag/listing.ts'
import { createListingSearch } from '#rag/search.ts'
import { createRuntime } from '#runtime/host.ts'
import type { Clock } from '#runtime/ports/clock.ts'
import type { Models } from '#runtime/ports/models.ts'
import type { EffectHandler, Runtime } from '#runtime/runtime.ts'
import { calendarReadsOf } from './calendar-reads.ts'
import type { Config } from './config.ts'
import { chooseModels } from './models.ts'
import { projections } from './projections.ts'
import { workspaceSettings } from './workspace-settings.ts'
import type { HeldMembership, Stores } from './stores.ts'

/** A process's actors, and the search their agents use. */
export interface Actors {
  readonly runtime: Runtime
  readonly search: ListingSearch
  readonly membership: HeldMembership
}

/** What the workspaces are connected to. */
interface Connected {
  readonly connections: Connections
  readonly channelDesks: ChannelDesks
  readonly pages: PageConnections
}

/**
 * Starts the actor host with everything its machines ask for: the agents' work and the way out to the customer. Where documents are shared, read models
 * are followed and not built here. Resolves when this process's partitions are claimed.
 */
export async function hostActors(
  config: Config,
  stores: Stores & Connected,
  closing: AsyncDisposableStack,
): Promise<Actors> {
  const started: { runtime?: Runtime } = {}
  const ready = Promise.withResolvers<void>()
  const late = lateRuntime(started)
  const search = createListingSearch({ ...stores, live: late.live })
  closing.defer(() => search.close())
  const models = await chooseModels(config, stores)
  warmUp()
  const membership = await stores.membership('runtime', config.partitions)
  const { journal, documents, ephemeral, clock, ids, log, limits, shared } = stores
  const runtime = await createRuntime({
    journal,
    documents,
    clock,
    ids,
    log,
    limits,
    membership,
    machines: catalogue,
    settings: () => workspaceSettings(config, clock.nowMs()),
    effects: onceReady(ready.promise, effectsOf(config, { ...stores, models, late, search })),
    ...(shared.documents ? { readModels: 'followed', projections: [] } : { projections }),
    ...(isAlone(config) ? {} : { signals: ephemeral }),
  })
  closing.defer(() => runtime.stop())
  started.runtime = runtime
  ready.resolve()
  return { runtime, search, membership }
}

/** Without any server there is nobody else to tell. */
function isAlone({ servers }: Config): boolean {
  return Object.keys(servers).length === 0
}

function effectsOf(
  config: Config,
  house: Stores & {
    readonly models: Models
    readonly late: Runtime
    readonly search: ListingSearch
  } & Connected,
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
  const runtime = (): Runtime => late
  return {
    ...agents,
    deliver: createDeliverEffect({
      channels: [createWidgetChannel()],
      runtime,
      log,
      prices: config.prices ?? assumedPrices,
    }),
    transmit: createTransmitEffect({ senders: sendersOf(config, house), runtime, log }),
    'fetch-lead': createFetchLeadEffect({ pages: house.pages, graph: graphOf(config, clock) }),
    'keep-media': createKeepMediaEffect({ ...house, graph: graphOf(config, clock) }),
  }
}

/** The ways out through providers, by channel. */
function sendersOf(
  { meta, publicUrl }: Config,
  house: Connected & Pick<Stores, 'clock' | 'ephemeral' | 'files' | 'log'>,
): { readonly [channel: string]: ProviderSender } {
  const { connections, channelDesks, clock, ephemeral, files } = house
  const graph = graphOf({ meta }, clock)
  const uploads = createUploads({ ...house, graph })
  const reachedAt = publicUrl === undefined ? {} : { publicUrl: publicUrl.replace(/\/+$/, '') }
  return {
    whatsapp: createWhatsAppSender({ connections, graph, ephemeral, uploads }),
    sms: createSmsSender({ ...channelDesks.sms, ...reachedAt }),
    email: createMailSender({ ...channelDesks.email, ...reachedAt, files }),
  }
}

/** A line to Meta. */
export function graphOf({ meta }: Pick<Config, 'meta'>, clock: Clock): GraphClient {
  return createGraphClient({
    baseUrl: meta.graphUrl,
    version: meta.graphVersion,
    clock,
    timeoutMs: graphTimeoutMs,
  })
}

/** Shorter than the effect that waits for it. */
const graphTimeoutMs = 30_000

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
