import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Account, AccountInput, AccountKind, SealedAccounts } from '../connections/sealed-accounts.ts'
import { GatewayError } from '../errors.ts'
import { coded } from '../connections/finding-texts.ts'
import type { House } from '../house.ts'
import type { Finding, NamedFinding } from '../protocol.ts'
import { maybe } from '../read-models/shape.ts'
import type { App } from './app.ts'
import { memberOf } from './app.ts'
import { changeRoute } from './change-route.ts'
import { checkedOf, finding, security } from './connection-shapes.ts'
import { tellChecked } from './tell-checked.ts'

/** What routes for the accounts of a kind are made of. */
export interface ChannelAccountRoutes<Kind extends AccountKind, Saved extends z.ZodType> {
  readonly kind: Kind['kind']
  /** As they are called in the API's description, such as `SMS numbers`. */
  readonly title: string
  readonly accounts: SealedAccounts<Kind>
  /** What an admin gives, secrets and settings beside each other; the secrets can be left out. */
  readonly saved: Saved
  readonly inputOf: (saved: z.infer<Saved>) => AccountInput<Kind>
  /** Where a provider is to send messages of this workspace. */
  readonly webhook?: (request: FastifyRequest, workspace: string) => string
  readonly check: (account: Account<Kind>, request: FastifyRequest) => Promise<readonly NamedFinding[]>
  /** The checks that have to be well for messages to go out. */
  readonly needed: readonly string[]
  /** What a test message goes to, and sending it. */
  readonly to: z.ZodType<string>
  readonly test: (account: Account<Kind>, to: string) => Promise<Finding>
}

const named = z.object({ account: z.string().max(254) })
const view = z.object({
  webhook: z.exactOptional(z.string()),
  accounts: z.array(
    z.object({
      account: z.string(),
      settings: z.record(z.string(), z.union([z.string(), z.number()])),
      problem: z.exactOptional(z.string()),
    }),
  ),
})
const checked = checkedOf(z.string())

/** Accounts of one kind of a workspace, for admins: what there is, changing it, and looking at it live. No answer holds a secret. */
export function channelAccountRoutes<Kind extends AccountKind, Saved extends z.ZodType>(
  app: App,
  house: House,
  routes: ChannelAccountRoutes<Kind, Saved>,
): void {
  keepingRoutes(app, house, routes)
  liveRoutes(app, house, routes)
}

function keepingRoutes<Kind extends AccountKind, Saved extends z.ZodType>(
  app: App,
  house: House,
  { kind, title, accounts, saved, inputOf, webhook }: ChannelAccountRoutes<Kind, Saved>,
): void {
  app.route({
    method: 'GET',
    url: `/v1/connections/${kind}`,
    schema: { description: `The ${title} of your workspace.`, security, response: { 200: view } },
    async handler(request) {
      const { workspace } = (await memberOf(house, request, 'connections.list')).member
      const held = await accounts.list(workspace)
      return {
        ...maybe('webhook', webhook?.(request, workspace)),
        accounts: held.map(({ settings, opened }) => ({
          account: settings.account,
          settings: shown(settings),
          ...maybe('problem', opened instanceof GatewayError ? opened.message : undefined),
        })),
      }
    },
  })
  changeRoute(app, house, {
    method: 'PUT',
    url: `/v1/connections/${kind}`,
    description: `Connects one of the ${title}, or changes it: a secret that is left out stays as it is.`,
    given: saved,
    async change(given, { workspace, memberId }) {
      const input = inputOf(given)
      await accounts.save(workspace, input)
      house.log.info('an account was saved', { kind, workspace, account: input.settings.account, memberId })
    },
  })
  changeRoute(app, house, {
    method: 'DELETE',
    url: `/v1/connections/${kind}/:account`,
    description: `Removes one of the ${title} with its secrets.`,
    given: named,
    async change({ account }, { workspace, memberId }) {
      await accounts.remove(workspace, account)
      house.log.info('an account was removed', { kind, workspace, account, memberId })
    },
  })
}

function liveRoutes<Kind extends AccountKind, Saved extends z.ZodType>(
  app: App,
  house: House,
  { kind, accounts, check, needed, to, test }: ChannelAccountRoutes<Kind, Saved>,
): void {
  const accountOf = async (request: FastifyRequest, account: string): Promise<Account<Kind>> => {
    const { workspace } = (await memberOf(house, request, 'connections.check')).member
    const found = await accounts.account(workspace, account)
    if (found === undefined) throw new GatewayError('not-found', `${account} is not connected here.`)
    return found
  }
  app.route({
    method: 'POST',
    url: `/v1/connections/${kind}/:account/check`,
    schema: {
      description: 'Asks the provider whether everything is right; changes nothing there.',
      security,
      params: named,
      response: { 200: checked },
    },
    async handler(request) {
      const account = await accountOf(request, request.params.account)
      const checks = await check(account, request)
      const at = { workspace: account.workspace, channel: kind, account: account.settings.account }
      await tellChecked(house, at, { checks, needed })
      return { atMs: house.clock.nowMs(), checks: checks.map(coded) }
    },
  })
  app.route({
    method: 'POST',
    url: `/v1/connections/${kind}/:account/test-message`,
    schema: {
      description: 'Sends a short message, once, and answers what the provider said.',
      security,
      params: named,
      body: z.object({ to }),
      response: { 200: finding },
    },
    async handler(request): Promise<Finding> {
      return coded(await test(await accountOf(request, request.params.account), request.body.to))
    },
  })
}

function shown(settings: object): { [name: string]: string | number } {
  const fields = Object.entries(settings).flatMap(([name, value]: readonly [string, unknown]) =>
    typeof value === 'string' || typeof value === 'number' ? [[name, value] as const] : [],
  )
  return Object.fromEntries(fields)
}
