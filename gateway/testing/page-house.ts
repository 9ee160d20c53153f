import { systemClock } from '#runtime/adapters/system/clock.ts'
import { createSystemIds } from '#runtime/adapters/system/ids.ts'
import type { PageInput } from '../connections/page-desk.ts'
import { leadAdsDefaults } from '../rehearsal/business.ts'
import { startMetaServer, type MetaServer } from '../rehearsal/meta-server.ts'
import { startTestHouse, type TestHouse, type TestHouseOptions } from './test-house.ts'

/** A house that is connected to a Page of the emulator, as to Meta. */
export interface PageHouse {
  readonly house: TestHouse
  readonly meta: MetaServer
  /** Where Meta sends webhooks. */
  readonly webhook: string
  stop(): Promise<void>
}

export const pageSecrets = { accessToken: 'page-token-of-the-test', appSecret: 'contract-test-secret' }

/** Starts both, and subscribes the app to these fields of the Page; to its leads alone unless told otherwise. */
export async function startPageHouse(
  options: TestHouseOptions & { readonly page?: Partial<PageInput>; readonly fields?: string } = {},
): Promise<PageHouse> {
  const meta = await startMetaServer({
    port: 0,
    clock: systemClock(),
    ids: createSystemIds(),
    ...pageSecrets,
    verifyToken: 'unused',
    business: { wabaId: '1', phoneNumberId: '2', displayPhoneNumber: '15550783881', portfolioId: '3' },
    delays: { retryMs: 20, lateMs: 50 },
  })
  const house = await startTestHouse({ ...options, graphUrl: meta.url })
  const page = leadAdsDefaults.pageId
  await house.pages.save('acme', { page, ...pageSecrets, ...options.page })
  const verifyToken = (await house.pages.page('acme', page))?.verifyToken ?? ''
  const webhook = `http://127.0.0.1:${house.port}/webhooks/meta/acme`
  for (const object of ['page', 'instagram'] as const) await meta.setCallback(object, webhook, verifyToken)
  await subscribe(`${meta.url}/v23.0/${page}`, options.fields ?? 'leadgen')
  return {
    house,
    meta,
    webhook,
    async stop() {
      await meta.close()
      await house.stop()
    },
  }
}

async function subscribe(page: string, fields: string): Promise<void> {
  const answer = await fetch(`${page}/subscribed_apps?subscribed_fields=${fields}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${pageSecrets.accessToken}` },
  })
  if (!answer.ok) throw new Error(`not subscribed: ${answer.status} ${await answer.text()}`)
}
