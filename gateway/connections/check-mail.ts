import { domainHealth, type TextResolver } from '../channels/email/domain-health.ts'
import type { ImapLine } from '../channels/email/imap-line.ts'
import type { MailAccount } from '../channels/email/mail-account.ts'
import type { SmtpLine } from '../channels/email/smtp-line.ts'
import type { Finding, NamedFinding } from '../protocol.ts'

/** What a check of a mailbox needs to know. */
export interface MailCheckParts {
  readonly smtp: SmtpLine
  readonly imap: ImapLine
  readonly resolver: TextResolver
  readonly publicUrl?: string
}

/** Signs in both ways and looks at the domain, all at once; sends and changes nothing. */
export async function checkMail(account: MailAccount, parts: MailCheckParts): Promise<readonly NamedFinding[]> {
  const { smtp, imap, resolver, publicUrl } = parts
  const domain = account.settings.account.split('@')[1] ?? ''
  const [out, into, health] = await Promise.all([
    outgoing(smtp, account),
    incoming(imap, account),
    domainHealth(domain, resolver),
  ])
  return [{ id: 'smtp', ...out }, { id: 'imap', ...into }, ...health, { id: 'unsubscribe', ...leaving(publicUrl) }]
}

const look = 'Look at server, port, security, user and password: your mail provider’s help pages name them.'

async function outgoing(smtp: SmtpLine, account: MailAccount): Promise<Finding> {
  const tried = await smtp.tryLogin(account)
  if (tried.outcome === 'accepted') return { ok: true, what: 'The server lets us in.' }
  return { ok: false, what: tried.reason, whatToDo: look }
}

async function incoming(imap: ImapLine, account: MailAccount): Promise<Finding> {
  try {
    const inbox = await imap.open(account)
    inbox.close()
    return { ok: true, what: 'The server lets us in, and the inbox opens.' }
  } catch (error) {
    return { ok: false, what: error instanceof Error ? error.message : String(error), whatToDo: look }
  }
}

function leaving(publicUrl: string | undefined): Finding {
  if (publicUrl?.startsWith('https://') === true) return { ok: true, what: 'Marketing mail carries a one-click link.' }
  return {
    ok: false,
    what: 'Marketing mail can carry no link by which people leave.',
    whatToDo: 'Set FINEACERS_PUBLIC_URL to the https:// address this server is reached at.',
  }
}
