import { z } from 'zod'
import { smsKind } from '../channels/sms/sms-account.ts'
import { checkSms } from '../connections/check-sms.ts'
import { sentFinding } from '../connections/sent-finding.ts'
import type { House } from '../house.ts'
import { maybe } from '../read-models/shape.ts'
import { channelAccountRoutes } from './channel-account-routes.ts'
import type { App } from './app.ts'

const authToken = z
  .string()
  .trim()
  .min(16)
  .max(200)
  .regex(/^[\w-]+$/u, 'has characters that no auth token has')
const saved = z.object({ ...smsKind.settings.shape, authToken: z.exactOptional(authToken) })
const phone = z.string().regex(/^\+[1-9]\d{6,14}$/u, 'has to be a number with + and country code')

/** SMS numbers of a workspace, for admins. */
export function smsRoutes(app: App, house: House): void {
  const { channelDesks, config, ephemeral } = house
  if (channelDesks === undefined) return
  const { accounts, client } = channelDesks.sms
  const webhook = (request: { readonly protocol: string; readonly host: string }, workspace: string): string =>
    `${config.publicUrl ?? `${request.protocol}://${request.host}`}/webhooks/sms/${workspace}`
  channelAccountRoutes(app, house, {
    kind: 'sms',
    title: 'SMS numbers',
    accounts,
    saved,
    inputOf: ({ authToken: token, ...settings }) => ({ settings, secrets: maybe('authToken', token) }),
    webhook,
    check: (account, request) => {
      const address = webhook(request, account.workspace)
      return checkSms(account, { client, ephemeral, address, reported: config.publicUrl !== undefined })
    },
    needed: ['access', 'number'],
    to: phone,
    test: async (account, to) =>
      sentFinding(
        await client.send(account, { to, body: 'This is a test message. SMS works.' }),
        'The provider accepted it. It should be there in a few seconds.',
      ),
  })
}
