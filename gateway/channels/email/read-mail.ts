import PostalMime, { type Attachment as Part, type Email } from 'postal-mime'
import { consentWordIn } from '#machines/consent-words.ts'
import type { Attachment } from '#machines/content-contract.ts'
import type { ProviderError } from '#machines/dispatch-contract.ts'
import { maybe } from '../../read-models/shape.ts'
import { withoutQuoted } from './cut-quoted.ts'
import { mailErrorOf } from './smtp-errors.ts'

/** What one mail tells. */
export type MailUpdate =
  | {
      readonly kind: 'message'
      readonly messageId: string
      readonly email: string
      readonly name?: string
      readonly subject: string
      readonly text: string
      readonly attachments: readonly Attachment[]
      /** Their bytes, in the same order. */
      readonly contents: readonly Uint8Array[]
      /** What it answers, oldest first. */
      readonly references: readonly string[]
      readonly wish?: 'stop' | 'start'
    }
  /** One of ours did not arrive, or was reported as spam: `original` is its Message-ID. */
  | { readonly kind: 'failure'; readonly messageId: string; readonly original: string; readonly error: ProviderError }
  /** A machine wrote it, or we did: nobody is answered. */
  | { readonly kind: 'automatic' }
  | { readonly kind: 'unread'; readonly reason: string }

/** Characters of a message; the conversation takes no more. */
const textMax = 3900
const filesMax = 20
const referencesMax = 50

/** Reads a mail as the server keeps it. Nothing it holds makes this throw. `account` is our own address. */
export async function readMail(raw: Uint8Array, account: string): Promise<MailUpdate> {
  let mail: Email
  try {
    mail = await PostalMime.parse(raw, { attachmentEncoding: 'arraybuffer', maxNestingDepth: 20 })
  } catch (error) {
    return { kind: 'unread', reason: `it is no mail: ${String(error).slice(0, 100)}` }
  }
  const messageId = mail.messageId ?? ''
  if (isReport(mail)) return reportOf(mail, messageId)
  const email = mail.from?.address?.toLowerCase() ?? ''
  if (email === account || isAutomatic(mail, email)) return { kind: 'automatic' }
  if (!/^[^\s@]{1,64}@[^\s@]{1,190}$/u.test(email)) return { kind: 'unread', reason: 'it does not say who it is from' }
  return messageOf(mail, { messageId, email })
}

function messageOf(
  mail: Email,
  { messageId, email }: { readonly messageId: string; readonly email: string },
): MailUpdate {
  const subject = (mail.subject ?? '').replace(/\s+/gu, ' ').trim().slice(0, 200)
  const references = idsIn(`${mail.references ?? ''} ${mail.inReplyTo ?? ''}`)
  const said = withoutQuoted(mail.text ?? wordsOfHtml(mail.html ?? ''))
  const parts = mail.attachments.filter(({ related }) => related !== true).slice(0, filesMax)
  const attachments = parts.map(fileOf)
  const wish = consentWordIn(said) ?? (/^(?:unsubscribe|stop)$/iu.test(subject) ? 'stop' : undefined)
  // Who begins to write often puts the question into the subject.
  const isNew = references.length === 0 && subject !== '' && wish === undefined
  const whole = isNew && !said.includes(subject) ? `${subject}\n\n${said}`.trim() : said
  const text = whole === '' && wish !== undefined ? subject : whole
  if (text === '' && attachments.length === 0) return { kind: 'unread', reason: 'it says nothing' }
  const name = mail.from?.name?.trim().slice(0, 100)
  return {
    kind: 'message',
    messageId,
    email,
    ...maybe('name', name === '' ? undefined : name),
    subject,
    text: text.length > textMax ? `${text.slice(0, textMax)} […]` : text,
    attachments,
    contents: parts.map(bytesOf),
    references,
    ...maybe('wish', wish),
  }
}

/** A report on a mail of ours (RFC 3464), or on one that somebody called spam (RFC 5965). */
function isReport(mail: Email): boolean {
  return /^multipart\/report/iu.test(headerOf(mail, 'content-type'))
}

function reportOf(mail: Email, messageId: string): MailUpdate {
  const told = textOf(
    mail.attachments.find(({ mimeType }) => /^message\/(?:delivery-status|feedback-report)$/u.test(mimeType)),
  )
  const about = mail.attachments.find(({ mimeType }) => /^(?:message\/rfc822|text\/rfc822-headers)/u.test(mimeType))
  const original = /^Message-ID:\s*(<[^>\s]{1,900}>)/imu.exec(textOf(about))?.[1] ?? ''
  if (/^Feedback-Type:/imu.test(told)) {
    const error = { code: -1, action: 'opt-out', reason: 'The person reported the mail as spam.' } as const
    return { kind: 'failure', messageId, original, error }
  }
  if (!/^Action:\s*failed/imu.test(told)) return { kind: 'automatic' }
  const status = /^Status:\s*(\S+)/imu.exec(told)?.[1] ?? ''
  const said = /^Diagnostic-Code:\s*(.+(?:\r?\n[ \t].+)*)/imu.exec(told)?.[1] ?? ''
  return { kind: 'failure', messageId, original, error: mailErrorOf(`${status} ${said}`) }
}

/** Written by a machine, to many, or as an answer to anything at all. Source: RFC 3834. */
function isAutomatic(mail: Email, email: string): boolean {
  const submitted = headerOf(mail, 'auto-submitted').toLowerCase()
  if (submitted !== '' && !submitted.startsWith('no')) return true
  if (/^(?:bulk|junk|list|auto_reply)\b/iu.test(headerOf(mail, 'precedence'))) return true
  if (['list-id', 'list-unsubscribe', 'x-autoreply', 'x-autorespond'].some((name) => headerOf(mail, name) !== ''))
    return true
  return /^(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply)@/iu.test(email)
}

function headerOf({ headers }: Email, name: string): string {
  return headers.find(({ key }) => key === name)?.value ?? ''
}

function idsIn(text: string): readonly string[] {
  return [...new Set(text.match(/<[^<>\s]{1,900}>/gu))].slice(-referencesMax)
}

function bytesOf({ content }: Part): Uint8Array {
  return typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content)
}

/** A file by its name and type; its bytes are kept beside. */
function fileOf({ filename, mimeType }: Part): Attachment {
  const [type] = mimeType.split('/')
  const kind = type === 'image' || type === 'video' || type === 'audio' ? type : 'document'
  const named = filename === null || filename === '' ? {} : { filename: filename.slice(0, 200) }
  return { kind, mediaId: '', mimeType: mimeType.slice(0, 100), ...named }
}

function textOf(part: Part | undefined): string {
  return part === undefined ? '' : new TextDecoder().decode(bytesOf(part))
}

/** The words of a mail that has no plain ones. */
function wordsOfHtml(html: string): string {
  return html
    .replace(/<(script|style|head|blockquote)\b[\s\S]*?(?:<\/\1>|$)/giu, '')
    .replace(/<div class="gmail_quote[\s\S]*$/iu, '')
    .replace(/<(?:br|\/p|\/div|\/tr|\/li)\b[^>]*>/giu, '\n')
    .replace(/<[^>]*>/gu, '')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}
