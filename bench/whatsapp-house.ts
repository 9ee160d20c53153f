import { newSecret } from '#gateway/auth/secrets.ts'
import { signatureOf } from '#gateway/channels/whatsapp/signature.ts'
import { account, business } from '#gateway/channels/whatsapp/testing/payloads.ts'
import { startMetaServer, type MetaServer } from '#gateway/rehearsal/meta-server.ts'
import { systemClock } from '#runtime/adapters/system/clock.ts'
import { createSystemIds } from '#runtime/adapters/system/ids.ts'
import { signIn } from './live.ts'
import { startServer, type ServerProcess } from './server-process.ts'

/** A whole house in a process of its own, with a number connected as an admin does it, and an emulator of Meta in this one. */
export interface WhatsAppHouseProcess {
  readonly server: ServerProcess
  readonly meta: MetaServer
  /** Path of the workspace's webhook. */
  readonly path: string
  readonly sign: (body: Buffer) => string
  /** The app's secret, which signs. */
  readonly secret: string
  stop(): Promise<void>
}

const workspace = 'demo'

/** Starts both. Meta takes no time over anything. */
export async function startWhatsAppHouse(dataFolder: string): Promise<WhatsAppHouseProcess> {
  const [accessToken, appSecret] = [newSecret(), newSecret()]
  const displayNumber = '15550783881'
  const meta = await startMetaServer({
    port: 0,
    clock: systemClock(),
    ids: createSystemIds(),
    appSecret,
    accessToken,
    verifyToken: newSecret(),
    business: { wabaId: business, phoneNumberId: account, displayPhoneNumber: displayNumber, portfolioId: '4242' },
    delays: { sentMs: 0, deliveredMs: 0, reviewMs: 0, lateMs: 0, gatherMs: 0, retryMs: 100 },
  })
  const server = await startServer({ dataFolder, environment: { META_GRAPH_URL: meta.url } })
  const staff = { authorization: `Bearer ${(await signIn(server)).accessToken}` }
  const saved = await fetch(`${server.url}/v1/connections/whatsapp`, {
    method: 'PUT',
    headers: { ...staff, 'content-type': 'application/json' },
    body: JSON.stringify({ business, account, displayNumber, accessToken, appSecret }),
  })
  if (!saved.ok) throw new Error(`the number could not be connected: ${saved.status} ${await saved.text()}`)
  const path = `/webhooks/whatsapp/${workspace}`
  await subscribe(meta, {
    webhook: `${server.url}${path}`,
    verifyToken: await verifyTokenOf(server, staff),
    accessToken,
  })
  return {
    server,
    meta,
    path,
    secret: appSecret,
    sign: (body) => signatureOf(body, appSecret),
    async stop() {
      await meta.close()
      await server.stop()
    },
  }
}

async function verifyTokenOf(server: ServerProcess, headers: { readonly authorization: string }): Promise<string> {
  const answer = await fetch(`${server.url}/v1/connections`, { headers })
  const { whatsapp } = (await answer.json()) as { readonly whatsapp: readonly { readonly verifyToken?: string }[] }
  return whatsapp[0]?.verifyToken ?? ''
}

async function subscribe(
  meta: MetaServer,
  {
    webhook,
    verifyToken,
    accessToken,
  }: { readonly webhook: string; readonly verifyToken: string; readonly accessToken: string },
): Promise<void> {
  await meta.setCallback('whatsapp', webhook, verifyToken)
  const headers = { authorization: `Bearer ${accessToken}` }
  const subscribed = await fetch(`${meta.url}/v23.0/${business}/subscribed_apps`, { method: 'POST', headers })
  if (!subscribed.ok) throw new Error(`not subscribed: ${subscribed.status} ${await subscribed.text()}`)
}
