import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { composeMail, type MailDraft } from './compose-mail.ts'
import type { MailAccount } from './mail-account.ts'
import { anyHost } from '../../connections/public-host.ts'
import { createSmtpLine } from './smtp-line.ts'
import { startSmtpHouse, type SmtpHouse, type SmtpTrouble } from './testing/smtp-house.ts'

describe('the way out by SMTP', () => {
  let server: SmtpHouse
  beforeAll(async () => {
    server = await startSmtpHouse({ user: 'hello', password: 'an-invented-password' })
  })
  afterAll(() => server.close())

  const accountAt = (port: number, smtpPassword = 'an-invented-password'): MailAccount => ({
    workspace: 'acme',
    settings: {
      account: 'hello@acme.example',
      senderName: 'Acme Homes',
      smtpHost: '127.0.0.1',
      smtpPort: port,
      smtpSecurity: 'none',
      smtpUser: 'hello',
      imapHost: '127.0.0.1',
      imapPort: 1,
      imapSecurity: 'none',
      imapUser: 'hello',
    },
    secrets: { smtpPassword, imapPassword: '' },
  })
  const draft = (): MailDraft => {
    const content = { kind: 'text', text: 'नमस्ते\n.\nBye', cards: [], chips: [] } as const
    const from = { name: 'Acme Homes', address: 'hello@acme.example' }
    const to = 'ana@example.com'
    const composed = composeMail({ content }, { from, to, messageId: '<m1@acme.example>', automatic: true })
    if (!composed.ok) throw new Error(composed.reason)
    return composed.draft
  }
  const line = createSmtpLine({ timeoutMs: 3000, find: anyHost })

  it('hands a mail over whole, under the Message-ID it was given', async () => {
    expect(await line.send(accountAt(server.port), draft())).toEqual({
      outcome: 'accepted',
      providerId: '<m1@acme.example>',
    })
    const [mail] = server.taken
    expect(mail).toMatchObject({ from: 'hello@acme.example', to: ['ana@example.com'] })
    expect(mail?.text).toContain('Message-ID: <m1@acme.example>')
    expect(mail?.text).toContain('From: Acme Homes <hello@acme.example>')
    expect(mail?.text).toContain('Auto-Submitted: auto-replied')
  })

  it.each<[SmtpTrouble, object]>([
    ['lost', { outcome: 'ambiguous' }],
    [{ at: 'rcpt', code: 450, text: '4.2.1 try later' }, { outcome: 'later' }],
    [{ at: 'data', code: 451, text: '4.3.0 busy' }, { outcome: 'later' }],
    [
      { at: 'rcpt', code: 550, text: '5.1.1 no such user' },
      { outcome: 'refused', action: 'unreachable', code: 550 },
    ],
    [
      { at: 'data', code: 554, text: '5.7.1 spam' },
      { outcome: 'refused', action: 'alert', code: 554 },
    ],
    [
      { at: 'data', code: 552, text: '5.2.2 full' },
      { outcome: 'refused', action: 'give-up' },
    ],
  ])('takes %j for what it is', async (trouble, expected) => {
    server.trouble(trouble)
    expect(await line.send(accountAt(server.port), draft())).toMatchObject(expected)
  })

  it('knows what certainly did not go out, and quotes no password', async () => {
    const gone = await startSmtpHouse({ user: '', password: '' })
    await gone.close()
    expect(await line.send(accountAt(gone.port), draft())).toMatchObject({ outcome: 'later' })
    const refused = await line.send(accountAt(server.port, 'another-password'), draft())
    expect(refused).toMatchObject({ outcome: 'refused', action: 'stop-sender', code: 535 })
    expect(JSON.stringify(refused)).not.toContain('another-password')
    expect(await line.tryLogin(accountAt(server.port))).toMatchObject({ outcome: 'accepted' })
    expect(await line.send(accountAt(server.port), draft(), AbortSignal.abort())).toMatchObject({ outcome: 'later' })
  })
})
