import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'
import { addressOf } from '#runtime/address.ts'
import type { Clock } from '#runtime/ports/clock.ts'
import type { Documents } from '#runtime/ports/documents.ts'
import type { Ephemeral } from '#runtime/ports/ephemeral.ts'
import type { Files } from '#runtime/ports/files.ts'
import type { Ids } from '#runtime/ports/ids.ts'
import type { Log } from '#runtime/ports/log.ts'
import type { Records } from '#runtime/ports/records.ts'
import type { ProjectorStats } from '#runtime/projector-process.ts'
import type { Runtime } from '#runtime/runtime.ts'
import type { ListingSearch } from '#rag/listing.ts'
import { createAccounts } from './auth/accounts.ts'
import { signingKey } from './auth/secrets.ts'
import { createSessions } from './auth/sessions.ts'
import { createTokens } from './auth/tokens.ts'
import { createWorkspaceTokens } from './auth/workspace-tokens.ts'
import type { GatewayConfig } from './config.ts'
import { gatewayLimits } from './config.ts'
import type { Connections } from './connections/connection.ts'
import type { ChannelDesks } from './connections/channel-desks.ts'
import type { ConnectionDesk } from './connections/connections.ts'
import type { PageDesk } from './connections/page-desk.ts'
import { serveCustomers } from './customer-socket.ts'
import { createGraphClient } from './channels/whatsapp/graph-client.ts'
import { createReceipts } from './channels/whatsapp/receipts.ts'
import { createTemplateSync } from './connections/template-sync.ts'
import { createFileLinks } from './files/file-links.ts'
import { createHealth, type Health } from './health.ts'
import type { House } from './house.ts'
import type { App } from './http/app.ts'
import { createApp } from './http/app.ts'
import { authRoutes } from './http/auth-routes.ts'
import { accountRoutes } from './http/account-routes.ts'
import { connectionRoutes } from './http/connection-routes.ts'
import { mailRoutes } from './http/mail-routes.ts'
import { smsRoutes } from './http/sms-routes.ts'
import { unsubscribeRoutes } from './http/unsubscribe-routes.ts'
import { smsWebhookRoutes } from './http/sms-webhook-routes.ts'
import { fileRoutes } from './http/file-routes.ts'
import { spendRoutes } from './http/spend-routes.ts'
import { forecastRoutes } from './http/forecast-routes.ts'
import { importRoutes } from './http/import-routes.ts'
import { leadEventRoutes } from './http/lead-event-routes.ts'
import { joiningRoutes } from './http/joining-routes.ts'
import { leadRoutes } from './http/lead-routes.ts'
import { memberRoutes, tokenRoutes } from './http/member-routes.ts'
import { outgoingRoutes } from './http/outgoing-routes.ts'
import { staticRoutes } from './http/static-routes.ts'
import { systemRoutes } from './http/system-routes.ts'
import { pageConnectionRoutes } from './http/page-connection-routes.ts'
import { pageWebhookRoutes } from './http/page-webhook-routes.ts'
import { webhookRoutes } from './http/webhook-routes.ts'
import { createForecasts, type Forecasts } from './forecasts/forecasts.ts'
import { createImports, type Imports } from './imports.ts'
import type { LeadEventStats } from './lead-events/start.ts'
import { letGo } from './letting-go.ts'
import { createLiveHub } from './live-hub.ts'
import { createMetrics } from './metrics.ts'
import { limits } from './protocol.ts'
import { collections } from './read-models/collections.ts'
import { createRooms } from './rooms.ts'
import { createSignals } from './signals.ts'
import { createRecovery, recoveryLimits } from './socket-recovery.ts'
import { spendGauges } from './spend.ts'
import { accountGauge } from './staff/account-feed.ts'
import { serveStaff } from './staff/staff-socket.ts'

/** Everything a gateway is made of. Only `deploy/` and tests choose the adapters behind the ports. */
export interface GatewayOptions {
  readonly runtime: Runtime
  readonly documents: Documents
  readonly records: Records
  readonly ephemeral: Ephemeral
  readonly files: Files
  readonly search: ListingSearch
  /** What the workspaces are connected to. */
  readonly connections: Connections
  /** The same, where admins change them; without it there are no routes to do so. */
  readonly connectionDesk?: ConnectionDesk
  /** The Facebook Pages they are connected to; none without it. */
  readonly pages?: PageDesk
  /** SMS numbers and mailboxes of the workspaces. */
  readonly channelDesks?: ChannelDesks
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly config: GatewayConfig
  /** Whether the process can do its work; asks the ports when absent. */
  readonly health?: Health
  /** The projector of this process, where it has one. */
  readonly projector?: () => ProjectorStats
  /** Whether read models answer, where that is known without asking. */
  readonly documentsReachable?: () => boolean
  /** What this process counts of lead events, where it has a part in them. */
  readonly leadEvents?: () => Partial<LeadEventStats>
  /** Whether a text is plainly a whole request: `isPlainlyComplete` of the agents. */
  isComplete(text: string): boolean
}

export interface Gateway {
  /** Resolves with the port it got when `port` is 0. Rejects when the port is taken. */
  listen(port: number, host: string): Promise<{ readonly port: number }>
  /** Says good-bye to every client and takes no more. The runtime goes on. */
  close(): Promise<void>
}

/** Makes the gateway: HTTP routes, the two Socket.IO namespaces, and the feeds behind them. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const house = await furnish(options)
  const app = await createApp(house)
  const io = new Server(app.server, {
    serveClient: false,
    maxHttpBufferSize: limits.frameMaxBytes,
    // The widget is embedded in other sites. Tokens travel in the handshake, never in cookies, so any origin may ask.
    cors: { origin: '*' },
    perMessageDeflate: false,
    adapter: createRecovery(options),
    // Who comes back is who they were only after their token has been checked again.
    connectionStateRecovery: { maxDisconnectionDuration: recoveryLimits.keptMs, skipMiddlewares: false },
    allowRequest: (_, decide) => decide(null, io.engine.clientsCount < house.limits.socketsMax),
  })
  serveCustomers(io.of('/customer'), house)
  const staff = serveStaff(io.of('/staff'), house)
  app.addHook('preClose', async () => void (await Promise.all([letGo(app.server), io.close()])))
  const imports = createImports(house)
  const forecasts = createForecasts(house)
  await routes(app, house, { imports, forecasts })
  return {
    async listen(port, host) {
      await app.listen({ port, host })
      const address: AddressInfo | string | null = app.server.address()
      if (address === null || typeof address === 'string') throw new Error('the server has no port')
      return { port: address.port }
    },
    async close() {
      staff.stop()
      await imports.stop()
      await forecasts.stop()
      await app.close()
      house.metrics.stop()
      house.receipts.stop()
      house.hub.close()
    },
  }
}

async function furnish(options: GatewayOptions): Promise<House> {
  const { runtime, documents, records, ephemeral, clock, config } = options
  const hub = createLiveHub(runtime.live)
  const health = options.health ?? healthOf(options)
  const signals = createSignals(ephemeral, clock)
  const graph = createGraphClient({
    baseUrl: config.meta.graphUrl,
    version: config.meta.graphVersion,
    clock,
    timeoutMs: graphTimeoutMs,
  })
  const metrics = createMetrics({ ...options, health, runtime: () => runtime.stats() }, hub, ephemeral)
  accountGauge(options, metrics.registry)
  spendGauges(options, metrics.registry)
  const [access, visitor] = [await signingKey(records, 'access'), await signingKey(records, 'visitor')]
  return {
    ...options,
    limits: { ...gatewayLimits, ...config.limits },
    accounts: createAccounts(options),
    sessions: createSessions({ ...options, revoked: (family, reason) => signals.end({ family, reason }) }),
    tokens: createTokens({ access, visitor, clock }),
    fileLinks: createFileLinks({ key: await signingKey(records, 'file'), clock }),
    hub,
    rooms: createRooms({ documents, hub, clock, journal: runtime.journal }),
    signals,
    health,
    metrics,
    templateSync: createTemplateSync({ ...options, graph }),
    receipts: createReceipts({ ...options, hub, graph }),
  }
}

/** How long Meta may take over what nobody's message waits for. */
const graphTimeoutMs = 15_000

/** The health of a gateway whose process has everything to itself: it is as ready as its journal. */
function healthOf({ clock, config, documents, ephemeral, runtime }: GatewayOptions): Health {
  const anyActor = addressOf(config.defaultWorkspace, 'queue', 'health')
  return createHealth({
    clock,
    checks: {
      journal: () => runtime.journal.load(anyActor),
      documents: () => documents.get(collections.conversations, anyActor),
      ephemeral: () => ephemeral.reachable(),
    },
    needs: ['journal'],
    lags: () => runtime.stats(),
    mustKeepUp: true,
  })
}

interface Jobs {
  readonly imports: Imports
  readonly forecasts: Forecasts
}

async function routes(app: App, house: House, { imports, forecasts }: Jobs): Promise<void> {
  const workspaceTokens = createWorkspaceTokens(house)
  authRoutes(app, house)
  leadRoutes(app, house, workspaceTokens)
  joiningRoutes(app, house)
  leadEventRoutes(app)
  memberRoutes(app, house)
  outgoingRoutes(app, house)
  spendRoutes(app, house)
  tokenRoutes(app, house, workspaceTokens)
  connectionRoutes(app, house)
  accountRoutes(app, house)
  pageConnectionRoutes(app, house)
  smsRoutes(app, house)
  mailRoutes(app, house)
  fileRoutes(app, house)
  importRoutes(app, house, imports)
  forecastRoutes(app, house, forecasts)
  systemRoutes(app, house)
  await webhookRoutes(app, house)
  await pageWebhookRoutes(app, house)
  await smsWebhookRoutes(app, house)
  await unsubscribeRoutes(app, house)
  await staticRoutes(app, house)
}
