import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mailbox, openMailDesk, type MailDesk } from '../channels/email/testing/mail-desk.ts'
import { openSmsDesk, smsNumber, type SmsDesk } from '../channels/sms/testing/sms-desk.ts'
import type { ConnectedAccountsView, NamedChecksView } from '../protocol.ts'
import { signIn } from '../testing/test-clients.ts'
import { startTestHouse, until, type TestHouse } from '../testing/test-house.ts'

const one = `/v1/connections/sms/${encodeURIComponent(smsNumber.account)}`

describe('SMS numbers and mailboxes over HTTP', () => {
  let desk: SmsDesk
  let mail: MailDesk
  let house: TestHouse
  const tokens = new Map<string, string>()
  beforeAll(async () => {
    desk = await openSmsDesk()
    mail = await openMailDesk()
    const channelDesks = { sms: desk.channelDesks.sms, email: mail.channelDesks.email }
    house = await startTestHouse({ ...desk, channelDesks })
    desk.reachedAt(`http://127.0.0.1:${house.port}`)
    for (const role of ['admin', 'manager'] as const) {
      tokens.set(role, (await signIn(house, { name: `${role}-of`, role, workspace: 'acme' })).accessToken)
    }
  })
  afterAll(async () => {
    await house.stop()
    await desk.close()
    await mail.close()
  })

  async function call(method: string, path: string, more: { readonly body?: object; readonly as?: string } = {}) {
    const { body, as = 'admin' } = more
    const response = await fetch(`http://127.0.0.1:${house.port}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${tokens.get(as) ?? ''}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    for (const secret of [smsNumber.authToken, mail.password]) {
      expect([text, ...house.logged].join('\n')).not.toContain(secret)
    }
    return { status: response.status, text, json: () => JSON.parse(text) as never }
  }

  it('are an admin’s alone, every route of them', async () => {
    const routes: readonly (readonly [string, string, object?])[] = [
      ['GET', '/v1/connections/sms'],
      ['PUT', '/v1/connections/sms', smsNumber],
      ['DELETE', one],
      ['POST', `${one}/check`],
      ['POST', `${one}/test-message`, { to: '+34600111222' }],
      ['GET', '/v1/connections/email'],
      ['PUT', '/v1/connections/email', { ...mailbox, smtpPort: 1, imapPort: 1 }],
      ['DELETE', '/v1/connections/email/x@y.example'],
      ['POST', '/v1/connections/email/x@y.example/check'],
      ['POST', '/v1/connections/email/x@y.example/test-message', { to: 'ana@example.com' }],
    ]
    for (const [method, path, body] of routes) {
      for (const as of ['manager', 'nobody']) {
        const { status } = await call(method, path, { as, ...(body === undefined ? {} : { body }) })
        expect([method, path, as, status]).toEqual([method, path, as, as === 'nobody' ? 401 : 403])
      }
    }
  })

  it('are shown without their secret, changed, checked live, tried and removed', async () => {
    const webhook = `http://127.0.0.1:${house.port}/webhooks/sms/acme`
    const { account, accountSid } = smsNumber
    const shown: ConnectedAccountsView = (await call('GET', '/v1/connections/sms')).json()
    expect(shown).toEqual({ webhook, accounts: [{ account, settings: { account, accountSid } }] })
    for (const wrong of [
      { account: '0612345678' },
      { accountSid: 'nonsense' },
      { authToken: 'with spaces in it, so many' },
    ]) {
      const { status, text } = await call('PUT', '/v1/connections/sms', { body: { ...smsNumber, ...wrong } })
      expect([status, text]).toEqual([422, expect.stringContaining(Object.keys(wrong)[0] ?? '')])
    }
    const messagingService = 'MG0123456789abcdef0123456789abcdef'
    const changed = await call('PUT', '/v1/connections/sms', { body: { account, accountSid, messagingService } })
    expect(changed.status).toBe(204)
    const checks = async () => {
      const view: NamedChecksView = (await call('POST', `${one}/check`)).json()
      return Object.fromEntries(view.checks.map(({ id, ok }) => [id, ok]))
    }
    expect(await checks()).toEqual({ access: true, number: true, webhook: false, reports: false })
    await desk.says('+34600111222', 'Hello')
    expect(await checks()).toMatchObject({ webhook: true })
    const tried = await call('POST', `${one}/test-message`, { body: { to: '+34600111222' } })
    expect(tried.json()).toMatchObject({ ok: true })
    desk.twilio.trouble({ status: 400, code: 21608 })
    const refused = await call('POST', `${one}/test-message`, { body: { to: '+34600111222' } })
    expect(refused.json()).toMatchObject({ ok: false, what: expect.stringContaining('21608') })
    expect((await call('DELETE', one)).status).toBe(204)
    expect((await call('POST', `${one}/check`)).status).toBe(404)
  })

  it('that the provider has locked out keep what is to be sent, until a check is well', async () => {
    expect((await call('PUT', '/v1/connections/sms', { body: smsNumber })).status).toBe(204)
    const before = desk.twilio.posted.length
    desk.twilio.trouble({ status: 401, code: 20003 })
    await desk.says('+34600333444', 'Are you there?')
    const stopped = async () =>
      (await house.runtime.journal.facts(0, 9999)).filter(({ type }) => type === 'account-changed')
    const facts = await until(stopped, (found) => found.length > 0)
    expect(JSON.stringify(facts.at(-1)?.data)).toContain('put the auth token in anew')
    expect(JSON.stringify(facts.at(-1)?.data)).toContain('under Channels')
    expect(desk.twilio.posted).toHaveLength(before)
    await call('POST', `${one}/check`)
    await until(
      () => desk.twilio.posted.length,
      (count) => count === before + 1,
    )
    await call('DELETE', one)
  })

  it('of email sign in both ways, tell the health of the domain and send a test mail', async () => {
    const path = `/v1/connections/email/${mailbox.account}`
    const shown: ConnectedAccountsView = (await call('GET', '/v1/connections/email')).json()
    const settings = { ...mailbox, smtpPort: mail.smtp.port, imapPort: mail.imap.port }
    expect(shown).toEqual({ accounts: [{ account: mailbox.account, settings }] })
    const checks = async () => {
      const view: NamedChecksView = (await call('POST', `${path}/check`)).json()
      return Object.fromEntries(view.checks.map(({ id, ok }) => [id, ok]))
    }
    const domain = { spf: true, dkim: false, dmarc: false, unsubscribe: false }
    expect(await checks()).toEqual({ smtp: true, imap: true, ...domain })
    const tried = await call('POST', `${path}/test-message`, { body: { to: 'ana@example.com' } })
    expect(tried.json()).toMatchObject({ ok: true })
    expect(mail.smtp.taken.at(-1)).toMatchObject({ from: mailbox.account, to: ['ana@example.com'] })
    const wrong = await call('PUT', '/v1/connections/email', { body: { ...settings, account: 'no address' } })
    expect([wrong.status, wrong.text]).toEqual([422, expect.stringContaining('account: has to be an e-mail address')])
    const changed = { ...settings, smtpPassword: 'another-password', imapPassword: 'another-password' }
    expect((await call('PUT', '/v1/connections/email', { body: changed })).status).toBe(204)
    expect(await checks()).toEqual({ smtp: false, imap: false, ...domain })
    expect((await call('DELETE', path)).status).toBe(204)
  })
})
