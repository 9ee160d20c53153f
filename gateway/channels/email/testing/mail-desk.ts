import { openSqliteRecords } from '#runtime/adapters/sqlite/records.ts'
import { systemClock } from '#runtime/adapters/system/clock.ts'
import type { Records } from '#runtime/ports/records.ts'
import { openChannelDesks, type ChannelDesks } from '../../../connections/channel-desks.ts'
import { anyHost } from '../../../connections/public-host.ts'
import { createTestLog } from '../../../testing/test-house.ts'
import type { ProviderSender } from '../../transmit.ts'
import { createMailSender } from '../sender.ts'
import { startImapHouse, type ImapHouse } from './imap-house.ts'
import { startSmtpHouse, type SmtpHouse } from './smtp-house.ts'

const login = { user: 'hello', password: 'an-invented-password' } as const

/** The mailbox of the tests as an admin puts it in, but for the ports. */
export const mailbox = {
  account: 'hello@acme.example',
  senderName: 'Acme Homes',
  smtpHost: '127.0.0.1',
  smtpSecurity: 'none',
  smtpUser: login.user,
  imapHost: '127.0.0.1',
  imapSecurity: 'none',
  imapUser: login.user,
} as const

/** Mail servers, the workspace `acme` connected to them, and the way out; for a house that is started with them. */
export interface MailDesk {
  readonly smtp: SmtpHouse
  readonly imap: ImapHouse
  readonly records: Records
  readonly password: string
  readonly channelDesks: ChannelDesks
  readonly senders: { readonly email: ProviderSender }
  /** Tells where the house is reached, once it is. */
  reachedAt(url: string): void
  close(): Promise<void>
}

/** Starts the servers and connects `acme` to them. */
export async function openMailDesk(): Promise<MailDesk> {
  const [smtp, imap] = await Promise.all([startSmtpHouse(login), startImapHouse(login)])
  const records = openSqliteRecords({ file: ':memory:' })
  const channelDesks = await openChannelDesks({
    records,
    clock: systemClock(),
    log: createTestLog([]),
    smsUrl: 'http://127.0.0.1:9',
    findHost: anyHost,
    resolver: { resolveTxt: async () => [['v=spf1 include:_spf.example.com ~all']] },
  })
  await channelDesks.email.accounts.save('acme', {
    settings: { ...mailbox, smtpPort: smtp.port, imapPort: imap.port },
    secrets: { smtpPassword: login.password, imapPassword: login.password },
  })
  let publicUrl: string | undefined
  return {
    smtp,
    imap,
    records,
    password: login.password,
    channelDesks,
    senders: {
      email: {
        prepare: (each) =>
          createMailSender({ ...channelDesks.email, ...(publicUrl === undefined ? {} : { publicUrl }) }).prepare(each),
      },
    },
    reachedAt: (url) => void (publicUrl = url),
    async close() {
      await smtp.close()
      await imap.close()
      await records.close()
    },
  }
}
