import type { AccountKind } from '../connection/channel-accounts.ts'
import type { TextKey } from '../text/text.ts'

/** Something an admin fills in. `key`: it names the account and can't be changed afterwards. */
export interface AccountField {
  readonly name: string
  readonly label: TextKey
  readonly hint?: TextKey
  readonly is?: 'key' | 'secret' | 'number' | 'optional'
  readonly byDefault?: string
  readonly options?: readonly { readonly value: string; readonly label: TextKey }[]
}

/** How accounts of a kind are set up. */
export interface AccountWords {
  readonly title: TextKey
  readonly hint: TextKey
  readonly add: TextKey
  readonly fields: readonly AccountField[]
  readonly webhookHint?: TextKey
  readonly to: TextKey
  readonly toType: 'tel' | 'email'
}

const safety = [
  { value: 'tls', label: 'accounts.security.tls' },
  { value: 'starttls', label: 'accounts.security.starttls' },
  { value: 'none', label: 'accounts.security.none' },
] as const

/** By kind. */
export const accountKinds: { readonly [kind in AccountKind]: AccountWords } = {
  sms: {
    title: 'accounts.sms.title',
    hint: 'accounts.sms.hint',
    add: 'accounts.sms.add',
    fields: [
      { name: 'account', label: 'accounts.sms.number', hint: 'accounts.sms.number-hint', is: 'key' },
      { name: 'accountSid', label: 'accounts.sms.sid' },
      { name: 'authToken', label: 'accounts.sms.token', is: 'secret' },
      { name: 'messagingService', label: 'accounts.sms.service', hint: 'accounts.sms.service-hint', is: 'optional' },
    ],
    webhookHint: 'accounts.sms.webhook-hint',
    to: 'accounts.sms.to',
    toType: 'tel',
  },
  email: {
    title: 'accounts.email.title',
    hint: 'accounts.email.hint',
    add: 'accounts.email.add',
    fields: [
      { name: 'account', label: 'accounts.email.address', is: 'key' },
      { name: 'senderName', label: 'accounts.email.name', hint: 'accounts.email.name-hint' },
      { name: 'smtpHost', label: 'accounts.email.smtp-host' },
      { name: 'smtpPort', label: 'accounts.email.smtp-port', is: 'number', byDefault: '465' },
      { name: 'smtpSecurity', label: 'accounts.email.smtp-security', options: safety },
      { name: 'smtpUser', label: 'accounts.email.smtp-user' },
      { name: 'smtpPassword', label: 'accounts.email.smtp-password', is: 'secret' },
      { name: 'imapHost', label: 'accounts.email.imap-host' },
      { name: 'imapPort', label: 'accounts.email.imap-port', is: 'number', byDefault: '993' },
      { name: 'imapSecurity', label: 'accounts.email.imap-security', options: safety },
      { name: 'imapUser', label: 'accounts.email.imap-user' },
      { name: 'imapPassword', label: 'accounts.email.imap-password', is: 'secret' },
    ],
    to: 'accounts.email.to',
    toType: 'email',
  },
}

/** The names of checks; what the console does not know yet is shown by its id. */
export const checkNames: { readonly [id: string]: TextKey } = {
  access: 'accounts.check.access',
  number: 'accounts.check.number',
  webhook: 'accounts.check.webhook',
  reports: 'accounts.check.reports',
  smtp: 'accounts.check.smtp',
  imap: 'accounts.check.imap',
  spf: 'accounts.check.spf',
  dkim: 'accounts.check.dkim',
  dmarc: 'accounts.check.dmarc',
  unsubscribe: 'accounts.check.unsubscribe',
}
