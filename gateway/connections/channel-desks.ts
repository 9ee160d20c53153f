import type { Clock } from '#runtime/ports/clock.ts'
import type { Log } from '#runtime/ports/log.ts'
import type { Records } from '#runtime/ports/records.ts'
import { resolveTxt } from 'node:dns/promises'
import { signingKey } from '../auth/secrets.ts'
import type { TextResolver } from '../channels/email/domain-health.ts'
import { createImapLine, type ImapLine } from '../channels/email/imap-line.ts'
import { mailKind } from '../channels/email/mail-account.ts'
import { createMailMarks, type MailMarks } from '../channels/email/mail-marks.ts'
import { createMailThreads, type MailThreads } from '../channels/email/mail-threads.ts'
import { createSmtpLine, type SmtpLine } from '../channels/email/smtp-line.ts'
import { smsKind } from '../channels/sms/sms-account.ts'
import { createTwilioClient, type TwilioClient } from '../channels/sms/twilio-client.ts'
import { publicHosts, type HostFinder } from './public-host.ts'
import { createSealedAccounts, type SealedAccounts } from './sealed-accounts.ts'
import { openVault } from './vault.ts'

/** The accounts of channels beside WhatsApp, with the ways to their providers. One for the whole process. */
export interface ChannelDesks {
  readonly sms: { readonly accounts: SealedAccounts<typeof smsKind>; readonly client: TwilioClient }
  readonly email: {
    readonly accounts: SealedAccounts<typeof mailKind>
    readonly smtp: SmtpLine
    readonly imap: ImapLine
    readonly marks: MailMarks
    readonly threads: MailThreads
    readonly resolver: TextResolver
  }
}

/** What the desks are opened with. */
export interface OpenDesks {
  readonly records: Records
  readonly clock: Clock
  readonly log: Log
  /** Master keys of 32 bytes: the first seals, all open. Without any the house has one of its own. */
  readonly secretKeys?: readonly Uint8Array[]
  /** Where the SMS provider's API is. */
  readonly smsUrl: string
  /** Looks domains up; the system's own when absent. */
  readonly resolver?: TextResolver
  /** Which mail servers may be connected to; those of the open internet when absent. */
  readonly findHost?: HostFinder
}

/** Shorter than the effect that waits for a call. */
const timeoutMs = 30_000
/** For each of a mail server's words; several make a call. */
const mailTimeoutMs = 10_000

/** Opens the desks, and brings secrets under an older master key under the first. */
export async function openChannelDesks(options: OpenDesks): Promise<ChannelDesks> {
  const { records, clock, log, secretKeys = [], smsUrl, findHost: find = publicHosts() } = options
  const vault = await openVault(records, secretKeys)
  const sms = createSealedAccounts(smsKind, { records, vault, clock })
  const mail = createSealedAccounts(mailKind, { records, vault, clock })
  const problems = [...(await sms.rewrap()), ...(await mail.rewrap())]
  for (const problem of problems) log.error('a secret does not open', { problem })
  return {
    sms: { accounts: sms, client: createTwilioClient({ baseUrl: smsUrl, clock, timeoutMs }) },
    email: {
      accounts: mail,
      smtp: createSmtpLine({ timeoutMs: mailTimeoutMs, find }),
      imap: createImapLine({ timeoutMs: mailTimeoutMs, find }),
      marks: createMailMarks(await signingKey(records, 'mail')),
      threads: createMailThreads(records),
      resolver: options.resolver ?? { resolveTxt },
    },
  }
}
