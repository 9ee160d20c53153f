import type { Document } from '#runtime/ports/documents.ts'
import type { TranscriptMessage } from '#machines/conversation-contract.ts'
import type { InboxRow, LeadView, MeetingView, Note, PublicFile, PublicMessage, PublicOwner } from '../protocol.ts'
import type { ConversationDocument } from './conversation-document.ts'
import type { LeadDocument } from './lead-document.ts'
import type { MeetingDocument } from './sales-projection.ts'
import { fromJson, maybe } from './shape.ts'

/** A row of the inbox from its document. */
export function rowOf(stored: Document): InboxRow {
  return inboxRow(fromJson<ConversationDocument>(stored.value), stored.revision)
}

/** The same from a document in hand, with the position it is of. */
export function inboxRow(document: ConversationDocument, revision: number): InboxRow {
  const { conversation, name, channel, owner, ownerEpoch, status, lead, temperature } = document
  const { lastText, lastBy, lastAtMs, lastN, unread, createdAtMs } = document
  return {
    conversation,
    name,
    channel,
    owner,
    ownerEpoch,
    status,
    lead,
    temperature,
    ...maybe('stage', document.stage),
    lastText,
    lastBy,
    lastAtMs,
    lastN,
    unread,
    ...maybe('handOff', document.handOff),
    ...(document.overdue ? { overdue: true } : {}),
    createdAtMs,
    revision,
  }
}

/** A lead as staff see it. */
export function leadOf(stored: Document): LeadView {
  const { workspace: _, search: __, at: ___, ...lead } = fromJson<LeadDocument>(stored.value)
  return { ...lead, revision: stored.revision }
}

/** A meeting as staff see it. */
export function meetingOf(stored: Document): MeetingView {
  const { workspace: _, listingId: __, bookedAtMs: ___, ...meeting } = fromJson<MeetingDocument>(stored.value)
  return meeting
}

/** A message of the transcript as it is kept. */
export function messageOf(stored: Document): TranscriptMessage {
  const {
    conversation: _,
    workspace: __,
    ...message
  } = fromJson<TranscriptMessage & { readonly conversation: string; readonly workspace: string }>(stored.value)
  return message
}

/** A note of the transcript. */
export function noteViewOf(stored: Document): Note {
  const { conversation: _, ...note } = fromJson<Note & { readonly conversation: string }>(stored.value)
  return note
}

/** A message as the customer sees it: no confidence, claims, epochs or ids of staff. */
export function publicMessage(message: TranscriptMessage): PublicMessage {
  const { n, text, atMs, clientId, cards, chips } = message
  return {
    n,
    text,
    atMs,
    author: publicAuthor(message),
    ...(message.author.kind === 'customer' ? maybe('clientId', clientId) : {}),
    ...maybe('cards', cards),
    ...maybe('chips', chips),
    ...publicFiles(message),
  }
}

/** Those of ours that we have; a customer's own are with the customer. */
function publicFiles({ author, attachments = [] }: TranscriptMessage): Pick<PublicMessage, 'files'> {
  if (author.kind === 'customer') return {}
  const files = attachments.flatMap((each): readonly PublicFile[] => {
    if (!('file' in each) || each.file === undefined) return []
    const { file, mimeType, filename, sizeBytes } = each
    return [{ file, mimeType, ...maybe('filename', filename), ...maybe('sizeBytes', sizeBytes) }]
  })
  return files.length === 0 ? {} : { files }
}

function publicAuthor({ author }: TranscriptMessage): PublicMessage['author'] {
  switch (author.kind) {
    case 'customer':
      return { kind: 'customer' }
    case 'assistant':
      return { kind: 'assistant' }
    case 'member':
      return { kind: 'member', name: author.name }
    case 'system':
      // The customer is told who took over, and nobody else's name.
      return {
        kind: 'system',
        notice: author.notice,
        ...maybe('name', author.notice === 'taken-over' ? author.name : undefined),
      }
  }
}

/** What the customer may know of who answers. */
export function publicOwner({ owner, queue, nobody }: ConversationDocument): PublicOwner {
  switch (owner.kind) {
    case 'assistant':
      return { kind: 'assistant' }
    case 'member':
      return { kind: 'member', name: owner.name }
    case 'queue':
      return {
        kind: 'queue',
        ...queue,
        ...(nobody === undefined ? {} : { nobodyOnShift: true, ...maybe('opensAtMs', nobody.opensAtMs) }),
      }
  }
}
