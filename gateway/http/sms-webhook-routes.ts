import { z } from 'zod'
import { readSms } from '../channels/sms/read-sms.ts'
import { smsEventsOf } from '../channels/sms/take-in.ts'
import { isTwilioSigned, type FormFields } from '../channels/sms/twilio-signature.ts'
import { GatewayError } from '../errors.ts'
import type { House } from '../house.ts'
import type { App } from './app.ts'
import { createSeenNotes } from './webhook-seen.ts'

/** A form of the provider's has some thousand characters. */
const bodyMax = 64 * 1024
const where = z.object({ workspace: z.string().max(40) })
const named = z.looseObject({ dispatch: z.exactOptional(z.string().max(300)) })
/** Nothing to answer by itself: the assistant does. */
const silence = '<?xml version="1.0" encoding="UTF-8"?><Response/>'

/**
 * What an SMS provider calls: messages to our numbers, and reports of ours. Answered 200 once it is durable, and before anybody works on it. The
 * signature covers the whole address, with the dispatch it names. Unsigned ones are refused before they are read, also while no number is connected.
 */
export async function smsWebhookRoutes(app: App, house: House): Promise<void> {
  const seen = createSeenNotes(house)
  await app.register(async (routes: App) => {
    routes.removeAllContentTypeParsers()
    routes.addContentTypeParser('*', { parseAs: 'string', bodyLimit: bodyMax }, (_request, body, done) => {
      done(null, body)
    })
    routes.route({
      method: 'POST',
      url: '/webhooks/sms/:workspace',
      schema: { hide: true, params: where, querystring: named },
      // Whoever can sign may send as much as the provider does; who can't costs a hash.
      config: { rateLimit: false },
      async handler(request, reply) {
        const { params, query, body, headers } = request
        const raw = typeof body === 'string' ? body : ''
        const fields: FormFields = [...new URLSearchParams(raw)]
        const base = house.config.publicUrl ?? `${request.protocol}://${request.host}`
        const posted = { address: `${base}${request.url}`, fields }
        const accounts = await signers(house, params.workspace, { posted, header: headers['x-twilio-signature'] })
        const { dispatch } = query
        await takeIn(house, params.workspace, {
          raw,
          fields,
          accounts,
          ...(dispatch === undefined ? {} : { dispatch }),
        })
        for (const account of accounts) seen(smsSeenKey(params.workspace, account))
        return reply.type('text/xml').send(silence)
      },
    })
  })
}

/** Our numbers whose token signed it. */
async function signers(
  house: House,
  workspace: string,
  { posted, header }: { readonly posted: Parameters<typeof isTwilioSigned>[0]; readonly header: unknown },
): Promise<ReadonlySet<string>> {
  const signature = typeof header === 'string' ? header : undefined
  const known = (await house.channelDesks?.sms.accounts.of(workspace)) ?? []
  const signed = known.filter(({ secrets }) => isTwilioSigned(posted, signature, secrets.authToken))
  if (signed.length > 0) return new Set(signed.map(({ settings }) => settings.account))
  house.metrics.webhooks.inc({ channel: 'sms', outcome: 'unsigned' })
  throw new GatewayError('unauthenticated', 'The signature is missing or not right.')
}

async function takeIn(
  house: House,
  workspace: string,
  told: {
    readonly raw: string
    readonly fields: FormFields
    readonly accounts: ReadonlySet<string>
    readonly dispatch?: string
  },
): Promise<void> {
  const { runtime, clock, config } = house
  const events = smsEventsOf(readSms(told.fields), {
    ...told,
    workspace,
    timeZone: config.workspaces[workspace]?.timeZone ?? 'UTC',
    nowMs: clock.nowMs(),
    isComplete: (text) => house.isComplete(text),
  })
  await Promise.all(events.map((event) => runtime.send(event)))
  house.metrics.webhooks.inc({ channel: 'sms', outcome: 'taken' })
}

/** Where it is noted that something rightly signed came for a number. */
export function smsSeenKey(workspace: string, account: string): string {
  return `webhook-seen/sms/${workspace}/${account}`
}
