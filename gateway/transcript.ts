import type { Documents } from '#runtime/ports/documents.ts'
import type { TranscriptMessage } from '#machines/conversation-contract.ts'
import { limits } from './protocol.ts'
import { collections } from './read-models/collections.ts'
import { messageOf } from './read-models/views.ts'

/** A gapless piece of a transcript. `lastN` is the number the reader is complete to when there is no `more`. */
export interface Piece {
  readonly messages: readonly TranscriptMessage[]
  readonly lastN: number
  readonly more: boolean
}

/** Messages `after`+1 and on, at most a page. A number beyond the end is taken for the end. */
export async function readTranscript(
  documents: Documents,
  conversation: string,
  { after, lastN }: { readonly after: number; readonly lastN: number },
): Promise<Piece> {
  const page = await documents.query({
    collection: collections.messages,
    where: [
      { field: 'conversation', op: '=', value: conversation },
      { field: 'n', op: '>', value: after },
    ],
    order: [{ field: 'n', direction: 'ascending' }],
    limit: limits.pageMax,
  })
  const messages = page.documents.map(messageOf)
  const last = messages.at(-1)?.n ?? Math.min(after, lastN)
  const more = page.next !== undefined && messages.length === limits.pageMax
  return { messages, lastN: more ? Math.max(lastN, last) : last, more }
}

/** The number of the message a client sent under an id of its own, when it has been added. */
export async function numberOf(
  documents: Documents,
  conversation: string,
  clientId: string,
): Promise<number | undefined> {
  const page = await documents.query({
    collection: collections.messages,
    where: [
      { field: 'conversation', op: '=', value: conversation },
      { field: 'clientId', op: '=', value: clientId },
    ],
    limit: 1,
  })
  const found = page.documents[0]
  return found === undefined ? undefined : messageOf(found).n
}
