import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '#runtime/adapters/system/clock.ts'
import { composeSms } from './compose.ts'
import type { SmsAccount } from './sms-account.ts'
import { startTwilioServer, type SmsTrouble, type TwilioServer } from './testing/twilio-server.ts'
import { createTwilioClient } from './twilio-client.ts'

const settings = { account: '+15550006789', accountSid: 'AC0123456789abcdef0123456789abcdef' }
const account: SmsAccount = { workspace: 'acme', settings, secrets: { authToken: 'invented-auth-token' } }
const message = { to: '+34600111222', body: 'Hello' }

describe('a client of the SMS provider', () => {
  let twilio: TwilioServer
  beforeAll(async () => {
    const { accountSid, account: number } = settings
    twilio = await startTwilioServer({ accountSid, number, authToken: account.secrets.authToken })
  })
  afterAll(() => twilio.close())

  const clientOf = (baseUrl: string, timeoutMs = 5000) =>
    createTwilioClient({ baseUrl, clock: systemClock(), timeoutMs })

  it('posts a message once, with where to report and the service of the number', async () => {
    const messagingService = 'MG0123456789abcdef0123456789abcdef'
    const serviced = { ...account, settings: { ...settings, messagingService } }
    const sent = await clientOf(twilio.url).send(serviced, { ...message, callback: 'https://x/y?dispatch=z' })
    const [posted] = twilio.posted
    expect(sent).toEqual({ outcome: 'accepted', providerId: posted?.sid })
    expect(Object.fromEntries(posted?.form ?? [])).toEqual({
      To: message.to,
      From: settings.account,
      MessagingServiceSid: messagingService,
      Body: 'Hello',
      StatusCallback: 'https://x/y?dispatch=z',
    })
  })

  it.each<[SmsTrouble, object]>([
    ['lost', { outcome: 'ambiguous' }],
    [
      { status: 429, code: 20429 },
      { outcome: 'later', afterMs: 60_000 },
    ],
    [{ status: 503, code: 0 }, { outcome: 'ambiguous' }],
    [
      { status: 400, code: 21610 },
      { outcome: 'refused', action: 'opt-out', code: 21610 },
    ],
    [
      { status: 400, code: 21614 },
      { outcome: 'refused', action: 'unreachable' },
    ],
    [{ status: 400, code: 21611 }, { outcome: 'later' }],
    [
      { status: 401, code: 20003 },
      { outcome: 'refused', action: 'stop-sender', code: 20003 },
    ],
    [
      { status: 400, code: 99999, message: 'Said so' },
      { outcome: 'refused', action: 'give-up', reason: 'Said so' },
    ],
  ])('takes %j for what it is', async (trouble, expected) => {
    twilio.trouble(trouble)
    expect(await clientOf(twilio.url).send(account, message)).toMatchObject(expected)
  })

  it('knows what certainly did not go out from what may have', async () => {
    const gone = await startTwilioServer({ accountSid: settings.accountSid, authToken: '', number: '' })
    await gone.close()
    expect(await clientOf(gone.url).send(account, message)).toMatchObject({ outcome: 'later' })
    const off = AbortSignal.abort()
    expect(await clientOf(twilio.url).send(account, message, off)).toMatchObject({ outcome: 'later' })
    const wrong = { ...account, secrets: { authToken: 'another-token' } }
    const refused = await clientOf(twilio.url).send(wrong, message)
    expect(refused).toMatchObject({ outcome: 'refused', action: 'stop-sender' })
    expect(JSON.stringify(refused)).not.toContain('another-token')
  })

  it('asks for the account and the number', async () => {
    const client = clientOf(twilio.url)
    twilio.setAddress('https://homes.example.com/webhooks/sms/acme')
    expect(await client.state(account)).toEqual({ ok: true, value: 'active' })
    const value = { canSend: true, address: 'https://homes.example.com/webhooks/sms/acme' }
    expect(await client.number(account)).toEqual({ ok: true, value })
    const other = { ...account, settings: { ...settings, account: '+15550000000' } }
    expect(await client.number(other)).toMatchObject({ ok: false, status: 404 })
  })
})

describe('an SMS', () => {
  const to = { account: settings.account, phone: '+34600111222' }

  it('says in words what elsewhere is a card or a button', () => {
    const card = {
      kind: 'calculation',
      title: 'Monthly payment',
      rows: [{ label: 'EMI', value: '₹68,900' }],
      assumptions: ['8.5 % a year'],
    } as const
    const chips = [
      { label: 'See homes', send: 'See homes' },
      { label: 'Book a visit', send: 'Book a visit' },
    ]
    expect(composeSms({ kind: 'text', text: 'Here it is.', cards: [card], chips }, to)).toEqual({
      ok: true,
      to: '+34600111222',
      body: 'Here it is.\n\nMonthly payment\nEMI: ₹68,900\n8.5 % a year\n\n1. See homes\n2. Book a visit',
    })
    const place = { kind: 'location', latitude: 19.1, longitude: 72.8, name: 'Sea View' } as const
    expect(composeSms(place, to)).toMatchObject({ body: 'Sea View\nhttps://maps.google.com/?q=19.1,72.8' })
    const photo = { kind: 'media', media: 'image', link: 'https://x/y.jpg', caption: 'The view' } as const
    expect(composeSms(photo, to)).toMatchObject({ body: 'The view', mediaUrl: 'https://x/y.jpg' })
  })

  it('is refused, and not cut, when it is too long, says nothing or has nowhere to go', () => {
    const text = (words: string) => ({ kind: 'text', text: words, cards: [], chips: [] }) as const
    expect(composeSms(text('x'.repeat(1601)), to)).toMatchObject({ ok: false, reason: expect.stringContaining('1601') })
    expect(composeSms(text(' '), to)).toMatchObject({ ok: false })
    expect(composeSms(text('Hi'), { account: 'x', userId: 'ES.1' })).toMatchObject({ ok: false })
    expect(composeSms({ kind: 'media', media: 'image', mediaId: '7' }, to)).toMatchObject({ ok: false })
  })
})
