import type { Address } from '#runtime/address.ts'
import { partsOf } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { TranscriptMessage } from '#machines/conversation-contract.ts'
import type { House } from '../house.ts'
import { whereReadable } from '../patience.ts'
import type { FileView, StaffFrame } from '../protocol.ts'
import { collections } from '../read-models/collections.ts'
import { fileView, type MediaDocument } from '../read-models/media-document.ts'
import { fromJson, textIn } from '../read-models/shape.ts'

/** Messages whose files are looked for: those of a page, and the newest. */
const messagesMax = 200
/** Provider's ids that one question asks for. */
const askedMax = 200

/** What has become of the files of a conversation's messages, while a console has it open. */
export interface MediaFollow {
  /** Of these messages and the newest. What read models do not tell, because they are late or away, is left out until something happens to it. */
  read(messages: readonly TranscriptMessage[]): Promise<readonly FileView[]>
  stop(): void
}

/**
 * Follows from the call on. Owns which files are wanted, by the provider's ids that stand in messages, and which actors they are. A fact is heard after
 * the read models hold it: whatever happens, the document is asked. A message and its file come in either order.
 */
export function followMedia(
  conversation: Address,
  { hub, documents, clock, log }: Pick<House, 'hub' | 'documents' | 'clock' | 'log'>,
  send: (frame: StaffFrame) => void,
): MediaFollow {
  const { workspace } = partsOf(conversation)
  const wanted = new Set<string>()
  const actors = new Set<string>()

  const find = async (mediaIds: readonly string[]): Promise<readonly MediaDocument[]> => {
    for (const each of mediaIds) wanted.add(each)
    const found: MediaDocument[] = []
    for (let at = 0; at < mediaIds.length; at += askedMax) {
      const value = mediaIds.slice(at, at + askedMax)
      const page = await documents.query({
        collection: collections.media,
        where: [
          { field: 'workspace', op: '=', value: workspace },
          { field: 'mediaId', op: 'in', value },
        ],
        limit: askedMax,
      })
      found.push(...page.documents.map((each) => fromJson<MediaDocument>(each.value)))
    }
    for (const { media } of found) actors.add(media)
    return found
  }
  const show = (looking: Promise<readonly MediaDocument[]>): void => {
    looking.then(
      (found) => found.forEach((each) => send({ type: 'conversation.file', conversation, file: fileView(each) })),
      (error: unknown) => log.warn('a file could not be shown', { conversation, error: String(error) }),
    )
  }
  const hear = ({ address, type, data }: Fact): void => {
    if (!type.startsWith('media-')) return
    const mediaId = textIn(data['mediaId'])
    if (type === 'media-asked' && wanted.has(mediaId)) return show(find([mediaId]))
    if (!actors.has(address)) return
    show(
      documents
        .get(collections.media, address)
        .then((each) => (each === undefined ? [] : [fromJson<MediaDocument>(each.value)])),
    )
  }
  const stops = [
    hub.onWorkspace(workspace, hear),
    hub.onAddress(conversation, (fact) => {
      if (fact.type !== 'message-added') return
      const mediaIds = mediaIdsIn([fromJson<TranscriptMessage>(fact.data)])
      if (mediaIds.length > 0) show(find(mediaIds))
    }),
  ]
  return {
    async read(messages) {
      const newest = (await whereReadable(clock, newestOf(conversation, documents))) ?? []
      const mediaIds = [...new Set(mediaIdsIn([...newest, ...messages]))]
      return ((await whereReadable(clock, find(mediaIds))) ?? []).map(fileView)
    },
    stop: () => stops.forEach((stop) => stop()),
  }
}

/** The provider's ids of files that came with messages. */
function mediaIdsIn(messages: readonly TranscriptMessage[]): readonly string[] {
  return messages.flatMap(({ attachments = [] }) =>
    attachments.flatMap((each) => ('mediaId' in each && each.mediaId !== '' ? [each.mediaId] : [])),
  )
}

async function newestOf(conversation: Address, documents: House['documents']): Promise<readonly TranscriptMessage[]> {
  const page = await documents.query({
    collection: collections.messages,
    where: [{ field: 'conversation', op: '=', value: conversation }],
    order: [{ field: 'n', direction: 'descending' }],
    limit: messagesMax,
  })
  return page.documents.map(({ value }) => fromJson<TranscriptMessage>(value))
}
