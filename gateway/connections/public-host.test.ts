import { describe, expect, it } from 'vitest'
import { createImapLine } from '../channels/email/imap-line.ts'
import { createSmtpLine } from '../channels/email/smtp-line.ts'
import { isPublic, publicHosts } from './public-host.ts'

const settings = {
  account: 'hello@acme.example',
  senderName: 'Acme',
  smtpHost: 'mail.acme.example',
  smtpPort: 9,
  smtpSecurity: 'tls',
  smtpUser: 'u',
  imapHost: 'mail.acme.example',
  imapPort: 9,
  imapSecurity: 'tls',
  imapUser: 'u',
} as const
const account = { workspace: 'acme', settings, secrets: { smtpPassword: 'p', imapPassword: 'p' } }

describe('servers that admins name', () => {
  it('are of the open internet: none on this machine, in its network, or where a cloud tells its secrets', () => {
    const inside =
      '127.0.0.1 10.1.2.3 172.31.0.1 192.168.1.1 169.254.169.254 100.100.100.200 0.0.0.0 255.255.255.255 ::1 :: fe80::1 fd00:ec2::254 ::ffff:127.0.0.1 64:ff9b::7f00:1 2002:7f00:1::'
    expect(inside.split(' ').filter(isPublic)).toEqual([])
    expect(['93.184.216.34', '172.32.0.1', '2606:2800:220:1::1'].filter((each) => !isPublic(each))).toEqual([])
    expect(isPublic('mail.example.com')).toBe(false)
  })

  it('are connected to by the address that was looked at, under the name its certificate has; one inside among several is enough to refuse', async () => {
    let asked = 0
    const find = publicHosts(async () => {
      asked += 1
      return asked === 1 ? [{ address: '93.184.216.34' }] : [{ address: '93.184.216.34' }, { address: '127.0.0.1' }]
    })
    expect(await find('mail.acme.example')).toEqual({ host: '93.184.216.34', servername: 'mail.acme.example' })
    await expect(find('mail.acme.example')).rejects.toThrow('is in a private network')
    await expect(find('169.254.169.254')).rejects.toThrow('is in a private network')
  })

  it('that lead inside are not written to by either line, and the reason says why', async () => {
    const find = publicHosts(async () => [{ address: '127.0.0.1' }])
    const reason = 'mail.acme.example is in a private network, which this server does not connect to for a workspace.'
    const sent = await createSmtpLine({ timeoutMs: 1000, find }).tryLogin(account)
    expect(sent).toEqual({ outcome: 'refused', action: 'stop-sender', code: 0, reason })
    await expect(createImapLine({ timeoutMs: 1000, find }).open(account)).rejects.toThrow(reason)
  })
})
