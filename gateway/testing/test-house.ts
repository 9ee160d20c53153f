import { isPlainlyComplete } from '#agents/completeness.ts'
import { catalogue } from '#machines/catalogue.ts'
import { assumedPrices } from '#machines/message-price.ts'
import type { Draft, Route, TurnInput, Verdict } from '#machines/conversation-contract.ts'
import { createMemoryFiles } from '#runtime/adapters/memory/files.ts'
import { createMemoryEphemeral } from '#runtime/adapters/memory/ephemeral.ts'
import { createMemoryJournal } from '#runtime/adapters/memory/journal.ts'
import { openRedisEphemeral } from '#runtime/adapters/redis/ephemeral.ts'
import { createSingleMembership } from '#runtime/adapters/single/membership.ts'
import { openSqliteDocuments } from '#runtime/adapters/sqlite/documents.ts'
import { openSqliteRecords } from '#runtime/adapters/sqlite/records.ts'
import { systemClock } from '#runtime/adapters/system/clock.ts'
import { createSystemIds } from '#runtime/adapters/system/ids.ts'
import { createRuntime } from '#runtime/host.ts'
import type { Json } from '#runtime/json.ts'
import type { Clock } from '#runtime/ports/clock.ts'
import type { Ephemeral } from '#runtime/ports/ephemeral.ts'
import type { Files } from '#runtime/ports/files.ts'
import type { Log } from '#runtime/ports/log.ts'
import type { EffectHandler, EffectRequest, Runtime } from '#runtime/runtime.ts'
import type { ListingSearch } from '#rag/listing.ts'
import type { ProblemReport } from '../protocol.ts'
import type { Gateway, GatewayOptions } from '../server.ts'
import { createGateway } from '../server.ts'
import type { GatewayConfig, GatewayLimits } from '../config.ts'
import { createAccounts, type Accounts } from '../auth/accounts.ts'
import { createFetchLeadEffect } from '../channels/meta/fetch-lead.ts'
import { createTransmitEffect, type ProviderSender } from '../channels/transmit.ts'
import { createGraphClient, type GraphClient } from '../channels/whatsapp/graph-client.ts'
import { createWidgetChannel } from '../channels/widget.ts'
import type { ChannelDesks } from '../connections/channel-desks.ts'
import type { Connections } from '../connections/connection.ts'
import { openConnections } from '../connections/open-connections.ts'
import { openPages } from '../connections/open-pages.ts'
import type { PageDesk } from '../connections/page-desk.ts'
import { createKeepMediaEffect } from '../files/keep-media.ts'
import { createDeliverEffect } from '../deliver.ts'
import { refusedEventsProjection } from '../lead-events/refused-projection.ts'
import { accountProjection } from '../read-models/account-projection.ts'
import { mediaProjection } from '../read-models/media-projection.ts'
import { outgoingProjection } from '../read-models/outgoing-projection.ts'
import { peopleProjection } from '../read-models/people-projection.ts'
import { salesProjection } from '../read-models/sales-projection.ts'
import { spendProjection } from '../read-models/spend-projection.ts'
import { teamProjection } from '../read-models/team-projection.ts'

/** A gateway that clients reach, and what makes accounts. */
export type TestDoor = Pick<GatewayOptions, 'records' | 'clock' | 'ids'> & { readonly port: number }

/** A whole house in memory on real time: the real host, machines and gateway; only the assistant's words are a test's. */
export interface TestHouse extends GatewayOptions {
  readonly pages: PageDesk
  readonly gateway: Gateway
  readonly port: number
  readonly logged: readonly string[]
  readonly accounts: Accounts
  stop(): Promise<void>
}

export interface TestHouseOptions {
  /** The assistant's answer to a turn; an error makes it fail. */
  answer?(turn: TurnInput): Promise<Partial<Draft>>
  readonly limits?: Partial<GatewayLimits>
  readonly workspaces?: readonly string[]
  readonly staticRoot?: string
  readonly importFolder?: string
  /** A store of its own in memory unless given; closed with the house. */
  readonly ephemeral?: Ephemeral
  readonly connections?: Connections
  readonly channelDesks?: ChannelDesks
  /** What plays Meta; nobody does when absent. */
  readonly graphUrl?: string
  /** In memory when absent. */
  readonly files?: Files
  /** The way to Meta for files; one to `graphUrl` when absent. */
  readonly graph?: GraphClient
  /** Real time when absent. */
  readonly clock?: Clock
  /** Ways out through providers, by channel. */
  readonly senders?: { readonly [channel: string]: ProviderSender }
}

/** Starts a test house on a free port. */
export async function startTestHouse(options: TestHouseOptions = {}): Promise<TestHouse> {
  const clock = options.clock ?? systemClock()
  const ids = createSystemIds()
  const logged: string[] = []
  const log = createTestLog(logged)
  const documents = openSqliteDocuments({ file: ':memory:', log })
  const records = openSqliteRecords({ file: ':memory:' })
  const ephemeral = options.ephemeral ?? createMemoryEphemeral({ clock })
  const made: { runtime?: Runtime } = {}
  const config = testConfig(options)
  const pages = await openPages({ records, clock, log })
  const connectionDesk = await openConnections({ records, clock, log })
  const files = options.files ?? createMemoryFiles()
  const runtime = await createRuntime({
    journal: createMemoryJournal({ partitions: 4 }),
    documents,
    membership: createSingleMembership({ node: 'test', partitions: 4 }),
    clock,
    ids,
    log,
    machines: catalogue,
    settings: () => ({}),
    effects: {
      ...assistantEffects(options),
      deliver: createDeliverEffect({
        channels: [createWidgetChannel()],
        runtime: () => theRuntime(made),
        log,
        prices: assumedPrices,
      }),
      transmit: createTransmitEffect({ senders: options.senders ?? {}, runtime: () => theRuntime(made), log }),
      'fetch-lead': createFetchLeadEffect({ pages, graph: graphOf(config, clock) }),
      'keep-media': createKeepMediaEffect({
        connections: options.connections ?? connectionDesk,
        graph: options.graph ?? graphOf(config, clock),
        files,
      }),
    },
    projections: [
      salesProjection,
      outgoingProjection,
      peopleProjection,
      accountProjection,
      spendProjection,
      mediaProjection,
      teamProjection,
      refusedEventsProjection,
    ],
  })
  made.runtime = runtime
  const parts = {
    runtime,
    documents,
    records,
    ephemeral,
    files,
    search: noListings,
    connections: options.connections ?? connectionDesk,
    connectionDesk,
    pages,
    ...(options.channelDesks && { channelDesks: options.channelDesks }),
    clock,
    ids,
    log,
    config,
    isComplete: isPlainlyComplete,
  }
  const gateway = await createGateway(parts)
  const { port } = await gateway.listen(0, '127.0.0.1')
  return {
    ...parts,
    gateway,
    port,
    logged,
    accounts: createAccounts(parts),
    async stop() {
      await gateway.close()
      await runtime.stop()
      await documents.close()
      await records.close()
      await ephemeral.close()
    },
  }
}

/** Another gateway of the same house, with a line of its own to the ephemeral store and what else is its own. The house is stopped after it. */
export async function anotherGateway(
  house: TestHouse,
  ephemeral: Ephemeral,
  own: Partial<GatewayConfig> = {},
): Promise<TestHouse> {
  const gateway = await createGateway({ ...house, ephemeral, config: { ...house.config, ...own } })
  const { port } = await gateway.listen(0, '127.0.0.1')
  return {
    ...house,
    ephemeral,
    gateway,
    port,
    async stop() {
      await gateway.close()
      await ephemeral.close()
    },
  }
}

/** A line of its own to the ephemeral store at `url`, once that answers. */
export async function openShared(url: string): Promise<Ephemeral> {
  const store = openRedisEphemeral({ url, clock: systemClock(), log: createTestLog([]) })
  await until(
    () => store.reachable(),
    (is) => is,
  )
  return store
}

/** A line to what plays Meta. */
function graphOf({ meta }: GatewayConfig, clock: Clock): GraphClient {
  return createGraphClient({ baseUrl: meta.graphUrl, version: meta.graphVersion, clock, timeoutMs: 5000 })
}

function theRuntime(made: { readonly runtime?: Runtime }): Runtime {
  if (made.runtime === undefined) throw new Error('an effect ran before the runtime was made')
  return made.runtime
}

/** The configuration of a test house, with one workspace `acme` unless told otherwise. */
export function testConfig(options: TestHouseOptions): GatewayConfig {
  const workspace = {
    brand: { name: 'Acme', assistantName: 'Asha', greeting: 'Hello', questions: [], accent: '#334455' },
    timeZone: 'Asia/Kolkata',
    team: 'sales',
    capacity: 5,
  }
  return {
    workspaces: Object.fromEntries((options.workspaces ?? ['acme', 'globex']).map((each) => [each, workspace])),
    defaultWorkspace: 'acme',
    staticRoot: options.staticRoot ?? '/nowhere',
    importFolder: options.importFolder ?? '/nowhere',
    secureCookies: false,
    trustProxy: false,
    meta: { graphUrl: options.graphUrl ?? 'http://127.0.0.1:9', graphVersion: 'v23.0' },
    limits: options.limits ?? {},
  }
}

/** The assistant's work, done at once with a test's words. */
export function assistantEffects(options: TestHouseOptions): { readonly [name: string]: EffectHandler } {
  const policy = { timeoutMs: 10_000, attemptsMax: 1, backoffMs: 10, concurrency: 32 }
  const route: Route = { intent: 'general', specialist: 'general', confidence: 0.95 }
  const verdict: Verdict = { deliver: true, problems: [], confidence: 0.95 }
  const answer = async (request: EffectRequest): Promise<Json> => {
    const turn = request.input as unknown as TurnInput
    return { ...plainDraft(turn), ...(await options.answer?.(turn)) } as unknown as Json
  }
  return {
    route: { policy, run: async () => route as unknown as Json },
    answer: { policy, run: answer },
    check: { policy, run: async () => verdict as unknown as Json },
    'enrich-lead': { policy, run: async () => ({ profile: {} }) },
    'alert-hot-lead': { policy, run: async () => null },
  }
}

function plainDraft(turn: TurnInput): Draft {
  return {
    text: `You said: ${turn.messages.map((each) => each.text).join(' / ')}`,
    cards: [],
    chips: [],
    claims: [],
    confidence: 0.95,
    intent: 'general',
    specialist: 'general',
    model: 'test',
    dialogue: {},
    engagement: 'question',
    costMicros: 0,
  }
}

/** A workspace that is connected to nothing. */
export const noConnections: Connections = {
  whatsapp: async () => [],
  whatsappAccount: async () => undefined,
}

/** A search that finds nothing. */
export const noListings: ListingSearch = {
  search: async () => ({ listings: [], total: 0, relaxed: [] }),
  get: async () => undefined,
  places: async () => [],
  cities: async () => [],
  count: async () => 0,
}

/** A log that keeps warnings and errors. */
export function createTestLog(lines: string[]): Log {
  const write = (level: string) => (message: string, fields?: { readonly [key: string]: Json }) => {
    lines.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`)
  }
  return { debug: () => {}, info: () => {}, warn: write('warn'), error: write('error') }
}

/** Asks until the answer passes, for at most five seconds: for what arrives by another road than the one just answered. */
export async function until<Value>(
  ask: () => Value | Promise<Value>,
  passes: (value: Value) => boolean,
): Promise<Value> {
  const endAtMs = Date.now() + 5000
  for (;;) {
    const value = await ask()
    if (passes(value)) return value
    if (Date.now() > endAtMs)
      throw new Error(`it never came to pass; last seen: ${JSON.stringify(value)?.slice(0, 500)}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** The problem a refused handshake carries. */
export function problemIn(error: unknown): ProblemReport {
  return (error as { readonly data: ProblemReport }).data
}
