import { z } from 'zod'
import type { Transmitted } from '#machines/dispatch-contract.ts'
import type { Clock } from '#runtime/ports/clock.ts'
import { failureIn } from '../reached.ts'
import { readBounded } from '../whatsapp/read-bounded.ts'
import { askedWaitMs } from '../whatsapp/retry-after.ts'
import { smsErrorOf } from './error-actions.ts'
import type { SmsAccount } from './sms-account.ts'

/** One message to post. `callback` is where its delivery is to be reported. */
export interface SmsToSend {
  readonly to: string
  readonly body: string
  readonly mediaUrl?: string
  readonly callback?: string
}

/** A number as the provider has it. */
export interface SmsNumber {
  readonly canSend: boolean
  /** Where messages to it are sent on; empty when nowhere. */
  readonly address: string
}

/** What was asked for, or why it did not come. */
export type SmsAsked<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly status: number; readonly reason: string }

/** A Twilio-compatible provider, as the product needs it. Nothing is tried twice, nothing is thrown, and no token is in any answer. */
export interface TwilioClient {
  /** Posts a message, once. A 201 means accepted, not sent. There is no idempotency: what may have been sent is `ambiguous`. */
  send(account: SmsAccount, message: SmsToSend, signal?: AbortSignal): Promise<Transmitted>
  /** The account's state: `active` where all is well. */
  state(account: SmsAccount): Promise<SmsAsked<string>>
  number(account: SmsAccount): Promise<SmsAsked<SmsNumber>>
}

type Reply =
  | { readonly kind: 'answered'; readonly status: number; readonly headers: Headers; readonly body: unknown }
  | { readonly kind: 'failed'; readonly reached: 'no' | 'maybe'; readonly reason: string }

const answerBytesMax = 1024 * 1024
/** How long to wait where the provider does not say. */
const waits = { networkMs: 5000, rateMs: 60_000 } as const

/** A client of a provider that speaks Twilio's API of 2010-04-01. It keeps no state. */
export function createTwilioClient(options: {
  readonly baseUrl: string
  readonly clock: Clock
  readonly timeoutMs: number
}): TwilioClient {
  const { clock } = options
  const call = callerOf(options)
  return {
    async send(account, { to, body, mediaUrl, callback }, signal) {
      const form = new URLSearchParams({ To: to, From: account.settings.account })
      const { messagingService } = account.settings
      if (messagingService !== undefined) form.set('MessagingServiceSid', messagingService)
      if (body !== '') form.set('Body', body)
      if (mediaUrl !== undefined) form.set('MediaUrl', mediaUrl)
      if (callback !== undefined) form.set('StatusCallback', callback)
      return transmittedOf(
        await call(account, { path: '/Messages.json', form, ...(signal && { signal }) }),
        clock.nowMs(),
      )
    },
    async state(account) {
      return askedOf(await call(account, { path: '.json' }), stateSchema)
    },
    async number(account) {
      const query = new URLSearchParams({ PhoneNumber: account.settings.account })
      return askedOf(await call(account, { path: `/IncomingPhoneNumbers.json?${query}` }), numberSchema)
    },
  }
}

interface Request {
  /** Below the account. */
  readonly path: string
  readonly form?: URLSearchParams
  readonly signal?: AbortSignal
}

function callerOf({
  baseUrl,
  clock,
  timeoutMs,
}: {
  readonly baseUrl: string
  readonly clock: Clock
  readonly timeoutMs: number
}) {
  return async (account: SmsAccount, { path, form, signal }: Request): Promise<Reply> => {
    if (isOff(signal)) return { kind: 'failed', reached: 'no', reason: 'It was called off before it began.' }
    const { accountSid } = account.settings
    const timeout = new AbortController()
    const cancel = clock.schedule(clock.nowMs() + timeoutMs, () => timeout.abort())
    try {
      const response = await fetch(`${baseUrl.replace(/\/+$/u, '')}/2010-04-01/Accounts/${accountSid}${path}`, {
        ...(form === undefined ? {} : { method: 'POST', body: form }),
        redirect: 'manual',
        headers: { authorization: authorityOf(account) },
        signal: AbortSignal.any([timeout.signal, ...(signal === undefined ? [] : [signal])]),
      })
      const bytes = (await readBounded(response, answerBytesMax)) ?? new Uint8Array()
      const { status, headers } = response
      return { kind: 'answered', status, headers, body: parsed(new TextDecoder().decode(bytes)) }
    } catch (error) {
      if (isOff(timeout.signal) || isOff(signal)) {
        return { kind: 'failed', reached: 'maybe', reason: `The SMS provider did not answer within ${timeoutMs} ms.` }
      }
      const { reached, what } = failureIn(error)
      return { kind: 'failed', reached, reason: `The SMS provider could not be reached: ${what}.` }
    } finally {
      cancel()
    }
  }
}

function isOff(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true
}

function authorityOf({ settings, secrets }: SmsAccount): string {
  return `Basic ${Buffer.from(`${settings.accountSid}:${secrets.authToken}`).toString('base64')}`
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const acceptedSchema = z.object({ sid: z.string().min(1) })
const errorSchema = z.object({ code: z.number(), message: z.string().catch('') })

function transmittedOf(reply: Reply, nowMs: number): Transmitted {
  if (reply.kind === 'failed') {
    const { reached, reason } = reply
    return reached === 'no' ? { outcome: 'later', afterMs: waits.networkMs, reason } : { outcome: 'ambiguous', reason }
  }
  const { status, headers, body } = reply
  if (status >= 200 && status <= 299) {
    const sid = acceptedSchema.safeParse(body).data?.sid
    if (sid === undefined)
      return { outcome: 'ambiguous', reason: 'The SMS provider took the call and named no message.' }
    return { outcome: 'accepted', providerId: sid }
  }
  const told = errorSchema.safeParse(body).data
  const error = told === undefined ? undefined : smsErrorOf(told.code, told.message)
  if (status === 429 || error?.action === 'back-off') {
    const reason = error?.reason ?? 'The SMS provider asks us to slow down.'
    return { outcome: 'later', afterMs: askedWaitMs(headers, nowMs) ?? waits.rateMs, reason }
  }
  if (status >= 500 || status === 408) {
    return { outcome: 'ambiguous', reason: `The SMS provider answered with HTTP ${status}.` }
  }
  if (status === 401) return { outcome: 'refused', ...smsErrorOf(20003) }
  if (error !== undefined) return { outcome: 'refused', ...error }
  const reason = `The SMS provider answered with HTTP ${status} and no error of its own.`
  return { outcome: 'refused', action: 'alert', code: status, reason }
}

const stateSchema = z.object({ status: z.string() }).transform(({ status }) => status)
const numberSchema = z
  .object({
    incoming_phone_numbers: z.array(
      z.object({
        sms_url: z.string().nullish(),
        capabilities: z.object({ sms: z.boolean() }).partial().nullish(),
      }),
    ),
  })
  .transform(({ incoming_phone_numbers: [found] }, context): SmsNumber => {
    if (found !== undefined) return { canSend: found.capabilities?.sms ?? true, address: found.sms_url ?? '' }
    context.addIssue({ code: 'custom', message: 'there is no such number' })
    return z.NEVER
  })

function askedOf<Value>(reply: Reply, schema: z.ZodType<Value>): SmsAsked<Value> {
  if (reply.kind === 'failed') return { ok: false, status: 0, reason: reply.reason }
  const { status, body } = reply
  if (status < 200 || status > 299) {
    const told = errorSchema.safeParse(body).data
    const { reason } = smsErrorOf(status === 401 ? 20003 : (told?.code ?? -1), told?.message)
    return { ok: false, status, reason }
  }
  const value = schema.safeParse(body)
  return value.success
    ? { ok: true, value: value.data }
    : { ok: false, status: 404, reason: 'The SMS provider does not know it.' }
}
