import { createMemoryEphemeral } from '#runtime/adapters/memory/ephemeral.ts'
import { createMemoryFiles } from '#runtime/adapters/memory/files.ts'
import { systemClock } from '#runtime/adapters/system/clock.ts'
import { createSystemIds } from '#runtime/adapters/system/ids.ts'
import { createGraphClient } from '../channels/whatsapp/graph-client.ts'
import { createUploads } from '../channels/whatsapp/uploads.ts'
import { createWhatsAppSender } from '../channels/whatsapp/sender.ts'
import type { Connections, WhatsAppConnection } from '../connections/connection.ts'
import { startMetaServer, type MetaServer, type MetaServerOptions } from '../rehearsal/meta-server.ts'
import { createTestLog, startTestHouse, type TestHouse, type TestHouseOptions } from './test-house.ts'

/** A house that is connected to the emulator of Meta, as to Meta. */
export interface WhatsAppHouse {
  readonly house: TestHouse
  readonly meta: MetaServer
  readonly number: WhatsAppConnection
  /** Where Meta sends webhooks. */
  readonly webhook: string
  stop(): Promise<void>
}

export const metaNumber: WhatsAppConnection = {
  workspace: 'acme',
  business: '102290129340398',
  account: '106540352242922',
  displayNumber: '15550783881',
  accessToken: 'token-of-the-test',
  appSecrets: ['contract-test-secret'],
  verifyToken: 'verify-me',
}

export interface WhatsAppHouseOptions extends TestHouseOptions {
  readonly meta?: Partial<MetaServerOptions>
  /** The house's way to Meta. */
  readonly fetch?: typeof fetch
}

/** Everything at once: Meta takes no time over anything. */
const prompt = { sentMs: 0, deliveredMs: 0, reviewMs: 0, lateMs: 50, gatherMs: 50, retryMs: 20 }

/** Starts both, and subscribes the house to the emulator's webhooks by its real handshake. */
export async function startWhatsAppHouse(options: WhatsAppHouseOptions = {}): Promise<WhatsAppHouse> {
  const clock = options.clock ?? systemClock()
  const [appSecret = ''] = metaNumber.appSecrets
  const { business: wabaId, account: phoneNumberId, displayNumber: displayPhoneNumber } = metaNumber
  const meta = await startMetaServer({
    port: 0,
    clock,
    ids: createSystemIds(),
    appSecret,
    verifyToken: metaNumber.verifyToken,
    accessToken: metaNumber.accessToken,
    business: { wabaId, phoneNumberId, displayPhoneNumber, portfolioId: '4242' },
    ...options.meta,
    delays: { ...prompt, ...options.meta?.delays },
  })
  const graph = createGraphClient({
    baseUrl: meta.url,
    version: 'v23.0',
    clock,
    timeoutMs: 5000,
    ...(options.fetch && { fetch: options.fetch }),
  })
  const files = options.files ?? createMemoryFiles()
  const ephemeral = createMemoryEphemeral({ clock })
  const uploads = createUploads({ graph, files, ephemeral, clock, log: createTestLog([]) })
  const house = await startTestHouse({
    files,
    graphUrl: meta.url,
    graph,
    ...options,
    connections: connectedTo(metaNumber),
    senders: {
      ...options.senders,
      whatsapp: createWhatsAppSender({ connections: connectedTo(metaNumber), graph, uploads }),
    },
  })
  const webhook = `http://127.0.0.1:${house.port}/webhooks/whatsapp/acme`
  await meta.setCallback('whatsapp', webhook, metaNumber.verifyToken)
  const subscribed = await fetch(`${meta.url}/v23.0/${wabaId}/subscribed_apps`, {
    method: 'POST',
    headers: { authorization: `Bearer ${metaNumber.accessToken}` },
  })
  if (!subscribed.ok) throw new Error(`not subscribed: ${subscribed.status} ${await subscribed.text()}`)
  return {
    house,
    meta,
    number: metaNumber,
    webhook,
    async stop() {
      await meta.close()
      await house.stop()
    },
  }
}

function connectedTo(number: WhatsAppConnection): Connections {
  return {
    whatsapp: async (workspace) => (workspace === number.workspace ? [number] : []),
    whatsappAccount: async (workspace, account) =>
      workspace === number.workspace && account === number.account ? number : undefined,
  }
}
