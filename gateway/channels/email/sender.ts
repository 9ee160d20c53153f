import { parseAddress, partsOf } from '#runtime/address.ts'
import type { Files } from '#runtime/ports/files.ts'
import type { OutgoingContent } from '#machines/dispatch-contract.ts'
import type { SealedAccounts } from '../../connections/sealed-accounts.ts'
import { maybe } from '../../read-models/shape.ts'
import type { ProviderSender } from '../transmit.ts'
import { composeMail, type MailFile } from './compose-mail.ts'
import type { mailKind } from './mail-account.ts'
import type { MailMarks } from './mail-marks.ts'
import type { MailThreads } from './mail-threads.ts'
import type { SmtpLine } from './smtp-line.ts'

/** What sending mail needs. */
export interface MailSending {
  readonly accounts: SealedAccounts<typeof mailKind>
  readonly smtp: SmtpLine
  readonly marks: MailMarks
  readonly threads: MailThreads
  /** Files of ours that mails take along; without it none goes out. */
  readonly files?: Files
  /** Where this server is reached, for the link to unsubscribe. */
  readonly publicUrl?: string
}

/** Sends from the mailbox a message names, into the thread of the person's last mail. Marketing goes out only with a way to end it. */
export function createMailSender({ accounts, smtp, marks, threads, publicUrl, files }: MailSending): ProviderSender {
  return {
    async prepare({ dispatch, conversation, content, reach, purpose, sender, replyTo }) {
      const address = parseAddress(dispatch)
      const workspace = address === undefined ? '' : partsOf(address).workspace
      const account = await accounts.account(workspace, reach.account)
      if (account === undefined) {
        return refused('alert', `the mailbox ${reach.account} is no longer connected: connect it again under Channels`)
      }
      const { email } = reach
      if (email === undefined) return refused('dead-letter', 'There is no address to send to.')
      if (purpose === 'marketing' && publicUrl === undefined) {
        return refused('dead-letter', 'Marketing mail needs an unsubscribe link: set FINEACERS_PUBLIC_URL.')
      }
      const { senderName, account: own } = account.settings
      const file = await fileOf(content, files)
      if (file === 'gone') return refused('dead-letter', 'the file is no longer there')
      const thread = await threads.get({ workspace, account: own, email })
      const composed = composeMail(
        { content, ...maybe('replyTo', replyTo) },
        {
          from: { name: senderName, address: own },
          to: email,
          messageId: marks.messageIdOf(dispatch, own.slice(own.indexOf('@') + 1)),
          ...maybe('thread', thread),
          ...maybe(
            'leave',
            purpose === 'marketing' ? `${publicUrl}/unsubscribe/${marks.leaveMarkOf(conversation)}` : undefined,
          ),
          automatic: sender === 'assistant',
          ...maybe('file', file),
        },
      )
      if (!composed.ok) return refused('dead-letter', composed.reason)
      return (signal) => smtp.send(account, composed.draft, signal)
    },
  }
}

/** The file that goes along, whole in memory: a mail is small. */
async function fileOf(content: OutgoingContent, files: Files | undefined): Promise<MailFile | 'gone' | undefined> {
  if (content.kind !== 'media' || content.file === undefined) return undefined
  const reading = await files?.read(content.file)
  if (reading === undefined) return 'gone'
  const pieces: Uint8Array[] = []
  for await (const piece of reading.content) pieces.push(piece)
  const { contentType } = reading.file
  return { content: Buffer.concat(pieces), contentType, filename: content.filename ?? content.media }
}

function refused(action: 'alert' | 'dead-letter', reason: string) {
  return { outcome: 'refused', action, code: 0, reason } as const
}
