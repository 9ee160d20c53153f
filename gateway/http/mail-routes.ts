import { z } from 'zod'
import { composeMail } from '../channels/email/compose-mail.ts'
import { mailKind } from '../channels/email/mail-account.ts'
import { checkMail } from '../connections/check-mail.ts'
import { sentFinding } from '../connections/sent-finding.ts'
import type { House } from '../house.ts'
import { maybe } from '../read-models/shape.ts'
import { channelAccountRoutes } from './channel-account-routes.ts'
import type { App } from './app.ts'

const password = z.string().min(1).max(500)
const saved = z.object({
  ...mailKind.settings.shape,
  smtpPassword: z.exactOptional(password),
  imapPassword: z.exactOptional(password),
})

/** Mailboxes of a workspace, for admins. */
export function mailRoutes(app: App, house: House): void {
  const { channelDesks, config, ids } = house
  if (channelDesks === undefined) return
  const { accounts, smtp, imap, resolver } = channelDesks.email
  channelAccountRoutes(app, house, {
    kind: 'email',
    title: 'mailboxes',
    accounts,
    saved,
    inputOf: ({ smtpPassword, imapPassword, ...settings }) => ({
      settings,
      secrets: { ...maybe('smtpPassword', smtpPassword), ...maybe('imapPassword', imapPassword) },
    }),
    check: (account) => checkMail(account, { smtp, imap, resolver, ...maybe('publicUrl', config.publicUrl) }),
    needed: ['smtp'],
    to: mailKind.settings.shape.account,
    test: async (account, to) => {
      const { senderName, account: address } = account.settings
      const content = { kind: 'text', text: 'This is a test message. Email works.', cards: [], chips: [] } as const
      const messageId = `<${ids.next('test')}@${address.split('@')[1] ?? ''}>`
      const composed = composeMail(
        { content },
        { from: { name: senderName, address }, to, messageId, automatic: false },
      )
      if (!composed.ok) return { ok: false, what: composed.reason }
      return sentFinding(await smtp.send(account, composed.draft), 'The mail server took it. It should be there soon.')
    },
  })
}
