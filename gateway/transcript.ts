import type { Address } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { Clock } from '#runtime/ports/clock.ts'
import type { Documents } from '#runtime/ports/documents.ts'
import type { Journal } from '#runtime/ports/journal.ts'
import type { TranscriptMessage } from '#machines/conversation-contract.ts'
import { whereReadable } from './patience.ts'
import { limits } from './protocol.ts'
import { collections } from './read-models/collections.ts'
import { fromJson } from './read-models/shape.ts'
import { messageOf } from './read-models/views.ts'
import type { RoomState } from './rooms.ts'

/** A gapless piece of a transcript. `lastN` is the number the reader is complete to when there is no `more`. */
export interface Piece {
  readonly messages: readonly TranscriptMessage[]
  readonly lastN: number
  readonly more: boolean
}

/** Where messages are read. */
export interface TranscriptSources {
  readonly documents: Pick<Documents, 'query'>
  readonly journal: Pick<Journal, 'facts'>
  readonly clock: Clock
}

const factsMax = 500

/**
 * Messages `after`+1 and on, at most a page. A number beyond the end is taken for the end. What read models lack, because they are
 * late or away, comes from the room's own messages, and from the journal where those do not reach back far enough.
 */
export async function readTranscript(
  sources: TranscriptSources,
  conversation: Address,
  { after, room }: { readonly after: number; readonly room: RoomState },
): Promise<Piece> {
  const { lastN } = room.document
  const kept = (await whereReadable(sources.clock, keptMessages(sources.documents, conversation, after))) ?? []
  const messages = await completed(kept, { sources, conversation, after: Math.min(after, lastN), room })
  const last = messages.at(-1)?.n ?? Math.min(after, lastN)
  const more = messages.length === limits.pageMax && last < lastN
  return { messages, lastN: more ? lastN : last, more }
}

async function keptMessages(
  documents: Pick<Documents, 'query'>,
  conversation: Address,
  after: number,
): Promise<readonly TranscriptMessage[]> {
  const page = await documents.query({
    collection: collections.messages,
    where: [
      { field: 'conversation', op: '=', value: conversation },
      { field: 'n', op: '>', value: after },
    ],
    order: [{ field: 'n', direction: 'ascending' }],
    limit: limits.pageMax,
  })
  return page.documents.map(messageOf)
}

/** The messages with those that read models lack, at most a page. */
async function completed(
  kept: readonly TranscriptMessage[],
  {
    sources,
    conversation,
    after,
    room,
  }: {
    readonly sources: TranscriptSources
    readonly conversation: Address
    readonly after: number
    readonly room: RoomState
  },
): Promise<readonly TranscriptMessage[]> {
  const from = kept.at(-1)?.n ?? after
  const missing = Math.min(limits.pageMax - kept.length, room.document.lastN - from)
  if (missing <= 0) return kept
  const reaching = (room.recent[0]?.n ?? Infinity) <= from + 1
  const lacking = reaching
    ? room.recent.filter(({ n }) => n > from)
    : await journaled(sources, conversation, { from, missing })
  return [...kept, ...lacking.slice(0, missing)]
}

/** The `missing` messages after number `from`, from the conversation's first fact on. */
async function journaled(
  { journal }: TranscriptSources,
  conversation: Address,
  { from, missing }: { readonly from: number; readonly missing: number },
): Promise<readonly TranscriptMessage[]> {
  const found: TranscriptMessage[] = []
  let page: readonly Fact[] = []
  do {
    page = await journal.facts(page.at(-1)?.position ?? 0, factsMax, conversation)
    const said = page
      .filter((fact) => fact.type === 'message-added')
      .map((fact) => fromJson<TranscriptMessage>(fact.data))
    found.push(...said.filter(({ n }) => n > from))
  } while (found.length < missing && page.length === factsMax)
  return found
}

/** The number of the message a client sent under an id of its own, when it has been added; from the journal where read models can't tell. */
export async function numberOf(
  sources: TranscriptSources,
  conversation: Address,
  clientId: string,
): Promise<number | undefined> {
  const asked = sources.documents.query({
    collection: collections.messages,
    where: [
      { field: 'conversation', op: '=', value: conversation },
      { field: 'clientId', op: '=', value: clientId },
    ],
    limit: 1,
  })
  const found = (await whereReadable(sources.clock, asked))?.documents[0]
  if (found !== undefined) return messageOf(found).n
  const said = await journaled(sources, conversation, { from: 0, missing: Infinity })
  return said.find((message) => message.clientId === clientId)?.n
}
