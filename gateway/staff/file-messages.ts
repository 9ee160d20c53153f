import type { ConversationEvent } from '#machines/conversation-contract.ts'
import { checkOutgoingFile, type FileCheck, type OutgoingKind } from '#machines/outgoing-files.ts'
import { messageLimits } from '../channels/whatsapp/message-limits.ts'
import { GatewayError } from '../errors.ts'
import type { House } from '../house.ts'
import type { FileToSend } from '../protocol.ts'
import type { ConversationDocument } from '../read-models/conversation-document.ts'
import { maybe } from '../read-models/shape.ts'
import { cleanText } from '../text.ts'

/** What one of the messages says. */
export type FileMessage = Pick<
  Extract<ConversationEvent, { readonly type: 'member.message' }>,
  'text' | 'attachments' | 'content'
>

/**
 * Words and files as messages: a file each, since WhatsApp has no more in one. The words go with the first file where the channel shows them beside it, else
 * before it as a message of their own. Throws `invalid` with advice for a file that the channel does not carry, before anything is sent.
 */
export async function fileMessages(
  { files }: Pick<House, 'files'>,
  { workspace, channel }: Pick<ConversationDocument, 'workspace' | 'channel'>,
  { text, files: sent }: { readonly text: string; readonly files: readonly FileToSend[] },
): Promise<readonly FileMessage[]> {
  const looked = await Promise.all(
    sent.map(async ({ file, filename }) => {
      const stored = file.startsWith(`${workspace}/`) ? await files.stat(file) : undefined
      if (stored === undefined)
        throw new GatewayError('not-found', 'One of the files is no longer there: add it again.')
      const { contentType: mimeType, sizeBytes } = stored
      const check = checkOutgoingFile(channel, { mimeType, sizeBytes })
      if (!check.ok) throw new GatewayError('invalid', adviceOf(check, { channel, name: filename ?? 'The file' }))
      return { file, mimeType, sizeBytes, kind: check.kind, ...maybe('filename', filename) }
    }),
  )
  const words = text.trim() === '' ? '' : cleanText(text)
  const [first] = looked
  const beside = first !== undefined && words !== '' && carriesWords(channel, first.kind, words)
  return [
    ...(words === '' || beside ? [] : [{ text: words }]),
    ...looked.map((each, index) => messageOf(each, beside && index === 0 ? words : '')),
  ]
}

type Looked = FileToSend & { readonly mimeType: string; readonly sizeBytes: number; readonly kind: OutgoingKind }

function messageOf({ file, filename, mimeType, sizeBytes, kind }: Looked, text: string): FileMessage {
  const named = maybe('filename', filename)
  const caption = text === '' ? {} : { caption: text }
  return {
    text,
    attachments: [{ kind, mediaId: '', mimeType, file, sizeBytes, ...named }],
    content: { kind: 'media', media: kind, file, mimeType, ...named, ...caption },
  }
}

/** WhatsApp shows no words beside a sound, and beside the rest only so many. */
function carriesWords(channel: string, kind: OutgoingKind, words: string): boolean {
  return channel !== 'whatsapp' || (kind !== 'audio' && words.length <= messageLimits.caption)
}

const channelNames: { readonly [channel: string]: string } = { whatsapp: 'WhatsApp', email: 'An email', sms: 'SMS' }

function adviceOf(
  check: Extract<FileCheck, { readonly ok: false }>,
  { channel, name }: { readonly channel: string; readonly name: string },
): string {
  const carrier = channelNames[channel] ?? 'This chat'
  switch (check.why) {
    case 'no-files':
      return `${carrier} carries no files: send a link in your words, or answer by WhatsApp or email.`
    case 'empty':
      return `${name} is empty.`
    case 'type':
      return `${carrier} does not take ${name} as it is: convert it, or send it as a PDF.`
    case 'too-large':
      return `${name} is too large: ${carrier} carries at most ${Math.floor(check.bytesMax / 1024 / 1024)} MB of its kind.`
  }
}
