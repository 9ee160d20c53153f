import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { ConnectionDesk } from '#gateway/connections/connections.ts'
import { newSecret } from '#gateway/auth/secrets.ts'
import type { PageDesk } from '#gateway/connections/page-desk.ts'
import { leadAdsDefaults } from '#gateway/rehearsal/business.ts'
import { startMetaServer, type MetaServer } from '#gateway/rehearsal/meta-server.ts'
import { systemClock } from '#runtime/adapters/system/clock.ts'
import { createSystemIds } from '#runtime/adapters/system/ids.ts'
import { readConfig, type Config } from './config.ts'
import { listenProblem, stopSignal } from './serving.ts'
import { buildPages, say } from './start-command.ts'
import { composeHouse, type House } from './start-house.ts'

type Variables = { readonly [name: string]: string | undefined }

/** The number that is rehearsed with. Invented, as everything Meta would give. */
const number = { business: '102290129340398', account: '106540352242922', displayNumber: '15550783881' } as const
const defaultPort = 4700

/**
 * `fineacers rehearse`: the whole house, and beside it an emulator of Meta with a page that looks like a phone, in a data folder of its own. The house is
 * connected to it as to Meta; with `--bare` that is left to whoever rehearses the set-up. Answers the exit code.
 */
export async function rehearse(words: readonly string[], variables: Variables): Promise<number> {
  const { values } = parseArgs({ args: [...words], options: { bare: { type: 'boolean' } } })
  const secrets = { accessToken: newSecret(), appSecret: newSecret() }
  const meta = await startMeta(variables, secrets)
  const config = readConfig({
    ...variables,
    FINEACERS_DATA: join(variables['FINEACERS_DATA'] ?? 'data', 'rehearsal'),
    META_GRAPH_URL: meta.url,
    FINEACERS_PRIVATE_MAIL_HOSTS: 'yes',
  })
  if (config.build) await buildPages()
  const house = await composeHouse(config, say)
  const url = await listen(house, config)
  if (values.bare !== true) {
    const { workspace } = config
    await connect(meta, house.connections, { workspace, url, ...secrets })
    await connectPage(meta, house.pages, { workspace, url, ...secrets })
  }
  await welcome({ house, meta, url, secrets, bare: values.bare === true })
  const signal = await stopSignal()
  say(`\n${signal}: finishing what is in flight`)
  await meta.close()
  await house.close()
  return 0
}

interface Secrets {
  readonly accessToken: string
  readonly appSecret: string
}

function startMeta(variables: Variables, secrets: Secrets): Promise<MetaServer> {
  const { business: wabaId, account: phoneNumberId, displayNumber: displayPhoneNumber } = number
  return startMetaServer({
    port: Number(variables['REHEARSAL_PORT'] ?? defaultPort),
    clock: systemClock(),
    ids: createSystemIds(),
    verifyToken: newSecret(),
    ...secrets,
    business: { wabaId, phoneNumberId, displayPhoneNumber, portfolioId: '4242424242' },
  })
}

async function listen(house: House, config: Config): Promise<string> {
  try {
    return await house.listen()
  } catch (error) {
    await house.close()
    throw listenProblem(error, config, 'npm run rehearse')
  }
}

/** What a person does on the page Channels and on Meta's dashboard: the number with its secrets here, the webhook there. */
async function connect(
  meta: MetaServer,
  connections: ConnectionDesk,
  { workspace, url, accessToken, appSecret }: Secrets & { readonly workspace: string; readonly url: string },
): Promise<void> {
  await connections.save(workspace, { ...number, accessToken, appSecret })
  const connected = await connections.whatsappAccount(workspace, number.account)
  if (connected === undefined) throw new Error('the number could not be connected')
  await meta.setCallback('whatsapp', `${url}/webhooks/whatsapp/${workspace}`, connected.verifyToken)
  await fetch(`${meta.url}/v23.0/${number.business}/subscribed_apps`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}` },
  })
}

/** The same for the Page whose advertisement has a form: its app is the number's, and so is the secret. */
async function connectPage(
  meta: MetaServer,
  pages: PageDesk,
  { workspace, url, accessToken }: Secrets & { readonly workspace: string; readonly url: string },
): Promise<void> {
  const { pageId: page, instagramId: instagram } = leadAdsDefaults
  await pages.save(workspace, { page, instagram, accessToken })
  const connected = await pages.page(workspace, page)
  if (connected === undefined) throw new Error('the Page could not be connected')
  for (const object of ['page', 'instagram'] as const)
    await meta.setCallback(object, `${url}/webhooks/meta/${workspace}`, connected.verifyToken)
  await fetch(`${meta.url}/v23.0/${page}/subscribed_apps?subscribed_fields=leadgen,feed,messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}` },
  })
}

async function welcome(rehearsal: {
  readonly house: House
  readonly meta: MetaServer
  readonly url: string
  readonly secrets: Secrets
  readonly bare: boolean
}): Promise<void> {
  const { house, meta, url, secrets, bare } = rehearsal
  const admin = await house.ensureAdmin()
  say('')
  say('  The rehearsal is ready')
  say(`  Staff console                 ${url}/console/`)
  say(`  The customer's phone          ${meta.url}/`)
  if (admin !== undefined) say(`  Admin's one-time sign-in code: ${admin.code}   (for the console, good once)`)
  if (bare) {
    say('')
    say('  Connect the number under Channels in the console:')
    say(`    Business account ${number.business}, phone number id ${number.account}`)
    say(`    Access token     ${secrets.accessToken}`)
    say(`    App secret       ${secrets.appSecret}`)
    say(`    Facebook Page    ${leadAdsDefaults.pageId}, with the same token and app`)
  }
  say('')
  say('  Press Ctrl+C to stop. The house keeps what was said; the phones forget.')
}
