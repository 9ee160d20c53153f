import type { OutgoingContent, Transmission } from '#machines/dispatch-contract.ts'
import { maybe } from '../../read-models/shape.ts'
import { plainWords } from '../plain-words.ts'
import type { MailThread } from './mail-threads.ts'

/** What a mail is made from beside its content. */
export interface MailFrame {
  readonly from: { readonly name: string; readonly address: string }
  readonly to: string
  readonly messageId: string
  readonly thread?: MailThread
  /** Where one click ends marketing mail; marketing goes out with it only. */
  readonly leave?: string
  readonly automatic: boolean
  /** The file of the content, where it is ours: it goes along. */
  readonly file?: MailFile
}

/** A file in a mail, whole. */
export interface MailFile {
  readonly content: Buffer
  readonly contentType: string
  readonly filename: string
}

/** A mail in the form the MIME composer takes. */
export interface MailDraft {
  readonly from: MailFrame['from']
  readonly to: string
  readonly subject: string
  readonly messageId: string
  readonly inReplyTo?: string
  readonly references?: string[]
  readonly text: string
  readonly html: string
  readonly attachments?: MailFile[]
  readonly headers: { readonly [name: string]: string }
}

export type ComposedMail =
  { readonly ok: true; readonly draft: MailDraft } | { readonly ok: false; readonly reason: string }

/**
 * A message as a mail: plain words and the same as simple HTML, in the thread of what it answers. Marketing carries the headers of one-click
 * unsubscribing (RFC 8058) and the link in its text. What the assistant writes says that it is automatic (RFC 3834), so that two machines never talk.
 */
export function composeMail(
  { content, replyTo }: Pick<Transmission, 'content' | 'replyTo'>,
  frame: MailFrame,
): ComposedMail {
  const { from, to, messageId, thread, leave, automatic, file } = frame
  const words = bodyOf(content)
  if (words === '' && file === undefined) return { ok: false, reason: 'There is nothing to say.' }
  const answers = replyTo ?? thread?.references.at(-1)
  const references = [...(thread?.references ?? []), ...(answers === undefined ? [] : [answers])]
  const draft: MailDraft = {
    from,
    to,
    subject:
      thread === undefined
        ? subjectOf(words === '' ? (file?.filename ?? '') : words)
        : `Re: ${thread.subject.replace(/^(?:\s*(?:re|aw|sv|रे)\s*:)+\s*/iu, '')}`,
    messageId,
    ...maybe('inReplyTo', answers),
    ...(references.length === 0 ? {} : { references: [...new Set(references)] }),
    text: leave === undefined ? words : `${words}\n\n--\nUnsubscribe: ${leave}`,
    html: htmlOf(words, leave),
    ...(file === undefined ? {} : { attachments: [file] }),
    headers: {
      ...(automatic ? { 'Auto-Submitted': 'auto-replied' } : {}),
      ...(leave === undefined
        ? {}
        : { 'List-Unsubscribe': `<${leave}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }),
    },
  }
  return { ok: true, draft }
}

/** A file of somebody else's is named by its link: it is not sent along. */
function bodyOf(content: OutgoingContent): string {
  const words = plainWords(content)
  if (content.kind !== 'media') return words
  const link = content.link ?? ''
  return [words, link].filter((part) => part !== '').join('\n\n')
}

const subjectMax = 70

/** The first line, at a word's end when it is long. */
function subjectOf(words: string): string {
  const [line = ''] = words.split('\n')
  if (line.length <= subjectMax) return line
  const cut = line.slice(0, subjectMax)
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), subjectMax / 2)).trimEnd()}…`
}

function htmlOf(words: string, leave: string | undefined): string {
  const paragraphs = words.split(/\n{2,}/u).map((each) => `<p>${linked(each).replaceAll('\n', '<br>')}</p>`)
  const footer =
    leave === undefined ? '' : `<p style="color:#667;font-size:12px"><a href="${escaped(leave)}">Unsubscribe</a></p>`
  return `<!doctype html><html><body style="font-family:sans-serif;font-size:15px;line-height:1.5">${paragraphs.join('')}${footer}</body></html>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

/** Markup of words, in which web addresses can be pressed. */
function linked(words: string): string {
  const parts = words.split(/(https?:\/\/[^\s<>"]*[^\s<>".,:;!?)])/u).map(escaped)
  return parts.map((part, index) => (index % 2 === 0 ? part : `<a href="${part}">${part}</a>`)).join('')
}
